/** Which servers could not be reached a moment ago, and whether any can be. Pure: the clock is passed in. */
import { LastUsed } from "../runtime/last-used.ts";

/** After a failure a server counts as unreachable for so long, ms, unless it answers a check. */
export const unreachableMs = 10_000;
/** A server that counts as unreachable is checked once in so long, ms. */
export const recheckEveryMs = 2_000;
/** A failure so soon, ms, after an answer is one connection's failure, not the server's. */
const justAnsweredMs = 2_000;
/**
 * After every server failed one request, all servers count as unreachable until one answers, or until no check has
 * failed for so long, ms.
 */
export const cutOffMs = 5_000;
/**
 * Servers checked within `recheckEveryMs` while all count as unreachable: any that answers ends it. With a resolver that
 * gives no answer each check takes a thread of the system for ten seconds, and there are a thousand mirrors.
 */
export const cutOffChecks = 16;
/** Servers remembered, 100 bytes each; the one heard of longest ago goes first. */
const maxServers = 1024;

/**
 * How a server is asked now.
 *
 * - `ask`: as ever
 * - `check`: the request asks, for itself and all others, and waits a moment only
 * - `check behind`: the request asks for the others, and doesn't wait at all
 * - `refuse`: not at all
 */
export type Way = "ask" | "check" | "check behind" | "refuse";

/** Times are Unix ms; `Number.NEGATIVE_INFINITY`: never. */
interface Known {
  answeredAt: number;
  /** The first failure since it answered. */
  failedAt: number;
  checkedAt: number;
  /** It counts as unreachable until then. */
  until: number;
  /** A request was patient so long, ms, in vain; infinite: the connection itself failed. */
  patienceMs: number;
}

/** A server's name here: scheme, host and port as the URL has them. Parsing it would be a good part of a check's time. */
export function serverOf(url: string): string {
  const end = url.indexOf("/", url.indexOf("://") + 3);
  return end < 0 ? url : url.slice(0, end);
}

export class UnreachableServers {
  readonly #servers = new LastUsed<Known>(maxServers);
  #cutOffAt = Number.NEGATIVE_INFINITY;
  /** Of the time in which all are unreachable: when its present interval began, and the checks begun in it. */
  #interval = { begun: Number.NEGATIVE_INFINITY, checks: 0 };

  /**
   * How a server may be asked. Where the answer is a check, the check counts as begun.
   *
   * @param server scheme, host and port
   * @param patienceMs for which the request waits for headers: one that waits longer than all before may be luckier
   */
  way(server: string, patienceMs: number, now: number): Way {
    const known = this.#servers.get(server);
    const isCutOff = this.isCutOff(now);
    const isKnown = known !== undefined && now < known.until && patienceMs <= known.patienceMs;
    if (!isKnown && !isCutOff) return "ask";
    const checked = known ?? this.#known(server);
    if (now - checked.checkedAt < recheckEveryMs && now >= checked.checkedAt) return "refuse";
    if (isCutOff && !this.#mayCheckCutOff(now)) return "refuse";
    checked.checkedAt = now;
    // What is known is known until the check has ended.
    if (isKnown) checked.until = Math.max(checked.until, now + patienceMs + unreachableMs);
    return isCutOff ? "check behind" : "check";
  }

  /** A server answered, whatever it said. */
  answered(server: string, now: number): void {
    this.#cutOffAt = Number.NEGATIVE_INFINITY;
    const known = this.#known(server);
    known.answeredAt = now;
    known.failedAt = Number.NEGATIVE_INFINITY;
    known.until = Number.NEGATIVE_INFINITY;
    known.patienceMs = 0;
    known.checkedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * A question to the server failed without an answer.
   *
   * @param waitedMs how long the request was patient; infinite: the connection itself failed
   * @returns whether the server counts as unreachable by it
   */
  failed(server: string, waitedMs: number, now: number): boolean {
    const known = this.#known(server);
    if (now - known.answeredAt < justAnsweredMs) return false;
    const isKnown = now < known.until;
    const before = isKnown ? known.patienceMs : 0;
    if (!isKnown) known.failedAt = now;
    known.patienceMs = Math.max(before, waitedMs);
    known.until = Math.max(known.until, now + unreachableMs);
    // Whoever comes now needs no check: this was one.
    known.checkedAt = Math.max(known.checkedAt, now);
    if (this.isCutOff(now)) this.#cutOffAt = now;
    return true;
  }

  /** Since when the server can't be reached, as far as is known; undefined: it is, or nobody asked it lately. */
  since(server: string, now: number): number | undefined {
    const known = this.#servers.get(server);
    return known !== undefined && now < known.until ? known.failedAt : undefined;
  }

  /** A request could reach neither the origin nor any mirror. */
  cutOff(now: number): void {
    this.#cutOffAt = now;
  }

  isCutOff(now: number): boolean {
    return now >= this.#cutOffAt && now - this.#cutOffAt < cutOffMs;
  }

  #mayCheckCutOff(now: number): boolean {
    const since = now - this.#interval.begun;
    if (!(since >= 0 && since < recheckEveryMs)) this.#interval = { begun: now, checks: 0 };
    return ++this.#interval.checks <= cutOffChecks;
  }

  #known(server: string): Known {
    const never = Number.NEGATIVE_INFINITY;
    const before = this.#servers.get(server);
    if (before !== undefined) return before;
    const known = {
      answeredAt: never,
      failedAt: never,
      checkedAt: never,
      until: never,
      patienceMs: 0,
    };
    this.#servers.set(server, known);
    return known;
  }
}
