/** What the watchers' objects and the embedded stores hold in memory, each table filled past its bound. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { boundOf } from "../../../scripts/structure/table-rows.ts";
import { watcherTables } from "../../../scripts/structure/watcher-tables.ts";
import { FailedTries } from "../../../worker/accounts/failed-tries.ts";
import { Idempotency } from "../../../worker/accounts/idempotency.ts";
import { CacheMemory } from "../../../worker/embedded/cache-memory.ts";
import { Certificates } from "../../../worker/health/certificates/certificates.ts";
import { OriginLacks } from "../../../worker/health/http/origin-lacks.ts";
import { Origins } from "../../../worker/health/origins.ts";
import { FormNotes } from "../../../worker/operate/form-notes.ts";
import { principalRate, RequestRates } from "../../../worker/operate/request-rate.ts";
import { OriginRanges } from "../../../worker/repositories/baseline/origin-ranges.ts";
import { Manifests } from "../../../worker/repositories/chain/stored-manifests.ts";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import { debian } from "../clients/asking.ts";
import { entriesHeld } from "./held-entries.ts";

const worker = join(import.meta.dirname, "../../../worker");
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});

function mostOf(of: string): number {
  const row = watcherTables.find((one) => one.of.includes(of));
  if (row === undefined) throw new Error(`The list has no ${of}.`);
  return boundOf(worker, row.bound);
}

interface Filled {
  of: string;
  field: string;
  make: () => { held: object; fill: (at: number) => unknown };
}

const filled: readonly Filled[] = [
  {
    of: "accounts/failed-tries.ts FailedTries.#networks",
    field: "#networks",
    make: () => {
      const held = new FailedTries();
      const address = (at: number) => `77.${at >> 8}.${at & 255}.1`;
      return { held, fill: (at) => held.failed(address(at), undefined, 0) };
    },
  },
  {
    of: "accounts/idempotency.ts Idempotency.#underWay",
    field: "#underWay",
    make: () => {
      const database = emptyDatabase();
      opened.push(database);
      const held = new Idempotency(database.sql);
      const keyed = (at: number) => ({ principal: `p${at}`, key: "k", fingerprint: "f" });
      return { held, fill: (at) => held.begin(keyed(at), 0) };
    },
  },
  {
    of: "operate/form-notes.ts FormNotes.#notes",
    field: "#notes",
    make: () => {
      const held = new FormNotes();
      const outcome = { ok: true, says: "Done.", body: null };
      return { held, fill: (at) => held.keep(`session${at}`, outcome, 0) };
    },
  },
  {
    of: "operate/request-rate.ts RequestRates.#left",
    field: "#left",
    make: () => {
      const held = new RequestRates();
      return { held, fill: (at) => held.take(principalRate, `principal${at}`, 0) };
    },
  },
  {
    of: "health/certificates/certificates.ts Certificates.#known",
    field: "#known",
    make: () => {
      const refused = () => {
        throw new Error("no sockets here");
      };
      const held = new Certificates(refused, 1, { now: () => 0, random: () => 0 });
      const seen = { at: 0, files: [], warnings: [], requests: 0 };
      return { held, fill: (at) => held.added(`https://m${at}.example/`, seen) };
    },
  },
  {
    of: "health/origins.ts Origins.#baselines",
    field: "#baselines",
    make: () => {
      const object = () => ({
        configure: async () => 1,
        originReference: () => new Promise<never>(() => undefined),
        originRange: () => new Promise<never>(() => undefined),
      });
      const held = new Origins(
        object,
        1000,
        () => undefined,
        () => 0,
      );
      const entry = (at: number) => ({ ...debian, name: `r${at}` });
      return { held, fill: (at) => void held.baseline({ entry: entry(at), version: 1 }) };
    },
  },
  {
    of: "health/http/origin-lacks.ts OriginLacks.#known",
    field: "#known",
    make: () => {
      const ask = () => new Promise<never>(() => undefined);
      const options = { ask, userAgent: "", deadlineMs: 1, ownHosts: [], now: () => 0 };
      const held = new OriginLacks(options);
      return { held, fill: (at) => void held.lacks("http://origin.example/", `file${at}`) };
    },
  },
  {
    of: "repositories/baseline/origin-ranges.ts OriginRanges.#ranges",
    field: "#ranges",
    make: () => {
      const reply = {
        status: 200,
        headers: new Headers(),
        body: new Uint8Array(1),
        whole: true,
        url: "http://origin.example/",
        headersMs: 1,
        totalMs: 1,
      };
      const access = {
        ask: async () => reply,
        open: async () => ({ failed: "" }),
        userAgent: "",
        ownHosts: [],
      };
      const held = new OriginRanges(access, () => 0);
      const file = (at: number) => ({ path: `pool/${at}`, size: 10 });
      const range = { first: 0, last: 0 };
      return { held, fill: (at) => held.read(debian, file(at), range) };
    },
  },
  {
    of: "repositories/chain/stored-manifests.ts Manifests.#held",
    field: "#held",
    make: () => {
      const text = JSON.stringify({ root: "a", byHash: false, files: {} });
      const held = new Manifests({
        get: async () => ({ size: text.length, body: new Blob([text]).stream() }),
        has: async () => true,
        put: async () => undefined,
        delete: async () => undefined,
        list: async () => ({ names: [] }),
      });
      const name = (at: number) => createHash("sha256").update(String(at)).digest("hex");
      return { held, fill: (at) => held.read(name(at)) };
    },
  },
];

it.each(filled)("$of", async ({ of, field, make }) => {
  const most = mostOf(of);
  const { held, fill } = make();
  await fill(0);
  // A count that sees nothing would see nothing wrong.
  expect(entriesHeld(held, field)).toBe(1);
  for (let at = 1; at < most + 20; at++) await fill(at);
  expect(entriesHeld(held, field)).toBe(most);
});

describe("the embedded cache", () => {
  const entry = (bytes: number, id: number | undefined) => ({
    ...{ status: 200, statusText: "OK", headers: [], storedAt: 0, until: 1e12, id, used: 0 },
    ...{ size: bytes, bytes: new Uint8Array(bytes) },
  });

  it("has so many bytes waiting, and refuses what is more", () => {
    const memory = new CacheMemory();
    const most = mostOf("embedded/cache-memory.ts CacheMemory.#waiting");
    let taken = 0;
    for (let at = 0; at < 40; at++) if (memory.put(`k${at}`, entry(1_000_000, undefined))) taken++;
    expect(taken).toBeLessThan(40);
    // The last one's own head may go over.
    expect(memory.waitingBytes).toBeLessThanOrEqual(most + 1024);
    expect(entriesHeld(memory, "#waiting")).toBe(taken);
  });

  it("has so many bytes found lately, and so many hits", () => {
    const memory = new CacheMemory();
    memory.open(1);
    const hits = mostOf("embedded/cache-memory.ts CacheMemory.#touched");
    for (let at = 0; at < hits + 50; at++) {
      const one = entry(60_000, at);
      memory.note(`k${at}`, one);
      memory.touch(one);
    }
    expect(entriesHeld(memory, "#touched")).toBe(hits);
    const most = mostOf("embedded/cache-memory.ts CacheMemory.#recent");
    const lately = entriesHeld(memory, "#recent");
    expect(lately * 60_000).toBeLessThanOrEqual(most);
    expect(lately).toBeGreaterThan(100);
  });
});
