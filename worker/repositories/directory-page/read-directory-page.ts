/**
 * A folder's page as its origin gives it: read once, kept in the location's cache, used for longer where the origin
 * is gone. Never rejects for what an origin does.
 */
import type { Asker } from "../../outbound/asker.ts";
import type { BytesContext } from "../../outbound/bytes-context.ts";
import { fetchFile } from "../../outbound/fetch-file.ts";
import type { Background } from "../../runtime/background.ts";
import { inTime } from "../../runtime/deadline.ts";
import type { PageEntry } from "./entry.ts";
import { readHtmlPage } from "./html-page.ts";
import { readJsonPage } from "./json-page.ts";
import { limitedTo, maxEntries, maxPageBytes } from "./limits.ts";

/** The origin isn't asked again for so long, ms: who looks at folders can wait a minute for a new file. */
export const freshMs = 60_000;
/** What was read is kept so long for when the origin is gone, seconds. */
const keptSeconds = 7 * 24 * 3600;
/** The origin's headers must be there after this, ms: a person waits for the page. */
const headersDeadlineMs = 10_000;
/** The same where an older page, or what indexes list, can be shown instead. */
const headersDeadlineWithCopyMs = 3_000;
/** Its bytes must be there after this, ms: 8 MiB at 4 Mbit/s take 16 s. */
const bodyDeadlineMs = 20_000;

/** What was read at a moment; without entries: it is none that can be read. */
interface Kept {
  /** Unix ms. */
  at: number;
  entries?: PageEntry[];
}

export type OriginsPage =
  /** `gone`: the origin could not be asked just now, and why; what is listed is from `at`, Unix ms. */
  | { entries: PageEntry[]; at: number; gone?: string }
  /** The origin has something there that can't be read as a directory page; its answer, where it is at hand unread. */
  | { unreadable: true; answer?: Response }
  /** No file is had from there: the origin's answer, its body unread. */
  | { refused: Response }
  /** No answer, and why, in a few words. */
  | { failed: string };

/** A folder at its origin, and for whom it is read. */
export interface OriginsFolder {
  /** Ends in `/`. */
  url: string;
  asker: Asker;
}

/** In which circumstances it is read. */
export interface PageReading {
  /** Unix ms. */
  now: number;
  background: Background;
  /** There is something to show without it; absent: there isn't. */
  elsewhere?: boolean;
}

/** The folder's page: from the location's cache where it was read lately, else from the origin. Never rejects. */
export async function readDirectoryPage(
  { url, asker }: OriginsFolder,
  context: BytesContext,
  { now, background, elsewhere = false }: PageReading,
): Promise<OriginsPage> {
  const key = keyOf(url);
  // A platform without a cache throws.
  const kept = await context.cache
    .match(key)
    .then(keptOf)
    .catch(() => undefined);
  if (kept !== undefined && Math.abs(now - kept.at) < freshMs) return told(kept);

  const deadlineMs =
    kept === undefined && !elsewhere ? headersDeadlineMs : headersDeadlineWithCopyMs;
  const headers = new Headers({ Accept: "text/html" });
  const answer = await fetchFile(context, url, { method: "GET", asker, headers, deadlineMs });
  if ("failed" in answer) return instead(kept, answer.failed) ?? answer;
  const { response } = answer;
  if (response.status !== 200) {
    const older =
      response.status < 500 ? undefined : instead(kept, `it answers ${response.status}`);
    if (older !== undefined) await response.body?.cancel();
    return older ?? { refused: response };
  }
  if (!mayList(response)) {
    background.waitUntil(keep(key, { at: now }, context).catch(() => undefined));
    return { unreadable: true, answer: response };
  }
  const read = await entriesOf(response, new URL(response.url || url).pathname);
  if ("failed" in read) return instead(kept, read.failed) ?? read;
  const next: Kept = { at: now, ...read };
  background.waitUntil(keep(key, next, context).catch(() => undefined));
  return told(next);
}

/** No such host exists, so nothing a client asks for can meet it. The number is that of the shape. */
function keyOf(url: string): string {
  return `https://listings.nearmirror.invalid/1/${encodeURIComponent(url)}`;
}

function told({ entries, at }: Kept): OriginsPage {
  return entries === undefined ? { unreadable: true } : { entries, at };
}

function instead(kept: Kept | undefined, gone: string): OriginsPage | undefined {
  if (kept?.entries === undefined) return kept && { unreadable: true };
  return { entries: kept.entries, at: kept.at, gone };
}

async function keep(key: string, kept: Kept, { cache }: BytesContext): Promise<void> {
  const headers = {
    "Cache-Control": `max-age=${keptSeconds}`,
    "Content-Type": "application/json",
  };
  await cache.put(key, new Response(JSON.stringify(kept), { headers }));
}

async function keptOf(cached: Response | undefined): Promise<Kept | undefined> {
  const kept: unknown = await cached?.json();
  return isKept(kept) ? kept : undefined;
}

/** What we wrote ourselves; this keeps another version's shape out. */
function isKept(value: unknown): value is Kept {
  return (
    typeof value === "object" &&
    value !== null &&
    "at" in value &&
    typeof value.at === "number" &&
    (!("entries" in value) || Array.isArray(value.entries))
  );
}

function typeOf({ headers }: Response): string | undefined {
  return (headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
}

/** By its type. */
function mayList(response: Response): boolean {
  return /^(?:text\/html|application\/(?:xhtml\+xml|json))$/.test(typeOf(response) ?? "");
}

/** The entries, nothing where it is no directory page that we read, or why its bytes didn't come. */
async function entriesOf(
  response: Response,
  folder: string,
): Promise<{ entries?: PageEntry[] } | { failed: string }> {
  const { body } = response;
  if (body === null) return {};
  const isJson = typeOf(response) === "application/json";
  const limited = limitedTo(body, maxPageBytes);
  try {
    const text = await inTime(new Response(limited.body).text(), bodyDeadlineMs);
    // A part of a folder would look like all of it.
    if (limited.end() === "broken") return { failed: "its listing broke off" };
    if (limited.end() === "too large") return {};
    const entries = isJson ? readJsonPage(text) : readHtmlPage(text, folder);
    return entries === undefined || entries.length > maxEntries ? {} : { entries };
  } catch {
    limited.stop();
    return { failed: "its listing didn't come to an end" };
  }
}
