/** Stored bytes on their way to clients: the location's cache by hash, in front of the store. */

import type { Blobs } from "../../blobs/blobs.ts";
import { answerWhole, withLength } from "../../http/answer-whole.ts";
import { cacheWhileStreaming, letGoOf } from "../../http/cache-while-streaming.ts";
import { notModified } from "../../http/conditional.ts";
import type { Background } from "../../runtime/background.ts";
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
}

/** Where stored bytes are read. */
export class BlobsAtEdge {
  readonly #blobs: (repository: string) => Pick<Blobs, "get" | "has">;
  readonly #cache: LocationCache;

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

  /** As `open`, without a body: only that it is stored, and how long it is where that is at hand. */
  async find(
    repository: string,
    sha256: string,
    background: Background,
    size?: number,
  ): Promise<Response | null> {
    if (size === undefined) {
      const opened = await this.open(repository, sha256, background);
      letGoOf(opened?.body ?? null);
      return opened === null ? null : new Response(null, { headers: opened.headers });
    }
    if (!(await this.#blobs(repository).has(sha256))) return null;
    return new Response(null, { headers: { "Content-Length": String(size) } });
  }
}

/** The client has it already, so that nothing needs to be read; `undefined`: it hasn't. */
export function unchanged(
  file: { readonly request: Request },
  described: Described,
): Promise<Response> | undefined {
  const headers = headersOf(described);
  const known = { etag: headers.get("ETag"), lastModified: headers.get("Last-Modified") };
  if (!notModified(file.request.headers, known)) return undefined;
  return answerWhole(file, new Response(null, { headers }), described.forGood);
}

/** The answer from opened bytes: 206, 416, 200, or the headers alone. */
export function answerStored(
  file: { readonly request: Request },
  described: Described,
  opened: Response,
): Promise<Response> {
  const headers = headersOf(described);
  const size = opened.headers.get("Content-Length");
  if (size !== null) headers.set("Content-Length", size);
  return answerWhole(file, new Response(opened.body, { headers }), described.forGood);
}

/** An index packed as a file is no transfer encoding, and its type must not make anybody pack it again. */
const unknownType = "application/octet-stream";

function headersOf({ sha256, size, lastModified, contentType }: Described): Headers {
  const headers = new Headers({ ETag: `"${sha256}"`, "Content-Type": contentType ?? unknownType });
  if (size !== undefined) headers.set("Content-Length", String(size));
  if (lastModified !== undefined) headers.set("Last-Modified", lastModified);
  return headers;
}
