/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again, as its answer got lost,
 * gets the answer of the first time and does nothing twice. Keys are a principal's own.
 */
import { list, number, text } from "../runtime/json-values.ts";
import { sha256Of } from "../runtime/sha256.ts";
import type { Sql } from "../runtime/sql.ts";
import { type Outcome, refused } from "./outcome.ts";

/** An answer is kept this long, ms: a day, as others keep theirs, so that a job of the night is retried in the morning. */
export const keptAnswerMs = 24 * 3600 * 1000;
/** Characters of a key: four times a UUID with room for names. */
export const maxKeyLength = 255;
/** Characters of a body that is kept; a longer one is only known to have been sent. */
export const maxKeptBody = 16_384;
/** Keys of one principal within `keptAnswerMs`: each mirror of the bundled list edited three times. */
export const maxKeysOfOne = 5000;
/** Keys of all: at 16,384 characters each 800 MB of the object's 10 GB, and at the usual 1,000 a sixteenth of that. */
export const maxKeys = 50_000;
/** A request that is under way longer than this, ms, has died: the object answers none that slow. */
const underWayMs = 300_000;
/** Keys are counted anew this often, ms: counting reads a row of each. */
const countedMs = 60_000;
/** Requests under way at once. */
const maxUnderWay = 1000;

/** An answer as it is sent again. */
export interface KeptAnswer {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  /** Undefined: it was too long, or had a secret that is shown once. The one who asks can read what was made. */
  body: string | undefined;
}

/** What to do with a request that has a key. */
export type KeyedRequest =
  /** Go on; then `finish`, or `abandon`. */
  | { is: "new" }
  /** Send this again. */
  | { is: "answered"; answer: KeptAnswer }
  /** The key belongs to another request. */
  | { is: "conflict"; why: string }
  /** The same request is not finished yet. */
  | { is: "under way"; why: string }
  /** No more keys for now. */
  | { is: "full"; why: string };

/** What makes a request the same one. */
export interface Keyed {
  principal: string;
  key: string;
  /** Of the request (`fingerprintOf`). */
  fingerprint: string;
}

/** What of a request must be the same. @param target path and query */
export function fingerprintOf(method: string, target: string, body: string): string {
  return sha256Of(`${method} ${target}\n${body}`);
}

/**
 * Reads the header: a Structured Field String (`"8e03978e"`), or the bare text that many clients send.
 *
 * @returns undefined where there is none
 */
export function readKey(header: string | null): Outcome<string> | undefined {
  if (header === null) return undefined;
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim();
  if (/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(key) && key.length <= maxKeyLength) return { done: key };
  const why = `Idempotency-Key has 1 to ${maxKeyLength} printable ASCII characters without space, quotes and backslash, such as a UUID.`;
  return refused("wrong", why);
}

export class Idempotency {
  readonly #sql: Sql;
  /** In memory alone: what was under way when the object ended is not any more. */
  readonly #underWay = new Map<string, { fingerprint: string; since: number }>();

  /** Keys that are kept, of all and of each principal; at times more than there are, never fewer. */
  #counted: { at: number; all: number; of: Map<string, number> } | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS answered (principal TEXT, key TEXT, fingerprint TEXT, at INTEGER, status INTEGER,
        headers TEXT, body TEXT)`,
    );
    sql.exec("CREATE UNIQUE INDEX IF NOT EXISTS answered_of ON answered (principal, key)");
    sql.exec("CREATE INDEX IF NOT EXISTS answered_at ON answered (at)");
  }

  /** @param now Unix ms */
  begin(keyed: Keyed, now: number): KeyedRequest {
    const { principal, key, fingerprint } = keyed;
    const name = nameOf(keyed);
    const running = this.#underWay.get(name);
    if (running !== undefined && now - running.since < underWayMs) {
      return running.fingerprint === fingerprint
        ? {
            is: "under way",
            why: "The same request is still under way: ask again in some seconds.",
          }
        : otherRequest(key);
    }
    const [row] = this.#rows(
      "SELECT * FROM answered WHERE principal = ? AND key = ? AND at > ?",
      ...[principal, key, now - keptAnswerMs],
    );
    if (row !== undefined) {
      return row.fingerprint === fingerprint
        ? { is: "answered", answer: answerOf(row) }
        : otherRequest(key);
    }
    const full = this.#full(principal, now);
    if (full !== undefined) return { is: "full", why: full };
    this.#underWay.set(name, { fingerprint, since: now });
    return { is: "new" };
  }

  #full(principal: string, now: number): string | undefined {
    for (const [name, { since }] of this.#underWay) {
      if (now - since >= underWayMs) this.#underWay.delete(name);
    }
    if (this.#underWay.size >= maxUnderWay) {
      return `${maxUnderWay} requests with a key are under way: ask again in some seconds.`;
    }
    const { all, of } = this.#count(now);
    if ((of.get(principal) ?? 0) >= maxKeysOfOne) {
      return `${principal} has used ${maxKeysOfOne} keys within a day. None is forgotten early, or its request could be done twice: wait, or send the request without a key.`;
    }
    if (all < maxKeys) return undefined;
    return `${maxKeys} keys were used within a day: wait, or send the request without a key.`;
  }

  #count(now: number): { all: number; of: Map<string, number> } {
    if (this.#counted !== undefined && Math.abs(now - this.#counted.at) < countedMs) {
      return this.#counted;
    }
    this.prune(now);
    const of = new Map<string, number>();
    for (const row of this.#rows(
      "SELECT principal, count(*) AS n FROM answered GROUP BY principal",
    )) {
      of.set(text(row.principal, "answered"), number(row.n, "answered"));
    }
    const all = [...of.values()].reduce((sum, one) => sum + one, 0);
    this.#counted = { at: now, all, of };
    return this.#counted;
  }

  /**
   * The request is done. To be called inside the transaction of its change: the change without the answer would be
   * done twice. Where the transaction fails, so has the request, and may be sent again.
   *
   * @param hasSecret of the answer, which is shown once and never stored
   */
  finish(keyed: Keyed, answer: KeptAnswer & { hasSecret?: boolean }, now: number): void {
    const { status, headers, body, hasSecret } = answer;
    const kept = hasSecret || body === undefined || body.length > maxKeptBody ? null : body;
    this.#sql.exec(
      "INSERT OR REPLACE INTO answered VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[
        keyed.principal,
        keyed.key,
        keyed.fingerprint,
        now,
        status,
        JSON.stringify(headers),
        kept,
      ],
    );
    if (this.#counted !== undefined) {
      const { of } = this.#counted;
      this.#counted.all++;
      of.set(keyed.principal, (of.get(keyed.principal) ?? 0) + 1);
    }
    this.abandon(keyed);
  }

  /** The request failed and changed nothing: it may be sent again. */
  abandon(keyed: Keyed): void {
    this.#underWay.delete(nameOf(keyed));
  }

  /** Drops what is older than `keptAnswerMs`. */
  prune(now: number): void {
    this.#sql.exec("DELETE FROM answered WHERE at <= ?", now - keptAnswerMs);
  }

  /** Drops what is kept of a principal. To be called inside the transaction of its erasure. */
  erase(principal: string): void {
    this.#sql.exec("DELETE FROM answered WHERE principal = ?", principal);
  }

  #rows(query: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#sql.exec(query, ...values).toArray();
  }
}

function otherRequest(key: string): KeyedRequest {
  const why = `Idempotency-Key ${key} was used for another request: take a new key for each request.`;
  return { is: "conflict", why };
}

/** Neither principals' names nor keys have spaces. */
function nameOf({ principal, key }: Keyed): string {
  return `${principal} ${key}`;
}

function answerOf(row: Record<string, unknown>): KeptAnswer {
  const headers = list(JSON.parse(text(row.headers, "answered")), "headers").map((one) => {
    const [name, value] = list(one, "header");
    return [text(name, "header"), text(value, "header")] as const;
  });
  const body = row.body === null ? undefined : text(row.body, "answered");
  return { status: number(row.status, "answered"), headers, body };
}
