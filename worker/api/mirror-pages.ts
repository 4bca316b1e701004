/**
 * The pages of `/api/v1/mirrors`, as text. 1,116 mirrors are 325 kB, which took a core at 63 requests a second: so what
 * was described lately is cut into pages, and each page is written once.
 */
import type { MirrorSummary } from "../health/fleet-answers.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { sha256Of } from "../runtime/sha256.ts";

/** Which part of all mirrors is asked for. */
export interface PageWish {
  /** The name that the page follows; empty: the first page. */
  after: string;
  /** Mirrors on the page. */
  limit: number;
}

/** A page, ready to be sent. */
export interface MirrorPage {
  text: string;
  /** With its quotes: a hash of the text. */
  etag: string;
}

export const defaultLimit = 100;
export const maxLimit = 500;
/** What was described is told for this long, ms: states change by probes, some seconds apart. */
export const describedMs = 2000;
/**
 * Mirrors in the descriptions held, of another filter each: all of the bundled list's 1,576, and some filters' beside them.
 * A described mirror takes 1 KB.
 */
const maxDescribed = 2048;
/** A description counts as so many at least. */
const leastDescribed = 64;
/** Of the pages of all descriptions, characters held; more are written again. The whole bundled list's are 500,000. */
const heldPageText = 768 * 1024;

interface Described {
  /** Unix ms. */
  at: number;
  mirrors: readonly MirrorSummary[];
}

export class MirrorPages {
  /** By filter. */
  readonly #held = new LastUsed<Described>(maxDescribed);
  /** By filter, moment of its description, and wish. */
  readonly #pages = new LastUsed<MirrorPage>(heldPageText);

  /**
   * A page of the mirrors that a filter leaves. Rejects as `describe` does, and holds nothing then.
   *
   * @param filter the same text for the same filter, as a query
   * @param describe asked where nothing is held that is young enough
   * @param head what the answer begins with, besides mirrors
   * @param now Unix ms
   */
  async page(
    { filter, head, ...wish }: PageWish & { filter: string; head: object },
    describe: () => Promise<readonly MirrorSummary[]>,
    now: number,
  ): Promise<MirrorPage> {
    let described = this.#held.get(filter);
    if (described === undefined || Math.abs(now - described.at) >= describedMs) {
      const mirrors = (await describe()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      described = { at: now, mirrors };
      // A filter that leaves none takes its place as well.
      this.#held.set(filter, described, Math.max(mirrors.length, leastDescribed));
    }
    const key = `${described.at} ${wish.limit} ${wish.after} ${filter}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const made = pageOf(described.mirrors, wish, filter, head);
    this.#pages.set(key, made, key.length + made.text.length);
    return made;
  }
}

/** Mirrors are in the order of their names, and stay in their place while others come and go. */
function pageOf(
  mirrors: readonly MirrorSummary[],
  { after, limit }: PageWish,
  filter: string,
  head: object,
): MirrorPage {
  const rest = mirrors.filter(({ name }) => name > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const query = new URLSearchParams(filter);
  query.set("limit", String(limit));
  query.set("after", last?.name ?? "");
  const next = rest.length > page.length ? `/api/v1/mirrors?${query}` : null;
  const text = JSON.stringify({ ...head, mirrors: page, next });
  return { text, etag: `"${sha256Of(text).slice(0, 32)}"` };
}
