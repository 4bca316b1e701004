/** Each finding of the doctor, from the facts that lead to it; and none where nothing is wrong. */
import { expect, it } from "vitest";
import type { Facts } from "../../../../scripts/doctor/facts.ts";
import { judgeFacts } from "../../../../scripts/doctor/judge.ts";

const now = Date.parse("2026-11-30T06:00:00Z");
const dayMs = 86_400_000;

const health = { roster: { list: 7 }, warnings: [] };

/** Nothing is wrong. */
const well: Facts = {
  now,
  command: "nearmirror",
  settings: {
    port: 8080,
    host: "127.0.0.1",
    list: "/list",
    store: "/store",
    databases: "/databases",
    cacheMaxBytes: 1024 ** 3,
    diskMarginBytes: undefined,
    isPrivateNetwork: false,
    log: { level: "info", format: "text" },
    vars: { PUBLIC_URL: "https://mirrors.example.org/", TRUSTED_PROXIES: "127.0.0.0/8" },
  },
  config: { path: "/etc/nearmirror/nearmirror.conf", mode: 0o640, uid: 0 },
  uid: 990,
  program: {
    workerd: { version: "workerd 2026-11-02" },
    node: "v24",
    builtAt: now - dayMs,
    hasAuthorities: true,
  },
  address: { url: "http://127.0.0.1:8080/", inUse: { health, ms: 1 } },
  store: {
    folder: "/store",
    isThere: true,
    uid: 990,
    lockedBy: "17",
    format: 2,
    knownFormat: 2,
    broken: [],
    beforeRestores: [],
    isRestoreInterrupted: false,
    disk: { freeBytes: 10e9, marginBytes: 1e9, freeFiles: 1e6 },
    listVersion: now - dayMs,
  },
  list: { folder: "/list", mirrors: 5, repositories: 3, errors: [], changedAt: now - dayMs },
  databases: [{ file: "/databases/country.mmdb", isThere: true, builtAt: now - 30 * dayMs }],
  publicUrl: { url: "https://mirrors.example.org/", answer: { health, ms: 5 } },
  openFiles: { soft: 1024, hard: 524_288, of: "service" },
  network: [
    { repository: "debian", origin: "http://o/", date: { said: now, at: now + 900 } },
    { repository: "ubuntu", origin: "http://u/" },
  ],
};

const names = (facts: Facts) => judgeFacts(facts).map(({ level, name }) => `${level} ${name}`);

it("nothing is wrong", () => {
  expect(judgeFacts(well)).toEqual([]);
});

const { store, list, address, settings } = well;
const database = { file: "/databases/asn.mmdb", isThere: true };

it.each<[string, Partial<Facts>]>([
  ["wrong workerd", { program: { ...well.program, workerd: { fault: "no such file" } } }],
  ["wrong no-authorities", { program: { ...well.program, hasAuthorities: false } }],
  ["wrong config-writable", { config: { path: "/c", mode: 0o646, uid: 0 } }],
  ["warning config-owner", { config: { path: "/c", mode: 0o644, uid: 1000 } }],
  [
    "wrong address",
    {
      address: { url: address.url, fault: "--host x is no address." },
      store: { ...store, lockedBy: undefined } as never,
    },
  ],
  [
    "wrong not-running",
    { address: { url: address.url }, store: { ...store, lockedBy: undefined } as never },
  ],
  ["wrong store-not-writable", { store: { ...store, unwritable: "EACCES" } }],
  ["wrong store-format-damaged", { store: { ...store, formatFault: "it says no version" } }],
  ["wrong store-newer", { store: { ...store, format: 3 } }],
  ["wrong restore-interrupted", { store: { ...store, isRestoreInterrupted: true } }],
  [
    "wrong disk-full",
    { store: { ...store, disk: { freeBytes: 0.9e9, marginBytes: 1e9, freeFiles: 1e6 } } },
  ],
  [
    "warning disk-nearly-full",
    { store: { ...store, disk: { freeBytes: 1.5e9, marginBytes: 1e9, freeFiles: 1e6 } } },
  ],
  [
    "wrong disk-no-files",
    { store: { ...store, disk: { freeBytes: 10e9, marginBytes: 1e9, freeFiles: 10 } } },
  ],
  ["wrong store-foreign-part", { store: { ...store, foreignPart: "do/a.sqlite" } }],
  ["warning store-broken-parts", { store: { ...store, broken: ["2026-11-30"] } }],
  ["warning store-before-restore", { store: { ...store, beforeRestores: ["before-restore-1"] } }],
  ["wrong list-unreadable", { list: { ...list, fault: "ENOENT" } }],
  ["wrong list-errors", { list: { ...list, errors: ["a.yaml:1:1: wrong"] } }],
  ["warning list-empty", { list: { ...list, mirrors: 0 } }],
  ["warning list-old", { list: { ...list, changedAt: now - 200 * dayMs } }],
  ["warning database-missing", { databases: [{ ...database, isThere: false }] }],
  ["warning database-broken", { databases: [{ ...database, fault: "no metadata" }] }],
  ["warning database-old", { databases: [{ ...database, builtAt: now - 400 * dayMs }] }],
  [
    "wrong public-url-unreachable",
    { publicUrl: { url: "https://m/", answer: { fault: "no answer", ms: 1 } } },
  ],
  [
    "wrong public-url-elsewhere",
    { publicUrl: { url: "https://m/", answer: { health: { roster: { list: 8 } }, ms: 1 } } },
  ],
  ["wrong proxies-missing", { settings: { ...settings, vars: {} } }],
  ["warning open-files", { openFiles: { soft: 1024, hard: 1024, of: "service" } }],
  ["wrong clock-behind", { program: { ...well.program, builtAt: now + dayMs } }],
  ["warning clock-went-back", { store: { ...store, listVersion: now + dayMs } }],
  [
    "wrong clock-off",
    {
      network: [1, 2, 3].map((at) => ({
        repository: `${at}`,
        origin: "",
        date: { said: now, at: now - 3e5 },
      })),
    },
  ],
  [
    "wrong origin-unreachable",
    { network: [{ repository: "debian", origin: "http://o/", fault: "ENOTFOUND" }] },
  ],
])("%s", (expected, changed) => {
  const facts = { ...well, ...changed };
  expect(names(facts)).toEqual([expected]);
  for (const { says, todo } of judgeFacts(facts)) {
    expect(says).toMatch(/^\S.*(?:\.|wrong)$/s);
    expect(todo.length).toBeGreaterThan(5);
    expect(says + todo).not.toContain("undefined");
  }
});

it("PUBLIC_URL isn't set", () => {
  const { publicUrl: _, ...rest } = well;
  expect(names({ ...rest, settings: { ...settings, vars: {} } })).toEqual([
    "warning public-url-missing",
  ]);
});

it("what listens there is another program, or ours and hangs", () => {
  const taken = {
    ...well,
    address: { url: address.url, inUse: { fault: "it answers 404", ms: 1 } },
  };
  expect(names(taken)).toEqual(["wrong port-taken", "wrong store-locked"]);
});

it("one origin's wrong clock says nothing of ours", () => {
  const at = (off: number) => ({ repository: "r", origin: "", date: { said: now, at: now + off } });
  expect(names({ ...well, network: [at(1e9), at(100), at(-200)] })).toEqual([]);
});

it("the service's alarms are told", () => {
  const inUse = { health: { ...health, warnings: ["blind weur-0: cut off"] }, ms: 1 };
  expect(judgeFacts({ ...well, address: { url: address.url, inUse } })).toMatchObject([
    { level: "warning", name: "alarm", says: "The service has an alarm: blind weur-0: cut off" },
  ]);
});
