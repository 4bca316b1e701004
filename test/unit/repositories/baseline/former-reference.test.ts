/** A store of the version that read origins by a reader of their own, found by this one. */
import { expect, test } from "vitest";
import { publishApt, repository, sha256 } from "../origin.ts";
import { WatchedObject } from "./watched-object.ts";

const root = "dists/stable/InRelease";
const monday = "Mon, 02 Nov 2026 06:00:00 UTC";
const tuesday = "Tue, 03 Nov 2026 06:00:00 UTC";

/** What that version had written of an origin, as it wrote it. */
function former(object: WatchedObject, origin: string, generations: readonly object[]): void {
  const { sql } = object.sqlite;
  sql.exec("CREATE TABLE reference (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT)");
  sql.exec("CREATE TABLE listing (path TEXT PRIMARY KEY, read_at INTEGER, hashes BLOB)");
  const reference = {
    repository: "r",
    origin,
    askedAt: 500,
    roots: [
      { path: root, generations, etag: '"x"', lastModified: monday },
      { path: "dists/gone/InRelease", generations },
    ],
    samples: [{ path: "pool/old.deb", size: 1 }],
    sampled: { root, rootHash: "x", path: "dists/stable/main/binary-amd64/Packages.gz", at: 500 },
    samplesTriedAt: 500,
  };
  sql.exec("INSERT INTO reference (id, json) VALUES (1, ?)", JSON.stringify(reference));
  sql.exec(
    "INSERT INTO listing (path, read_at, hashes) VALUES (?, 500, ?)",
    "p",
    new Uint8Array(8),
  );
  object.restart();
}

const formerTables = ({ sqlite }: WatchedObject) =>
  sqlite.sql
    .exec("SELECT name FROM sqlite_master WHERE name IN ('reference', 'listing')")
    .toArray();

test("mirrors that have an older root go on being known; the tables go", async () => {
  const object = new WatchedObject();
  publishApt(object.origin, tuesday, ["pool/a.deb"]);
  const now = sha256(object.origin.files.get(root)?.body ?? "");
  former(object, repository().origin, [
    { hash: now, date: Date.parse(tuesday), seenAt: 400 },
    { hash: "before", date: Date.parse(monday), seenAt: 300 },
  ]);
  expect(formerTables(object)).toEqual([]);
  const { roots, samples } = await object.baseline();
  expect(roots[0]?.generations).toEqual([
    { hash: now, date: Date.parse(tuesday), seenAt: 400 },
    { hash: "before", date: Date.parse(monday), seenAt: 300 },
  ]);
  expect(samples.map(({ path }) => path)).toEqual(["pool/a.deb"]);
  // By no validator of then: the origin is read.
  expect(object.origin.asked[0]?.headers).not.toHaveProperty("If-None-Match");
  object.restart();
  expect((await object.later(1000)).roots).toEqual(roots);
  publishApt(object.origin, "Wed, 04 Nov 2026 06:00:00 UTC", ["pool/b.deb"]);
  const [later] = (await object.later(1000)).roots;
  expect(later?.generations.map(({ seenAt }) => seenAt)).toEqual([object.now, 400, 300]);
});

test("what that version saw after a roll-back is known as well, and nothing from before is lost", async () => {
  const object = new WatchedObject();
  publishApt(object.origin, monday, ["pool/a.deb"]);
  const [first] = (await object.baseline()).roots;
  former(object, repository().origin, [
    { hash: "meanwhile", date: Date.parse(tuesday), seenAt: object.now + 500 },
    { hash: first?.generations[0]?.hash, date: Date.parse(monday), seenAt: object.now + 400 },
  ]);
  publishApt(object.origin, "Wed, 04 Nov 2026 06:00:00 UTC", ["pool/b.deb"]);
  const [newest, between, oldest, ...more] = (await object.later(1000)).roots[0]?.generations ?? [];
  expect(newest?.seenAt).toBe(object.now);
  expect(between).toEqual({
    hash: "meanwhile",
    date: Date.parse(tuesday),
    seenAt: object.now - 500,
  });
  expect(oldest).toEqual(first?.generations[0]);
  expect(more).toEqual([]);
});

test.each<[what: string, origin: string, generations: readonly object[]]>([
  ["of another origin", "http://other.example/", [{ hash: "x", seenAt: 1 }]],
  ["of no shape we know", repository().origin, [{ hash: 7 }, {}]],
])("what is %s is dropped", async (_, origin, generations) => {
  const object = new WatchedObject();
  publishApt(object.origin, tuesday, ["pool/a.deb"]);
  former(object, origin, generations);
  expect(formerTables(object)).toEqual([]);
  expect((await object.baseline()).roots[0]?.generations).toHaveLength(1);
});

test("what is no JSON is dropped", async () => {
  const object = new WatchedObject();
  publishApt(object.origin, tuesday, ["pool/a.deb"]);
  object.sqlite.sql.exec("CREATE TABLE reference (id INTEGER PRIMARY KEY, json TEXT)");
  object.sqlite.sql.exec("INSERT INTO reference (id, json) VALUES (1, '{')");
  object.restart();
  expect((await object.baseline()).roots[0]?.generations).toHaveLength(1);
});
