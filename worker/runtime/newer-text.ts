/**
 * How a read-only view reaches an isolate: its location's cache, then the Durable Object that makes it, then
 * KV. One question per location and age serves all its isolates, and the text itself moves only when it changed.
 */
import { inTime } from "./deadline.ts";
import type { LocationCache } from "./location-cache.ts";

/** Where one view comes from. */
export interface TextSources {
  cache: LocationCache;
  /** What its keys in the cache begin with: a URL of a host that doesn't exist, so that no client can ask for it. */
  key: string;
  /** Seconds for which a location goes by what it last heard. */
  age: number;
  /** Asks the object; `null`: nothing newer than the version at hand. */
  ask(known: string): Promise<string | null>;
  /** The object has this long to answer, ms; then the last-known-good store has to do. */
  deadlineMs: number;
  /** Reads the last-known-good store. */
  stored(): Promise<string | null>;
  /** The version a text says it has; `undefined`: none, so that it isn't spread. */
  versionOf(text: string): string | undefined;
}

/** What came of looking for a newer text. */
export interface Newer {
  /** `null`: there is nothing newer. */
  text: string | null;
  /** Why the object gave no answer: the text is then the last that the store knows. Absent: it is the newest there is. */
  failed?: unknown;
}

/** A text stays in the cache at least as long as isolates may still be on their way to it, seconds. */
const textAge = 600;

/**
 * Asks for a newer text. Rejects when neither cache, object nor store has an answer.
 *
 * @param known version at hand
 */
export async function newerText(sources: TextSources, known: string): Promise<Newer> {
  const cached = await fromCache(sources, known);
  if (cached !== undefined) return { text: cached };
  try {
    const text = await inTime(sources.ask(known), sources.deadlineMs);
    // A cache that takes nothing holds up nobody.
    await inTime(keep(sources, text, known), sources.deadlineMs).catch(() => undefined);
    return { text };
  } catch (failed) {
    const stored = await sources.stored();
    if (stored === null) throw failed;
    return { text: stored, failed };
  }
}

/** What the location knows: `null` nothing newer, `undefined` nothing at all. */
async function fromCache(
  { cache, key }: TextSources,
  known: string,
): Promise<string | null | undefined> {
  // A platform without a cache throws.
  const checked = await cache.match(`${key}checked`).catch(() => undefined);
  if (checked === undefined) return undefined;
  const version = await checked.text();
  if (version === known) return null;
  const text = await cache.match(`${key}text/${version}`).catch(() => undefined);
  return text?.text();
}

async function keep(
  { cache, key, age, versionOf }: TextSources,
  text: string | null,
  known: string,
): Promise<void> {
  const version = text === null ? known : versionOf(text);
  if (version === undefined) return;
  const kept = async (url: string, body: string, seconds: number) => {
    const headers = { "Cache-Control": `max-age=${seconds}`, "Content-Type": "text/plain" };
    await cache.put(url, new Response(body, { headers })).catch(() => undefined);
  };
  if (text !== null) await kept(`${key}text/${version}`, text, textAge);
  await kept(`${key}checked`, version, Math.max(1, Math.round(age)));
}
