/**
 * The structure of an xz file, followed without unpacking it. The decoder is given the blocks alone, each with a head
 * of ours: with a dictionary no larger than it need be, so that what it would allocate is bounded, and without the
 * checks of the unpacked bytes, which cost a tenth of the time and tell nothing that the hash of the file doesn't.
 * Everything around the blocks is held against them here. Source: "The .xz File Format" 1.2.1 (tukaani.org), and for
 * the chunks inside, xz-embedded's xz_dec_lzma2.c.
 */
import { crc32 } from "node:zlib";
import { passed, type Steps, type Structure } from "./framing.ts";

/**
 * Memory a decoder takes for what it may look back to; `xz -6` to `-9` ask for 8 to 64 MiB, an isolate has 128. What
 * is declared is only a bound: more is lowered to this, and data that does look back farther is refused by the
 * decoder.
 */
export const maxXzDictionaryBytes = 16 * 1024 * 1024;
/** Files glued together, as parallel packers make them: one for each 24 MB or so. */
const maxStreams = 1000;
/** Zeros between two streams; xz itself writes none. */
const maxPadding = 1024 * 1024;
const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const footMagic = [0x59, 0x5a];
/** The only filter taken. Others (x86 jumps, delta) are for programs and sound. */
const lzma2Filter = 0x21;

type Refuse = (what: string) => never;

/** What the decoder is given first: the head of a stream whose blocks have no checks. */
export const xzHead = withSum(Uint8Array.of(...magic, 0, 0, 0, 0, 0, 0), 6);

/**
 * Each block is a part.
 *
 * @param onCapped is told a dictionary of which only `maxXzDictionaryBytes` are given, bytes
 */
export function* xzStructure(refuse: Refuse, onCapped: (declared: number) => void): Structure {
  const dictionary = new GivenDictionary();
  for (let streams = 0; ; streams++) {
    const head = new Uint8Array(streams === 0 ? yield { bytes: 12 } : yield* nextHead(refuse));
    if (streams >= maxStreams) refuse(`more than ${maxStreams} xz streams`);
    if (magic.some((byte, at) => head[at] !== byte)) {
      refuse(streams === 0 ? "no xz header" : "bytes behind the end");
    }
    const [, check = 0] = head.subarray(6, 8);
    if (head[6] !== 0 || check > 15) refuse("a feature of xz that isn't known");
    const blocks: Counted = { blocks: 0, unpadded: 0, unpacked: 0 };
    for (;;) {
      const size = (yield { bytes: 1 })[0] ?? 0;
      if (size === 0) break;
      const told = blockHead(size, yield { bytes: size * 4 + 3 }, refuse, onCapped);
      const { packed, unpacked } = yield* chunks(dictionary.headOf(told.code), refuse);
      if (packed !== (told.packed ?? packed) || unpacked !== (told.unpacked ?? unpacked)) {
        refuse("a block of another length than its head says");
      }
      yield { bytes: 0, part: "ends" };
      const checkBytes = check === 0 ? 0 : 4 << Math.floor((check - 1) / 3);
      if (checkBytes > 0) yield { bytes: checkBytes, each: passed };
      blocks.blocks++;
      blocks.unpadded += size * 4 + 4 + packed + checkBytes;
      blocks.unpacked += unpacked;
    }
    const indexBytes = yield* index(blocks, refuse);
    const foot = yield { bytes: 12 };
    const view = new DataView(foot.buffer, foot.byteOffset, 12);
    if (
      view.getUint32(4, true) !== indexBytes / 4 - 1 ||
      view.getUint16(8) !== check ||
      footMagic.some((byte, at) => foot[10 + at] !== byte)
    ) {
      refuse("an xz footer that isn't that of its stream");
    }
  }
}

/** The head of the next stream, behind padding of whole words of zeros. The file may end before it. */
function* nextHead(refuse: Refuse): Steps<Uint8Array> {
  for (let padding = 0; ; padding += 4) {
    const word = new Uint8Array(yield { bytes: 4, mayEnd: true });
    if (word.some((byte) => byte !== 0)) return Uint8Array.of(...word, ...(yield { bytes: 8 }));
    if (padding >= maxPadding) refuse(`more than ${maxPadding} bytes of padding`);
  }
}

interface BlockHead {
  /** As the block's head says; absent: it doesn't. */
  packed?: number;
  unpacked?: number;
  /** Of a dictionary that is enough. */
  code: number;
}

/** Code of 4 GiB less one byte (section 5.3.1); more aren't defined. */
const lastCode = 40;
/** Of `maxXzDictionaryBytes`. */
const mostCode = 24;
/** Bytes that a dictionary's code stands for: two and three times the powers of two. */
const dictionaryBytes = (code: number) => (2 + (code & 1)) * 2 ** ((code >> 1) + 11);

/** @param rest what follows the size byte of the block's head */
function blockHead(
  size: number,
  rest: Uint8Array,
  refuse: Refuse,
  onCapped: (declared: number) => void,
): BlockHead {
  const bytes = Uint8Array.of(size, ...rest);
  if (withSum(new Uint8Array(bytes), 0).some((byte, at) => byte !== bytes[at])) {
    refuse("a block's head with another checksum than its own");
  }
  const flags = bytes[1] ?? 0;
  if ((flags & 0x3f) !== 0) refuse("a filter besides LZMA2");
  let at = 2;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 56) refuse("a number of more than nine bytes");
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
  };
  const packed = flags & 0x40 ? number() : undefined;
  const unpacked = flags & 0x80 ? number() : undefined;
  // Where the numbers took all there is, this is in the checksum, or behind it.
  if (at + 3 > bytes.byteLength - 4 || bytes[at] !== lzma2Filter || bytes[at + 1] !== 1) {
    refuse("a filter that isn't LZMA2");
  }
  const declared = bytes[at + 2] ?? 0;
  if (declared > lastCode) refuse("a dictionary of a size that isn't known");
  // A block can't look back to before its beginning.
  const enough = Math.min(unpacked ?? maxXzDictionaryBytes, maxXzDictionaryBytes);
  let code = 0;
  while (code < declared && dictionaryBytes(code) < enough) code++;
  const capped = code < declared && (unpacked ?? Infinity) > enough;
  if (capped) onCapped(dictionaryBytes(declared));
  return {
    ...(packed !== undefined && { packed }),
    ...(unpacked !== undefined && { unpacked }),
    code,
  };
}

/**
 * Writes the heads of the blocks as they are given to the decoder. It allocates a larger dictionary beside the one it
 * had, and what is freed isn't put together again: so there are two sizes in a file at most, the second of all that is
 * allowed.
 */
class GivenDictionary {
  #code = -1;

  headOf(needed: number): Uint8Array {
    if (needed > this.#code) this.#code = this.#code < 0 ? needed : mostCode;
    return withSum(Uint8Array.of(2, 0, lzma2Filter, 1, this.#code, 0, 0, 0, 0, 0, 0, 0), 0);
  }
}

/** Writes the checksum of the bytes from `from` over the last four; gives the bytes. */
function withSum(bytes: Uint8Array, from: number): Uint8Array {
  const end = bytes.byteLength - 4;
  const { buffer, byteOffset } = bytes;
  new DataView(buffer, byteOffset).setUint32(end, crc32(bytes.subarray(from, end)), true);
  return bytes;
}

/** The LZMA2 chunks of a block, to their end mark and its padding; gives their length, packed and not. */
function* chunks(ahead: Uint8Array, refuse: Refuse): Steps<{ packed: number; unpacked: number }> {
  let [packed, unpacked] = [0, 0];
  for (;;) {
    const control =
      (packed === 0 ? yield { bytes: 1, part: "begins", ahead } : yield { bytes: 1 })[0] ?? 0;
    packed += 1;
    if (control === 0) break;
    if (control < 0x80 && control > 2) refuse("no LZMA2 chunk");
    const isPacked = control >= 0x80;
    const head = yield { bytes: !isPacked ? 2 : control >= 0xc0 ? 5 : 4 };
    const [a = 0, b = 0, c = 0, d = 0] = head;
    const bytes = (isPacked ? c * 256 + d : a * 256 + b) + 1;
    packed += head.byteLength + bytes;
    unpacked += (isPacked ? (control & 0x1f) * 65536 : 0) + a * 256 + b + 1;
    yield { bytes, each: passed };
  }
  const padding = -packed & 3;
  if (padding > 0) yield { bytes: padding, each: passed };
  return { packed, unpacked };
}

/** What is known of a stream's blocks: their number, and the sums of what its index says of each, bytes. */
interface Counted {
  blocks: number;
  unpadded: number;
  unpacked: number;
}

/** The index behind the blocks, after its first byte; gives its length with that. */
function* index(counted: Counted, refuse: Refuse): Steps<number> {
  let bytes = 1;
  const found: Counted = { blocks: 0, unpadded: 0, unpacked: 0 };
  for (let read = 0; read < 1 + 2 * found.blocks; read++) {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 56) refuse("a number of more than nine bytes");
      const byte = (yield { bytes: 1 })[0] ?? 0;
      bytes++;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    if (read === 0) found.blocks = value;
    else if (read % 2 === 1) found.unpadded += value;
    else found.unpacked += value;
    if (found.blocks !== counted.blocks) break;
  }
  if (
    found.blocks !== counted.blocks ||
    found.unpadded !== counted.unpadded ||
    found.unpacked !== counted.unpacked
  ) {
    refuse("an xz index that isn't that of its blocks");
  }
  const padding = -bytes & 3;
  yield { bytes: padding + 4, each: passed };
  return bytes + padding + 4;
}
