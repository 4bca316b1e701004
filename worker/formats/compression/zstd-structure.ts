/**
 * The structure of a zstd file, followed without unpacking it: frames are told apart, as Node's decoder takes one
 * only, and a window is refused before it is allocated. Frames to be skipped aren't given to the decoder: Node 24's
 * gives nothing for a file that begins with one, and no error (observed). Source: RFC 8878, section 3.
 */
import { passed, type Structure } from "./framing.ts";

/** Memory a decoder takes for what it may look back to. `zstd -19` takes 8 MiB, `--ultra -22` 128. */
export const maxZstdWindowBytes = 16 * 1024 * 1024;
/** Frames glued together, as parallel packers make them: pzstd puts one to be skipped before each. */
const maxFrames = 1000;
/** Section 3.1.1.2.4. */
const maxBlockBytes = 128 * 1024;
const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** Behind a first byte from 0x50 to 0x5F; section 3.1.2. */
const skippableMagic = [0x2a, 0x4d, 0x18];

/** @param most frames */
export function* zstdStructure(refuse: (what: string) => never, most = maxFrames): Structure {
  for (let frames = 0; ; frames++) {
    const begins = frames === 0 ? yield { bytes: 4 } : yield { bytes: 4, mayEnd: true };
    if (frames >= most) refuse(`more than ${most} zstd frames`);
    if (isSkippable(begins)) {
      const bytes = littleEndian(yield { bytes: 4 });
      if (bytes > 0) yield { bytes, each: passed };
      continue;
    }
    if (magic.some((byte, at) => begins[at] !== byte)) refuse("bytes behind the end");
    const [flags = 0] = yield { bytes: 1, part: "begins", ahead: Uint8Array.from(magic) };
    if (flags & 0x08) refuse("a reserved bit is set");
    if (flags & 0x03) refuse("a zstd dictionary is needed");
    const single = (flags & 0x20) !== 0;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
    const rest = yield { bytes: (single ? 0 : 1) + sizeBytes };
    const window = single
      ? littleEndian(rest) + (sizeBytes === 2 ? 256 : 0)
      : windowOf(rest[0] ?? 0);
    if (window > maxZstdWindowBytes) {
      refuse(`a zstd window of ${window} bytes, more than ${maxZstdWindowBytes}`);
    }
    for (let last = false; !last; ) {
      const block = littleEndian(yield { bytes: 3 });
      last = (block & 1) === 1;
      const kind = (block >> 1) & 3;
      const size = block >> 3;
      if (kind === 3 || size > maxBlockBytes) refuse("no zstd block");
      // A repeated byte is there once, whatever the size says.
      const bytes = kind === 1 ? 1 : size;
      if (bytes > 0) yield { bytes, each: passed };
    }
    if ((flags & 0x04) !== 0) yield { bytes: 4 };
    yield { bytes: 0, part: "ends" };
  }
}

/** Whether a zstd frame that begins so is to be passed over. @param begins its first bytes, at least four */
export function isSkippable(begins: Uint8Array): boolean {
  return (
    ((begins[0] ?? 0) & 0xf0) === 0x50 &&
    skippableMagic.every((byte, at) => begins[at + 1] === byte)
  );
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
