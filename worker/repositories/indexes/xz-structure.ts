/**
 * The structure of an xz file, followed without unpacking it, so that what the decoder would allocate or not
 * understand is refused before it gets there. Source: "The .xz File Format" 1.2.1 (tukaani.org), and for the
 * chunks inside, xz-embedded's xz_dec_lzma2.c.
 */
import { passed, type Steps, type Structure } from "./framing.ts";

/** Memory a decoder takes for what it may look back to; `xz -6` to `-8` take 8 to 32 MiB, an isolate has 128. */
export const maxXzDictionaryBytes = 16 * 1024 * 1024;
/** Files glued together, as parallel packers make them: one for each 24 MB or so. */
const maxStreams = 1000;
/** Checks the decoder knows, by their number: none, CRC32, CRC64; with their length in bytes. */
const checkBytes = new Map([
  [0x00, 0],
  [0x01, 4],
  [0x04, 8],
]);
const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** The only filter taken. Others (x86 jumps, delta) are for programs and sound. */
const lzma2Filter = 0x21;

export function* xzStructure(refuse: (what: string) => never): Structure {
  for (let streams = 0; ; streams++) {
    const head = streams === 0 ? yield { bytes: 12 } : yield { bytes: 12, mayEnd: true };
    if (streams >= maxStreams) refuse(`more than ${maxStreams} xz streams`);
    if (magic.some((byte, at) => head[at] !== byte)) {
      refuse(streams === 0 ? "no xz header" : "bytes behind the end, or padding");
    }
    const check = checkBytes.get(head[7] ?? 0);
    if (head[6] !== 0 || check === undefined) refuse("a check of a kind that isn't known");
    for (;;) {
      const size = (yield { bytes: 1 })[0] ?? 0;
      if (size === 0) break;
      blockHead(yield { bytes: size * 4 + 3 }, refuse);
      const packed = yield* chunks(refuse);
      const padding = -packed & 3;
      if (padding + check > 0) yield { bytes: padding + check, each: passed };
    }
    yield* index(refuse);
    yield { bytes: 12 };
  }
}

/** What follows the size byte of a block header; its checksum is left to the decoder. */
function blockHead(head: Uint8Array, refuse: (what: string) => never): void {
  const flags = head[0] ?? 0;
  if ((flags & 0x3f) !== 0) refuse("a filter besides LZMA2");
  let at = 1;
  const skipNumber = () => {
    while ((head[at++] ?? 0) & 0x80);
  };
  if (flags & 0x40) skipNumber();
  if (flags & 0x80) skipNumber();
  if (head[at] !== lzma2Filter || head[at + 1] !== 1) refuse("a filter that isn't LZMA2");
  const bits = head[at + 2] ?? 0xff;
  // 40 is 4 GiB less one byte, more isn't defined.
  const dictionary = bits > 39 ? 2 ** 32 : (2 + (bits & 1)) * 2 ** ((bits >> 1) + 11);
  if (dictionary > maxXzDictionaryBytes) {
    refuse(`an xz dictionary of ${dictionary} bytes, more than ${maxXzDictionaryBytes}`);
  }
}

/** The LZMA2 chunks of a block, to their end mark; gives their length. */
function* chunks(refuse: (what: string) => never): Steps<number> {
  let packed = 0;
  for (;;) {
    const control = (yield { bytes: 1 })[0] ?? 0;
    packed += 1;
    if (control === 0) return packed;
    if (control >= 0x80) {
      const head = yield { bytes: control >= 0xc0 ? 5 : 4 };
      const bytes = (head[2] ?? 0) * 256 + (head[3] ?? 0) + 1;
      yield { bytes, each: passed };
      packed += head.byteLength + bytes;
    } else if (control <= 2) {
      const head = yield { bytes: 2 };
      const bytes = (head[0] ?? 0) * 256 + (head[1] ?? 0) + 1;
      yield { bytes, each: passed };
      packed += 2 + bytes;
    } else {
      refuse("no LZMA2 chunk");
    }
  }
}

/** The index behind the blocks, after its first byte. The decoder checks it against the blocks. */
function* index(refuse: (what: string) => never): Structure {
  let bytes = 1;
  let numbers = 1;
  for (let read = 0; read < numbers; read++) {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 56) refuse("a number of more than nine bytes");
      const byte = (yield { bytes: 1 })[0] ?? 0;
      bytes++;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    // The first number counts the records, of two numbers each.
    if (read === 0) numbers = 1 + 2 * value;
  }
  yield { bytes: (-bytes & 3) + 4, each: passed };
}
