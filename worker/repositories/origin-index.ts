/** Reads a large index from its origin as a stream: hashed, decompressed and parsed piece by piece. */
import { createHash } from "node:crypto";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Repository } from "./catalogue.ts";
import type { IndexReader, NamedIndex } from "./index-reader.ts";
import { discard, type OriginAccess, openOrigin } from "./origin-access.ts";

/** Of an index as it is transferred. The largest known, Ubuntu's universe and Fedora's, have under 25 MB. */
const maxCompressedBytes = 64 * 1024 * 1024;
/** Of the same unpacked, about a second of a processor: what a bomb can cost us. */
const maxIndexBytes = 256 * 1024 * 1024;
/** Bytes unpacked at a time: large enough that a stream's own work per piece doesn't count. */
const pieceBytes = 256 * 1024;

/**
 * Feeds an index to `reader`. Undefined when all of it was read and its bytes have the hash the root names; else
 * what was wrong, for people, and whatever the reader has gathered is of no worth. Never rejects.
 */
export async function readIndex(
  access: OriginAccess,
  repository: Repository,
  index: NamedIndex,
  reader: IndexReader,
): Promise<string | undefined> {
  const opened = await openOrigin(access, repository, index.asked);
  if ("failed" in opened) return `${index.path}: ${opened.failed}`;
  if (opened.status !== 200) {
    await discard(opened);
    return `${index.path}: the origin answers ${opened.status}`;
  }
  const source = new IndexSource(opened.body);
  try {
    const fault = (await readText(source, reader)) ?? reader.end();
    if (fault !== undefined) return `${index.path}: ${fault}`;
    const missing = await source.drain();
    if (missing !== undefined) return `${index.path}: ${missing}`;
    if (source.hash() !== index.sha256) return `${index.path}: not the bytes its root names`;
    return undefined;
  } catch (error) {
    return `${index.path}: ${source.fault ?? reasonOf(error)}`;
  } finally {
    await source.cancel();
  }
}

/** The compressed bytes, counted and hashed on their way. */
class IndexSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  /** Why it ended early. */
  fault: string | undefined;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** The next piece; undefined at the end. Throws when there are too many, or the connection breaks. */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#reader.read().catch((error: unknown) => {
      this.fault ??= `broken off after ${this.#bytes} bytes`;
      throw error;
    });
    if (done) return undefined;
    this.#bytes += value.byteLength;
    if (this.#bytes > maxCompressedBytes) {
      this.fault = `larger than ${maxCompressedBytes} bytes`;
      throw new Error(this.fault);
    }
    this.#hash.update(value);
    return value;
  }

  /** Bytes behind the end of what was unpacked belong to the file and its hash. */
  async drain(): Promise<string | undefined> {
    while ((await this.next()) !== undefined);
    return this.fault;
  }

  hash(): string {
    return this.#hash.digest("hex");
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }
}

async function readText(source: IndexSource, reader: IndexReader): Promise<string | undefined> {
  const first = await atLeast(source, magicBytes);
  const pieces = unpacked(first, source);
  if (typeof pieces === "string") return pieces;
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    if (bytes > maxIndexBytes) return `unpacks to more than ${maxIndexBytes} bytes`;
    const fault = reader.push(decoder.decode(piece, { stream: true }));
    if (fault !== undefined) return fault;
  }
  return reader.push(decoder.decode());
}

/** Bytes by which the formats are told apart. */
const magicBytes = 6;

/** The first bytes, at least so many, unless there are fewer. */
async function atLeast(source: IndexSource, least: number): Promise<Uint8Array> {
  let first = new Uint8Array();
  while (first.byteLength < least) {
    const more = await source.next();
    if (more === undefined) break;
    const joined = new Uint8Array(first.byteLength + more.byteLength);
    joined.set(first);
    joined.set(more, first.byteLength);
    first = joined;
  }
  return first;
}

/** Unpacks by what the bytes are, never by what the file is called; a sentence for what can't be read. */
function unpacked(first: Uint8Array, source: IndexSource): AsyncIterable<Uint8Array> | string {
  const begins = (...magic: number[]) => magic.every((byte, at) => first[at] === byte);
  if (begins(0x1f, 0x8b)) return inflate(createGunzip({ chunkSize: pieceBytes }), first, source);
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) {
    return inflate(createZstdDecompress({ chunkSize: pieceBytes }), first, source);
  }
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00))
    return "compressed with xz, which isn't read here";
  if (begins(0x42, 0x5a, 0x68)) return "compressed with bzip2, which isn't read here";
  return plain(first, source);
}

async function* plain(first: Uint8Array, source: IndexSource): AsyncGenerator<Uint8Array> {
  for (let piece: Uint8Array | undefined = first; piece; piece = await source.next()) yield piece;
}

interface Inflating extends AsyncIterable<Uint8Array> {
  write(bytes: Uint8Array, taken: () => void): boolean;
  end(): void;
  destroy(error?: Error): void;
}

async function* inflate(
  inflating: Inflating,
  first: Uint8Array,
  source: IndexSource,
): AsyncGenerator<Uint8Array> {
  const feed = async () => {
    for (let piece: Uint8Array | undefined = first; piece; piece = await source.next()) {
      const bytes = piece;
      // Called when all of it is unpacked and taken, so that no more than a piece waits. After `destroy` it may
      // never be called; nobody waits for this feeding then.
      await new Promise<void>((taken) => inflating.write(bytes, () => taken()));
    }
    inflating.end();
  };
  feed().catch((error: unknown) => {
    inflating.destroy(error instanceof Error ? error : new Error("broken off"));
  });
  try {
    yield* inflating;
  } finally {
    inflating.destroy();
  }
}

/** zlib's own words are good enough for people: "incorrect header check", "unexpected end of file". */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "can't be unpacked";
}
