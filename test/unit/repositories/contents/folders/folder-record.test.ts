/** One folder as bytes: any name comes back as it was, and what is no folder is found out. */
import { expect, test } from "vitest";
import { pathHash64 } from "../../../../../worker/blobs/segmented/path-hash.ts";
import {
  type FolderEntry,
  folderIn,
  foldersIn,
  maxFolderEntries,
  readFolder,
  writeFolder,
} from "../../../../../worker/repositories/contents/folders/folder-record.ts";
import { BytesOut } from "../../../../../worker/runtime/bytes-out.ts";
import { names as oddNames } from "../../directory-page/odd-names.ts";
import { seeded } from "../../origin.ts";

const sha256 = (value: number) => new Uint8Array(32).fill(value);

function written(folders: Record<string, FolderEntry[] | undefined>): Uint8Array {
  const out = new BytesOut(1);
  for (const [path, entries] of Object.entries(folders)) writeFolder(out, path, entries);
  return out.written;
}

const byUnits = (one: FolderEntry, other: FolderEntry) => (one.name < other.name ? -1 : 1);

test("names of all kinds, sizes and hashes come back, and so does what isn't told", () => {
  const all = [
    ...oddNames,
    // Halves of one character in common, and what a decoder would take for a mark.
    "\u{1f600}",
    "\u{1f601}",
    "\ufeffmarked",
    "\ufeff",
    "a",
    "ab",
    "abc",
  ];
  const entries = all
    .map(
      (name, at): FolderEntry => ({
        name,
        type: at % 3 === 0 ? "folder" : "file",
        ...(at % 2 === 0 && { size: at === 4 ? 2 ** 40 : at * 1000 }),
        ...(at % 5 === 0 && { sha256: sha256(at) }),
      }),
    )
    .sort(byUnits);
  const path = "pool/main/ü & <b>/";
  const run = written({ "": [], [path]: entries, "other/": undefined });
  expect(foldersIn(run)?.map((one) => [one.path, one.high, one.low])).toEqual(
    ["", path, "other/"].map((one) => [one, pathHash64(one).high, pathHash64(one).low]),
  );
  const read = (one: string) => readFolder(folderIn(run, one) ?? new Uint8Array());
  expect(read("")).toEqual({ entries: [] });
  expect(read(path)).toEqual({ entries });
  expect(read("other/")).toEqual({ entries: undefined });
  expect(folderIn(run, "none/")).toBeUndefined();
});

test("what looks like a mark of the order of bytes at a text's beginning is a character like others", () => {
  const run = written({ "\ufeffpath/": [{ name: "\ufeffname", type: "file" }] });
  expect(foldersIn(run)?.map(({ path }) => path)).toEqual(["\ufeffpath/"]);
  expect(readFolder(folderIn(run, "\ufeffpath/") ?? new Uint8Array())).toEqual({
    entries: [{ name: "\ufeffname", type: "file" }],
  });
});

test("a folder with more entries than are kept is there, without them", () => {
  const entries = Array.from(
    { length: maxFolderEntries + 1 },
    (_, at): FolderEntry => ({ name: String(at).padStart(6, "0"), type: "file" }),
  );
  expect(readFolder(written({ "a/": entries.slice(1) }))?.entries).toHaveLength(maxFolderEntries);
  expect(readFolder(written({ "a/": entries }))).toEqual({ entries: undefined });
});

test("bytes that are cut off or changed are no folder, or another: nothing is thrown", () => {
  const entries = ["a", "ab", "b+c", "ü"].map(
    (name, at): FolderEntry => ({ name, type: "file", size: at * 300, sha256: sha256(at) }),
  );
  const whole = written({ "pool/": entries });
  for (let length = 1; length < whole.byteLength; length++) {
    expect(foldersIn(whole.slice(0, length))).toBeUndefined();
    expect(folderIn(whole.slice(0, length), "pool/")).toBeUndefined();
  }
  const random = seeded(5);
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const changed = whole.slice();
    for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
      changed[Math.floor(random() * changed.byteLength)] = Math.floor(random() * 256);
    }
    const places = foldersIn(changed);
    const read = places?.map(({ bytes }) => readFolder(bytes));
    if (read === undefined || read.includes(undefined)) refused++;
    folderIn(changed, "pool/");
  }
  expect(refused).toBeGreaterThan(100);
});
