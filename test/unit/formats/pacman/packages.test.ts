/** What pacman's databases tell of packages, held against what pacman 6.0.2 prints of the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pacmanPackages } from "../../../../worker/formats/pacman/packages.ts";
import { tar } from "../packed.ts";
import { readFiles, readPackages } from "../read-packages.ts";

/** By repo-add of pacman 6.0.2, of two packages that tar made. */
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name));
const root = "house/os/x86_64/house.db";

/** As `pacman -Si lamp lamp-libs` prints it. */
const lamps = [
  {
    name: "lamp",
    version: "2:1.4rc1-3",
    architecture: "x86_64",
    summary: "A lamp that glows („warm“)",
    source: "lighting",
    section: "lights house",
    homepage: "https://lamp.example/",
    license: "GPL-2.0-or-later, custom:Lamp",
    maintainer: "Ada Példa <ada@example.org>",
    path: "house/os/x86_64/lamp-2:1.4rc1-3-x86_64.pkg.tar.gz",
    size: 563,
    // sha256sum.
    sha256: "b96dca26353107afc094ffaf52dec14244ec966326c24c2ec72f0320fe43fdd1",
    installedSize: 4242,
    built: Date.UTC(2023, 10, 14, 22, 13, 20) / 1000,
    relations: {
      provides: ["light=5", "liblamp.so=1-64"],
      depends: ["oil>=1:2.0", "wick"],
      suggests: ["shade: for reading, a=b", "matches"],
      conflicts: ["torch<4"],
      replaces: ["candle"],
    },
  },
  {
    name: "lamp-libs",
    version: "9-1",
    architecture: "any",
    summary: "Libraries",
    homepage: "https://lamp.example/",
    license: "MIT",
    maintainer: "Ada",
    path: "house/os/x86_64/lamp-libs-9-1-any.pkg.tar.gz",
    size: 319,
    sha256: "ab22d5448dfd4eac710da9089e2dcdb8f70b1ebe57579a4414fb1d93bdc5ec7c",
    installedSize: 1,
    built: Date.UTC(2023, 10, 14, 22, 13, 21) / 1000,
  },
];

test.each(["house.db", "house.files"])("all packages of %s", async (name) => {
  expect(await readPackages(pacmanPackages, root, fixture(name))).toEqual({ entries: lamps });
});

test("files, without folders", async () => {
  // `pacman -Fl lamp lamp-libs`.
  expect(await readFiles(pacmanPackages, fixture("house.files"))).toEqual({
    entries: [
      "lamp usr/bin/glow",
      "lamp usr/share/lamp/read me.txt",
      "lamp-libs usr/lib/liblamp.so",
    ],
  });
});

test("relations of old databases are in a file of their own", async () => {
  const own = "%NAME%\na\n\n%VERSION%\n1-1\n\n%ARCH%\nany\n";
  const text = tar({ "a-1-1/desc": own, "a-1-1/depends": "%DEPENDS%\nb\nc>1\n" });
  const { entries } = await readPackages(pacmanPackages, root, text);
  expect(entries).toEqual([
    { name: "a", version: "1-1", architecture: "any", relations: { depends: ["b", "c>1"] } },
  ]);
});

test("what has no name is left out", async () => {
  const own = (name: string) => `%NAME%\n${name}\n\n%VERSION%\n1-1\n\n%ARCH%\nany\n`;
  const text = tar({ "a-1-1/desc": own("a"), "b-1-1/desc": own(""), "c-1-1/desc": own("c") });
  const { entries, leftOut } = await readPackages(pacmanPackages, root, text);
  expect(entries.map(({ name }) => name)).toEqual(["a", "c"]);
  expect(leftOut).toEqual({
    count: 1,
    first: "package 2 (b-1-1): has no NAME, or none that is one",
  });
});

test("a file whose path is none costs the others nothing", async () => {
  const text = tar({ "a-1-1/files": "%FILES%\nusr/\nusr/a\u0001\nusr/b\n\nusr/c\n" });
  const { entries, refused } = await readFiles(pacmanPackages, text);
  expect(entries).toEqual(["a usr/b"]);
  expect(refused).toMatch(/^package 1 \(a-1-1\): has a file whose path is none$/);
});

test("texts and lines without end are refused", async () => {
  const long = tar({ "a-1-1/desc": "x".repeat(2 ** 20 + 1) });
  expect((await readPackages(pacmanPackages, root, long)).refused).toMatch(
    /^package 1 \(a-1-1\/desc\): longer than 1048576 bytes$/,
  );
  const line = tar({ "a-1-1/files": `%FILES%\n${"x".repeat(40_000)}` });
  expect((await readFiles(pacmanPackages, line)).refused).toMatch(
    /^package 1 \(a-1-1\): a line longer than 16384 characters$/,
  );
  const blanks = `a${" ".repeat(300_000)}b`;
  expect(pacmanPackages.namesIn(blanks)[0]).toHaveLength(blanks.length);
});

test.each([
  ["lib=1.2", "lib"],
  ["oil>=1:2.0", "oil"],
  ["torch<4", "torch"],
  ["shade: for reading, a=b", "shade"],
  ["perl(A::B)", "perl(A::B)"],
  ["liblamp.so=1-64", "liblamp.so"],
  ["", ""],
])("names in %s", (entry, names) => {
  expect(pacmanPackages.namesIn(entry).join(" ")).toBe(names);
});
