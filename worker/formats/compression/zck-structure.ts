/**
 * The structure of a zchunk file (`primary.xml.zck` of createrepo_c): a header that tells of chunks, then the chunks,
 * each a zstd frame. What is in it is judged by the hash of the whole file, so that the chunks' own are passed over.
 * Source: zchunk_format.txt of zchunk 1.2.
 */
import { passed, type Steps, type Structure } from "./framing.ts";
import { zstdStructure } from "./zstd-structure.ts";

/** First bytes of a file. */
export const zckMagic = [0x00, 0x5a, 0x43, 0x4b, 0x31] as const;
/** Bytes of a hash, by the number of its type. */
const hashBytes: readonly (number | undefined)[] = [20, 32, 64, 16];
const zstdType = 2;
/** A number takes no more bytes: sizes of files stay below 2^53. */
const maxNumberBytes = 8;
/** Chunks unpacked, each by a decoder of its own: createrepo_c makes one of each source package's packages. */
const maxChunks = 20_000;
/** Of a header: 40 bytes for each chunk, and a repository has some thousand chunks. */
const maxHeaderBytes = 16 * 1024 * 1024;

export function* zckStructure(refuse: (what: string) => never): Structure {
  yield { bytes: zckMagic.length, each: passed };
  const header = new Header(refuse);
  const hash = hashBytes[yield* header.number()] ?? refuse("a zchunk hash of an unknown type");
  const size = yield* header.number();
  if (size > maxHeaderBytes) refuse(`a zchunk header of ${size} bytes`);
  yield { bytes: hash, each: passed };
  header.taken = 0;
  yield* header.skip(hash);
  const flags = yield* header.number();
  if (flags !== 0) refuse("a feature of zchunk that isn't read here");
  if ((yield* header.number()) !== zstdType) refuse("a zchunk file that isn't packed with zstd");
  yield* header.number();
  const chunkHash = hashBytes[yield* header.number()] ?? refuse("a zchunk hash of an unknown type");
  yield* header.number();
  // The first chunk is the dictionary.
  yield* header.skip(chunkHash);
  if ((yield* header.number()) > 0) refuse("a zchunk dictionary is needed");
  if (header.taken > size) refuse("a zchunk header that is longer than it says");
  if (header.taken < size) yield { bytes: size - header.taken, each: passed };
  yield* zstdStructure(refuse, maxChunks);
}

/** Reads a header's fields, and counts their bytes. */
class Header {
  taken = 0;
  readonly #refuse: (what: string) => never;

  constructor(refuse: (what: string) => never) {
    this.#refuse = refuse;
  }

  *skip(bytes: number): Steps<void> {
    yield { bytes, each: passed };
    this.taken += bytes;
  }

  /** Seven bits a byte, the lowest first; the last byte has the eighth. */
  *number(): Steps<number> {
    let value = 0;
    for (let at = 0; at < maxNumberBytes; at++) {
      const [byte = 0] = yield { bytes: 1 };
      this.taken++;
      value += (byte & 0x7f) * 2 ** (7 * at);
      if ((byte & 0x80) !== 0) return value;
    }
    return this.#refuse(`a zchunk number of more than ${maxNumberBytes} bytes`);
  }
}
