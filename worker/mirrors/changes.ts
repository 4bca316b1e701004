/**
 * What changed from one roster to the next, as far as it matters to who is sent where: of a thousand mirrors a handful,
 * so that most clients' rankings can be kept.
 */
import type { Client } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { costMs, type PreparedPlace, placeCost } from "./cost.ts";
import { nearness, type OpenMirror } from "./eligible.ts";
import { rendezvousScore, type Top } from "./rank.ts";
import type { Carried, RosterMirror, Scope } from "./roster.ts";

/** The difference between two rosters, for the clients of the one before. */
export class RosterChanges {
  readonly #before: readonly OpenMirror[];
  readonly #after: readonly OpenMirror[];
  readonly #model: LatencyModel;
  readonly #byRepository = new Map<string, Changed>();

  /** @param before in name order, as `after` is */
  constructor(before: readonly OpenMirror[], after: readonly OpenMirror[], model: LatencyModel) {
    this.#before = before;
    this.#after = after;
    this.#model = model;
  }

  /**
   * Whether a ranking's first are still its first, whatever the mirrors that changed have become: none of them is among
   * them, was or may be the cheapest of all, or would have come in among the near-equals.
   */
  leaves(
    repository: string,
    client: Client,
    place: PreparedPlace,
    { offers, reachMs, bestMs, entryScore }: Top,
  ): boolean {
    const { mirrors, nearby } = this.#of(repository);
    if (mirrors === undefined) return false;
    const { key } = client.place;
    let near = nearby.get(key);
    if (near === undefined) {
      near = this.#byCost(mirrors, place);
      nearby.set(key, near);
    }
    for (const { open, leastMs } of near) {
      if (leastMs > reachMs) break;
      if (leastMs <= bestMs || entryScore === 0) return false;
      if (rendezvousScore(client.networkHash, open) >= entryScore) return false;
    }
    return mirrors.every(
      (open) =>
        nearness(open, client) === "none" &&
        !offers.some((offer) => offer.open.nameHash === open.nameHash),
    );
  }

  #of(repository: string): Changed {
    const known = this.#byRepository.get(repository);
    if (known !== undefined) return known;
    const mirrors = changedFor(repository, this.#before, this.#after);
    const changed = { mirrors, nearby: new Map<string, NearChange[]>() };
    this.#byRepository.set(repository, changed);
    return changed;
  }

  /** By place alone, and were they all up: what each costs at least, whoever asks from there. */
  #byCost(mirrors: readonly OpenMirror[], place: PreparedPlace): NearChange[] {
    return mirrors
      .map((open) => {
        const parts = placeCost(place, open.positioned, this.#model);
        return { open, leastMs: costMs(parts, "none", "up") };
      })
      .sort((a, b) => a.leastMs - b.leastMs);
  }
}

interface NearChange {
  open: OpenMirror;
  leastMs: number;
}

interface Changed {
  /** Absent: not to be told. */
  mirrors: readonly OpenMirror[] | undefined;
  /** By the place's key, cheapest first. */
  nearby: Map<string, NearChange[]>;
}

/**
 * Mirrors that rank otherwise for a repository than they did, as they are now.
 *
 * @param before the roster before, in name order, as `after` is
 * @returns `undefined`: there are others than before, so that nothing can be said
 */
function changedFor(
  repository: string,
  before: readonly OpenMirror[],
  after: readonly OpenMirror[],
): readonly OpenMirror[] | undefined {
  if (before.length !== after.length) return undefined;
  const changed: OpenMirror[] = [];
  for (let at = 0; at < after.length; at++) {
    const was = before[at]?.mirror;
    const open = after[at];
    if (was === undefined || open === undefined || was.name !== open.mirror.name) return undefined;
    // Where it moved, what was ranked by its old place can't be judged by its new one.
    if (!isSamePlace(was, open.mirror) || !isSameNetwork(was, open.mirror)) return undefined;
    if (!ranksAlike(was, open.mirror, repository)) changed.push(open);
  }
  return changed;
}

/** Whether both have the same mirrors, none of them moved. Both are in name order. */
export function areSamePlaces(
  before: readonly OpenMirror[],
  after: readonly OpenMirror[],
): boolean {
  return (
    before.length === after.length &&
    after.every(({ mirror }, at) => {
      const was = before[at]?.mirror;
      return was !== undefined && was.name === mirror.name && isSamePlace(was, mirror);
    })
  );
}

/** Whether all that a position is made of is the same. */
export function isSamePlace(a: RosterMirror, b: RosterMirror): boolean {
  return (
    a.latitude === b.latitude &&
    a.longitude === b.longitude &&
    a.country === b.country &&
    a.approximate === b.approximate
  );
}

/** Whether the same clients are near it, and may be sent there. */
function isSameNetwork(a: RosterMirror, b: RosterMirror): boolean {
  return (
    a.asn === b.asn &&
    a.private === b.private &&
    isSameList(a.prefixes, b.prefixes) &&
    isSameScope(a.scope, b.scope)
  );
}

/** Whether all else is the same that eligibility and rank look at; which files it has isn't among it. */
function ranksAlike(a: RosterMirror, b: RosterMirror, repository: string): boolean {
  return (
    a.state === b.state &&
    a.capacity === b.capacity &&
    isSameList(a.families, b.families) &&
    isCarriedAlike(a.carries[repository], b.carries[repository])
  );
}

function isCarriedAlike(a: Carried | undefined, b: Carried | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.state === b.state &&
    a.states?.https === b.states?.https &&
    a.states?.http === b.states?.http &&
    a.freshness === b.freshness &&
    a.corrupt === b.corrupt &&
    a.ramp === b.ramp &&
    (a.https === undefined) === (b.https === undefined) &&
    (a.http === undefined) === (b.http === undefined) &&
    isSameList(a.architectures, b.architectures)
  );
}

function isSameScope(a: Scope | undefined, b: Scope | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    isSameList(a.countries, b.countries) &&
    isSameList(a.asns, b.asns) &&
    isSameList(a.prefixes, b.prefixes)
  );
}

function isSameList(
  a: readonly (string | number)[] | undefined,
  b: readonly (string | number)[] | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((one, at) => one === b[at]);
}
