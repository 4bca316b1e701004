import { readFileSync } from "node:fs";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readIndexStream } from "../../../../worker/formats/read-index-stream.ts";
import { seeded, sha256 } from "../../repositories/origin.ts";
import {
  counted,
  countedText,
  indexAt,
  inPieces,
  pzstd,
  pzstdText,
  xz,
  xzFile,
  xzStored,
  zck,
  zckText,
} from "../packed.ts";

const text = Buffer.from("a line of text\n".repeat(20_000));

/** Unpacks as an index would be, into one text. */
async function unpack(
  bytes: Uint8Array,
  pieceLength = 1000,
  limits?: { compressedBytes: number; rawBytes: number },
) {
  const raw: Uint8Array[] = [];
  const reader = { push: (piece: Uint8Array) => void raw.push(piece.slice()), end() {} };
  const read = await readIndexStream(inPieces(bytes, pieceLength), reader, {
    xz,
    ...(limits && { limits }),
  });
  return { read, raw: Buffer.concat(raw) };
}

const zstd = (bytes: Uint8Array) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

describe("is unpacked, by what its bytes are", () => {
  const half = text.length / 2;
  const [first, second] = [text.subarray(0, half), text.subarray(half)];
  test.each([
    ["plain", text],
    ["gzip", gzipSync(text)],
    ["gzip of two members", Buffer.concat([gzipSync(first), gzipSync(second)])],
    ["gzip with a zero byte behind", Buffer.concat([gzipSync(text), Buffer.of(0)])],
    ["gzip with zero bytes behind", Buffer.concat([gzipSync(text), Buffer.alloc(300_001)])],
    ["zstd", zstd(text)],
    ["zstd without a checksum", zstdCompressSync(text)],
    ["zstd of three frames", Buffer.concat([zstd(first), zstd(Buffer.of()), zstd(second)])],
    ["xz of one block", xzStored([text])],
    ["xz of two blocks", xzStored([first, second])],
    [
      "xz of two streams",
      Buffer.concat([xzStored([first]), xzStored([second], { dictionary: 24 })]),
    ],
    [
      "xz of two streams and an empty one",
      Buffer.concat([xzStored([first, second]), xzStored([])]),
    ],
  ])("%s", async (_what, packed) => {
    for (const pieceLength of [1 + (packed.length % 97), 4096, packed.length]) {
      const { read, raw } = await unpack(packed, pieceLength);
      expect(read).toEqual({
        sha256: sha256(packed),
        compressedBytes: packed.length,
        rawBytes: text.length,
      });
      expect(raw.equals(text)).toBe(true);
    }
  });

  test("xz as XZ Utils make it, byte by byte", async () => {
    const { raw } = await unpack(counted, 1);
    expect(raw.toString()).toBe(countedText);
  });

  /** RFC 8878 section 3.1.2, of any of the sixteen numbers. */
  const skippable = (number: number, bytes: number) =>
    Buffer.concat([
      Buffer.of(0x50 + number, 0x2a, 0x4d, 0x18, bytes, 0, 0, 0),
      Buffer.alloc(bytes, 7),
    ]);

  test.each([
    ["as pzstd makes it", pzstd, pzstdText],
    ["two of pzstd's, one behind the other", Buffer.concat([pzstd, pzstd]), pzstdText.repeat(2)],
    ["at the end", Buffer.concat([zstd(text), skippable(15, 9)]), text.toString()],
    [
      "an empty one, and several",
      Buffer.concat([skippable(3, 0), skippable(4, 200), zstd(text)]),
      text.toString(),
    ],
    ["and nothing else", skippable(0, 5), ""],
  ])("zstd with a frame that is to be skipped: %s", async (_what, packed, wanted) => {
    for (const pieceLength of [1, 7, 4096]) {
      const { read, raw } = await unpack(packed, pieceLength);
      expect(read).toMatchObject({ sha256: sha256(packed), rawBytes: wanted.length });
      expect(raw.toString() === wanted).toBe(true);
    }
  });

  test.each([1, 39, 4096])("zchunk, in pieces of %i bytes", async (pieceLength) => {
    const { read, raw } = await unpack(zck, pieceLength);
    expect(read).toMatchObject({ sha256: sha256(zck), rawBytes: zckText.length });
    expect(raw.toString()).toBe(zckText);
  });

  test("an empty file", async () => {
    expect((await unpack(Buffer.of())).read).toMatchObject({ rawBytes: 0, compressedBytes: 0 });
  });
});

/** Without the first block, which stores `text`; the index goes on to tell of it. */
function xzWithout(bytes: Buffer, text: Buffer): Buffer {
  const behind = indexAt(xzStored([text]));
  return Buffer.concat([bytes.subarray(0, 12), bytes.subarray(behind)]);
}

describe("is refused with its place", () => {
  const at = (bytes: Buffer, where: number) => `byte ${bytes.length + where} of the file`;
  const packed = { gzip: gzipSync(text), zstd: zstd(text), xz: xzStored([text]) };
  const garbage = Buffer.from("garbage");

  test.each(Object.entries(packed))("%s that is cut off", async (_name, bytes) => {
    for (const cut of [1, 5, Math.floor(bytes.length / 2), bytes.length - 8]) {
      const { read } = await unpack(bytes.subarray(0, -cut));
      expect(read).toEqual({
        refused: expect.stringMatching(/^(near |before )?byte \d+ of the file: /),
      });
    }
    const { read } = await unpack(bytes.subarray(0, -1));
    expect(read).toEqual({ refused: expect.stringContaining(at(bytes, -1)) });
  });

  test.each(Object.entries(packed))("%s with more behind", async (name, bytes) => {
    const mixed = Buffer.concat([Buffer.alloc(2001), garbage]);
    // Whole words of zeros are padding in xz, all zeros in gzip.
    const zeros = name === "gzip" ? [] : [Buffer.alloc(2001), Buffer.of(0)];
    for (const more of [garbage, mixed, ...zeros]) {
      const { read } = await unpack(Buffer.concat([bytes, more]));
      expect(read).toEqual({
        refused: expect.stringMatching(/behind|cut off|header|end of file|frame descriptor/),
      });
    }
  });

  test.each(Object.entries(packed))(
    "%s with one byte changed is refused, or the same",
    async (_name, bytes) => {
      const random = seeded(5);
      for (let round = 0; round < 60; round++) {
        const changed = Buffer.from(bytes);
        const where = Math.floor(random() * bytes.length);
        changed[where] = (changed[where] ?? 0) ^ (1 << Math.floor(random() * 8));
        const { read } = await unpack(changed, 8192);
        // The hash of the file tells the rest; xz without a check stores what it is given.
        if (!("refused" in read)) expect(read.sha256).not.toBe(sha256(bytes));
      }
    },
  );

  test.each([7, 10, 14])("zstd whose frame to be skipped is cut off at %i bytes", async (bytes) => {
    const { read } = await unpack(pzstd.subarray(0, bytes));
    expect(read).toEqual({ refused: `byte ${bytes} of the file: cut off` });
  });

  test("the connection breaks", async () => {
    let sent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new Error("reset"));
        else controller.enqueue(packed.gzip.subarray(0, 300));
        sent = true;
      },
    });
    const read = await readIndexStream(body, { push() {}, end() {} });
    expect(read).toEqual({ refused: "byte 300 of the file: broken off" });
  });

  test.each([
    ["bzip2", Buffer.from("BZh91AY&SY"), /bzip2/],
    ["an unknown dictionary", xzStored([text], { dictionary: 41 }), /dictionary of a size that/],
    [
      "the same in a later stream",
      Buffer.concat([xzStored([text]), xzStored([text], { dictionary: 255 })]),
      /dictionary of a size that/,
    ],
    [
      "a block's head that was changed",
      Buffer.from(xzStored([text])).fill(24, 16, 17),
      /^byte 24 of the file: a block's head with another checksum/,
    ],
    [
      "a block of another length than told",
      xzStored([text], { sized: text.length - 1 }),
      /a block of another length than its head says/,
    ],
    [
      "a number without end in a block's head",
      xzStored([text], { sized: 2 ** 64 }),
      /a number of more than nine bytes/,
    ],
    [
      "endless padding",
      Buffer.concat([xzStored([text]), Buffer.alloc(1024 * 1024 + 8)]),
      /more than 1048576 bytes of padding/,
    ],
    [
      "zchunk with a dictionary",
      Buffer.from(zck).fill(0x81, 93, 94),
      /a zchunk dictionary is needed/,
    ],
    ["zchunk packed otherwise", Buffer.from(zck).fill(0x80, 73, 74), /isn't packed with zstd/],
    ["zchunk with a feature", Buffer.from(zck).fill(0x81, 72, 73), /a feature of zchunk/],
    ["zchunk with an unknown hash", Buffer.from(zck).fill(0xff, 5, 6), /hash of an unknown type/],
    [
      "zchunk with an endless number",
      Buffer.from(zck).fill(0, 6, 20),
      /number of more than 8 bytes/,
    ],
    ["another filter", xzStored([text], { filter: 0x04 }), /filter/],
    ["a feature from later", xzStored([text], { check: 16 }), /feature of xz that isn't known/],
    [
      "another filter with sizes",
      xzStored([text], { filter: 0x04, sized: true }),
      /a filter that isn't LZMA2/,
    ],
    ["an index of other blocks", xzWithout(xzStored([text, text]), text), /index that isn't that/],
    [
      "another stream's footer",
      Buffer.concat([xzStored([text]).subarray(0, -12), xzStored([]).subarray(-12)]),
      /^byte \d+ of the file: an xz footer that isn't that of its stream/,
    ],
    // RFC 8878, 3.1.1.1.2: exponent 15 is a window of 32 MiB.
    [
      "a zstd window above 16 MiB",
      Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, 15 << 3, 1, 0, 0),
      /window of 33554432 /,
    ],
    ["a zstd dictionary", Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 1, 0, 1, 0, 0), /dictionary is needed/],
  ])("%s", async (_what, bytes, says) => {
    const { read } = await unpack(bytes);
    expect(read).toEqual({ refused: expect.stringMatching(says) });
    expect(read).toEqual({ refused: expect.stringMatching(/^byte \d+ of the file: /) });
  });

  test("xz where nobody can unpack it", async () => {
    const read = await readIndexStream(inPieces(packed.xz, 100), { push() {}, end() {} });
    expect(read).toEqual({
      refused: "byte 0 of the file: compressed with xz, which isn't read here",
    });
  });

  test("bombs, before they are unpacked", async () => {
    const limits = { compressedBytes: 1_000_000, rawBytes: 3_000_000 };
    const zeros = Buffer.alloc(40_000_000);
    for (const bomb of [gzipSync(zeros), zstd(zeros)]) {
      let longest = 0;
      const reader = {
        push(piece: Uint8Array) {
          longest += piece.byteLength;
        },
        end() {},
      };
      const read = await readIndexStream(inPieces(bomb, 4096), reader, { xz, limits });
      expect(read).toEqual({ refused: expect.stringMatching(/unpacked.*more than 3000000 bytes/) });
      expect(longest).toBeLessThanOrEqual(3_000_000);
    }
    const { read } = await unpack(Buffer.alloc(1_000_001, 10), 65_536, limits);
    expect(read).toEqual({ refused: "byte 983040 of the file: larger than 1000000 bytes" });
  });

  test("endless streams and frames of nothing", async () => {
    const empty = { xz: xzStored([]), zstd: zstd(Buffer.of()) };
    for (const bytes of Object.values(empty)) {
      const { read } = await unpack(
        Buffer.concat(Array.from({ length: 1002 }, () => bytes)),
        65_536,
      );
      expect(read).toEqual({ refused: expect.stringMatching(/more than 1000 /) });
    }
  });
});

test("the Wasm is what xz-decompress carries", () => {
  const carrier = readFileSync(new URL(import.meta.resolve("xz-decompress")), "utf8");
  const [, base64 = ""] = /data:application\/wasm;base64,([^"]+)"/.exec(carrier) ?? [];
  expect(Buffer.from(base64, "base64").equals(readFileSync(xzFile))).toBe(true);
});
