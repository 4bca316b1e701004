/** Torrents as the edge has them: from the location's cache, else from the object that makes them. */
import type { Background } from "../runtime/background.ts";
import { inTime } from "../runtime/deadline.ts";
import type { LocationCache } from "../runtime/location-cache.ts";
import { reasonOf } from "../runtime/reason.ts";
import type {
  KnownTorrents,
  ReadTorrent,
  TorrentAnswer,
  TorrentQuestion,
} from "../torrents/torrent-answer.ts";
import { QuestionBudget } from "./question-budget.ts";

/** The object that makes torrents; a stub that failed once fails for good: one each time. */
export interface TorrentObject {
  ask(question: TorrentQuestion): Promise<TorrentAnswer>;
  known(): Promise<KnownTorrents>;
}

/** The object has this long for an answer, ms. */
const deadlineMs = 5000;
/** A torrent stays in a location's cache for so long, s; the object learns once in that time that it is still used. */
const cachedSeconds = 86_400;
/** A page waits so long for which torrents there are, ms: without that its links only say less. */
const knownDeadlineMs = 500;
/** What is known of all torrents is told for so long, ms; as long a page that links one is held (`serve-images.ts`). */
const knownMs = 60_000;
/** Questions of one isolate to the one object, which can take 1,000 a second of all isolates. */
const askRate = { burst: 100, perMinute: 600 };

export class TorrentsAtEdge {
  readonly #object: () => TorrentObject;
  readonly #cache: LocationCache;
  readonly #asks = new QuestionBudget(askRate);
  #known: KnownTorrents | undefined;
  /** Unix ms; when the object was last asked for `#known`, whatever came of it. */
  #knownAt: number | undefined;

  constructor(object: () => TorrentObject, cache: LocationCache) {
    this.#object = object;
    this.#cache = cache;
  }

  /**
   * The torrent of a file, or why there is none; undefined where that can't be told now. Never rejects.
   *
   * @param now Unix ms
   */
  async ask(
    question: TorrentQuestion,
    now: number,
    background: Background,
  ): Promise<TorrentAnswer | undefined> {
    const key = `https://torrents.nearmirror.invalid/${question.sha256}`;
    const cached = await this.#cached(key);
    if (cached !== undefined) return { torrent: cached };
    if (!this.#asks.take("", now)) return undefined;
    try {
      const answer = await inTime(this.#object().ask(question), deadlineMs);
      if ("torrent" in answer) background.waitUntil(this.#keep(key, answer.torrent));
      return answer;
    } catch (error) {
      console.warn(`/${question.repository}/${question.path}: no torrent: ${reasonOf(error)}`);
      return undefined;
    }
  }

  /**
   * What is known of all torrents; undefined where nobody has told yet. Only an isolate's first question is waited for.
   * Never rejects.
   *
   * @param now Unix ms
   */
  async known(now: number, background: Background): Promise<KnownTorrents | undefined> {
    const isFirst = this.#knownAt === undefined;
    if (!isFirst && Math.abs(now - (this.#knownAt ?? 0)) < knownMs) return this.#known;
    this.#knownAt = now;
    const asking = this.#askKnown();
    if (isFirst) await asking;
    else background.waitUntil(asking);
    return this.#known;
  }

  async #askKnown(): Promise<void> {
    try {
      this.#known = await inTime(this.#object().known(), knownDeadlineMs);
    } catch (error) {
      console.warn(`which torrents there are can't be told: ${reasonOf(error)}`);
    }
  }

  async #cached(key: string): Promise<ReadTorrent | undefined> {
    try {
      const held = await this.#cache.match(key);
      if (held === undefined) return undefined;
      const [size, pieceLength, readAt] = (held.headers.get("Torrent") ?? "")
        .split(" ")
        .map(Number);
      if (size === undefined || pieceLength === undefined || readAt === undefined) return undefined;
      return { size, pieceLength, readAt, sha1: new Uint8Array(await held.arrayBuffer()) };
    } catch {
      return undefined;
    }
  }

  async #keep(key: string, { size, pieceLength, readAt, sha1 }: ReadTorrent): Promise<void> {
    const headers = {
      Torrent: `${size} ${pieceLength} ${readAt}`,
      "Cache-Control": `max-age=${cachedSeconds}`,
    };
    await this.#cache.put(key, new Response(sha1.slice(), { headers })).catch(() => undefined);
  }
}
