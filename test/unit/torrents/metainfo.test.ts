import { expect, test } from "vitest";
import { FileHashes } from "../../../worker/torrents/file-hashes.ts";
import {
  infoHash,
  maxTorrentBytes,
  metainfo,
  type Pieces,
  pieceLengthOf,
} from "../../../worker/torrents/metainfo.ts";
import { told, yes } from "./torrent-bytes.ts";

function read(bytes: Uint8Array, chunk: number): { sha256: string; pieces: Pieces } {
  const hashes = new FileHashes(bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += chunk) hashes.add(bytes.subarray(at, at + chunk));
  return hashes.end();
}

test("a file has the hashes that sha256sum, mktorrent and transmission-show tell, in whatever parts it comes", () => {
  const file = yes(told.size);
  for (const chunk of [999_983, 262_144, 300_000, 65_536, 4_095]) {
    const { sha256, pieces } = read(file, chunk);
    expect(sha256).toBe(told.sha256);
    expect(infoHash(told.name, pieces)).toBe(told.infoHash);
    expect(infoHash(told.otherName, pieces)).toBe(told.otherInfoHash);
  }
});

test("a file that ends with a piece has no empty piece after it", () => {
  const { pieces } = read(yes(2 * 262_144), 100_000);
  expect(pieces.sha1).toHaveLength(40);
});

test("the same file is the same torrent, wherever it is had from and whenever it was read", () => {
  const { pieces } = read(yes(told.size), told.size);
  const one = metainfo(pieces, {
    name: "a.iso",
    webSeeds: ["http://x/a.iso"],
    comment: "x",
    readAt: 0,
  });
  const other = metainfo(pieces, { name: "a.iso", webSeeds: [], comment: "y", readAt: 9e11 });
  const info = (bytes: Uint8Array) =>
    /4:info(d.*?e)8:url-list/s.exec(Buffer.from(bytes).toString("latin1"))?.[1];
  expect(info(one)).toBe(info(other));
  expect(info(one)).toBeDefined();
});

test("pieces are powers of two, 2,048 at most, until they are as large as clients take", () => {
  const kib = 1024;
  const gib = kib ** 3;
  expect(pieceLengthOf(1)).toBe(256 * kib);
  expect(pieceLengthOf(512 * kib ** 2)).toBe(256 * kib);
  expect(pieceLengthOf(512 * kib ** 2 + 1)).toBe(512 * kib);
  for (const size of [0.3, 0.7, 3.9, 4.7, 16, 31].map((some) => Math.floor(some * gib))) {
    const length = pieceLengthOf(size);
    expect(Number.isInteger(Math.log2(length))).toBe(true);
    expect(Math.ceil(size / length)).toBeLessThanOrEqual(2048);
    expect(Math.ceil(size / length)).toBeGreaterThan(700);
  }
  expect(pieceLengthOf(maxTorrentBytes)).toBe(16 * kib ** 2);
  expect(maxTorrentBytes / gib).toBe(64);
});

test("neither more bytes nor fewer than the file has are taken for it", () => {
  const hashes = new FileHashes(10);
  hashes.add(yes(9));
  expect(() => hashes.end()).toThrow("9 of 10 bytes");
  expect(() => hashes.add(yes(2))).toThrow("more than 10 bytes");
  hashes.add(yes(1));
  expect(() => hashes.add(yes(1))).toThrow("more than 10 bytes");
});
