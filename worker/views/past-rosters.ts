/** Rosters that were in force, as an isolate asks Fleet for them and holds a few, opened. */
import { latencyModel } from "../geo/latency.ts";
import type { RosterThen } from "../health/roster-history.ts";
import { OpenRoster } from "../mirrors/open-roster.ts";
import { unpackRoster } from "../mirrors/unpack-roster.ts";
import type { Background } from "../runtime/background.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import { type Rate, TokenBucket } from "../runtime/token-bucket.ts";

/** A roster that was in force. Moments are Unix ms. */
export interface PastRoster {
  roster: OpenRoster;
  /** Version of the mirror list that it was built from. */
  list?: number;
  from: number;
  /** `null`: it still is, as far as Fleet has told. */
  until: number | null;
  /** The oldest moment that can be asked for. */
  oldest: number;
  /** So many publications since then weren't kept, so that another one may have been in force. */
  coarse: { since: number; publications: number } | null;
}

/** The moment is before the oldest (Unix ms; `null`: nothing is kept), or there is no time for it now. */
export type NoPastRoster = { before: number | null } | "busy";

/** What is asked for the rosters of then. */
export interface PastRosterSource {
  /** @param time Unix ms; rejects where Fleet can't be asked */
  at(time: number, now: number, context: PastContext): Promise<PastRoster | NoPastRoster>;
}

/** What opening one goes by. */
export interface PastContext {
  /** The roster in force: most mirrors are still what they were, and aren't opened again. */
  current: OpenRoster;
  background: Background;
}

/** Opened ones that are held, about 2 MB each besides what they share with the current one. */
const held = 2;
/** They are let go after this, ms: people who look into something ask several times. */
const heldMs = 300_000;
/** Openings of an isolate: each takes some 30 ms of its core, and requests wait meanwhile. */
const openRate: Rate = { burst: 6, perMinute: 30 };
/** Fleet has this long, ms; it takes some 30 ms for one. */
const deadlineMs = 5000;

interface Held {
  past: PastRoster;
  /** It answers for moments before this one, Unix ms. */
  validUntil: number;
  askedAt: number;
}

export class PastRosters implements PastRosterSource {
  readonly #ask: (time: number) => Promise<RosterThen>;
  readonly #asking = new SharedWork<PastRoster | NoPastRoster>(deadlineMs);
  readonly #openings = new TokenBucket(openRate);
  /** The newest last. */
  #held: readonly Held[] = [];

  /** @param ask Fleet's `rosterAt` */
  constructor(ask: (time: number) => Promise<RosterThen>) {
    this.#ask = ask;
  }

  async at(
    time: number,
    now: number,
    { current, background }: PastContext,
  ): Promise<PastRoster | NoPastRoster> {
    this.#held = this.#held.filter(({ askedAt }) => now - askedAt < heldMs);
    const known = this.#held.find(
      // Where some publications aren't kept, each moment among them has an answer of its own.
      ({ past, validUntil }) => past.coarse === null && past.from <= time && time < validUntil,
    );
    if (known !== undefined) return known.past;
    const key = String(time);
    if (!this.#asking.isRunning(key) && !this.#openings.take(now)) return "busy";
    return this.#asking.run(key, () => this.#open(time, now, current), background);
  }

  async #open(time: number, now: number, current: OpenRoster): Promise<PastRoster | NoPastRoster> {
    const then = await this.#ask(time);
    if (then === "busy" || !("roster" in then)) return then;
    const { from, until, oldest, coarse } = then;
    const view = unpackRoster(JSON.parse(then.roster));
    const past: PastRoster = {
      // By itself: else it would hold all that was made for clients under the roster of now, for as long as it is held.
      roster: new OpenRoster(view, latencyModel, current).standAlone(),
      ...(view.list !== undefined && { list: view.list }),
      from,
      until,
      oldest,
      coarse,
    };
    const one = { past, validUntil: until ?? now, askedAt: now };
    this.#held = [...this.#held.slice(1 - held), one];
    return past;
  }
}
