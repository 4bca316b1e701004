/** Debian's `Contents`: which lines give which paths and owners, wherever pieces end. */
import { expect, it } from "vitest";
import { ContentsReader } from "../../../../worker/formats/apt/contents-reader.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What a reader gives for pieces, each line as `path <- owners`. */
function read(...pieces: (string | Uint8Array)[]) {
  return readInto(pieces, false);
}

/** @param asBytes printable ASCII is taken as bytes, and what else there is as text */
function readInto(pieces: readonly (string | Uint8Array)[], asBytes: boolean) {
  const files: string[] = [];
  const owners: (readonly string[])[] = [];
  const take = (path: string, names: readonly string[]) => {
    files.push(`${path} <- ${names.join(" ")}`);
    owners.push(names);
    return undefined;
  };
  const decoder = new TextDecoder();
  const takeBytes = (bytes: Uint8Array, from: number, to: number, names: readonly string[]) => {
    const path = decoder.decode(bytes.subarray(from, to));
    if (!/^[ -~]+$/.test(path)) throw new Error(`${path} isn't plain`);
    return take(path, names);
  };
  const reader = asBytes ? new ContentsReader(take, takeBytes) : new ContentsReader(take);
  for (const piece of pieces) reader.push(typeof piece === "string" ? bytesOf(piece) : piece);
  reader.end();
  return { files, owners, leftOut: reader.leftOut };
}

it("gives each path with its packages, without their sections", () => {
  const { files, leftOut } = read(
    "bin/abpoa                    science/abpoa\n",
    "usr/bin/a\tcontrib/net/b,admin/c\n",
    "usr/share/My  Game/a file    non-free/games/x\n",
    "/usr/lib/y \t libs/y\r\n",
    "usr/lib/systemd/system/a\\x2db.service admin/z",
  );
  expect(files).toEqual([
    "bin/abpoa <- abpoa",
    "usr/bin/a <- b c",
    "usr/share/My  Game/a file <- x",
    "usr/lib/y <- y",
    "usr/lib/systemd/system/a\\x2db.service <- z",
  ]);
  expect(leftOut).toBeUndefined();
});

it("passes over what stands above an old header", () => {
  const header = "This file maps each file to\nthe package it is from.\n\nFILE          LOCATION\n";
  const { files, leftOut } = read(header, "bin/a        base/a\n", "oops\n");
  expect(files).toEqual(["bin/a <- a"]);
  expect(leftOut).toEqual({ count: 1, first: "line 6: no path with a package behind it" });
});

it("gives the same list for the same text of owners", () => {
  const { owners } = read("a x/one\n", "b x/one\n", "c x/two\n", "d x/one\n");
  expect(owners[1]).toBe(owners[0]);
  expect(owners[3]).toBe(owners[0]);
});

it("gives paths of printable ASCII as bytes to whom takes them so", () => {
  const pieces = ["/usr/bin/a x/a,y/b\n", "usr/café x/y\nusr/my file\tx/y\r\n"];
  const { files } = readInto(pieces, true);
  expect(files).toEqual(["usr/bin/a <- a b", "usr/café <- y", "usr/my file <- y"]);
});

it("remembers each of many lists of owners by all of its bytes", () => {
  const lines = Array.from(
    { length: 70_000 },
    (_, at) => `f${at} s/p${at % 69_000},s/q${at % 7}\n`,
  );
  const { files } = readInto([lines.join("")], true);
  expect(files).toEqual(lines.map((_, at) => `f${at} <- p${at % 69_000} q${at % 7}`));
});

it("takes UTF-8, and leaves out with a sentence what isn't", () => {
  const latin = Uint8Array.from("usr/caf\u00e9 x/y\n", (unit) => unit.charCodeAt(0));
  const { files, leftOut } = read("usr/café x/y\n", latin, "usr/plain x/y\n");
  expect(files).toEqual(["usr/café <- y", "usr/plain <- y"]);
  expect(leftOut?.count).toBe(1);
  expect(leftOut?.first).toMatch(/^line 2: a path that isn't UTF-8/);
});

it.each([
  ["a path alone", "usr/bin/a\n"],
  ["a package alone", " x/a\n"],
  ["a folder", "usr/bin/ x/a\n"],
  ["a package without a name", "usr/bin/a x/a,y/\n"],
  ["a control character", "usr/b\x01in x/a\n"],
  ["a deleted character", "usr/bin/abcdefgh\x7f x/a\n"],
])("leaves out %s", (_, line) => {
  const { files, leftOut } = read("usr/bin/good x/good\n", line, "\n", "usr/bin/last x/last\n");
  expect(files).toEqual(["usr/bin/good <- good", "usr/bin/last <- last"]);
  expect(leftOut?.count).toBe(1);
  expect(leftOut?.first).toMatch(/^line 2: /);
});

it("refuses a NUL, a line without end and a file that has nothing else", () => {
  expect(() => read(`${"usr/bin/good x/good\n".repeat(3)}a\0b x/a\n`)).toThrow(
    "byte 61 unpacked: a NUL",
  );
  expect(() => read("a x/a\n", "b".repeat(20_000), "c")).toThrow("line 2: longer than 16384 bytes");
  expect(() => read("nothing\nat-all\n")).toThrow("line 1: no path with a package behind it");
  expect(read("").files).toEqual([]);
});

/** The same numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it("reads the same wherever pieces end, and crashes for no bytes", () => {
  const alphabet = [..."ab/ \t\n\r,x."].map((one) => one.charCodeAt(0)).concat(0xc3, 0xa9, 0x7f, 1);
  for (let seed = 1; seed <= 100; seed++) {
    const next = numbers(seed);
    const bytes = Uint8Array.from({ length: next(10_000) }, () => alphabet[next(14)] ?? 0);
    const cuts = Array.from({ length: next(20) }, () => next(bytes.length + 1)).sort(
      (a, b) => a - b,
    );
    const pieces = [0, ...cuts].map((from, at) => bytes.slice(from, cuts[at] ?? bytes.length));
    const whole = outcome([bytes], false);
    expect(outcome(pieces, false), `seed ${seed}`).toEqual(whole);
    expect(outcome(pieces, true), `seed ${seed}, as bytes`).toEqual(whole);
  }
});

function outcome(pieces: Uint8Array[], asBytes: boolean) {
  try {
    const { files, leftOut } = readInto(pieces, asBytes);
    return { files, leftOut };
  } catch (error) {
    return error instanceof Error ? error.name + error.message : error;
  }
}
