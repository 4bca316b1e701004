/** Damaged files under `npm start`: IP databases and what stores keep. Clients are served, and what is wrong is told. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { oneOf, seeded } from "../../scripts/random.ts";
import { databasePaths } from "../../scripts/service/platform.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { npmStart } from "../lab/npm-start.ts";
import { ipv4Only, randomBytes, truncated } from "../unit/geo/damaged-databases.ts";
import { makeTinyTrees } from "../unit/lab/tiny-trees.ts";
import { listFolder } from "../unit/scripts/mirrors/list.ts";
import { temporaryFolder } from "../unit/temporary-folder.ts";
import { startAttacked } from "./attacked.ts";

const file = "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";

interface Health {
  status: string;
  alarms: { name: string; detail: string }[];
}

const { COUNTRY_DATABASE = "", ASN_DATABASE = "" } = databasePaths();
const country = () => readFileSync(COUNTRY_DATABASE);
const asn = () => readFileSync(ASN_DATABASE);

test.each<[string, Record<string, Buffer>, [string, RegExp][]]>([
  [
    "one truncated, one of random bytes",
    { "country.mmdb": truncated(country()), "asn.mmdb": randomBytes(50_000) },
    [
      ["database country", /can't be read/],
      ["database asn", /can't be read/],
    ],
  ],
  [
    "one empty",
    { "country.mmdb": Buffer.alloc(0), "asn.mmdb": asn() },
    [["database country", /it is empty/]],
  ],
  [
    "one of IPv4 alone",
    { "country.mmdb": ipv4Only("SE"), "asn.mmdb": asn() },
    [["database country", /has IPv4 addresses alone/]],
  ],
])(
  "damaged IP databases are a warning and an alarm: %s",
  async (_, files, alarms) => {
    const databases = temporaryFolder("nearmirror-databases-");
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(databases, name), bytes);
    const { service, bases, stop } = await startAttacked(
      ...["--databases", databases, "--trust-proxy", "127.0.0.1/32"],
    );
    try {
      for (const from of ["127.0.0.9", "8.8.8.8", "2001:4860:4860::8888"]) {
        const answer = await fetch(service.url + file, {
          method: "HEAD",
          redirect: "manual",
          headers: { "X-Forwarded-For": from },
        });
        // The mirrors have IPv4 addresses alone: a client with IPv6 gets the bytes.
        expect([answer.status, from]).toEqual([from.includes(":") ? 200 : 302, from]);
        if (answer.status === 200) continue;
        const location = answer.headers.get("Location") ?? "";
        expect(bases.debian?.some((base) => location.startsWith(base))).toBe(true);
      }
      const health: Health = await (await fetch(`${service.url}api/v1/health`)).json();
      const metrics = await (await fetch(`${service.url}metrics`)).text();
      for (const [name, detail] of alarms) {
        expect(health.alarms).toContainEqual(
          expect.objectContaining({ name, detail: expect.stringMatching(detail) }),
        );
        expect(metrics).toContain(`nearmirror_alarm{alarm="${name}"} 1`);
        expect(service.printed()).toMatch(detail);
      }
      expect(health.alarms).toHaveLength(alarms.length);
    } finally {
      await stop();
    }
  },
  60_000,
);

/** All files below a folder, in the order of their names. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Kept by the launcher alone, and made anew by it. */
const launchers = /^(?:in-use|run\/)/;

/** `DAMAGES=40` tries more. */
const damages = Number(process.env.DAMAGES ?? 6);
const seed = 20_261_130;

test(`one damaged file in the store, ${damages} times: the service starts and serves, and says what it moved`, async () => {
  const trees = makeTinyTrees();
  const lab: Lab = await startLab({ trees, mirrors: 2 });
  const list = listFolder(
    Object.fromEntries(
      lab.mirrors.map(({ name, url }) => [
        name,
        `name: ${name}\ncountry: DE\nbase:\n  http: ${url}\nrepositories:\n  tiny:\n    path: ""\n`,
      ]),
    ),
    {
      tiny: `name: tiny\nkind: apt\ntitle: Tiny\norigin: ${lab.origin.url}\nroots: [dists/Release]\nverify: checksums\nredirect:\n  minSize: 0KiB\n`,
    },
  );
  const folder = temporaryFolder("nearmirror-damaged-");
  const startOn = (store: string) =>
    npmStart({
      args: [
        ...["--port", "0", "--list", list, "--store", store, "--place", "DE 50.1 8.7"],
        ...["--set", "PROBING=all"],
      ],
    });
  const asked = async (url: string) => {
    const metadata = await fetch(`${url}tiny/dists/Release`);
    const payload = await fetch(`${url}tiny/pool/big.deb`, { method: "HEAD", redirect: "manual" });
    return [metadata.status, await metadata.text(), payload.status];
  };
  const right = [200, "version 1\n", 302];
  try {
    const whole = join(folder, "whole");
    mkdirSync(whole);
    const first = await startOn(whole);
    await expect.poll(() => asked(first.url), { timeout: 20_000 }).toEqual(right);
    await first.stop();

    const random = seeded(seed);
    const left = filesIn(whole)
      .map((path) => relative(whole, path))
      .filter((path) => !launchers.test(path));
    expect(left.length).toBeGreaterThan(0);
    for (let count = 0; count < damages && left.length > 0; count++) {
      const path = oneOf(random, left);
      left.splice(left.indexOf(path), 1);
      const store = join(folder, String(count));
      cpSync(whole, store, { recursive: true });
      const victim = join(store, path);
      const { size } = statSync(victim);
      const how = oneOf(random, ["garbage", "cut", "empty"] as const);
      const bytes = {
        garbage: randomBytes(Math.max(size, 100)),
        cut: readFileSync(victim).subarray(0, size / 2),
        empty: Buffer.alloc(0),
      };
      writeFileSync(victim, bytes[how]);
      if (path === "format.json") {
        // Nothing else says which version wrote the store: a person has to.
        await expect(startOn(store), how).rejects.toThrow(/format\.json/);
        continue;
      }
      const service = await startOn(store);
      try {
        await expect
          .poll(() => asked(service.url), { timeout: 20_000, message: `${path} ${how}` })
          .toEqual(right);
        if (statSync(join(store, "broken"), { throwIfNoEntry: false })?.isDirectory()) {
          expect(service.printed(), `${path} ${how}`).toMatch(/moved|set aside|broken/i);
        }
      } finally {
        await service.stop();
      }
    }
  } finally {
    await lab.stop();
    trees.remove();
  }
}, 300_000);
