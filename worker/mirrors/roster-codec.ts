/**
 * The roster as it travels, and how it is written: compact, since every isolate of every location fetches it anew after each change.
 * Hosts that are the mirror's own name, the usual capacity and paths that many mirrors share are said once.
 */

import { isDeepStrictEqual } from "node:util";
import type { LatencyCorrection } from "../directory/correction.ts";
import type { State } from "../directory/resource.ts";
import type { Scheme } from "../geo/scheme.ts";
import type { Freshness, RosterMirror, RosterView } from "./roster.ts";

/** What a mirror has that doesn't say otherwise, as in the mirror list's schema. Mbit/s. */
export const usualCapacity = 1000;

export const schemes = ["https", "http"] as const satisfies readonly Scheme[];
export const stateLetters = {
  unknown: "?",
  up: "u",
  degraded: "g",
  down: "x",
  drained: "r",
  disabled: "z",
} as const satisfies Record<State, string>;
export const freshnessLetters = { fresh: "f", lagging: "l", stale: "s" } as const satisfies Record<
  Freshness,
  string
>;

/** A host for both schemes, `0` for the mirror's name, or one by scheme (`0`: none). */
export type WireHost = string | 0 | [string | 0, string | 0];
/**
 * Repository's number, path's number by scheme (`-1`: none) or for both; letters of the states by scheme and of the
 * freshness, with the generation's digits behind them; the rest.
 */
export type WireCarried = [number, number | [number, number], string, Record<string, unknown>?];
/** Name, host, country and coordinates, what it carries, the rest. */
export type WireMirror = [string, WireHost, unknown[], WireCarried[], Record<string, unknown>?];

/** The roster as it travels; JSON. */
export interface PackedRoster {
  version: number;
  list?: number;
  repositories: string[];
  paths: string[];
  mirrors: WireMirror[];
}

/** Numbers texts in the order they are first seen, behind those that have numbers already. */
class Numbering {
  readonly texts: string[];
  readonly #numbers: Map<string, number>;

  constructor(known: readonly string[] = []) {
    this.texts = [...known];
    this.#numbers = new Map(known.map((text, at) => [text, at]));
  }

  of(one: string): number {
    const known = this.#numbers.get(one);
    if (known !== undefined) return known;
    this.#numbers.set(one, this.texts.length);
    return this.texts.push(one) - 1;
  }
}

/** Only the fields that say something. */
function said(fields: Record<string, unknown>): [Record<string, unknown>?] {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? [] : [Object.fromEntries(kept)];
}

/** A URL's host with port, and what follows the host's slash. */
function split(url: string): [host: string, path: string] {
  const start = url.indexOf("://") + 3;
  const end = url.indexOf("/", start);
  return [url.slice(start, end), url.slice(end + 1)];
}

/** A roster that another one is compared with. */
export interface PackedBefore {
  packed: PackedRoster;
  /** The mirrors that were packed, in their order; absent: not held any more. */
  mirrors?: readonly RosterMirror[];
}

/**
 * Packs a roster. Base URLs of one scheme are all at one host of the mirror's, or are kept whole.
 *
 * @param before its numbers mean the same in this one, so that the two can be compared; mirrors that are what they were
 *   are the same objects again, which saves most of the time
 */
export function packRoster(view: RosterView, before?: PackedBefore): PackedRoster {
  const repositories = new Numbering(before?.packed.repositories);
  const paths = new Numbering(before?.packed.paths);
  const mirrors = view.mirrors.map((mirror, at) => {
    const was = before?.packed.mirrors[at];
    return was !== undefined && isDeepStrictEqual(before?.mirrors?.[at], mirror)
      ? was
      : packMirror(mirror, repositories, paths);
  });
  return {
    version: view.version,
    ...(view.list !== undefined && { list: view.list }),
    repositories: repositories.texts,
    paths: paths.texts,
    mirrors,
  };
}

function packMirror(mirror: RosterMirror, repositories: Numbering, paths: Numbering): WireMirror {
  const hosts = schemes.map((scheme) => commonHost(mirror, scheme));
  const [https = 0, http = 0] = hosts;
  const host: WireHost = https === http ? (http === mirror.name ? 0 : http) : [https, http];
  const carries = Object.entries(mirror.carries).map(([name, carried]): WireCarried => {
    const [atHttps = -1, atHttp = -1] = schemes.map((scheme, at) => {
      const url = carried[scheme];
      if (url === undefined) return -1;
      // A repository at another host than the rest keeps its URL whole; no path begins with a scheme.
      const [urlHost, path] = split(url);
      return paths.of(urlHost === hosts[at] ? path : url);
    });
    const { architectures, exclude, state, freshness, without, patchy, corrupt, ramp } = carried;
    const letters = [
      ...schemes.map((scheme) => {
        const probed = carried.states?.[scheme];
        return probed === undefined ? "-" : stateLetters[probed];
      }),
      freshness === undefined ? "-" : freshnessLetters[freshness],
      carried.generation ?? "",
    ].join("");
    return [
      repositories.of(name),
      atHttps === atHttp ? atHttp : [atHttps, atHttp],
      letters,
      ...said({ architectures, exclude, state, without, patchy, corrupt, ramp }),
    ];
  });
  const { country, latitude, longitude, capacity } = mirror;
  const place: unknown[] = latitude === undefined ? [] : [latitude, longitude];
  if (country !== undefined) place.unshift(country);
  const { approximate, asn, prefixes, families: reached, scope, state } = mirror;
  return [
    mirror.name,
    host,
    place,
    carries,
    ...said({
      capacity: capacity === usualCapacity ? undefined : capacity,
      state: state === "unknown" ? undefined : state,
      approximate,
      asn,
      prefixes,
      families: reached,
      scope,
      private: mirror.private,
      latency: mirror.latency && packCorrection(mirror.latency),
      load: mirror.loadMs,
    }),
  ];
}

/** Hour, part for everywhere, parts by region: some 30 bytes. */
function packCorrection({ hour, everywhereMs, nearMs }: LatencyCorrection): unknown[] {
  return Object.keys(nearMs).length === 0 ? [hour, everywhereMs] : [hour, everywhereMs, nearMs];
}

/** The host that most of a mirror's URLs of a scheme are at; `0` where there are none. */
function commonHost(mirror: RosterMirror, scheme: Scheme): string | 0 {
  const counts = new Map<string, number>();
  for (const carried of Object.values(mirror.carries)) {
    const url = carried[scheme];
    if (url === undefined) continue;
    const [host] = split(url);
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  let best: string | 0 = 0;
  for (const [host, count] of counts) {
    if (best === 0 || count > (counts.get(best) ?? 0)) best = host;
  }
  return best;
}
