import { describe, expect, test } from "vitest";
import { pathHash64 } from "../../../../worker/blobs/segmented/path-hash.ts";
import { inputParts, partOf } from "../../../../worker/blobs/segmented/segments.ts";
import type { IndexedFile } from "../../../../worker/formats/indexed-file.ts";
import { Records, recordBytes } from "../../../../worker/repositories/contents/file-record.ts";
import { IndexContentsBuilder } from "../../../../worker/repositories/contents/index-contents.ts";
import {
  ContentsHead,
  ContentsRecords,
  contentsBlob,
  contentsHeadBytes,
} from "../../../../worker/repositories/contents/index-contents-blob.ts";
import { hex, listing, path } from "./presence/stored-presence.ts";

const file = { path: "a", size: 1, sha256: hex(1) };

test.each<[string, IndexedFile, string | undefined]>([
  ["the same again", file, undefined],
  ["the same with less told", { path: "a" }, undefined],
  ["another size", { ...file, size: 2 }, "lists a again with another size or SHA-256"],
  ["another hash", { ...file, sha256: hex(2) }, "lists a again with another size or SHA-256"],
])("a file that comes again: %s", (_what, again, fault) => {
  const builder = new IndexContentsBuilder();
  expect(builder.add(file)).toBeUndefined();
  expect(builder.add(again)).toBe(fault);
  expect(builder.count).toBe(1);
});

test("learns what is told later", () => {
  const { records } = listing([
    { path: "a", size: 5 },
    { path: "b" },
    { path: "a", sha256: hex(9) },
  ]);
  expect(records.count).toBe(2);
  expect(records.size(0)).toBe(5);
  expect(Buffer.from(records.sha256(0) ?? []).toString("hex")).toBe(hex(9));
  expect([records.size(1), records.sha256(1)]).toEqual([undefined, undefined]);
});

describe("a listing blob", () => {
  const files = Array.from({ length: 5000 }, (_, at) => ({ path: path(at), size: at }));
  const bytes = contentsBlob(listing(files));

  test("has what was listed, and nothing else", () => {
    const read = ContentsRecords.read(bytes);
    expect(read?.count).toBe(5000);
    for (const one of files) expect(read?.has(one.path)).toBe(true);
    for (let at = 5000; at < 10_000; at++) expect(read?.has(path(at))).toBe(false);
    expect(ContentsRecords.read(contentsBlob(listing([])))?.has("a")).toBe(false);
  });

  test("is the same in whatever order the files came", () => {
    expect(contentsBlob(listing(files.toReversed()))).toEqual(bytes);
  });

  test("a run of parts is in one place, sorted", () => {
    const head = ContentsHead.read(bytes.subarray(0, contentsHeadBytes));
    const paths = new Map(
      files.map((one) => [Object.values(pathHash64(one.path)).join(), one.size]),
    );
    for (const [from, to] of [
      [0, 1],
      [7, 7],
      [30, 90],
      [255, inputParts],
      [0, inputParts],
    ] as const) {
      const { offset, length } = head?.place(from, to) ?? { offset: 0, length: -1 };
      const records = new Records(bytes.subarray(offset, offset + length));
      const expected = files.filter(({ path: one }) => {
        const part = partOf(pathHash64(one));
        return from <= part && part < to;
      });
      expect(records.count).toBe(expected.length);
      for (let at = 0; at < records.count; at++) {
        const { high, low } = records.hash(at);
        expect(paths.get([high, low].join())).toBe(records.size(at));
        if (at > 0) expect(records.compare(at - 1, high, low)).toBeLessThan(0);
      }
    }
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["cut off", (one) => one.subarray(0, -1)],
    ["a head alone", (one) => one.subarray(0, contentsHeadBytes)],
    ["nothing", () => new Uint8Array()],
    ["another format", (one) => one.fill(0, 0, 1)],
    ["parts out of order", (one) => one.fill(255, 20, 24)],
    ["a first part that doesn't begin it", (one) => one.fill(1, 7, 8)],
  ])("bytes that aren't one: %s", (_what, change) => {
    expect(ContentsRecords.read(change(bytes.slice()))).toBeUndefined();
  });

  test("of two paths with one hash, neither is in it", () => {
    const builder = new IndexContentsBuilder();
    builder.add({ path: "one", size: 1 });
    builder.add({ path: "other", size: 3 });
    const made = builder.listing();
    // Its record says that it is of another path with that hash.
    const tail = recordBytes - 4;
    made.records.view.setUint32(tail, made.records.view.getUint32(tail) ^ 1);
    expect(builder.add({ path: "one", size: 2 })).toBeUndefined();
    expect(builder.add({ path: "one", size: 4 })).toBeUndefined();
    // Only its mark keeps the first of them out, when what is left of its record is its own.
    made.records.view.setUint32(tail, made.records.view.getUint32(tail) ^ 1);
    const { high, low } = pathHash64("one");
    const name = [high, low].map((part) => part.toString(16).padStart(8, "0")).join("");
    expect(builder.listing().collisions).toEqual([name]);
    const read = ContentsRecords.read(contentsBlob(builder.listing()));
    expect([read?.count, read?.has("one"), read?.has("other")]).toEqual([1, false, true]);
  });

  test("a path with the hash of one that is listed isn't listed itself", () => {
    const made = listing([{ path: "one", size: 1 }]);
    const tail = recordBytes - 4;
    made.records.view.setUint32(tail, made.records.view.getUint32(tail) ^ 1);
    const read = ContentsRecords.read(contentsBlob(made));
    expect([read?.count, read?.has("one")]).toEqual([1, false]);
  });
});
