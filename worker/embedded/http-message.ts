/** Reads the head of a response as a cache's put has it: an HTTP message whose body isn't chunked. Pure but the stream. */
import type { PieceReader } from "../runtime/piece-reader.ts";

export interface MessageHead {
  status: number;
  statusText: string;
  headers: Headers;
}

/** A head has at most as many bytes: Cloudflare takes 128 KB of headers together. */
const maxHeadBytes = 128 * 1024;

/** The head of a message, and the bytes behind it; undefined: it is no response. */
export function messageOf<Memory extends ArrayBufferLike>(
  bytes: Uint8Array<Memory>,
): { head: MessageHead; first: Uint8Array<Memory> } | undefined {
  const end = endOfHead(bytes);
  if (end === undefined) return undefined;
  const head = parseHead(new TextDecoder().decode(bytes.subarray(0, end)));
  return head && { head, first: bytes.subarray(end) };
}

/** The head, and the bytes of the body that came with it; undefined: it is no response, or its head is too long. */
export async function readHead(
  reader: Pick<PieceReader, "next">,
): Promise<{ head: MessageHead; first: Uint8Array } | undefined> {
  let held: Uint8Array = new Uint8Array();
  for (;;) {
    const value = await reader.next();
    if (value === undefined) return undefined;
    held = held.byteLength === 0 ? value : joined(held, value);
    if (endOfHead(held) !== undefined) return messageOf(held);
    if (held.byteLength > maxHeadBytes) return undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}

/** Behind the empty line. */
function endOfHead(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return undefined;
}

/** Reads a status line and header fields (RFC 9112 sections 4 and 5). */
export function parseHead(text: string): MessageHead | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const status = /^HTTP\/1\.[01] ([2-5]\d\d)(?: (.*))?$/.exec(first);
  if (status === null) return undefined;
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (line === "") continue;
    if (colon < 1) return undefined;
    try {
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    } catch {
      return undefined;
    }
  }
  return { status: Number(status[1]), statusText: status[2] ?? "", headers };
}
