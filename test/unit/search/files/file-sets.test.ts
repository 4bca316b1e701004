/** File sets in real SQLite: everything that they find is what looking at all lines finds. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FileSets } from "../../../../worker/search/files/file-sets.ts";
import type { FileSet } from "../../../../worker/search/package-set.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { allOf, differences, type Line, linesOf, shown } from "./file-lines.ts";

let database: BreakableSqlite;
let sets: FileSets;
beforeEach(() => {
  database = new BreakableSqlite(join(temporaryFolder("nearmirror-files-"), "files.sqlite"));
  sets = new FileSets(database.sql);
});
afterEach(() => database.close());

function build(lines: readonly Line[], number = 1): FileSet {
  const set = sets.build(number);
  for (const { path, owners } of lines) set.add(path, owners);
  for (const _ of set.finish());
  return opened(number);
}

function opened(number: number): FileSet {
  const set = sets.open(number);
  if (set === undefined) throw new Error(`there is no set ${number}`);
  return set;
}

it("finds paths, names, ends and packages of lines by path", () => {
  const lines = linesOf(3000, 1);
  const set = build(lines);
  expect(set.count).toBe(3000);
  expect(differences(set, lines, 20)).toEqual([]);
});

it("finds the same of lines by package, and gives a package's files by path", () => {
  const lines = linesOf(2000, 2);
  const key = ({ path, owners }: Line) => `${owners[0]} ${[...path].reverse().join("")}`;
  const byPackage = lines.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
  const set = build(byPackage);
  expect(differences(set, lines, 30)).toEqual([]);
  const owner = lines[0]?.owners[0] ?? "";
  const paths = allOf((page) => set.of(owner, page), 7).map(({ path }) => path);
  expect(paths).toEqual(paths.toSorted());
  expect(paths.length).toBeGreaterThan(7);
});

it("takes /bin and /usr/bin for one, and tells paths as they are written", () => {
  const set = build(linesOf(500, 3));
  for (const path of ["/bin/ls", "usr/bin/ls"]) {
    expect(
      set
        .path(path)
        .map((file) => file.path)
        .sort(),
    ).toEqual(["bin/ls", "usr/bin/ls"]);
  }
  expect(
    set
      .command("ls")
      .map(({ path }) => path)
      .sort(),
  ).toEqual(["bin/ls", "usr/bin/ls"]);
  const ends = set.end("bin/ls", { limit: 10 });
  expect([ends.total, ends.files.length]).toEqual([3, 3]);
  expect(set.path("top-level")).toHaveLength(1);
  expect(set.path("usr/top-level")).toEqual([]);
});

it("stores the same of paths that come as bytes", () => {
  const lines = linesOf(3000, 12);
  const set = sets.build(2);
  const bytes = new TextEncoder();
  for (const { path, owners } of lines) {
    const room = bytes.encode(`##${path}##`);
    set.addPlain(room, 2, room.length - 2, owners);
  }
  for (const _ of set.finish());
  build(lines, 1);
  const query = "SELECT id % 268435456 AS id, bytes FROM file_set_row WHERE id / 268435456 = ?";
  const stored = (number: number) => database.sql.exec(query, number).toArray();
  expect(stored(2)).toEqual(stored(1));
});

it("finds names of many paths in folders of all kinds", () => {
  const lines = Array.from({ length: 400 }, (_, at) => ({
    path: `usr/share/d${String((at * 37) % 400).padStart(3, "0")}/README`,
    owners: [`p${at % 9}`],
  }));
  lines.push({ path: "usr/share/other/README.md", owners: ["p0"] });
  const set = build(lines);
  expect(set.name("README", { limit: 1 }).total).toBe(400);
  expect(differences(set, lines, 1)).toEqual([]);
});

it("gives all owners of a path that several lines have", () => {
  const lines = [
    { path: "usr/bin/x", owners: ["b"] },
    { path: "usr/bin/y", owners: ["b"] },
    { path: "usr/bin/x", owners: ["a", "c"] },
  ];
  const set = build(lines);
  expect(shown(set.path("usr/bin/x"))).toEqual(["usr/bin/x <- a b c"]);
  expect(shown(set.command("x"))).toEqual(["usr/bin/x <- a b c"]);
});

it.each([
  ["n1*", (path: string) => /\/n1[^/]*$/.test(path)],
  ["n???.h", (path: string) => /\/n.{3}\.h$/.test(path)],
  ["*.so.?", (path: string) => /\.so\..$/.test(path)],
  ["/bin/n*", (path: string) => /^(?:usr\/)?bin\/n/.test(path)],
  ["usr/lib/*/pkgconfig/*.pc", (path: string) => /pkgconfig\/[^/]*\.pc$/.test(path)],
  ["usr/include/*/b/*9.h", (path: string) => /include\/a\/b\/.*9\.h$/.test(path)],
  ["usr/lib/*/n2*.so", (path: string) => /^usr\/lib\/[^/]+\/n2[^/]*\.so$/.test(path)],
])("finds the pattern %s on the shelf", (pattern, matches) => {
  const lines = linesOf(3000, 4);
  const set = build(lines);
  const onShelf =
    /(?:^|\/)(?:s?bin|pkgconfig)\/[^/]*$|^usr\/games\/|(?:^|\/)include\/|\.so(?:\.[^/]*)?$/;
  const wanted = lines.filter(({ path }) => onShelf.test(path) && matches(path));
  const found = allOf((page) => {
    const answer = set.glob(pattern, page);
    if (typeof answer === "string") throw new Error(answer);
    expect(answer.total).toBe(wanted.length);
    return answer;
  }, 30);
  expect(wanted.length).toBeGreaterThan(2);
  expect(shown(found)).toEqual(shown(wanted));
});

it("says why a pattern isn't looked for", () => {
  const set = build(linesOf(100, 5));
  expect(set.glob("usr/share/doc/*", { limit: 5 })).toMatch(
    /^The pattern "usr\/share\/doc\/\*" is of/,
  );
  expect(set.glob("usr/bin/", { limit: 5 })).toMatch(/no name behind its last slash/);
  expect(set.glob("*".repeat(300), { limit: 5 })).toMatch(/300 characters/);
});

it("finds commands in folders of commands alone", () => {
  const folders = ["usr/bin/nginx", "sbin/nginx", "usr/lib/bin/nginx", "usr/share/nginx"];
  const set = build(folders.map((path) => ({ path, owners: ["x"] })));
  expect(shown(set.command("nginx"))).toEqual(["sbin/nginx <- x", "usr/bin/nginx <- x"]);
});

it("takes no path that Linux couldn't open, and finds none of them", () => {
  const odd = ["", "a\u0001b", "x".repeat(5000), "usr/bin/"];
  const set = build([...odd, "usr/bin/ok"].map((path) => ({ path, owners: ["x"] })));
  expect(set.path("usr/bin/ok")).toHaveLength(1);
  for (const path of odd) expect(set.path(path), path.slice(0, 9)).toEqual([]);
  expect(set.of("x", { limit: 1, after: "nonsense" }).files).toHaveLength(1);
});

it("opens a set only when it is finished, changes none, and drops all of it", () => {
  const lines = linesOf(2000, 6);
  const first = build(lines, 3);
  const unfinished = sets.build(4);
  for (const { path, owners } of lines.slice(0, 1500)) unfinished.add(path, owners);
  const steps = unfinished.finish()[Symbol.iterator]();
  steps.next();
  expect([sets.numbers(), sets.open(4)]).toEqual([[3, 4], undefined]);
  expect(new FileSets(database.sql).open(4)).toBeUndefined();
  expect(differences(first, lines, 200)).toEqual([]);
  sets.drop(4);
  expect(sets.numbers()).toEqual([3]);
  // Another set takes the number: nothing of the former one is in it.
  const second = build([{ path: "usr/bin/new", owners: ["new"] }], 4);
  expect(second.path(lines[5]?.path ?? "")).toEqual([]);
  for (const number of sets.numbers()) sets.drop(number);
  expect(rows()).toBe(0);
  expect(() => sets.build(-1)).toThrow(RangeError);
});

it("reads a set that was stored with names of commands", () => {
  const lines = linesOf(200, 11);
  build(lines);
  const former = "UPDATE file_set SET head = json_set(head, '$.shelf.commands', 1)";
  database.sql.exec(former);
  sets = new FileSets(database.sql);
  expect(differences(opened(1), lines, 20)).toEqual([]);
});

it("keeps nothing of the building", () => {
  build(linesOf(5000, 7));
  const passing = "SELECT COUNT(*) AS n FROM file_set_row WHERE (id / 16777216) % 16 IN (5, 6)";
  expect(database.sql.exec(passing).toArray()[0]?.n).toBe(0);
});

it("is found whole or not at all, wherever its building ends", () => {
  // Each name is in one of 64 parts, each of which is written by itself: few names are few steps.
  const lines = linesOf(12, 8);
  for (let step = 1; ; step++) {
    database.breakAt(step, "dies");
    try {
      build(lines, 9);
      if (database.whole) break;
    } catch {
      // The process ended there.
    }
    database.reopen();
    sets = new FileSets(database.sql);
    const set = sets.open(9);
    if (set !== undefined) expect(differences(set, lines, 1), `step ${step}`).toEqual([]);
    sets.drop(9);
    expect(rows(), `step ${step}`).toBe(0);
  }
});

function rows(): unknown {
  return database.sql.exec("SELECT COUNT(*) AS n FROM file_set_row").toArray()[0]?.n;
}
