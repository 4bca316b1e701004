/** What is said of a listed file's bytes besides them, wherever they come from. */

import { immutable } from "../formats/classify.ts";
import { type Digests, digestsOf, tellDigests } from "../http/digest.ts";
import { answerStored, type Described, openedBy } from "../repositories/reader/stored-answer.ts";
import { hex } from "../runtime/hex.ts";
import type { BytesRequest } from "./origin-bytes.ts";

/** A file with the hash that a verified index tells. */
export interface IndexedRequest extends BytesRequest {
  sha256: Uint8Array;
  /** Absent: not told. */
  size?: number;
  /** Of `sha256`, where it was spelled out before. */
  digests?: Digests;
}

/** The same, its size told. */
export type SizedRequest = IndexedRequest & { size: number };

/** Of what a server tells. */
export type Told = Pick<Described, "lastModified" | "contentType">;

/** What a server tells of a file besides its bytes. */
export function toldBy(headers: Headers): Told {
  const lastModified = headers.get("Last-Modified");
  const contentType = headers.get("Content-Type");
  return {
    ...(lastModified !== null && { lastModified }),
    ...(contentType !== null && { contentType }),
  };
}

/** Its name, and what else is told of it. */
export function describe(file: IndexedRequest, told: Told): Described {
  const { repository, decoded, sha256, size } = file;
  const forGood = immutable(repository.kind, decoded);
  const described = { sha256: hex(sha256), ...told, forGood, digests: digestsOf(file) };
  return size === undefined ? described : { ...described, size };
}

/** As it is cached. */
export function headersOf(
  file: IndexedRequest,
  { lastModified, contentType }: Told,
): Record<string, string> {
  return {
    "Cache-Control": "public, max-age=31536000, immutable",
    ETag: etagOf(file),
    ...(lastModified !== undefined && { "Last-Modified": lastModified }),
    ...(contentType !== undefined && { "Content-Type": contentType }),
  };
}

export function lengthOf(length: number | string): Record<string, string> {
  return { "Content-Length": String(length) };
}

/** The answer from the whole file: 206, 416, 200, or the headers alone. */
export function answered(file: IndexedRequest, told: Told, whole: Response): Response {
  return answerStored(file, describe(file, told), openedBy(whole));
}

/** The same answer, telling the file's hash unless it is an error. For a part that a server sent. */
export function withDigests(response: Response, { sha256 }: IndexedRequest): Response {
  if (response.status < 400) tellDigests(response.headers, sha256);
  return response;
}

/** Where it is cached; no such host exists, so nothing a client asks for can meet it. */
export function keyOf({ repository, sha256 }: IndexedRequest): string {
  return `https://payload.nearmirror.invalid/${repository.name}/${hex(sha256)}`;
}

export function originUrl({ repository, path }: BytesRequest): string {
  return repository.origin + path;
}

export function etagOf({ sha256 }: IndexedRequest): string {
  return `"${hex(sha256)}"`;
}
