/** What Fleet knows of nearness: Probers' connection times, the corrections they make, and what load adds. */

import type { LatencyCorrection } from "../../directory/correction.ts";
import { takesClients } from "../../directory/cost.ts";
import type { LatencyModel, Point } from "../../geo/latency.ts";
import { pointName, pointOfRegion } from "../../geo/regions.ts";
import { placeOfMirror } from "../../mirrors/mirror-place.ts";
import type { RosterMirror } from "../../mirrors/roster.ts";
import { number, record, text } from "../../runtime/json-values.ts";
import { reasonOf } from "../../runtime/reason.ts";
import { regionOf } from "../assignment.ts";
import type { Report } from "../report.ts";
import {
  type ConnectionTimes,
  connectionTimesText,
  keptSlots,
  readConnectionTimes,
  slotOf,
  usualTime,
  withConnection,
} from "./connection-times.ts";
import { type Loaded, loadAdded } from "./load.ts";
import { measuredCorrections, type ProberMeasured } from "./measured-corrections.ts";
import type { NearnessStore } from "./nearness-store.ts";

/** Load is weighed once a day, ms: clients of all time zones have asked then. */
export const loadEveryMs = 86_400_000;
/** Redirects are counted for this long before they are weighed, as many as fit between two alarms later. */
const hourMs = 3_600_000;
/** A mirror list that can't be asked for its counts is asked again after this, ms. */
const loadAgainMs = hourMs;
/** Probers whose times are kept: twelve regions of sixteen shards. The others are not from our own assignments. */
const maxProbers = 192;

const ofProber = "prober ";
const ofCorrections = "corrections";
const ofLoad = "load";

/** What is said of a mirror in the roster. */
export type MirrorNearness = Pick<RosterMirror, "latency" | "loadMs">;

/** All that was redirected to a mirror since the beginning. */
export type RedirectTotals = readonly { mirror: string; redirects: number }[];

export interface ProximityOptions {
  store: NearnessStore;
  model: LatencyModel;
  /** As in `ProbeSettings`. */
  isPlatform: boolean;
  /** Where a Prober without a region is. Absent: nobody said, so that what it measures says nothing. */
  ownPoint?: Point;
  /** Absent: nobody counts. */
  totals?: () => Promise<RedirectTotals>;
  log: (sentence: string) => void;
}

export class Proximity {
  readonly #options: ProximityOptions;
  readonly #times = new Map<string, Map<string, ConnectionTimes>>();
  #corrections: ReadonlyMap<string, LatencyCorrection> = new Map();
  #added: ReadonlyMap<string, number> = new Map();
  /** Totals when load was weighed last. */
  #counted: { at: number; totals: ReadonlyMap<string, number> } | undefined;
  #weighAgainAt = 0;
  /** Slot in which corrections were made last. */
  #madeIn = 0;

  /** Goes on with what the store holds; what it holds otherwise than as written is begun anew. */
  constructor(options: ProximityOptions) {
    this.#options = options;
    for (const [name, kept] of options.store.all()) {
      try {
        this.#read(name, JSON.parse(kept));
      } catch (error) {
        options.log(`nearness: ${name} is begun anew: ${reasonOf(error)}`);
      }
    }
  }

  /** What is said of a mirror. */
  of(mirror: string): MirrorNearness {
    const latency = this.#corrections.get(mirror);
    const loadMs = this.#added.get(mirror);
    return { ...(latency && { latency }), ...(loadMs !== undefined && { loadMs }) };
  }

  /** Takes what a Prober measured of listed mirrors. */
  saw({ prober, seen }: Report, isListed: (mirror: string) => boolean): void {
    for (const { target, observation } of seen) {
      const { at, connectMs } = observation;
      if (connectMs === undefined || !isListed(target.mirror)) continue;
      const times = this.#times.get(prober) ?? new Map<string, ConnectionTimes>();
      if (times.size === 0 && this.#times.size >= maxProbers) return;
      const next = withConnection(times.get(target.mirror), slotOf(at), connectMs);
      if (next === undefined) continue;
      this.#times.set(prober, times.set(target.mirror, next));
    }
  }

  /** Makes corrections anew, once a slot, and keeps what they are made of. */
  correct(mirrors: readonly RosterMirror[], now: number): void {
    const slot = slotOf(now);
    if (slot === this.#madeIn) return;
    if (this.#times.size === 0 && this.#corrections.size === 0) return;
    this.#madeIn = slot;
    const points = pointsOf(mirrors);
    this.#forget(points, slot);
    const measured = [...this.#times].flatMap(([prober, times]) => {
      return this.#measured(prober, times, now) ?? [];
    });
    const before = this.#corrections;
    const known = { mirrors: points, model: this.#options.model };
    this.#corrections = measuredCorrections(measured, known, before, Math.floor(now / hourMs));
    this.#keep(before);
  }

  /** Weighs the load of mirrors, once a day; what fails is tried again in an hour. */
  async weigh(mirrors: readonly RosterMirror[], now: number): Promise<void> {
    const { totals, store, log } = this.#options;
    const counted = this.#counted;
    const dueAt = Math.max(
      this.#weighAgainAt,
      counted === undefined ? 0 : counted.at + loadEveryMs,
    );
    if (totals === undefined || now < dueAt) return;
    this.#weighAgainAt = now + loadAgainMs;
    try {
      const found = new Map((await totals()).map((one) => [one.mirror, one.redirects]));
      if (counted !== undefined) {
        this.#added = loadAdded(loaded(mirrors, counted.totals, found), this.#added);
      }
      this.#counted = { at: now, totals: found };
      const [kept, added] = [Object.fromEntries(found), Object.fromEntries(this.#added)];
      store.set(ofLoad, { at: now, totals: kept, added });
    } catch (error) {
      log(`load of mirrors not weighed: ${reasonOf(error)}`);
    }
  }

  #measured(
    prober: string,
    times: ReadonlyMap<string, ConnectionTimes>,
    now: number,
  ): ProberMeasured | undefined {
    const { isPlatform, ownPoint } = this.#options;
    const region = regionOf(prober);
    const isHere = !isPlatform || region === "here";
    const point = isHere ? ownPoint : pointOfRegion(region);
    if (point === undefined) return undefined;
    const usual = [...times].flatMap(([mirror, kept]) => {
      const time = usualTime(kept, now);
      return time === undefined ? [] : [[mirror, time] as const];
    });
    const name = isHere ? pointName(point) : region;
    return { region: name, point, times: new Map(usual) };
  }

  /** What is too old, or of mirrors that aren't listed any more. */
  #forget(listed: ReadonlyMap<string, Point>, slot: number): void {
    for (const [prober, times] of this.#times) {
      for (const [mirror, kept] of times) {
        if (!listed.has(mirror) || slot - kept.slot >= keptSlots) times.delete(mirror);
      }
      if (times.size > 0) continue;
      this.#times.delete(prober);
      this.#options.store.drop(ofProber + prober);
    }
  }

  #keep(before: ReadonlyMap<string, LatencyCorrection>): void {
    const { store } = this.#options;
    for (const [prober, times] of this.#times) {
      const kept = [...times].map(([mirror, one]) => [mirror, connectionTimesText(one)]);
      store.set(ofProber + prober, Object.fromEntries(kept));
    }
    const isSame =
      before.size === this.#corrections.size &&
      [...this.#corrections].every(([mirror, one]) => before.get(mirror) === one);
    if (!isSame) store.set(ofCorrections, Object.fromEntries(this.#corrections));
  }

  #read(name: string, kept: unknown): void {
    const rows = Object.entries(record(kept, name));
    if (name.startsWith(ofProber)) {
      const times = rows.flatMap(([mirror, one]) => {
        const read = readConnectionTimes(text(one, name));
        return read === undefined ? [] : [[mirror, read] as const];
      });
      this.#times.set(name.slice(ofProber.length), new Map(times));
    } else if (name === ofCorrections) {
      this.#corrections = new Map(rows.map(([mirror, one]) => [mirror, correctionOf(one)]));
    } else if (name === ofLoad) {
      const { at, totals, added } = record(kept, name);
      this.#counted = { at: number(at, name), totals: numbersOf(totals) };
      this.#added = numbersOf(added);
    }
  }
}

/** Mirrors that are placed, by name. */
function pointsOf(mirrors: readonly RosterMirror[]): Map<string, Point> {
  return new Map(
    mirrors.flatMap((mirror) => {
      const place = placeOfMirror(mirror);
      return place === undefined ? [] : [[mirror.name, place] as const];
    }),
  );
}

/** Those that take clients of everybody, with what was counted since. */
function loaded(
  mirrors: readonly RosterMirror[],
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): Loaded[] {
  return mirrors
    .filter((mirror) => !mirror.private && takesClients(mirror.word?.is ?? mirror.state))
    .map(({ name, capacity }) => {
      // Statistics that were begun anew count less than before.
      const redirects = Math.max(0, (now.get(name) ?? 0) - (before.get(name) ?? 0));
      return { name, capacity, redirects };
    });
}

function numbersOf(value: unknown): Map<string, number> {
  const rows = Object.entries(record(value, "nearness"));
  return new Map(rows.map(([name, one]) => [name, number(one, name)]));
}

function correctionOf(value: unknown): LatencyCorrection {
  const { everywhereMs, nearMs, hour } = record(value, "correction");
  return {
    everywhereMs: number(everywhereMs, "correction"),
    nearMs: Object.fromEntries(numbersOf(nearMs)),
    hour: number(hour, "correction"),
  };
}
