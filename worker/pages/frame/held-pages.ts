/**
 * Pages that were made lately, ready to be sent: a page is made once for all who ask within seconds. What is held is
 * the same for every client; an answer that depends on who asks is never held.
 */
import { compressed } from "../../http/compressed.ts";
import { badRequest } from "../../http/errors.ts";
import { ReadyAnswer } from "../../http/ready-answer.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { type Document, documentOf, type Page } from "./document.ts";
import { type Visit, visitOf } from "./visit.ts";

/** Bytes of pages that one set of views, or all of packages, hold; a page is some tens of KB, and a Worker has 128 MB. */
const maxHeldBytes = 3 * 1024 * 1024;
/** A page is told again for so long, ms: states change by probes, some seconds apart. */
const defaultHeldMs = 2000;

/** How a page is asked for. */
export interface PageQuestion {
  request: { readonly headers: Headers };
  /** With the client's escapes. */
  path: string;
  /** Without its `?`. */
  query: string;
  /** What of the query decides the page; all else is left out of it, links to other languages included. Absent: nothing. */
  takes?: readonly string[];
  /** The service's own URL as it is printed, ends in `/`. */
  base: string;
  /** Unix ms. */
  now: number;
  /** How long the page is held, ms; absent: two seconds. `Infinity`: for as long as the views. */
  heldMs?: number;
  /** No platform compresses: the answer is, where the client takes that. */
  compresses?: boolean;
}

interface Held {
  /** Unix ms. */
  at: number;
  answer: ReadyAnswer;
}

export class HeldPages {
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  /**
   * The page: as it is held, or made now. 400 where the query names a language that there isn't. What `make` answers as
   * a `Response` (404, 503) is passed on and not held.
   *
   * Requests that come while a page is being made make it too: one request's work can end with that request.
   */
  async answer(
    question: PageQuestion,
    make: (visit: Visit) => Page | Response | Promise<Page | Response>,
  ): Promise<Response> {
    const { request, base, now, heldMs = defaultHeldMs, compresses } = question;
    const { headers } = request;
    const visit = visitOf({ ...question, headers });
    if (typeof visit === "string") return once(question, badRequest(400, visit));
    const { language, isChosen, path, query } = visit;
    const key = `${language} ${isChosen} ${base} ${path}?${query}`;
    const known = this.#held.get(key);
    if (known !== undefined && Math.abs(now - known.at) < heldMs) {
      return known.answer.send({ headers, compresses });
    }
    const page = await make(visit);
    if (page instanceof Response) return once(question, page);
    const document = documentOf(visit, page);
    const { status, retryAfter } = page;
    if (status !== undefined) return once(question, asError(document, { status, retryAfter }));
    const answer = ready(document);
    this.#hold(key, { at: now, answer });
    return answer.send({ headers, compresses });
  }

  /** The page that was made longest ago goes first. */
  #hold(key: string, made: Held): void {
    this.#drop(key);
    this.#held.set(key, made);
    this.#bytes += key.length + made.answer.size;
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= maxHeldBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#bytes -= key.length + held.answer.size;
    this.#held.delete(key);
  }
}

function ready({ text, headers }: Document): ReadyAnswer {
  const bytes = new Uint8Array(new TextEncoder().encode(text));
  return new ReadyAnswer(bytes, { ...headers, ETag: `"${sha256Of(bytes).slice(0, 32)}"` });
}

/** It says what isn't there now. Whether it is a page or text goes by `Accept`. */
function asError(
  { text, headers }: Document,
  { status, retryAfter }: { status: number; retryAfter: number | undefined },
): Response {
  const more = {
    "Cache-Control": "no-store",
    Vary: "Accept, Accept-Language",
    ...(retryAfter !== undefined && { "Retry-After": String(retryAfter) }),
  };
  return new Response(text, { status, headers: { ...headers, ...more } });
}

/** An answer that isn't held. */
function once({ request, compresses }: PageQuestion, answer: Response): Response {
  if (compresses !== true) return answer;
  return compressed(request.headers.get("Accept-Encoding"), answer);
}

/** Pages of each set of views: they go with the views that they were made of. */
const pagesOf = new WeakMap<object, HeldPages>();

export function heldPages(views: object): HeldPages {
  const held = pagesOf.get(views) ?? new HeldPages();
  pagesOf.set(views, held);
  return held;
}
