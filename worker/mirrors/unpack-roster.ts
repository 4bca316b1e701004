/** Reads the roster as it travels: what `packRoster` writes, and nothing else. */
import type { LatencyCorrection } from "../directory/correction.ts";
import type { State } from "../directory/resource.ts";
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";
import { list, number, optional, record, text } from "../runtime/json-values.ts";
import type { Carried, Freshness, RosterMirror, RosterView } from "./roster.ts";
import { freshnessLetters, schemes, stateLetters, usualCapacity } from "./roster-codec.ts";

const states = new Map<string, State>();
for (const state of ["unknown", "up", "degraded", "down", "drained", "disabled"] as const) {
  states.set(stateLetters[state], state);
}
const freshnesses = new Map<string, Freshness>();
for (const freshness of ["fresh", "lagging", "stale"] as const) {
  freshnesses.set(freshnessLetters[freshness], freshness);
}
const families: readonly Family[] = ["ipv4", "ipv6"];

/** What all mirrors of a roster name by number. */
interface Numbered {
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

function unpackMirror(value: unknown, numbered: Numbered, where: string): RosterMirror {
  const [rawName, rawHost, rawPlace, rawCarries, rawMore] = list(value, where);
  const name = text(rawName, `${where} name`);
  const hosts = unpackHosts(rawHost, name, `${where} host`);
  const place = list(rawPlace, `${where} place`);
  const country = typeof place[0] === "string" ? place[0] : undefined;
  const [latitude, longitude] = (country === undefined ? place : place.slice(1)).map((one) =>
    number(one, `${where} coordinates`),
  );
  const more = record(rawMore ?? {}, `${where} more`);
  const carries: Record<string, Carried> = {};
  for (const one of list(rawCarries, `${where} carries`)) {
    const [repository, carried] = unpackCarried(one, numbered, hosts, where);
    carries[repository] = carried;
  }
  return {
    name,
    ...(country !== undefined && { country }),
    ...(latitude !== undefined && longitude !== undefined && { latitude, longitude }),
    ...(more.approximate === true && { approximate: true }),
    ...(more.asn !== undefined && { asn: number(more.asn, `${where} asn`) }),
    ...(more.prefixes !== undefined && { prefixes: texts(more.prefixes, `${where} prefixes`) }),
    capacity:
      more.capacity === undefined ? usualCapacity : number(more.capacity, `${where} capacity`),
    ...(more.families !== undefined && {
      families: list(more.families, `${where} families`).map((one) =>
        oneOf(one, families, `${where} families`),
      ),
    }),
    ...(more.scope !== undefined && { scope: unpackScope(more.scope, `${where} scope`) }),
    ...(more.latency !== undefined && { latency: unpackCorrection(more.latency, where) }),
    ...(more.load !== undefined && { loadMs: number(more.load, `${where} load`) }),
    ...(more.private === true && { private: true }),
    state: more.state === undefined ? "unknown" : stateOf(more.state, `${where} state`),
    carries,
  };
}

function unpackHosts(value: unknown, name: string, where: string): (string | undefined)[] {
  if (value === 0) return schemes.map(() => name);
  if (typeof value === "string") return schemes.map(() => value);
  return list(value, where).map((one) => (one === 0 ? undefined : text(one, where)));
}

function unpackCarried(
  value: unknown,
  { repositories, paths }: Numbered,
  hosts: readonly (string | undefined)[],
  where: string,
): [string, Carried] {
  const [rawRepository, rawPaths, rawLetters, rawMore] = list(value, `${where} carries`);
  const repository = repositories[number(rawRepository, `${where} repository`)];
  if (repository === undefined) throw new Error(`${where} names a repository that isn't listed`);
  const inside = `${where} ${repository}`;
  const carried: Carried = {};
  const letters = text(rawLetters, `${inside} states`);
  const found: Partial<Record<Scheme, State>> = {};
  for (const [at, scheme] of schemes.entries()) {
    const numbered = Array.isArray(rawPaths) ? rawPaths[at] : rawPaths;
    const path = number(numbered, `${inside} path`);
    if (path >= 0) carried[scheme] = unpackUrl(scheme, hosts[at], paths[path], inside);
    const state = states.get(letters[at] ?? "");
    if (state !== undefined) found[scheme] = state;
  }
  const more = record(rawMore ?? {}, `${inside} more`);
  if (more.architectures !== undefined) carried.architectures = texts(more.architectures, inside);
  if (more.exclude !== undefined) carried.exclude = texts(more.exclude, inside);
  if (more.state !== undefined) carried.state = stateOf(more.state, inside);
  if (Object.keys(found).length > 0) carried.states = found;
  const freshness = freshnesses.get(letters[schemes.length] ?? "");
  if (freshness !== undefined) carried.freshness = freshness;
  const digits = letters.slice(schemes.length + 1);
  if (digits !== "") carried.generation = number(Number(digits), `${inside} generation`);
  if (more.without !== undefined) carried.without = texts(more.without, inside);
  if (more.patchy === true) carried.patchy = true;
  if (more.corrupt === true) carried.corrupt = true;
  if (more.ramp !== undefined) carried.ramp = number(more.ramp, inside);
  return [repository, carried];
}

function unpackUrl(
  scheme: Scheme,
  host: string | undefined,
  path: string | undefined,
  where: string,
): string {
  if (path === undefined) throw new Error(`${where} names a path that isn't listed`);
  if (path.startsWith(`${scheme}://`)) return path;
  if (host === undefined) throw new Error(`${where} has a path over ${scheme} and no host`);
  return `${scheme}://${host}/${path}`;
}

function unpackCorrection(value: unknown, where: string): LatencyCorrection {
  const [hour, everywhereMs, nearMs] = list(value, `${where} latency`);
  const regions = Object.entries(record(nearMs ?? {}, `${where} latency`));
  return {
    hour: number(hour, `${where} latency`),
    everywhereMs: number(everywhereMs, `${where} latency`),
    nearMs: Object.fromEntries(
      regions.map(([region, ms]) => [region, number(ms, `${where} latency ${region}`)]),
    ),
  };
}

function unpackScope(value: unknown, where: string): NonNullable<RosterMirror["scope"]> {
  const scope = record(value, where);
  return {
    ...(scope.countries !== undefined && { countries: texts(scope.countries, where) }),
    ...(scope.asns !== undefined && {
      asns: list(scope.asns, where).map((one) => number(one, where)),
    }),
    ...(scope.prefixes !== undefined && { prefixes: texts(scope.prefixes, where) }),
  };
}

function texts(value: unknown, where: string): string[] {
  return list(value, where).map((one) => text(one, where));
}

function stateOf(value: unknown, where: string): State {
  return oneOf(value, [...states.values()], `${where} state`);
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[], where: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Error(`${where} is none of ${words.join(", ")}`);
  return found;
}
