/** Stored bytes on their way to clients: the location's cache by hash, in front of the store. */

import type { Blobs } from "../../blobs/blobs.ts";
import { cacheWhileStreaming, letGoOf } from "../../http/cache-while-streaming.ts";
import type { Digests } from "../../http/digest.ts";
import {
  answerRepresentation,
  type Bytes,
  type Representation,
  unchangedAnswer,
  withLength,
} from "../../http/representation.ts";
import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import type { LocationCache } from "../../runtime/location-cache.ts";

/** Key of the cache; no such host exists, so nothing a client asks for can meet it. */
const blobUrl = (repository: string, sha256: string) =>
  `https://blobs.nearmirror.invalid/${repository}/${sha256}`;

/** What is said of a stored file besides its bytes. */
export interface Described {
  /** The name it is stored under. */
  sha256: string;
  /** Bytes; absent where nothing tells before it is opened. */
  size?: number;
  /** The root's, as the origin sent it. */
  lastModified?: string;
  contentType?: string;
  /** Whether the bytes can never change under the URL asked. */
  forGood: boolean;
  /** Absent: they aren't told. */
  digests?: Digests | undefined;
}

/**
 * Bytes of stored files that an isolate holds: roots and small indexes, which every client asks for. Eight of Debian's
 * roots, of 150 KB, or twenty of its smaller ones. Each hit saves a question to the location's cache, which costs more than
 * all else of an answer.
 */
const heldBytes = 1280 * 1024;
/** What one takes besides its bytes: its key and its place. */
const entryBytes = 512;
/** A larger one isn't held: it would put out too many others. */
const maxHeldOne = 256 * 1024;
/** Bytes that are read whole at a time to be held; what comes when there are more is streamed, and held another time. */
const maxReading = 2 * 1024 * 1024;

/** Of a stored file, on its way to a client. */
export interface OpenedBytes {
  body: Bytes;
  /** As it was told; undefined: it wasn't. */
  size: number | undefined;
}

/** Where stored bytes are read. */
export class BlobsAtEdge {
  readonly #blobs: (repository: string) => Pick<Blobs, "get" | "has">;
  readonly #cache: LocationCache;
  /** By key of the cache. */
  readonly #held = new LastUsed<Uint8Array<ArrayBuffer>>(heldBytes);
  #reading = 0;

  constructor(blobs: (repository: string) => Pick<Blobs, "get" | "has">, cache: LocationCache) {
    this.#blobs = blobs;
    this.#cache = cache;
  }

  /** Opens a stored file; `null` where it isn't stored. The body breaks off when it hasn't the store's length. */
  async open(repository: string, sha256: string, background: Background): Promise<Response | null> {
    const key = blobUrl(repository, sha256);
    const cached = await this.#cache.match(key).catch(() => undefined);
    if (cached !== undefined) return cached;
    const stored = await this.#blobs(repository).get(sha256);
    if (stored === null) return null;
    const headers = { "Content-Length": String(stored.size), ETag: `"${sha256}"` };
    const response = new Response(withLength(stored.body, stored.size), { headers });
    return cacheWhileStreaming(key, response, { cache: this.#cache }, background);
  }

  /**
   * As `open`, for a client: a small file's bytes are held from then on. Rejects where they break off.
   *
   * @param size that the file has to have; undefined: nothing tells, and it isn't held
   */
  async openBytes(
    repository: string,
    { sha256, size }: Pick<Described, "sha256" | "size">,
    background: Background,
  ): Promise<OpenedBytes | null> {
    const key = blobUrl(repository, sha256);
    const held = this.#held.get(key);
    if (held !== undefined) return { body: held, size: held.byteLength };
    const opened = await this.open(repository, sha256, background);
    if (opened === null) return null;
    const streamed = openedBy(opened);
    const isHeld = size !== undefined && streamed.size === size && size <= maxHeldOne;
    if (!isHeld || this.#reading + size > maxReading) return streamed;
    this.#reading += size;
    try {
      const reading = opened.arrayBuffer();
      // It comes to its end, and gives its room back, where the client has gone.
      background.waitUntil(reading.catch(() => undefined));
      const bytes = new Uint8Array(await reading);
      if (bytes.byteLength !== size) throw new Error(`${sha256} broke off`);
      this.#held.set(key, bytes, size + entryBytes);
      return { body: bytes, size };
    } finally {
      this.#reading -= size;
    }
  }

  /** As `open`, without a body: only that it is stored, and how long it is where that is at hand. */
  async find(
    repository: string,
    { sha256, size }: Pick<Described, "sha256" | "size">,
    background: Background,
  ): Promise<OpenedBytes | null> {
    if (size === undefined) {
      const opened = await this.open(repository, sha256, background);
      letGoOf(opened?.body ?? null);
      return opened === null ? null : { ...openedBy(opened), body: null };
    }
    return (await this.#blobs(repository).has(sha256)) ? { body: null, size } : null;
  }
}

/** The client has it already, so that nothing needs to be read; `undefined`: it hasn't. */
export function unchanged(
  { request }: { readonly request: Request },
  described: Described,
): Response | undefined {
  return unchangedAnswer(request, representationOf(described, described.size));
}

/** The answer from opened bytes: 304, 206, 416, 200, or the headers alone. */
export function answerStored(
  { request }: { readonly request: Request },
  described: Described,
  { body, size }: OpenedBytes,
): Response {
  return answerRepresentation(request, representationOf(described, size ?? described.size), body);
}

/** As another server opened it. */
export function openedBy({ headers, body }: Response): OpenedBytes {
  const length = headers.get("Content-Length");
  return { body, size: length === null ? undefined : Number(length) };
}

/** An index packed as a file is no transfer encoding, and its type must not make anybody pack it again. */
const unknownType = "application/octet-stream";

function representationOf(
  { sha256, lastModified, contentType, forGood, digests }: Described,
  size: number | undefined,
): Representation {
  return {
    contentType: contentType ?? unknownType,
    etag: `"${sha256}"`,
    lastModified: lastModified ?? null,
    size,
    forGood,
    digests,
  };
}
