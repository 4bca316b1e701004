/** A point release that is published while its images are downloaded by permanent links. */
import { expect, test } from "vitest";
import { seeded } from "../../scripts/random.ts";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { image } from "../unit/images/generated-catalogue.ts";
import { clients, start } from "./services.ts";
import { dateOf, hashOf, SnapshotWorld } from "./snapshot-services.ts";

const versions = ["13.1.0", "13.2.0"] as const;
type Version = (typeof versions)[number];

const nameIn = (version: Version) => `debian-${version}-amd64-netinst.iso`;
const pathIn = (version: Version) => `${version}/amd64/iso-cd/${nameIn(version)}`;
/** As large as a redirect needs. */
const contents = new Map(
  versions.map((version) => [pathIn(version), version.padEnd(defaultMinSize, ".")]),
);
const hashes = new Map([...contents].map(([path, text]) => [path, hashOf(text)]));

const requests = 1000;
/** Between two requests, ms: a mirror that lacked a file is asked for it again after a minute. */
const everyMs = 200;
/** The release comes in the middle, ms after the start. */
const releaseMs = (requests * everyMs) / 2;
/** When each mirror has the new files, after the release, ms; never: it doesn't copy them while the test goes. */
const copiedMs: Readonly<Record<string, number>> = {
  "frankfurt.example": 20_000,
  "plain.example": 40_000,
  "ashburn.example": Number.POSITIVE_INFINITY,
  "tokyo.example": 500,
};
/** Mirrors delete what is old after they have copied what is new, and not within seconds of the release, ms. */
const deletedMs = 4000;

function has(host: string, path: string, sinceRelease: number): boolean {
  const copied = copiedMs[host] ?? 0;
  if (path === pathIn("13.2.0")) return sinceRelease >= copied;
  return path === pathIn("13.1.0") && (sinceRelease < copied || sinceRelease < deletedMs);
}

const publish = (world: SnapshotWorld, number: number, version: Version) => {
  const path = pathIn(version);
  const text = contents.get(path) ?? "";
  const sha256 = hashes.get(path) ?? "";
  return world.publish(
    [
      {
        root: "SHA256SUMS",
        files: { SHA256SUMS: `sums ${number}` },
        indexes: {},
        lastModified: dateOf(number),
      },
    ],
    { payload: { [path]: text }, images: [image({ path, version, sha256, size: text.length })] },
  );
};

test("1,000 downloads over a point release: no file that isn't there, no digest that isn't the file's", async () => {
  const world = new SnapshotWorld("images", ["SHA256SUMS"]);
  await publish(world, 1, "13.1.0");
  const sinceRelease = () => world.now - start - releaseMs;
  world.origin = (path, { hostname }) => {
    const inner = path.replace("/debian/", "");
    const isThere =
      hostname === "origin.example"
        ? inner === pathIn(sinceRelease() < 0 ? "13.1.0" : "13.2.0")
        : has(hostname, inner, sinceRelease());
    const text = contents.get(inner);
    if (!isThere || text === undefined) return new Response("gone", { status: 404 });
    return new Response(text, { headers: { "Content-Length": String(text.length) } });
  };
  const random = seeded(13);
  const from = [clients.germany, clients.america, clients.japan];
  const link = "/images/debian/latest/amd64/netinst";
  /** How often each version was had, and from where. */
  const had = new Map<string, number>();
  let newest = 0;
  for (let number = 0; number < requests; number++) {
    world.now = start + number * everyMs;
    if (number === requests / 2) await publish(world, 2, "13.2.0");
    const client = from[Math.floor(random() * from.length)] ?? clients.germany;
    const file = await world.fetch(link, { from: client });
    const line = await world.fetch(`${link}.sha256`, { from: client });

    const location = file.headers.get("Location");
    expect(file.status).toBe(location === null ? 200 : 302);
    const name = /filename="([^"]+)"/.exec(file.headers.get("Content-Disposition") ?? "")?.[1];
    const path = [...contents.keys()].find((one) => one.endsWith(`/${name}`)) ?? "";
    if (location === null) {
      expect(hashOf(file.text)).toBe(hashes.get(path));
    } else {
      const { hostname, pathname } = new URL(location);
      expect(pathname).toBe(`/debian/${path}`);
      // What the client then meets at the mirror.
      expect([number, hostname, has(hostname, path, sinceRelease())]).toEqual([
        number,
        hostname,
        true,
      ]);
    }
    const digest = /sha-256=:(.*):/.exec(file.headers.get("Repr-Digest") ?? "")?.[1] ?? "";
    expect(hex(digest)).toBe(hashes.get(path));
    const [told, of] = line.text.trim().split("  ");
    expect(line.status).toBe(200);
    const ofPath = [...contents.keys()].find((one) => one.endsWith(`/${of}`)) ?? "";
    expect(told).toBe(hashes.get(ofPath));

    // Never back; and the line, which is asked for later, is never of an older file.
    const version = versions.indexOf(path === pathIn("13.1.0") ? "13.1.0" : "13.2.0");
    expect(version).toBeGreaterThanOrEqual(newest);
    expect(versions.findIndex((one) => of === nameIn(one))).toBeGreaterThanOrEqual(version);
    newest = version;
    const host = location === null ? "here" : new URL(location).hostname;
    const key = `${versions[version]} ${host}`;
    had.set(key, (had.get(key) ?? 0) + 1);
  }
  // It came to pass: the old one before, the new one from here and then from mirrors that have it.
  expect(had.get("13.1.0 tokyo.example")).toBeGreaterThan(0);
  expect(had.get("13.2.0 here")).toBeGreaterThan(0);
  expect(had.get("13.2.0 frankfurt.example")).toBeGreaterThan(0);
  expect(had.get("13.2.0 ashburn.example")).toBeUndefined();
  expect([...had.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
});

function hex(base64: string): string {
  return [...atob(base64)].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
