/** What is known of versions, and which came. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ChangeStore } from "../../../../worker/search/suite/change-store.ts";
import { SuiteStore } from "../../../../worker/search/suite/suite-store.ts";
import { KnownVersions, versionHash } from "../../../../worker/search/suite/version-changes.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const stored = (most?: number) => {
  const { sql } = new BreakableSqlite(join(temporaryFolder("changes-"), "changes.sqlite"));
  return new ChangeStore(sql, most);
};
const all = { limit: 100 };

test("hashes of as many versions as three of Debian's suites have are all different, and whole numbers", () => {
  const hashes = new Set<number>();
  for (let at = 0; at < 200_000; at++)
    hashes.add(versionHash(`lib${at}-dev`, `1.${at % 90}-1`, "amd64"));
  expect(hashes.size).toBe(200_000);
  for (const hash of hashes) if (!Number.isSafeInteger(hash)) throw new Error(String(hash));
  // Where one field ends and the next begins counts.
  expect(versionHash("a", "b1", "all")).not.toBe(versionHash("ab", "1", "all"));
});

test("hashes survive the store, in pieces of a row's size", () => {
  const store = stored();
  const hashes = Float64Array.from({ length: 300_000 }, (_, at) => at * 3);
  store.keepHashes(7, hashes);
  expect(store.hashes(7)).toEqual(hashes);
  store.forget(7);
  expect(store.hashes(7)).toHaveLength(0);
});

test("what another index of the set before had isn't new for being read at last", () => {
  const first = new KnownVersions();
  first.add({ name: "a", version: "1", architecture: "all" }, "main");
  expect(first.came).toEqual([]);
  const next = new KnownVersions({ hashes: first.hashes(), indexes: new Set(["main"]) });
  next.add({ name: "a", version: "2", architecture: "all" }, "main");
  next.add({ name: "b", version: "1", architecture: "all" }, "contrib");
  expect(next.came).toEqual([{ name: "a", version: "2", architecture: "all" }]);
});

test("only the newest changes are kept", () => {
  const store = stored(3);
  for (let at = 1; at <= 5; at++) {
    store.add([{ name: "a", version: String(at), architecture: "all" }], `s${at}`, at);
  }
  const { changes = [], total } = store.changes([], all);
  expect([total, changes.map(({ version }) => version)]).toEqual([3, ["5", "4", "3"]]);
});

test("a thousand names are asked for at once, each once, and the newest come first", () => {
  const store = stored();
  const names = Array.from({ length: 1000 }, (_, at) => `package-${at}`);
  store.add(
    names.map((name) => ({ name, version: "1", architecture: "all" })),
    "s",
    1,
  );
  const found = store.changes([...names, ...names], { limit: 5 });
  expect(found.total).toBe(1000);
  expect(found.changes?.map(({ name }) => name)).toEqual(names.slice(-5).reverse());
  const rest = store.changes(names, { limit: 2000, after: found.next ?? "" });
  expect(rest.changes).toHaveLength(995);
  expect(rest).not.toHaveProperty("next");
});

test("what a suite's store read is read again where a transaction of it was undone", () => {
  const { sql } = new BreakableSqlite(join(temporaryFolder("suite-"), "suite.sqlite"));
  const store = new SuiteStore(sql);
  store.keepNames("one", { packages: "a", files: "" });
  expect(store.namesOf("one")?.packages).toBe("a");
  const number = store.begin("packages", "a");
  const undone = () =>
    store.transaction(() => {
      store.keepNames("one", { packages: "b", files: "" });
      store.remove(number);
      expect([store.namesOf("one")?.packages, store.sets().length]).toEqual(["b", 0]);
      throw new Error("no room");
    });
  expect(undone).toThrow("no room");
  expect([store.namesOf("one")?.packages, store.sets().length]).toEqual(["a", 1]);
});
