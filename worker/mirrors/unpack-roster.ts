/** Reads the roster as it travels: what `packRoster` writes, and nothing else. */
import type { LatencyCorrection } from "../directory/correction.ts";
import type { State } from "../directory/resource.ts";
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";
import { list, number, optional, record, text } from "../runtime/json-values.ts";
import type { Carried, Freshness, RosterMirror, RosterView } from "./roster.ts";
import { freshnessLetters, schemes, stateLetters, usualCapacity } from "./roster-codec.ts";

const stateWords: readonly State[] = ["unknown", "up", "degraded", "down", "drained", "disabled"];
const states = new Map<string, State>(stateWords.map((state) => [stateLetters[state], state]));
const freshnesses = new Map<string, Freshness>();
for (const freshness of ["fresh", "lagging", "stale"] as const) {
  freshnesses.set(freshnessLetters[freshness], freshness);
}
const families: readonly Family[] = ["ipv4", "ipv6"];

/** What all mirrors of a roster name by number. */
export interface Numbered {
  repositories: readonly string[];
  paths: readonly string[];
}

/** Unpacks a roster. Throws an Error naming what is wrong and where. */
export function unpackRoster(value: unknown): RosterView {
  const roster = record(value, "roster");
  const repositories = list(roster.repositories, "roster.repositories").map((one, at) =>
    text(one, `roster.repositories[${at}]`),
  );
  const paths = list(roster.paths, "roster.paths").map((one, at) =>
    text(one, `roster.paths[${at}]`),
  );
  const listVersion = optional(roster.list, (one) => number(one, "roster.list"));
  return {
    version: number(roster.version, "roster.version"),
    ...(listVersion !== undefined && { list: listVersion }),
    mirrors: list(roster.mirrors, "roster.mirrors").map((one, at) =>
      unpackMirror(one, { repositories, paths }, `roster.mirrors[${at}]`),
    ),
  };
}

/**
 * Unpacks one of its mirrors. Written without spreads, and names are put together where something is wrong only: a new
 * isolate unpacks hundreds before this code is compiled.
 *
 * @param where names it in what is thrown
 */
export function unpackMirror(value: unknown, numbered: Numbered, where: string): RosterMirror {
  try {
    return readMirror(list(value, "it"), numbered);
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : error}`);
  }
}

function readMirror(wire: readonly unknown[], numbered: Numbered): RosterMirror {
  const name = text(wire[0], "name");
  const hosts = unpackHosts(wire[1], name);
  const carries: Record<string, Carried> = {};
  for (const one of list(wire[3], "carries")) unpackCarried(one, numbered, hosts, carries);
  const mirror: RosterMirror = { name, capacity: usualCapacity, state: "unknown", carries };
  const place = list(wire[2], "place");
  const country = place[0];
  const isNamed = typeof country === "string";
  if (isNamed) mirror.country = country;
  if (place.length > (isNamed ? 2 : 1)) {
    mirror.latitude = number(place[isNamed ? 1 : 0], "latitude");
    mirror.longitude = number(place[isNamed ? 2 : 1], "longitude");
  }
  if (wire[4] !== undefined) unpackMore(record(wire[4], "more"), mirror);
  return mirror;
}

/** What few mirrors say. */
function unpackMore(more: Record<string, unknown>, mirror: RosterMirror): void {
  if (more.approximate === true) mirror.approximate = true;
  if (more.asn !== undefined) mirror.asn = number(more.asn, "asn");
  if (more.prefixes !== undefined) mirror.prefixes = texts(more.prefixes, "prefixes");
  if (more.capacity !== undefined) mirror.capacity = number(more.capacity, "capacity");
  if (more.families !== undefined) {
    mirror.families = list(more.families, "families").map((one) =>
      oneOf(one, families, "families"),
    );
  }
  if (more.scope !== undefined) mirror.scope = unpackScope(more.scope);
  if (more.latency !== undefined) mirror.latency = unpackCorrection(more.latency);
  if (more.load !== undefined) mirror.loadMs = number(more.load, "load");
  if (more.private === true) mirror.private = true;
  if (more.state !== undefined) mirror.state = stateOf(more.state);
}

function unpackHosts(value: unknown, name: string): (string | undefined)[] {
  if (value === 0) return [name, name];
  if (typeof value === "string") return [value, value];
  return list(value, "hosts").map((one) => (one === 0 ? undefined : text(one, "host")));
}

function unpackCarried(
  value: unknown,
  { repositories, paths }: Numbered,
  hosts: readonly (string | undefined)[],
  carries: Record<string, Carried>,
): void {
  const wire = list(value, "carries");
  const repository = repositories[number(wire[0], "repository")];
  if (repository === undefined) throw new Error("it names a repository that isn't listed");
  const carried: Carried = {};
  carries[repository] = carried;
  const letters = text(wire[2], "states");
  const numbers = wire[1];
  for (let at = 0; at < schemes.length; at++) {
    const scheme = schemes[at];
    if (scheme === undefined) continue;
    const path = number(Array.isArray(numbers) ? numbers[at] : numbers, "path");
    if (path >= 0) carried[scheme] = unpackUrl(scheme, hosts[at], paths[path]);
  }
  if (wire[3] !== undefined) unpackMoreCarried(record(wire[3], "more"), carried);
  if (letters !== nothingProbed) unpackLetters(letters, carried);
}

/** As nearly all have it that nobody probed yet. */
const nothingProbed = "---";

function unpackLetters(letters: string, carried: Carried): void {
  const found: Partial<Record<Scheme, State>> = {};
  for (const [at, scheme] of schemes.entries()) {
    const state = states.get(letters[at] ?? "");
    if (state !== undefined) found[scheme] = state;
  }
  if (Object.keys(found).length > 0) carried.states = found;
  const freshness = freshnesses.get(letters[schemes.length] ?? "");
  if (freshness !== undefined) carried.freshness = freshness;
  const digits = letters.slice(schemes.length + 1);
  if (digits !== "") carried.generation = number(Number(digits), "generation");
}

/** What few say of a repository. */
function unpackMoreCarried(more: Record<string, unknown>, carried: Carried): void {
  if (more.architectures !== undefined)
    carried.architectures = texts(more.architectures, "architectures");
  if (more.exclude !== undefined) carried.exclude = texts(more.exclude, "exclude");
  if (more.state !== undefined) carried.state = stateOf(more.state);
  if (more.without !== undefined) carried.without = texts(more.without, "without");
  if (more.patchy === true) carried.patchy = true;
  if (more.corrupt === true) carried.corrupt = true;
  if (more.ramp !== undefined) carried.ramp = number(more.ramp, "ramp");
}

function unpackUrl(scheme: Scheme, host: string | undefined, path: string | undefined): string {
  if (path === undefined) throw new Error("it names a path that isn't listed");
  if (path.startsWith(`${scheme}://`)) return path;
  if (host === undefined) throw new Error(`it has a path over ${scheme} and no host`);
  return `${scheme}://${host}/${path}`;
}

function unpackCorrection(value: unknown): LatencyCorrection {
  const [hour, everywhereMs, nearMs] = list(value, "latency");
  const regions = Object.entries(record(nearMs ?? {}, "latency"));
  return {
    hour: number(hour, "latency"),
    everywhereMs: number(everywhereMs, "latency"),
    nearMs: Object.fromEntries(regions.map(([region, ms]) => [region, number(ms, region)])),
  };
}

function unpackScope(value: unknown): NonNullable<RosterMirror["scope"]> {
  const scope = record(value, "scope");
  return {
    ...(scope.countries !== undefined && { countries: texts(scope.countries, "countries") }),
    ...(scope.asns !== undefined && {
      asns: list(scope.asns, "asns").map((one) => number(one, "asns")),
    }),
    ...(scope.prefixes !== undefined && { prefixes: texts(scope.prefixes, "prefixes") }),
  };
}

function texts(value: unknown, where: string): string[] {
  return list(value, where).map((one) => text(one, where));
}

function stateOf(value: unknown): State {
  return oneOf(value, stateWords, "state");
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[], where: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Error(`${where} is none of ${words.join(", ")}`);
  return found;
}
