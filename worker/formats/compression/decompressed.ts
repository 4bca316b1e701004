/** Unpacks an index by what its bytes are, never by what the file is called. */
import { createGunzip, createZstdDecompress } from "node:zlib";
import { compressedByte, IndexRefused, rawByte } from "../index-refused.ts";
import type { CompressedSource } from "./compressed-source.ts";
import { Framing, type Span, type Structure } from "./framing.ts";
import { XzDecoder, XzFault, type XzModule } from "./xz-decoder.ts";
import { maxXzDictionaryBytes, xzHead, xzStructure } from "./xz-structure.ts";
import { zckMagic, zckStructure } from "./zck-structure.ts";
import { isSkippable, zstdStructure } from "./zstd-structure.ts";

/**
 * Bytes unpacked at a time: large enough that a stream's own work per piece doesn't count. Parsers make a text of each, and
 * one of more than 128 KiB is collected with V8's old objects alone: with 256 KiB Debian's index took 50 MB in place of 40.
 */
const pieceBytes = 64 * 1024;
/** Bytes by which the formats are told apart. */
const magicBytes = 6;

/**
 * The unpacked bytes of gzip (any number of members), zstd (frames), zchunk, xz (streams) or of what is none of them. Throws
 * `IndexRefused` with the place: cut off, damaged, bytes behind the end, more than `maxRawBytes`, bzip2, xz
 * where there is no decoder. A piece is good until the next is asked for. Damage that xz's own checks of what is
 * unpacked would find is left to the hash of the file.
 */
export async function* decompressed(
  source: CompressedSource,
  maxRawBytes: number,
  xz: XzModule | undefined,
): AsyncGenerator<Uint8Array> {
  let raw = 0;
  for await (const piece of unpacked(await beginning(source), source, xz)) {
    if (raw + piece.byteLength > maxRawBytes) {
      const place = `${rawByte(raw)}, ${compressedByte(source.bytes)}`;
      throw new IndexRefused(`unpacks to more than ${maxRawBytes} bytes`, place);
    }
    raw += piece.byteLength;
    yield piece;
  }
}

/** The first bytes, at least those that tell the format, unless there are fewer. */
async function beginning(source: CompressedSource): Promise<Uint8Array> {
  let first = new Uint8Array();
  while (first.byteLength < magicBytes) {
    const more = await source.next();
    if (more === undefined) break;
    const joined = new Uint8Array(first.byteLength + more.byteLength);
    joined.set(first);
    joined.set(more, first.byteLength);
    first = joined;
  }
  return first;
}

function unpacked(
  first: Uint8Array,
  source: CompressedSource,
  xz: XzModule | undefined,
): AsyncIterable<Uint8Array> {
  const begins = (...magic: number[]) => magic.every((byte, at) => first[at] === byte);
  if (begins(0x1f, 0x8b)) return gunzipped(first, source);
  if (begins(0x28, 0xb5, 0x2f, 0xfd) || isSkippable(first)) return unzstd(frames(first, source));
  if (begins(...zckMagic)) return unzstd(frames(first, source, zckStructure));
  const refuse = (name: string): never => {
    throw new IndexRefused(`compressed with ${name}, which isn't read here`, compressedByte(0));
  };
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) {
    return xz === undefined ? refuse("xz") : unxz(first, source, new XzDecoder(xz));
  }
  if (begins(0x42, 0x5a, 0x68)) return refuse("bzip2");
  return pieces(first, source);
}

async function* pieces(first: Uint8Array, source: CompressedSource): AsyncGenerator<Uint8Array> {
  for (let piece: Uint8Array | undefined = first; piece; piece = await source.next()) yield piece;
}

/** The frames of a zstd file, each in stretches, their structure checked before they are given. */
async function* frames(
  first: Uint8Array,
  source: CompressedSource,
  structure: (refuse: (what: string) => never) => Structure = (refuse) => zstdStructure(refuse),
): AsyncGenerator<Span> {
  const framing = new Framing(structure, compressedByte);
  for await (const piece of pieces(first, source)) yield* framing.push(piece);
  framing.end();
}

async function* unxz(
  first: Uint8Array,
  source: CompressedSource,
  decoder: XzDecoder,
): AsyncGenerator<Uint8Array> {
  let capped = "";
  const onCapped = (declared: number) => {
    capped = `, or it looks back farther than ${maxXzDictionaryBytes} bytes of the ${declared} that it may`;
  };
  yield* decoder.push(xzHead);
  const framing = new Framing((refuse) => xzStructure(refuse, onCapped), compressedByte);
  try {
    for await (const piece of pieces(first, source)) {
      for (const { bytes } of framing.push(piece)) yield* decoder.push(bytes);
    }
    framing.end();
  } catch (error) {
    if (!(error instanceof XzFault)) throw error;
    throw new IndexRefused(error.message + capped, `before ${compressedByte(source.bytes)}`);
  }
}

async function* unzstd(parts: AsyncGenerator<Span>): AsyncGenerator<Uint8Array> {
  // Taken by hand: `for await` in a frame would end the whole with the frame.
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const frame = async function* () {
      for (let span: IteratorResult<Span> = next; !span.done; span = await parts.next()) {
        yield span.value.bytes;
        if (span.value.ends) return;
      }
    };
    const decoder = createZstdDecompress({ chunkSize: pieceBytes });
    yield* inflated(decoder, frame(), { begun: next.value.at, behind: "nothing" });
  }
}

/**
 * Zero bytes behind the last member are padding (observed: gzip 1.12 and apt 2.6 take them without a word). Other bytes
 * there are refused: gzip warns of them, and Node's zlib loses what it unpacked before it met them.
 */
async function* gunzipped(first: Uint8Array, source: CompressedSource): AsyncGenerator<Uint8Array> {
  const decoder = createGunzip({ chunkSize: pieceBytes });
  yield* inflated(decoder, pieces(first, source), { begun: 0, behind: "zeros" });
}

interface Inflating extends AsyncIterable<Uint8Array> {
  /** Input used, bytes. */
  readonly bytesWritten: number;
  on(event: "error", listener: () => void): unknown;
  write(bytes: Uint8Array, taken: () => void): boolean;
  end(): void;
  destroy(error?: Error): void;
}

/** Where a compressed part begins, and what may stand behind it. */
interface Part {
  /** Offset of its first byte. */
  begun: number;
  /** `zeros` are read to their end. */
  behind: "nothing" | "zeros";
}

async function* inflated(
  inflating: Inflating,
  input: AsyncIterable<Uint8Array>,
  { begun, behind }: Part,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  /** Where the zeros begin that all given bytes end in. */
  let zerosFrom = 0;
  let allGiven = false;
  let state: "inflating" | "ended" | "left" = "inflating";
  const isNow = () => state;
  let taken = () => {};
  const feed = async () => {
    for await (const bytes of input) {
      const last = bytes.findLastIndex((byte) => byte !== 0);
      if (last >= 0) zerosFrom = given + last + 1;
      given += bytes.byteLength;
      if (isNow() === "ended") continue;
      // Called when all of it is unpacked and taken, so that no more than a piece waits; after the end of what can be
      // unpacked it is never called.
      await new Promise<void>((resolve) => {
        taken = resolve;
        inflating.write(bytes, () => resolve());
      });
      if (isNow() === "left") return;
    }
    allGiven = true;
    if (isNow() === "inflating") inflating.end();
  };
  // It is told to whoever iterates; one that comes after that has nobody.
  inflating.on("error", () => undefined);
  const feeding = feed();
  feeding.catch((error: unknown) => {
    inflating.destroy(error instanceof Error ? error : new Error("broken off"));
  });
  try {
    yield* inflating;
    state = "ended";
  } catch (error) {
    if (error instanceof IndexRefused) throw error;
    // zlib's own words are good enough for people: "incorrect header check", "unexpected end of file".
    const what = error instanceof Error ? error.message : "can't be unpacked";
    throw new IndexRefused(what, `near ${compressedByte(begun + inflating.bytesWritten)}`);
  } finally {
    if (state === "inflating" || behind === "nothing") state = "left";
    inflating.destroy();
    taken();
  }
  if (behind === "zeros") await feeding;
  // zlib stops at zeros behind a gzip member as if that were its end.
  const used = inflating.bytesWritten;
  if (!allGiven || used < (behind === "zeros" ? zerosFrom : given)) {
    throw new IndexRefused("bytes behind the end", compressedByte(begun + used));
  }
}
