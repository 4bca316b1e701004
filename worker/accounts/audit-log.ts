/** The audit log: append, query, verify, export, drop what is too old. Nothing changes an entry but erasure. */
import { canonicalJson } from "../runtime/canonical-json.ts";
import type { Sql } from "../runtime/sql.ts";
import {
  type AuditEntry,
  type Audited,
  type Break,
  entryBehind,
  exportLine,
  followChain,
  genesis,
  type Link,
} from "./audit-entry.ts";
import type { AuditFilter, SearchLimits } from "./audit-search.ts";
import { AuditStore } from "./audit-store.ts";
import { type Random, randomText } from "./random-text.ts";

/** Entries are kept this long, ms: two years, so that a yearly review sees all of the year before. */
export const auditMs = 730 * 24 * 3600 * 1000;
/** Entries kept at most: 2 years at 600 a day. */
export const maxAuditEntries = 500_000;
/** Characters kept at most, of the object's 10 GB. */
export const maxAuditCharacters = 256_000_000;
/** Where a limit is passed the log is cut to this share of it, so that not every entry drops another. */
const cutTo = 0.95;
/** Entries may be this much older before they go, ms: dropping is an entry itself, and one a day is enough. */
const ageSlackMs = 24 * 3600 * 1000;
/** Entries dropped at once: some tens of ms. */
const maxDropped = 5000;
/** Entries read at once by `verify` and by an export: some tens of ms. */
export const auditStep = 1000;
/** Entries of one page. */
export const maxAuditPage = 500;
/** Characters of an address's salt: 119 bits, so that all addresses of IPv4 can't be tried. */
const saltLength = 20;

/** What is kept. Tests set lower limits. */
export interface AuditLimits {
  ms: number;
  entries: number;
  characters: number;
  search?: SearchLimits;
}

const auditLimits: AuditLimits = {
  ms: auditMs,
  entries: maxAuditEntries,
  characters: maxAuditCharacters,
};

/** One step of verifying. */
export interface AuditVerification {
  /** Entries of this step. */
  checked: number;
  /** The next step begins here; absent: all is checked. */
  next?: Link;
  broken?: Break;
}

export class AuditLog {
  readonly #store: AuditStore;
  readonly #random: Random;
  readonly #limits: AuditLimits;

  constructor(sql: Sql, random: Random, limits = auditLimits) {
    this.#store = new AuditStore(sql, limits.search);
    this.#random = random;
    this.#limits = limits;
  }

  /** Adds an entry. To be called inside the transaction of the change that it tells of: both are written, or neither. */
  append(audited: Audited): AuditEntry {
    const salt = randomText(saltLength, this.#random);
    const entry = entryBehind(this.#store.ends().head, audited, salt);
    this.#store.insert(entry);
    return entry;
  }

  /** Adds an entry of something that changes nothing else in this database. */
  appendAlone(audited: Audited): AuditEntry {
    return this.#store.together(() => this.append(audited));
  }

  /** The newest entry's id and hash: noted elsewhere, they prove later that the log was not written anew. */
  head(): Link {
    const { id, hash } = this.#store.ends().head;
    return { id, hash };
  }

  /** Both ends of the log: what a copy of it begins and ends with. */
  ends(): { anchor: Link; head: Link } {
    const { anchor, head } = this.#store.ends();
    return { anchor, head: { id: head.id, hash: head.hash } };
  }

  /**
   * The log's rows were replaced by those of another service, whose chain held to its head: goes on behind them.
   * To be called inside the transaction of the replacement.
   *
   * @returns where the beginning of the chain doesn't hold
   */
  goOnBehind(head: Link & { at: number }, anchor: Link): Break | undefined {
    this.#store.setCopied(head, anchor);
    return this.verify().broken;
  }

  /**
   * A page, newest first, from 1 to `maxAuditPage` entries. `next`: the `before` of the next page; a page may be short, or
   * empty, and another one follow, as a page takes a bounded time.
   */
  page(filter: AuditFilter, limit: number): { entries: AuditEntry[]; next?: number } {
    return this.#store.search(filter, Math.min(Math.max(1, Math.trunc(limit)), maxAuditPage));
  }

  /** The entries of a page. */
  query(filter: AuditFilter, limit: number): AuditEntry[] {
    return this.page(filter, limit).entries;
  }

  /**
   * A part of the log as JSON lines, oldest first.
   *
   * @param last id of the last entry that was exported; 0: from the beginning
   * @returns undefined where nothing is left
   */
  exportBehind(last: number): { lines: string; last: number } | undefined {
    const entries = this.#store.behind(last, auditStep);
    const newest = entries.at(-1);
    if (newest === undefined) return undefined;
    return { lines: entries.map((entry) => `${exportLine(entry)}\n`).join(""), last: newest.id };
  }

  /**
   * Checks some entries of the chain. To be called again with each answer's `next` until there is none.
   *
   * @param from absent: the oldest entry
   * @param noted an id and its hash that somebody noted once (`head`)
   */
  verify(from?: Link, noted?: Link): AuditVerification {
    const { anchor, head } = this.#store.ends();
    if (from === undefined) {
      const broken = this.#brokenAnchor(anchor);
      if (broken !== undefined) return { checked: 0, broken };
    }
    // What was dropped between two steps is no gap.
    const begin = from === undefined || from.id < anchor.id ? anchor : from;
    const entries = this.#store.behind(begin.id, auditStep);
    const checked = entries.length;
    const step = followChain(begin, entries);
    if ("broken" in step) return { checked, broken: step.broken };
    const { last } = step;
    if ([anchor, ...entries].some(({ id, hash }) => id === noted?.id && hash !== noted.hash)) {
      const id = noted?.id ?? 0;
      const why = `Entry ${id} has another hash than the one that was noted: the log was written anew.`;
      return { checked, broken: { id, why } };
    }
    if (checked === auditStep) return { checked, next: last };
    const end = Math.max(head.id, noted?.id ?? 0);
    if (last.id < end) {
      const why = `The log ends at entry ${last.id}, but ${end} entries were written.`;
      return { checked, broken: { id: last.id + 1, why } };
    }
    if (last.hash !== head.hash) {
      const why = `Entry ${last.id} isn't the newest that was written.`;
      return { checked, broken: { id: last.id, why } };
    }
    return { checked };
  }

  /** Where entries were dropped, the newest entry that says so must name the anchor. */
  #brokenAnchor(anchor: Link): Break | undefined {
    if (anchor.id === genesis.id && anchor.hash === genesis.hash) return undefined;
    const [pruned] = this.query({ verb: "audit.prune" }, 1);
    if (pruned?.after === signedOff(anchor)) return undefined;
    const why = `Entries to ${anchor.id} are gone, and no entry audit.prune says that they were dropped.`;
    return { id: anchor.id, why };
  }

  /**
   * Drops entries that are too old or too many, at most 5,000. An entry signs that off: through which id, with which
   * hash, so that the chain can be verified from there on.
   *
   * @param now Unix ms
   * @returns how many were dropped: to be called again until it is none
   */
  prune(now: number): number {
    const through = this.#droppable(now);
    if (through === undefined) return 0;
    const { link, characters } = through;
    return this.#store.together(() => {
      const { anchor } = this.#store.ends();
      const why = "retention";
      this.append({
        act: { at: now, principal: "service", token: "", address: "", why, request: "" },
        verb: "audit.prune",
        resource: "audit",
        before: { ...checkpoint(anchor) },
        after: { ...checkpoint(link) },
      });
      this.#store.dropThrough(link, characters);
      return link.id - anchor.id;
    });
  }

  #droppable(now: number): { link: Link; characters: number } | undefined {
    const { anchor, head, characters } = this.#store.ends();
    const limits = this.#limits;
    const beyond = (is: number, limit: number) => (is > limit ? is - limit * cutTo : 0);
    const tooMany = beyond(head.id - anchor.id, limits.entries);
    const tooLong = beyond(characters, limits.characters);
    const [first] = this.#store.oldest(1);
    const isDue = (first?.at ?? now) < now - limits.ms - ageSlackMs;
    // Asked once a minute: usually one row is read.
    if (!isDue && tooMany === 0 && tooLong === 0) return undefined;
    let freed = 0;
    let link: Link | undefined;
    for (const { id, hash, at, characters: own } of this.#store.oldest(maxDropped)) {
      const isOld = isDue && at < now - limits.ms;
      const isDropped = isOld || id - anchor.id <= tooMany || freed < tooLong;
      // The newest stays: without any, nothing would say what the log had.
      if (!isDropped || id === head.id) break;
      freed += own;
      link = { id, hash };
    }
    return link && { link, characters: freed };
  }

  /**
   * Takes the addresses out of a principal's entries, for good. The chain has their seals alone, and holds.
   * To be called inside the transaction of the erasure.
   */
  eraseAddresses(principal: string): void {
    this.#store.eraseAddresses(principal);
  }

  /** Whether an entry is of that principal's doing. */
  mentions(principal: string): boolean {
    return this.query({ principal }, 1).length > 0;
  }
}

function checkpoint({ id, hash }: Link): { hash: string; through: number } {
  return { hash, through: id };
}

function signedOff(anchor: Link): string {
  return canonicalJson(checkpoint(anchor));
}
