/** Reads one range of a file at one server, redirects followed, in large pieces and without holding it. */
import { followRedirects } from "../outbound/follow-redirects.ts";
import { asStored } from "../outbound/stored-bytes.ts";

/** What asking takes of the platform. */
export interface RangeAccess {
  fetch(url: string, init: RequestInit): Promise<Response>;
  userAgent: string;
  /** As in `Own`. */
  ownHosts: readonly string[];
}

/** The bytes that are wanted. */
export interface WantedRange {
  url: string;
  /** The first byte and the last, both counted. */
  first: number;
  last: number;
  /** Of the whole file, bytes; absent: the server is to tell. */
  size?: number;
}

/** What came of it. */
export interface RangeRead {
  /** Bytes that were taken; fewer than wanted where there is a fault. */
  took: number;
  /** Of the whole file, bytes, as the server says. */
  size?: number;
  /** Host, with its port, that the bytes came from. */
  host: string;
  /** Why there are no more, for people; follows the host: `answers 404`. */
  fault?: string;
}

/**
 * Bytes read at a time. workerd gives 4 KiB to a reader without a buffer of its own, which takes three times the
 * processor time of the hashes (measured: docs/performance.md).
 */
const bufferBytes = 256 * 1024;

/**
 * Reads it. Never rejects, and ends within the deadline: bytes that came until then are taken.
 *
 * @param deadlineMs for all of it, ms
 * @param take called with the bytes in order, each time before the next are read; they are overwritten then
 */
export async function readRange(
  access: RangeAccess,
  wanted: WantedRange,
  deadlineMs: number,
  take: (bytes: Uint8Array) => void,
): Promise<RangeRead> {
  const ending = new AbortController();
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), deadlineMs);
  try {
    const opened = await Promise.race([open(access, wanted, ending.signal), late.promise]);
    if (opened === "late") return { took: 0, host: hostOf(wanted.url), fault: tooSlow };
    if ("fault" in opened) return { took: 0, ...opened };
    const { body, ...told } = opened;
    const length = wanted.last - wanted.first + 1;
    return { ...told, ...(await taken(body, length, late.promise, take)) };
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

const tooSlow = "is too slow";

interface OpenedRange {
  size: number;
  host: string;
  body: ReadableStream<Uint8Array>;
}

async function open(
  { fetch, userAgent, ownHosts }: RangeAccess,
  wanted: WantedRange,
  signal: AbortSignal,
): Promise<OpenedRange | { host: string; fault: string }> {
  const headers = {
    "User-Agent": userAgent,
    "Accept-Encoding": "identity",
    Range: `bytes=${wanted.first}-${wanted.last}`,
  };
  const followed = await followRedirects<Response, { failed: string }>({
    url: wanted.url,
    ownHosts,
    async ask(url) {
      try {
        // Cloudflare's cache would keep what nobody asks for again.
        const init = { headers, redirect: "manual", cache: "no-store", signal } as const;
        return await fetch(url, { ...init, ...asStored });
      } catch {
        return { failed: "can't be reached" };
      }
    },
    drop: (answer) => answer.body?.cancel().catch(() => undefined),
  });
  const host = hostOf(followed.url);
  if ("none" in followed) return { host, fault: followed.none.failed };
  if ("refused" in followed) return { host, fault: followed.reason };
  const { answer } = followed;
  const size = sizeOf(answer, wanted);
  if (typeof size === "number" && answer.body !== null) return { size, host, body: answer.body };
  await answer.body?.cancel().catch(() => undefined);
  return { host, fault: typeof size === "number" ? "gives no bytes" : size.fault };
}

/** Of the whole file, where it is the answer that was asked for. */
function sizeOf(answer: Response, { first, last, size }: WantedRange): number | { fault: string } {
  if (answer.status === 200) return { fault: "gives no ranges" };
  if (answer.status !== 206) return { fault: `answers ${answer.status}` };
  const header = answer.headers.get("Content-Range") ?? "";
  const [, from, to, told] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header) ?? [];
  const total = Number(told);
  if (told !== undefined && size !== undefined && total !== size) {
    return { fault: `has ${total} bytes in place of ${size}` };
  }
  if (told === undefined || Number(from) !== first || Number(to) !== Math.min(last, total - 1)) {
    return { fault: "gives another range than it was asked for" };
  }
  return total;
}

/** Reads as many bytes as are wanted, if they come. */
async function taken(
  body: ReadableStream<Uint8Array>,
  length: number,
  late: Promise<"late">,
  take: (bytes: Uint8Array) => void,
): Promise<{ took: number; fault?: string }> {
  const reader = body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(bufferBytes);
  let took = 0;
  let fault: string | undefined;
  try {
    while (took < length) {
      const view = new Uint8Array(buffer, 0, Math.min(bufferBytes, length - took));
      const read = await Promise.race([reader.read(view), late]);
      if (read === "late") {
        fault = tooSlow;
        break;
      }
      if (read.done || read.value === undefined) {
        fault = "ends before its range does";
        break;
      }
      take(read.value);
      took += read.value.byteLength;
      buffer = read.value.buffer;
    }
  } catch {
    fault = "breaks off";
  }
  // Not awaited: a server that stalls may hold up even this.
  reader.cancel().catch(() => undefined);
  return fault === undefined ? { took } : { took, fault };
}

/** Host of a URL, with its port. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
