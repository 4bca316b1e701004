/**
 * Sessions of the console: a cookie in place of the token, which the browser would otherwise have to keep. A session is
 * bound to its token, and ends with it at once.
 */
import { createHmac } from "node:crypto";
import { number, text } from "../runtime/json-values.ts";
import { sha256Of } from "../runtime/sha256.ts";
import type { Sql } from "../runtime/sql.ts";
import { type Random, randomText } from "./random-text.ts";
import { Secret, sameHash } from "./token.ts";
import type { SignedIn, Tokens } from "./tokens.ts";

/** Without a request for this long, ms, a session ends: somebody left a browser open. */
export const idleSessionMs = 3600 * 1000;
/** A session lasts at most this long, ms: a working day. */
export const maxSessionMs = 12 * 3600 * 1000;
/** Sessions of one token: browsers of one person. The oldest ends. */
export const maxSessions = 10;
/** A session's last request is written at most this often, ms: one write a minute, not one a page. */
const seenMs = 60_000;
/** Characters of a session's secret: 238 bits. */
const secretLength = 40;
/** Begins every session's secret: "Nearmirror session". */
const prefix = "nms_";

/** A session that holds. */
export interface OpenSession extends SignedIn {
  /** Goes into each form, and comes back with it: only pages of ours know it. */
  formToken: string;
  /** Unix ms, if nothing ends it before. */
  until: number;
}

export class Sessions {
  readonly #sql: Sql;
  readonly #tokens: Tokens;
  readonly #random: Random;

  constructor(sql: Sql, tokens: Tokens, random: Random) {
    this.#sql = sql;
    this.#tokens = tokens;
    this.#random = random;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS session (hash TEXT PRIMARY KEY, token TEXT, created INTEGER, seen INTEGER)
       WITHOUT ROWID`,
    );
    sql.exec("CREATE INDEX IF NOT EXISTS session_of ON session (token, created)");
  }

  /**
   * Begins one, after a token was signed in with. Always a new one: what a browser had before counts for nothing.
   *
   * @param token its public name
   * @param now Unix ms
   * @returns what the cookie has
   */
  begin(token: string, now: number): Secret {
    const secret = prefix + randomText(secretLength, this.#random);
    this.#sql.transaction(() => {
      this.#sql.exec(
        `DELETE FROM session WHERE hash IN (
           SELECT hash FROM session WHERE token = ? ORDER BY created DESC, hash LIMIT -1 OFFSET ?)`,
        token,
        maxSessions - 1,
      );
      this.#sql.exec("INSERT INTO session VALUES (?, ?, ?, ?)", sha256Of(secret), token, now, now);
    });
    return new Secret(secret);
  }

  /**
   * The session that a cookie names, or a sentence why there is none.
   *
   * @param cookie as it was sent
   * @param isNoted false: nothing is written, neither that it was used nor that it has ended
   */
  open(cookie: string, now: number, isNoted = true): OpenSession | string {
    const hash = sha256Of(cookie);
    const [row] = this.#sql.exec("SELECT * FROM session WHERE hash = ?", hash).toArray();
    if (row === undefined) return "You are not signed in.";
    const created = number(row.created, "session");
    const seen = number(row.seen, "session");
    const ended = (why: string) => {
      if (isNoted) this.#drop(hash);
      return why;
    };
    if (now >= created + maxSessionMs)
      return ended("The session has lasted its day: sign in again.");
    if (now >= seen + idleSessionMs)
      return ended("Nobody used the session for an hour: sign in again.");
    const signedIn = this.#tokens.working(text(row.token, "session"), now);
    if (typeof signedIn === "string") return ended(signedIn);
    if (isNoted && now - seen >= seenMs)
      this.#sql.exec("UPDATE session SET seen = ? WHERE hash = ?", now, hash);
    const until = Math.min(created + maxSessionMs, signedIn.token.expires);
    return { ...signedIn, formToken: formTokenOf(cookie), until };
  }

  /** Ends the session that a cookie names. */
  end(cookie: string): void {
    this.#drop(sha256Of(cookie));
  }

  /** Drops sessions that are over. */
  prune(now: number): void {
    this.#sql.exec(
      "DELETE FROM session WHERE created <= ? OR seen <= ?",
      now - maxSessionMs,
      now - idleSessionMs,
    );
  }

  #drop(hash: string): void {
    this.#sql.exec("DELETE FROM session WHERE hash = ?", hash);
  }
}

/**
 * The token that a session's forms have (a synchronizer token). Made of the session's secret, so that nothing more is
 * kept; it tells nothing of the secret.
 */
function formTokenOf(cookie: string): string {
  return createHmac("sha256", cookie).update("nearmirror form 1").digest("hex");
}

/** Whether a form came from a page of this session. */
export function isFormOf({ formToken }: OpenSession, sent: string): boolean {
  return sameHash(formToken, sent);
}
