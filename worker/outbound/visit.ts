/** One probe's conversation with one mirror: sends the questions and keeps what concerns the probe as a whole. */
import type { Ask, Reply } from "./ask.ts";
import { askFollowing } from "./ask-following.ts";
import type { Failure } from "./failure.ts";
import { fileUrl } from "./file-url.ts";

/** Questions' deadlines that a whole probe may take: a root and three files that hang are enough to judge. */
const deadlinesPerProbe = 4;

export interface VisitOptions {
  ask: Ask;
  /** Unix ms. */
  now: () => number;
  userAgent: string;
  /** One question with its redirects, ms. */
  deadlineMs: number;
  ownHosts: readonly string[];
  /** Requests after which a probe asks nothing new; one with redirects may add four. Absent: as many as it takes. */
  mostRequests?: number;
}

/** A question to a mirror. */
export interface VisitQuestion {
  method: "GET" | "HEAD";
  /** Inside the repository, decoded. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  maxBodyBytes: number;
  /** As in `Question`. */
  hashed?: true;
}

export type Answer = { reply: Reply; url: string } | { failure: Failure };

export class Visit {
  readonly #base: string;
  readonly #options: VisitOptions;
  readonly #begun: number;
  readonly #elsewhere = new Set<string>();
  /** Sent so far, redirects counted. */
  requests = 0;
  /** Until the first headers of the first question, ms. */
  firstMs: number | undefined;
  /** When the certificate of the mirror's own host ends, Unix ms. */
  certificateUntil: number | undefined;
  /** Of the last body that was large enough to tell. */
  bytesPerSecond: number | undefined;
  /** Whether a range was answered with a range; undefined: not asked. */
  ranges: boolean | undefined;

  /** @param base of the repository on the mirror, ends in `/` */
  constructor(base: string, options: VisitOptions) {
    this.#base = base;
    this.#options = options;
    this.#begun = options.now();
  }

  /** The time or the requests of a whole probe are over: ask nothing more. */
  get spent(): boolean {
    const { now, deadlineMs, mostRequests } = this.#options;
    if (mostRequests !== undefined && this.requests >= mostRequests) return true;
    return now() - this.#begun >= deadlinesPerProbe * deadlineMs;
  }

  /** Hosts that the mirror redirected to. */
  get elsewhere(): readonly string[] {
    return [...this.#elsewhere];
  }

  /** Asks the mirror, redirects followed. */
  async ask(question: VisitQuestion): Promise<Answer> {
    const { ask, userAgent, deadlineMs, ownHosts } = this.#options;
    const followed = await askFollowing(
      ask,
      {
        method: question.method,
        url: fileUrl(this.#base, question.path),
        // No Cache-Control: a cache in front of a mirror is what clients get, so it is part of the mirror.
        headers: {
          "User-Agent": userAgent,
          // Sizes and bytes are compared as they are listed; a compressed transfer has others.
          "Accept-Encoding": "identity",
          ...question.headers,
        },
        deadlineMs,
        maxBodyBytes: question.maxBodyBytes,
        ...(question.hashed && { hashed: question.hashed }),
      },
      ownHosts,
    );
    this.requests += followed.requests;
    this.firstMs ??= followed.firstMs;
    this.certificateUntil ??= followed.certificateUntil;
    if (followed.elsewhere !== undefined) this.#elsewhere.add(followed.elsewhere);
    return followed.end;
  }
}

/**
 * A failure that an answer shows, with its evidence. 511 is a captive network saying so itself (RFC 6585 section 6).
 */
export function badStatus(answer: { reply: Reply; url: string }): Failure {
  const { reply, url } = answer;
  return {
    kind: reply.status === 511 ? "captive" : "status",
    detail: `It answers ${reply.status}.`,
    url,
    status: reply.status,
    ms: reply.totalMs,
  };
}
