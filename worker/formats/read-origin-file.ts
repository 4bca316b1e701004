/** Asks an origin for one small file of a root, conditionally, and tells what came of it. */

import { askOrigin, type OriginAccess } from "../outbound/origin-access.ts";

/** A file as the origin gave it. */
export interface OriginFile {
  /** Inside the repository. */
  path: string;
  bytes: Uint8Array;
  lastModified?: string;
  contentType?: string;
  etag?: string;
}

/** What the origin gave with a file, to be asked again with. */
export interface Validators {
  etag?: string;
  lastModified?: string;
}

export type OriginAnswer =
  | { file: OriginFile }
  /** It is the one the validators are of. */
  | { same: true }
  /** The origin says that there is none. */
  | { absent: true }
  /** A sentence: nothing is known. */
  | { failed: string };

/** Longest header value kept, characters: all of a snapshot goes into one row. */
const maxHeader = 200;

/** A file that an origin is asked for. */
export interface WantedFile {
  /** Inside the repository. */
  path: string;
  /** A larger one is a failure. */
  maxBytes: number;
}

/** Asks for a file. Never rejects. Reads at most `maxBytes` and one more. */
export async function askFile(
  access: OriginAccess,
  listed: { readonly origin: string },
  { path, maxBytes }: WantedFile,
  validators: Validators = {},
): Promise<OriginAnswer> {
  const headers = conditionsOf(validators);
  const conditional = Object.keys(headers).length > 0;
  const answer = await askOrigin(access, listed, path, { headers, maxBodyBytes: maxBytes + 1 });
  if ("failed" in answer) return { failed: answer.failed };
  const { status, body, whole } = answer;
  if (status === 304 && conditional) return { same: true };
  if (status === 404 || status === 410) return { absent: true };
  if (status !== 200) return { failed: `The origin answers ${status}.` };
  if (body.byteLength > maxBytes) return { failed: `It is larger than ${maxBytes} bytes.` };
  if (!whole) return { failed: "The origin's answer ended early." };
  return { file: { path, bytes: body, ...keptHeaders(answer.headers) } };
}

/** What is kept of an answer beside its bytes. */
export function keptHeaders(headers: Headers): Omit<OriginFile, "path" | "bytes"> {
  const kept = (name: string) => {
    const value = headers.get(name) ?? "";
    return value !== "" && value.length <= maxHeader ? value : undefined;
  };
  const [etag, lastModified, contentType] = ["ETag", "Last-Modified", "Content-Type"].map(kept);
  return {
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    ...(contentType !== undefined && { contentType }),
  };
}

function conditionsOf({ etag, lastModified }: Validators): Record<string, string> {
  if (etag !== undefined) return { "If-None-Match": etag };
  return lastModified === undefined ? {} : { "If-Modified-Since": lastModified };
}
