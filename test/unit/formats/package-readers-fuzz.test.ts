/** Every reader of packages, on bytes that nobody should write: read or refused with a place, and never anything else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { apkPackages } from "../../../worker/formats/apk/packages.ts";
import { aptPackages } from "../../../worker/formats/apt/packages.ts";
import type { IndexReader } from "../../../worker/formats/index-reader.ts";
import { usablePath } from "../../../worker/formats/index-reader.ts";
import { installedPath } from "../../../worker/formats/installed-path.ts";
import type { PackageRecord } from "../../../worker/formats/package-record.ts";
import { pacmanPackages } from "../../../worker/formats/pacman/packages.ts";
import { rpmPackages } from "../../../worker/formats/rpm/packages.ts";
import { seeded } from "../repositories/origin.ts";
import { tar } from "./packed.ts";
import { anyIndex, readEntries } from "./read-packages.ts";

type Take = (entry: unknown) => undefined;
type Make = (take: Take) => IndexReader;

const fixture = (name: string) => readFileSync(join(import.meta.dirname, name));
const none = (): IndexReader => {
  throw new Error("The kind has no such reader.");
};

const apk = tar({
  DESCRIPTION: "v3",
  APKINDEX: "P:a\nV:1-r0\nA:x86\nS:5\nD:b !c so:d=1\np:cmd:e=1\ni:f g\n\nP:b\nV:2\nA:noarch\n\n",
});
const translation =
  "Package: a\nDescription-en: one\n two\n .\n three\n\nPackage: b\nDescription-en: x\n\n";
const commands =
  "suite: s\ncomponent: main\narch: all\n\nname: a\nversion: 1\ncommands: b,c\npriority-bonus: 3\n\n";

const readers: readonly (readonly [what: string, whole: Buffer, make: Make])[] = [
  [
    "Packages",
    fixture("apt/fixtures/Packages"),
    (take) => aptPackages.packages("r", anyIndex, take),
  ],
  [
    "Translation-en",
    Buffer.from(translation),
    (take) =>
      aptPackages.descriptions?.("r", anyIndex, (name, text) => take([name, text])) ?? none(),
  ],
  [
    "Commands",
    Buffer.from(commands),
    (take) => aptPackages.commands?.("r", anyIndex, take) ?? none(),
  ],
  [
    "primary",
    fixture("rpm/fixtures/primary.xml"),
    (take) => rpmPackages.packages("r", anyIndex, take),
  ],
  [
    "filelists",
    fixture("rpm/fixtures/filelists.xml"),
    (take) => rpmPackages.files?.("r", anyIndex, (path) => take({ file: path })) ?? none(),
  ],
  [
    "updateinfo",
    fixture("rpm/fixtures/updateinfo.xml"),
    (take) => rpmPackages.advisories?.("r", anyIndex, take) ?? none(),
  ],
  [
    "comps",
    fixture("rpm/fixtures/comps.xml"),
    (take) => rpmPackages.groups?.("r", anyIndex, take) ?? none(),
  ],
  [
    "a database",
    fixture("pacman/fixtures/house.db"),
    (take) => pacmanPackages.packages("r", anyIndex, take),
  ],
  [
    "a database of files",
    fixture("pacman/fixtures/house.files"),
    (take) => pacmanPackages.files?.("r", anyIndex, (path) => take({ file: path })) ?? none(),
  ],
  ["APKINDEX", apk, (take) => apkPackages.packages("r", anyIndex, take)],
];

const spice = [
  "\0",
  "\n",
  "\n\n",
  "../",
  "<",
  "&",
  ">",
  "]]>",
  "<!DOCTYPE x [",
  "%",
  "\r",
  ":",
  "\ufffd",
  "9".repeat(400),
  "<a>".repeat(30),
  "\u{1f600}",
  "\u0001",
];

/** What is wrong with an entry that a reader gave; undefined: nothing that is known. */
function faultOf(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null) return "no object";
  if ("file" in entry) {
    const { file } = entry;
    return typeof file === "string" && installedPath(file) === file ? undefined : `path ${file}`;
  }
  if (!isRecord(entry)) return undefined;
  const { name, version, architecture, path, size, summary } = entry;
  if ([name, version, architecture].some((word) => !/^\S{1,255}$/.test(word))) return "a word";
  if (path !== undefined && !usablePath(path)) return `path ${path}`;
  if (size !== undefined && !Number.isSafeInteger(size)) return `size ${size}`;
  return summary?.includes("\n") ? "a summary of two lines" : undefined;
}

function isRecord(entry: object): entry is PackageRecord {
  return "name" in entry && "version" in entry && "architecture" in entry;
}

test.each(readers)("%s", async (what, whole, make) => {
  const random = seeded(what.length);
  const below = (limit: number) => Math.floor(random() * limit);
  let faults = 0;
  for (let round = 0; round < 120; round++) {
    let bytes = Buffer.from(whole);
    for (let change = below(4); change >= 0; change--) {
      const [from = 0, to = 0] = [below(bytes.length), below(bytes.length)].sort((a, b) => a - b);
      const put = Buffer.from(spice[below(spice.length)] ?? "");
      const kind = below(4);
      if (kind === 0) bytes[from] = below(256);
      else if (kind === 1) bytes = bytes.subarray(0, to);
      else if (kind === 2)
        bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from)]);
      else bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    }
    const read = await readEntries<unknown>(make, bytes, 20 + below(3000));
    const failing = `round ${round}: ${bytes.toString("base64")}`;
    for (const entry of read.entries) expect(faultOf(entry), failing).toBe(undefined);
    if (read.refused !== undefined || read.leftOut !== undefined) faults++;
    if (read.refused === undefined) continue;
    expect(read.refused, failing).toMatch(
      /^(?:near |before )?(?:byte|stanza|package|update|group) \d+.*: /,
    );
  }
  expect(faults).toBeGreaterThan(25);
});
