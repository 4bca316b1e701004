/** Packages and suites as answers show them. Pure. */
import type { PackageRecord } from "../../formats/package-record.ts";
import type { PackageResult, PlacedPackage, ToldSuites } from "../../search/package-service.ts";
import type { AnsweredState } from "../../search/suite.ts";

/** Unix ms as all of the API has it. */
export function timeOf(ms: number | undefined): string | undefined {
  if (ms === undefined || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return undefined;
  return new Date(ms).toISOString();
}

/** The states that an answer is of, and who didn't answer. */
export function describedSuites({ states, unanswered }: ToldSuites) {
  return { snapshots: states.map(describedState), unanswered };
}

function describedState({ snapshot, at, isFormer, filesOf, ...state }: AnsweredState) {
  return {
    repository: state.repository,
    kind: state.kind,
    suite: state.suite,
    id: snapshot,
    at: timeOf(at),
    ...(isFormer && { former: true }),
    indexes: state.indexes.map(({ entries, ...index }) => ({
      ...index,
      read: entries !== undefined,
      ...(entries !== undefined && { entries }),
    })),
    ...(filesOf !== undefined && { filesOf }),
    untold: state.untold,
  };
}

/** A version, with where it is. @param base of the service, ends in `/` */
export function describedVersion(place: PlacedPackage, base: string) {
  const { version, architecture, size, sha256 } = place.record;
  return {
    suite: place.suite,
    ...(place.component !== undefined && { component: place.component }),
    version,
    architecture,
    purl: place.purl,
    ...(place.href !== undefined && { url: urlOf(place.href, base) }),
    ...(size !== undefined && { size }),
    ...(sha256 !== undefined && { sha256 }),
    ...(place.since !== undefined && { since: timeOf(place.since) }),
  };
}

export function urlOf(href: string, base: string): string {
  return base + href.replace(/^\/+/, "");
}

/** What was found, with the version that a client would install first on top. */
export function describedResult({ repository, name, why, places }: PackageResult, base: string) {
  const [first] = places;
  const { summary, homepage, license, source } = first?.record ?? {};
  return {
    name,
    repository,
    ...(first && { kind: first.kind }),
    why,
    ...(first && { version: first.record.version }),
    ...(summary !== undefined && { summary }),
    ...(homepage !== undefined && { homepage }),
    ...(license !== undefined && { license }),
    ...(source !== undefined && { source }),
    versions: places.map((place) => describedVersion(place, base)),
  };
}

/** All that is known of one package in one suite. */
export function describedPackage(place: PlacedPackage, base: string) {
  const { repository, kind, record } = place;
  return {
    repository,
    kind,
    ...describedVersion(place, base),
    snapshot: place.snapshot,
    ...moreOf(record),
  };
}

function moreOf(record: PackageRecord) {
  const { name: _, version: __, architecture: ___, path: ____, ...rest } = record;
  const { size: _size, sha256: _sha256, built, sourceVersion, source, ...more } = rest;
  return {
    ...more,
    ...(source !== undefined && { source }),
    ...(sourceVersion !== undefined && { sourceVersion }),
    ...(built !== undefined && { built: timeOf(built * 1000) }),
  };
}
