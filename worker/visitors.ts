/**
 * Clients seen lately, with their rankings: a package manager asks for dozens of files in a row, and all but
 * the first find their answer here. Outlives rosters: where a client is doesn't depend on them, and a ranking is kept
 * where what changed can't have changed it.
 */

import type { Settings } from "./env.ts";
import { type Client, type PlatformPlace, type Recognition, recognise } from "./geo/client.ts";
import { addressBehindProxies, isTrusted } from "./geo/proxies.ts";
import type { OpenRoster } from "./mirrors/candidates.ts";
import type { Offer, Top } from "./mirrors/rank.ts";
import type { Scheme } from "./mirrors/roster.ts";
import { clientKey } from "./redirect/memory.ts";
import { offersPerRedirect } from "./redirect/redirect.ts";
import { TextIndex } from "./text-index.ts";
import type { OpenRepository } from "./views.ts";

/** Clients held, about 1 KB each with one ranking: two generations of this many, 32 MB at most. */
const generationSize = 16_384;

/** Told the names of the mirrors that a client will be offered, whenever they were ranked anew. */
export type Offered = (names: readonly string[]) => void;

/** A client with the rankings made for it, under one roster. */
export class Visitor {
  readonly client: Client;
  readonly roster: OpenRoster;
  /** Under which the client memory knows the client; 0 where the address isn't known. */
  readonly key: number;
  readonly #offered: Offered | undefined;
  /** Ranked so far, few: comparing numbers costs less than joining and hashing a key. */
  #ranked: Ranked[] = none;
  /** The same under the roster before. */
  readonly #before: readonly Ranked[];

  /** @param before the same client under the roster that this one follows */
  constructor(client: Client, roster: OpenRoster, offered?: Offered, before?: Visitor) {
    this.client = client;
    this.roster = roster;
    this.key = before === undefined ? clientKey(client.address) : before.key;
    this.#offered = offered;
    this.#before = before === undefined ? none : before.#ranked;
  }

  /** All that a redirect names for a repository, scheme and architecture, in rank order; ranked once. */
  top(
    { repository, slot }: OpenRepository,
    scheme: Scheme,
    architecture: string,
  ): readonly Offer[] {
    const at =
      slot +
      2 * (repository.architectures.indexOf(architecture) + 1) +
      (scheme === "https" ? 1 : 0);
    const known = find(this.#ranked, at);
    if (known !== undefined) return known.offers;
    const { client, roster } = this;
    const demand = { repository: repository.name, scheme, family: client.family, architecture };
    const before = find(this.#before, at);
    const kept = before === undefined ? undefined : roster.kept(demand, client, before);
    const top = kept ?? roster.top(demand, client, offersPerRedirect);
    // Made with what is in it: an empty one that grows takes room for seventeen.
    this.#ranked = [...this.#ranked, { slot: at, top }];
    this.#offered?.(top.offers.map(({ open }) => open.mirror.name));
    return top.offers;
  }
}

interface Ranked {
  slot: number;
  top: Top;
}

const none: Ranked[] = [];

function find(ranked: readonly Ranked[], slot: number): Top | undefined {
  for (const one of ranked) if (one.slot === slot) return one.top;
  return undefined;
}

/** Visitors by address, in two generations: what was used since the last turn survives it. */
export class Visitors {
  #roster: OpenRoster;
  /** The roster before and the slots are such that a visitor under it can be followed. */
  #followed: OpenRoster | undefined;
  readonly #settings: Settings;
  readonly #how: Recognition;
  readonly #offered: Offered | undefined;
  #young = new TextIndex<Visitor>();
  #old = new TextIndex<Visitor>();

  constructor(roster: OpenRoster, settings: Settings, how: Recognition, offered?: Offered) {
    this.#roster = roster;
    this.#settings = settings;
    this.#how = how;
    this.#offered = offered;
  }

  get roster(): OpenRoster {
    return this.#roster;
  }

  /**
   * Goes on under another roster.
   *
   * @param keeps repositories have the slots they had
   */
  follow(roster: OpenRoster, keeps: boolean): void {
    this.#followed = keeps && roster.isNextAfter(this.#roster) ? this.#roster : undefined;
    this.#roster = roster;
  }

  /** Who sent this request. */
  of(request: Request): Visitor {
    const { peerHeader, trustedProxies } = this.#settings;
    const peer = trustedProxies === "any" ? "" : peerAddress(request, peerHeader);
    const address =
      trustedProxies.length === 0
        ? peer
        : addressBehindProxies(peer, request.headers.get("X-Forwarded-For"), trustedProxies);
    const known = this.#young.get(address);
    if (known?.roster === this.#roster) return known;
    if (known !== undefined) {
      const now = this.#underThis(known);
      this.#young.replace(address, now);
      return now;
    }
    const old = this.#old.get(address);
    const visitor =
      old === undefined
        ? this.#recognise(address, address === peer ? request.cf : undefined)
        : this.#underThis(old);
    // Without an address, two clients can't be told apart, and the platform may still know where each is.
    if (visitor.client.parsed === undefined) return visitor;
    if (this.#young.size >= generationSize) {
      this.#old = this.#young;
      this.#young = new TextIndex();
    }
    this.#young.add(address, visitor);
    return visitor;
  }

  /** A client of that address, as if it had asked; for explaining. The platform knows only who really asks. */
  at(address: string): Client {
    return recognise(address, undefined, this.#how);
  }

  /** The client's own scheme: behind a trusted proxy, what that proxy was asked with. */
  scheme(request: Request): Scheme {
    const { peerHeader, trustedProxies } = this.#settings;
    if (trustedProxies.length > 0) {
      const forwarded = request.headers.get("X-Forwarded-Proto");
      if (
        (forwarded === "https" || forwarded === "http") &&
        isTrusted(peerAddress(request, peerHeader), trustedProxies)
      ) {
        return forwarded;
      }
    }
    return request.url.startsWith("https:") ? "https" : "http";
  }

  /** The same client under the roster at hand, with the rankings it had under the one before. */
  #underThis(visitor: Visitor): Visitor {
    const { client, roster } = visitor;
    if (roster === this.#roster) return visitor;
    const before = roster === this.#followed ? visitor : undefined;
    return new Visitor(client, this.#roster, this.#offered, before);
  }

  /** `cf` describes whoever opened the connection, and so only a client that came without a proxy. */
  #recognise(address: string, cf: unknown): Visitor {
    const place: PlatformPlace | undefined =
      this.#how.platform && cf !== undefined ? Object(cf) : undefined;
    return new Visitor(recognise(address, place, this.#how), this.#roster, this.#offered);
  }
}

/** Who opened the connection, as the front tells: in a header, or workerd itself in `request.cf`. */
function peerAddress(request: Request, header: string): string {
  if (header !== "") return request.headers.get(header) ?? "";
  const peer: unknown = Reflect.get(request.cf ?? {}, "clientIp");
  return typeof peer === "string" ? peer : "";
}
