/** Whether the origin itself lacks a file that its index lists: then no mirror is to blame for lacking it. */
import type { Ask } from "../../outbound/ask.ts";
import { askFollowing } from "../../outbound/ask-following.ts";
import { fileUrl } from "../../outbound/file-url.ts";
import { LastUsed } from "../../runtime/last-used.ts";

/** An answer of the origin holds so long, ms: all mirrors of a region are judged by it, for one question. */
const holdsMs = 10 * 60_000;
/** Answers kept, of files that mirrors lack. */
const maxKept = 500;

export interface OriginLacksOptions {
  ask: Ask;
  userAgent: string;
  /** ms. */
  deadlineMs: number;
  ownHosts: readonly string[];
  /** Unix ms. */
  now(): number;
}

/** Asks origins, and remembers what they said. */
export class OriginLacks {
  readonly #options: OriginLacksOptions;
  readonly #known = new LastUsed<{ at: number; lacks: Promise<boolean> }>(maxKept);

  constructor(options: OriginLacksOptions) {
    this.#options = options;
  }

  /**
   * Whether the origin says that it has no such file. False where it can't be reached. Never rejects.
   *
   * @param origin base URL, ends in `/`
   * @param path inside the repository, decoded
   */
  lacks(origin: string, path: string): Promise<boolean> {
    const { now } = this.#options;
    const url = fileUrl(origin, path);
    const known = this.#known.get(url);
    if (known !== undefined && now() - known.at < holdsMs) return known.lacks;
    const lacks = this.#ask(url);
    this.#known.set(url, { at: now(), lacks }, 1);
    return lacks;
  }

  async #ask(url: string): Promise<boolean> {
    const { ask, userAgent, deadlineMs, ownHosts } = this.#options;
    const headers = { "User-Agent": userAgent, "Accept-Encoding": "identity" };
    const question = { method: "HEAD", url, headers, deadlineMs, maxBodyBytes: 0 } as const;
    const { end } = await askFollowing(ask, question, ownHosts);
    return "reply" in end && isLack(end.reply.status);
  }
}

/** Statuses by which a server says that there is no such file. */
export function isLack(status: number | undefined): boolean {
  return status === 404 || status === 410;
}
