/**
 * What changed from one packed roster to the next, as short JSON: a history of rosters is kept as these. Pure.
 *
 * Nearly always probes found something new of a few repositories at a few mirrors: each is some 20 characters. What the
 * mirror list changes is told by whole mirrors.
 */
import { list, number, optional, record, text } from "../runtime/json-values.ts";
import type { PackedRoster, WireCarried, WireHost, WireMirror } from "./roster-codec.ts";

/** Fields of a mirror or of a repository there that aren't always said; `0`: it has none. */
type Rest = Record<string, unknown> | 0;
/** In place of a version of the list, where there is none any more. */
const none = -1;

/**
 * Changes as they are kept; what didn't change is absent. Positions are those of the roster after, but for `gone`. The
 * names are of one letter: most changes are shorter than the word would be.
 */
interface RosterChanges {
  /** Version of the mirror list. */
  l?: number;
  /** Repositories and paths that got numbers behind those of before. */
  r?: string[];
  p?: string[];
  /** Mirrors that are gone: positions in the roster before. */
  g?: number[];
  /** Mirrors that are new: position and mirror, in their order. */
  n?: [number, WireMirror][];
  /** Mirrors that changed in more than the following: position and mirror. */
  w?: [number, WireMirror][];
  /** The mirror's own rest. */
  m?: [number, Rest][];
  /** Mirror, which of what it carries, letters as in `WireCarried`, and its rest where it has one. */
  c?: [number, number, string, Record<string, unknown>?][];
}

/**
 * The changes that make one roster of another, as JSON. `undefined`: they can't be told so, as mirrors stand in another
 * order.
 *
 * @param after packed with the numbers of `before`
 */
export function rosterChanges(before: PackedRoster, after: PackedRoster): string | undefined {
  const changes: RosterChanges = {};
  if (after.list !== before.list) changes.l = after.list ?? none;
  const repositories = after.repositories.slice(before.repositories.length);
  if (repositories.length > 0) changes.r = repositories;
  const paths = after.paths.slice(before.paths.length);
  if (paths.length > 0) changes.p = paths;
  const kept = matched(before, after, changes);
  if (kept === undefined) return undefined;
  for (const [at, was] of kept) {
    const is = after.mirrors[at];
    if (is !== undefined && is !== was) compareMirror(at, was, is, changes);
  }
  return JSON.stringify(changes);
}

/** Mirrors that are in both by their names, with their position after; `undefined`: they changed their order. */
function matched(
  before: PackedRoster,
  after: PackedRoster,
  changes: RosterChanges,
): [number, WireMirror][] | undefined {
  const isSame =
    before.mirrors.length === after.mirrors.length &&
    before.mirrors.every(([name], at) => name === after.mirrors[at]?.[0]);
  if (isSame) return before.mirrors.map((mirror, at) => [at, mirror]);
  const namesAfter = new Set(after.mirrors.map(([name]) => name));
  const left = before.mirrors.filter(([name]) => namesAfter.has(name));
  const namesLeft = new Set(left.map(([name]) => name));
  const gone = before.mirrors.flatMap(([name], at) => (namesAfter.has(name) ? [] : [at]));
  const came: [number, WireMirror][] = [];
  const kept: [number, WireMirror][] = [];
  for (const [at, mirror] of after.mirrors.entries()) {
    if (!namesLeft.has(mirror[0])) {
      came.push([at, mirror]);
      continue;
    }
    const was = left[kept.length];
    if (was?.[0] !== mirror[0]) return undefined;
    kept.push([at, was]);
  }
  if (gone.length > 0) changes.g = gone;
  if (came.length > 0) changes.n = came;
  return kept;
}

function compareMirror(at: number, was: WireMirror, is: WireMirror, changes: RosterChanges): void {
  if (!isSameBase(was, is)) {
    changes.w ??= [];
    changes.w.push([at, is]);
    return;
  }
  if (!isSameJson(was[4], is[4])) {
    changes.m ??= [];
    changes.m.push([at, is[4] ?? 0]);
  }
  for (const [which, carried] of is[3].entries()) {
    const before = was[3][which];
    const [, , letters, rest] = carried;
    if (before?.[2] === letters && isSameJson(before[3], rest)) continue;
    changes.c ??= [];
    changes.c.push(rest ? [at, which, letters, rest] : [at, which, letters]);
  }
}

/** Whether all is the same that the mirror list alone says: host, place, and where which repositories are. */
function isSameBase(was: WireMirror, is: WireMirror): boolean {
  const [, host, place, carries] = is;
  if (was[3].length !== carries.length || !isSameJson(was[1], host)) return false;
  if (was[2].length !== place.length || was[2].some((one, at) => one !== place[at])) return false;
  return was[3].every(
    ([repository, paths], at) =>
      carries[at]?.[0] === repository && isSameJson(paths, carries[at]?.[1]),
  );
}

function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  // Texts and numbers would be the same; most of what is compared is one of these, or absent.
  if (typeof one !== "object" || typeof other !== "object") return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * A roster out of what is kept: a whole one, and the changes behind it in their order, each with the version of the roster
 * after. Throws an Error that says what in them can't be read.
 *
 * @param whole as `packRoster` packs it, JSON
 */
export function rosterAfter(
  whole: string,
  kept: readonly { version: number; changes: string }[],
): PackedRoster {
  // Nobody else has it: thousands of changes are written into the one object.
  const roster = readPackedRoster(whole);
  for (const { version, changes } of kept) {
    roster.version = version;
    apply(roster, record(JSON.parse(changes), "changes"));
  }
  return roster;
}

/** @param read of `RosterChanges` */
function apply(roster: PackedRoster, read: Record<string, unknown>): void {
  const { mirrors } = roster;
  const gone = list(read.g ?? [], "gone").map((one) => number(one, "gone"));
  for (const at of gone.toReversed()) mirrors.splice(at, 1);
  for (const [at, mirror] of mirrorsAt(read.n, "came")) mirrors.splice(at, 0, mirror);
  for (const [at, mirror] of mirrorsAt(read.w, "whole")) mirrors[at] = mirror;
  for (const one of list(read.m ?? [], "rest")) {
    const [at, rest] = list(one, "rest");
    const [name, host, place, carries] = mirrorAt(mirrors, at);
    mirrors[number(at, "rest")] = [name, host, place, carries, ...restOf(rest)];
  }
  for (const one of list(read.c ?? [], "carried")) {
    const [at, which, letters, rest] = list(one, "carried");
    const [name, , , carries] = mirrorAt(mirrors, at);
    const was = carries[number(which, "carried")];
    if (was === undefined) throw new Error(`changes name what ${name} doesn't carry`);
    const [repository, paths] = was;
    carries[number(which, "carried")] = [
      repository,
      paths,
      text(letters, "carried"),
      ...restOf(rest),
    ];
  }
  roster.repositories.push(...texts(read.r, "repositories"));
  roster.paths.push(...texts(read.p, "paths"));
  if (read.l === none) delete roster.list;
  else if (read.l !== undefined) roster.list = number(read.l, "list");
}

function readPackedRoster(json: string): PackedRoster {
  const read = record(JSON.parse(json), "roster");
  const listVersion = optional(read.list, (of) => number(of, "list"));
  return {
    version: number(read.version, "version"),
    ...(listVersion !== undefined && { list: listVersion }),
    repositories: texts(read.repositories, "repositories"),
    paths: texts(read.paths, "paths"),
    mirrors: list(read.mirrors, "mirrors").map(wireMirror),
  };
}

function mirrorAt(mirrors: readonly WireMirror[], at: unknown): WireMirror {
  const mirror = mirrors[number(at, "a mirror's position")];
  if (mirror === undefined) throw new Error(`changes name mirror ${at} of ${mirrors.length}`);
  return mirror;
}

function mirrorsAt(value: unknown, where: string): [number, WireMirror][] {
  return list(value ?? [], where).map((one) => {
    const [at, mirror] = list(one, where);
    return [number(at, where), wireMirror(mirror)];
  });
}

function wireMirror(value: unknown): WireMirror {
  const [name, host, place, carries, rest] = list(value, "mirror");
  return [
    text(name, "mirror"),
    wireHost(host),
    list(place, "place"),
    list(carries, "carries").map((one): WireCarried => {
      const [repository, paths, letters, more] = list(one, "carries");
      return [
        number(repository, "repository"),
        wirePaths(paths),
        text(letters, "letters"),
        ...restOf(more),
      ];
    }),
    ...restOf(rest),
  ];
}

function wireHost(value: unknown): WireHost {
  if (!Array.isArray(value)) return oneHost(value);
  return [oneHost(value[0]), oneHost(value[1])];
}

function oneHost(value: unknown): string | 0 {
  return value === 0 ? 0 : text(value, "host");
}

function wirePaths(value: unknown): WireCarried[1] {
  if (!Array.isArray(value)) return number(value, "path");
  return [number(value[0], "path"), number(value[1], "path")];
}

function restOf(value: unknown): [Record<string, unknown>?] {
  return value === undefined || value === 0 ? [] : [record(value, "rest")];
}

function texts(value: unknown, where: string): string[] {
  return list(value ?? [], where).map((one) => text(one, where));
}
