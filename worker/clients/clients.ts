/**
 * Clients seen lately, with their rankings: a package manager asks for dozens of files in a row, and all but
 * the first find their answer here. Outlives rosters: where a client is doesn't depend on them.
 */

import { offersPerRedirect } from "../formats/kind-names.ts";
import { type Client, type PlatformPlace, type Recognition, recognise } from "../geo/client.ts";
import {
  addressBehindProxies,
  isTrusted,
  peerHeader,
  peerOfSocket,
  type TrustedProxies,
} from "../geo/proxies.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { Demand } from "../mirrors/eligible.ts";
import type { MirrorOffer, MirrorTop } from "../mirrors/mirror-offer.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
import { TextIndex } from "../runtime/text-index.ts";
import type { OpenRepository } from "../views/views.ts";
import { clientKey } from "./history.ts";

/**
 * What a client takes, and what each of its rankings takes, bytes: as measured in workerd, whose V8 keeps pointers in four
 * bytes where Node's takes eight.
 */
const clientBytes = 240;
const rankingBytes = 128;
/**
 * Clients and their rankings held, in two generations of so many bytes. 10,000 hosts that ask for packages of their
 * architecture and for those of all (two rankings) fit into one: hosts that come in turn find nothing here where a
 * generation is smaller than all of them together.
 */
const generationBytes = 5_200_000;
/**
 * Rankings of one client. A host asks a few repositories, each for its architecture and for none; one that goes through
 * all of them has its oldest ranking made anew, and doesn't drive out others.
 */
const maxRankings = 24;

/** By what a client is recognised behind the proxies in front of it. */
export interface ClientSettings {
  /** The platform itself names the address that opened the connection. */
  platformPlace: boolean;
  /** Header of the trusted proxies; read of them only. */
  forwardedHeader: string;
  trustedProxies: TrustedProxies;
}

/**
 * What of a request tells its client; a `Request` is one. Each access to a `Request` is a call out of the engine: code in
 * every redirect's way passes what it has read already.
 */
export interface Incoming {
  readonly headers: Headers;
  readonly url: string;
  readonly cf?: unknown;
}

/** Gets the names of the mirrors that a client is offered. */
export type Offered = (names: readonly string[]) => void;

/** Who is told of what is done for a client. */
export interface RankingTold {
  offered?: Offered | undefined;
  /** One more ranking is held. */
  ranked?: () => void;
}

/** A client with the rankings made for it. It holds on to no roster: many have come and gone when it asks again. */
export class RankedClient {
  readonly client: Client;
  /** Key of the client in the client history; 0 where the address is missing. */
  readonly key: number;
  readonly #told: RankingTold;
  /** Ranked so far, few: comparing numbers costs less than joining and hashing a key. */
  #ranked: Ranked[] = none;

  /** @param key 0: the client is looked at, and isn't the one that asks */
  constructor(client: Client, told: RankingTold = {}, key = clientKey(client.address)) {
    this.client = client;
    this.key = key;
    this.#told = told;
  }

  /** Rankings held. */
  get rankings(): number {
    return this.#ranked.length;
  }

  /** All that a redirect names for a repository, scheme and architecture, in rank order; ranked anew where need be. */
  top(
    roster: OpenRoster,
    { repository, slot }: OpenRepository,
    scheme: Scheme,
    architecture: string,
  ): readonly MirrorOffer[] {
    const at =
      slot +
      2 * (repository.architectures.indexOf(architecture) + 1) +
      (scheme === "https" ? 1 : 0);
    const known = find(this.#ranked, at);
    const top =
      known?.under === roster.token && known.repository === repository.name
        ? known.top
        : this.#ranking(roster, at, known, { repository: repository.name, scheme, architecture });
    const { offered } = this.#told;
    if (offered !== undefined) offered(top.offers.map(({ open }) => open.resource.name));
    return top.offers;
  }

  /** @param known what was ranked under another roster, which may hold still; undefined: nothing */
  #ranking(
    roster: OpenRoster,
    slot: number,
    known: Ranked | undefined,
    demanded: Omit<Demand, "family">,
  ): MirrorTop {
    const { client } = this;
    const demand = { ...demanded, family: client.family };
    const top = roster.top(demand, client, offersPerRedirect, known?.top);
    if (known === undefined)
      this.#hold({ slot, repository: demand.repository, top, under: roster.token });
    else {
      known.top = top;
      known.repository = demand.repository;
      known.under = roster.token;
    }
    return top;
  }

  #hold(one: Ranked): void {
    const isFull = this.#ranked.length >= maxRankings;
    // Made with what is in it: an empty one that grows takes room for seventeen.
    this.#ranked = isFull ? [...this.#ranked.slice(1), one] : [...this.#ranked, one];
    if (!isFull) this.#told.ranked?.();
  }
}

interface Ranked {
  slot: number;
  /** The repository's name: a slot is one of it under the catalogue that it was asked by, and another's under others. */
  repository: string;
  top: MirrorTop;
  /** Names the roster under which it was last found to hold. */
  under: object;
}

const none: Ranked[] = [];

function find(ranked: readonly Ranked[], slot: number): Ranked | undefined {
  for (const one of ranked) if (one.slot === slot) return one;
  return undefined;
}

/** Clients by address, in two generations: what was used since the last turn survives it. */
export class Clients {
  #roster: OpenRoster;
  readonly #settings: ClientSettings;
  readonly #how: Recognition;
  readonly #told: RankingTold;
  /** Of the clients in the younger generation and their rankings, and the rankings of those that were in it. */
  #bytes = 0;
  #young = new TextIndex<RankedClient>();
  #old = new TextIndex<RankedClient>();

  constructor(roster: OpenRoster, settings: ClientSettings, how: Recognition, offered?: Offered) {
    this.#roster = roster;
    this.#settings = settings;
    this.#how = how;
    const ranked = () => {
      this.#bytes += rankingBytes;
    };
    this.#told = { offered, ranked };
  }

  get roster(): OpenRoster {
    return this.#roster;
  }

  /** Goes on under another roster. */
  follow(roster: OpenRoster): void {
    this.#roster = roster;
  }

  /** The client that sent this request. */
  of(request: Incoming): RankedClient {
    const { platformPlace, forwardedHeader, trustedProxies } = this.#settings;
    const peer = trustedProxies === "any" ? "" : peerAddress(request, platformPlace);
    const address =
      trustedProxies.length === 0
        ? peer
        : addressBehindProxies(peer, request.headers.get(forwardedHeader), trustedProxies);
    const known = this.#young.get(address);
    if (known !== undefined) return known;
    const rankedClient =
      this.#old.get(address) ?? this.#recognise(address, address === peer ? request.cf : undefined);
    // Without an address two clients can't be distinguished, and the platform may still know where each one is.
    if (rankedClient.client.parsed === undefined) return rankedClient;
    if (this.#bytes + clientBytes > generationBytes) {
      this.#old = this.#young;
      this.#young = new TextIndex();
      this.#bytes = 0;
    }
    this.#young.add(address, rankedClient);
    this.#bytes += clientBytes + rankingBytes * rankedClient.rankings;
    return rankedClient;
  }

  /** A client of that address, as if it had asked; for `?trace`. The platform knows only the real client. */
  at(address: string): Client {
    return recognise(address, undefined, this.#how);
  }

  /** The same with its rankings; of what the client avoids nothing is known. */
  rankedAt(address: string): RankedClient {
    return new RankedClient(this.at(address), {}, 0);
  }

  /** The client's own scheme: behind a trusted proxy, what that proxy was asked with. */
  scheme(request: Incoming): Scheme {
    const { platformPlace, trustedProxies } = this.#settings;
    if (trustedProxies.length > 0) {
      const forwarded = request.headers.get("X-Forwarded-Proto");
      if (
        (forwarded === "https" || forwarded === "http") &&
        isTrusted(peerAddress(request, platformPlace), trustedProxies)
      ) {
        return forwarded;
      }
    }
    return request.url.startsWith("https:") ? "https" : "http";
  }

  /** `cf` describes the other end of the connection, so it describes a client only where no proxy stands between. */
  #recognise(address: string, cf: unknown): RankedClient {
    const place: PlatformPlace | undefined =
      this.#how.platform && cf !== undefined ? Object(cf) : undefined;
    return new RankedClient(recognise(address, place, this.#how), this.#told);
  }
}

/**
 * The address that opened the connection, as the runtime reports it. The header is read on the platform alone, which
 * sets it: elsewhere a client can write the header, and proxies pass on what a client wrote.
 */
function peerAddress(request: Incoming, platform: boolean): string {
  if (platform) return request.headers.get(peerHeader) ?? "";
  return peerOfSocket(Reflect.get(request.cf ?? {}, "clientIp"));
}
