/** xz whose declared dictionary is larger than what it is allowed: the declaration is lowered before it is unpacked. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Framing } from "../../../../worker/formats/compression/framing.ts";
import {
  maxXzDictionaryBytes,
  xzHead,
  xzStructure,
} from "../../../../worker/formats/compression/xz-structure.ts";
import { compressedByte } from "../../../../worker/formats/index-refused.ts";
import { readIndexStream } from "../../../../worker/formats/read-index-stream.ts";
import { packagesIndex } from "../../../trials/metadata-costs-index.ts";
import { seeded } from "../../repositories/origin.ts";
import { indexAt, inPieces, xz, xzStored } from "../packed.ts";

const mebi = 1024 * 1024;

/** What xz itself makes of bytes; undefined where this machine hasn't got it. */
function packed(bytes: Uint8Array, ...options: string[]): Buffer | undefined {
  const { stdout, status } = spawnSync("xz", ["-c", ...options], {
    input: bytes,
    maxBuffer: 256 * mebi,
    timeout: 60_000,
  });
  return status === 0 ? stdout : undefined;
}

/** The dictionary of -9, without its seconds of looking for the best. */
const quick = "--lzma2=preset=0,dict=64MiB";
const hasXz = packed(Buffer.of()) !== undefined;

async function unpack(bytes: Uint8Array, pieceLength = 50_000) {
  const raw: Uint8Array[] = [];
  const reader = { push: (piece: Uint8Array) => void raw.push(piece.slice()), end() {} };
  const read = await readIndexStream(inPieces(bytes, pieceLength), reader, { xz });
  return { refused: "refused" in read ? read.refused : undefined, raw: Buffer.concat(raw) };
}

/** What the decoder is given, and what was told of capped dictionaries. */
function filtered(bytes: Uint8Array, pieceLength: number): { given: Buffer; capped: number[] } {
  const capped: number[] = [];
  const structure = (refuse: (what: string) => never) =>
    xzStructure(refuse, (declared) => capped.push(declared));
  const framing = new Framing(structure, compressedByte);
  const given: Uint8Array[] = [xzHead];
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const piece = bytes.subarray(at, at + pieceLength);
    for (const span of framing.push(piece)) given.push(Buffer.from(span.bytes));
  }
  framing.end();
  return { given: Buffer.concat(given), capped };
}

describe("the declared dictionary is lowered", () => {
  const text = Buffer.from("a line of text\n".repeat(1000));
  // Codes of section 5.3.1: 40 is 4 GiB less one byte, 24 is 16 MiB, 4 is 16 KiB, 3 is 12 KiB.
  test.each([
    ["to what is allowed", { dictionary: 40 }, 24, [2 ** 32]],
    ["to the block's own length", { dictionary: 40, sized: true }, 4, []],
    ["not where it is small", { dictionary: 3, sized: true }, 3, []],
    ["not where it is what is allowed", { dictionary: 24 }, 24, []],
  ])("%s", (_what, form, dictionary, declared) => {
    const checked = { ...form, check: 10 };
    const bytes = Buffer.concat([
      xzStored([text], checked),
      Buffer.alloc(8),
      xzStored([text], form),
    ]);
    // One stream of both blocks, with heads that tell nothing else, and up to its index.
    const whole = xzStored([text, text], { dictionary });
    const lowered = whole.subarray(0, indexAt(whole));
    for (const pieceLength of [1, 2, 7, 13, 20, 100, bytes.length]) {
      const { given, capped } = filtered(bytes, pieceLength);
      expect(given.equals(lowered)).toBe(true);
      expect(capped).toEqual([...declared, ...declared]);
    }
  });

  test("however many sizes the blocks of a file ask for, few are allocated", async () => {
    const blockOf = (dictionary: number) => {
      const stream = xzStored([text], { dictionary });
      return stream.subarray(12, indexAt(stream));
    };
    // One stream for each size, rising.
    const bytes = Buffer.concat(
      Array.from({ length: 25 }, (_, dictionary) => xzStored([text], { dictionary })),
    );
    let most = 0;
    let count = 0;
    const push = (piece: Uint8Array) => {
      count += piece.byteLength;
      // A piece is in the decoder's memory.
      most = Math.max(most, piece.buffer.byteLength);
    };
    const read = await readIndexStream(inPieces(bytes, 5000), { push, end() {} }, { xz });
    expect(read).toMatchObject({ rawBytes: 25 * text.length });
    expect(count).toBe(25 * text.length);
    expect(most).toBeGreaterThan(maxXzDictionaryBytes);
    expect(most).toBeLessThan(maxXzDictionaryBytes + 2 * mebi);
    const given = filtered(bytes, bytes.length).given;
    const blocks = [blockOf(0), ...Array.from({ length: 24 }, () => blockOf(24))];
    expect(given.subarray(12).equals(Buffer.concat(blocks))).toBe(true);
  });

  test("what it is given isn't written to", () => {
    const bytes = xzStored([text], { dictionary: 40 });
    const before = Buffer.from(bytes);
    filtered(bytes, bytes.length);
    expect(bytes.equals(before)).toBe(true);
  });
});

describe.skipIf(!hasXz)("as xz packs it", () => {
  const index = Buffer.from(packagesIndex(1, 14_000));
  const some = index.subarray(0, 800_000);

  test("an index of 10 MB with a dictionary of 64 MiB", async () => {
    expect(index.length).toBeGreaterThan(9.5e6);
    // Without a size in its head, as reprepro writes it.
    const whole = packed(index, quick, "--threads=1") ?? Buffer.of();
    // Block header: flags without sizes, LZMA2, one byte, code 28.
    expect(whole.subarray(13, 17)).toEqual(Buffer.of(0, 0x21, 1, 28));
    const { refused, raw } = await unpack(whole);
    expect(refused).toBeUndefined();
    expect(raw.equals(index)).toBe(true);
  });

  test.each([
    ["-9 itself", ["-9", "--threads=1"]],
    ["blocks without sizes", [quick, "--threads=1", "--block-size=256KiB"]],
    ["blocks with sizes", [quick, "--threads=2", "--block-size=256KiB"]],
    ["CRC32 in place of CRC64", [quick, "--check=crc32"]],
    ["SHA-256 in its place", [quick, "--check=sha256"]],
    ["no check", [quick, "--check=none"]],
  ])("%s", async (_what, options) => {
    const bytes = packed(some, ...options) ?? Buffer.of();
    const { refused, raw } = await unpack(bytes);
    expect(refused).toBeUndefined();
    expect(raw.equals(some)).toBe(true);
  });

  test("streams one behind the other, with padding between and behind", async () => {
    const [first, second] = [some.subarray(0, 300_000), some.subarray(300_000)];
    const [one, two] = [packed(first, quick), packed(second, quick)];
    const streams = [one, Buffer.alloc(4), two, Buffer.alloc(400)];
    const bytes = Buffer.concat(streams.map((part) => part ?? Buffer.of()));
    const { refused, raw } = await unpack(bytes, 4099);
    expect(refused).toBeUndefined();
    expect(raw.equals(some)).toBe(true);
  });

  test("cut off in a block's header it is refused with its place", async () => {
    const whole = packed(some.subarray(0, 1000), "-9") ?? Buffer.of();
    for (let length = 13; length < 24; length++) {
      const { refused } = await unpack(whole.subarray(0, length), 5);
      expect(refused).toBe(`byte ${length} of the file: cut off`);
    }
  });
});

describe.skipIf(!hasXz)("what looks back farther than allowed", () => {
  const random = seeded(7);
  const block = Buffer.from(Array.from({ length: 64 * 1024 }, () => Math.floor(random() * 256)));
  // Zeros pack to next to nothing, and leave the block as the only thing worth looking back for.
  const apart = (bytes: number) => Buffer.concat([block, Buffer.alloc(bytes), block]);

  test("is refused, in words that say so, and gives no wrong bytes", async () => {
    const far = apart(maxXzDictionaryBytes + 1000);
    const bytes = packed(far, quick, "--threads=1") ?? Buffer.of();
    // Else it would not look back at all.
    expect(bytes.length).toBeLessThan(1.5 * block.length);
    const { refused, raw } = await unpack(bytes);
    const said = `damaged xz data, or it looks back farther than ${maxXzDictionaryBytes} bytes of the ${64 * mebi} that it may`;
    expect(refused).toMatch(/^before byte \d+ of the file: /);
    expect(refused).toContain(said);
    expect(far.subarray(0, raw.length).equals(raw)).toBe(true);
  });

  test("less far it is read", async () => {
    const near = apart(maxXzDictionaryBytes - block.length - 1000);
    const bytes = packed(near, quick, "--threads=1") ?? Buffer.of();
    expect(bytes.length).toBeLessThan(1.5 * block.length);
    const { refused, raw } = await unpack(bytes);
    expect(refused).toBeUndefined();
    expect(raw.equals(near)).toBe(true);
  });
});
