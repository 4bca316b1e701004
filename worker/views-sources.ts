/**
 * Where an isolate gets newer views: its location's cache, then `Fleet`, then KV. One question to Fleet per
 * location and `ROSTER_AGE_SECONDS` serves all its isolates, and the text itself moves only when it changed.
 */
import { publishedKey, viewsKey } from "./views-key.ts";

/** The location's cache, as far as it is used. */
export interface LocationCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
}

/** Answers with the published views, or `null` where `known` is their version. */
export type AskFleet = (known: number) => Promise<string | null>;

export interface Sources {
  cache: LocationCache;
  /** Absent: nothing is probed here, and the applied mirror list is what there is. */
  fleet?: AskFleet;
  /** The last-known-good store. */
  store?: { get(key: string): Promise<string | null> };
  /** Seconds. */
  rosterAge: number;
}

/** Keys of the cache; no such host exists, so nothing a client asks for can meet them. */
const checkedUrl = "https://views.nearmirror.invalid/checked";
const textUrl = "https://views.nearmirror.invalid/text/";
/** A text stays in the cache at least as long as isolates may still be on their way to it, seconds. */
const textAge = 600;
/** Fleet has this long to answer, ms; then KV has to do. */
const fleetDeadlineMs = 5000;

/**
 * Newer views, or `null` where there are none. Rejects when neither cache, Fleet nor KV can be read.
 *
 * @param known version at hand
 */
export async function newerViews(sources: Sources, known: number): Promise<string | null> {
  const { fleet, store } = sources;
  if (fleet === undefined) return (await store?.get(viewsKey)) ?? null;
  const cached = await fromCache(sources.cache, known);
  if (cached !== undefined) return cached;
  try {
    const text = await inTime(fleet(known), fleetDeadlineMs);
    await keep(sources, text, known);
    return text;
  } catch (error) {
    const published = (await store?.get(publishedKey)) ?? null;
    if (published === null) throw error;
    return published;
  }
}

/** What the location knows: `null` nothing newer, `undefined` nothing at all. */
async function fromCache(cache: LocationCache, known: number): Promise<string | null | undefined> {
  // A platform without a cache throws.
  const checked = await cache.match(checkedUrl).catch(() => undefined);
  if (checked === undefined) return undefined;
  const version = await checked.text();
  if (version === String(known)) return null;
  const text = await cache.match(textUrl + version).catch(() => undefined);
  return text?.text();
}

async function keep({ cache, rosterAge }: Sources, text: string | null, known: number) {
  const version = text === null ? String(known) : /^\S+ \S+ (\d+) /.exec(text)?.[1];
  if (version === undefined) return;
  const kept = async (url: string, body: string, age: number) => {
    const headers = { "Cache-Control": `max-age=${age}`, "Content-Type": "text/plain" };
    await cache.put(url, new Response(body, { headers })).catch(() => undefined);
  };
  if (text !== null) await kept(textUrl + version, text, textAge);
  await kept(checkedUrl, version, Math.max(1, Math.round(rosterAge)));
}

async function inTime<Result>(work: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
