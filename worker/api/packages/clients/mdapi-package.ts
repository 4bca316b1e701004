/** Packages as Fedora's mdapi shows them, and what it calls suites. Pure. */
import type { PackageRecord, RelationKind } from "../../../formats/package-record.ts";
import type { FoundFile } from "../../../search/suite-question.ts";

/** mdapi's relations, with the index's own. rpm's `requires` and `obsoletes` are `depends` and `replaces` here. */
export const mdapiRelations = {
  provides: ["provides"],
  requires: ["preDepends", "depends"],
  recommends: ["recommends"],
  suggests: ["suggests"],
  supplements: ["supplements"],
  enhances: ["enhances"],
  conflicts: ["conflicts"],
  obsoletes: ["replaces"],
} as const satisfies Readonly<Record<string, readonly RelationKind[]>>;

export type MdapiRelation = keyof typeof mdapiRelations;

export function isMdapiRelation(name: string): name is MdapiRelation {
  return Object.hasOwn(mdapiRelations, name);
}

/** Sign and word of a comparison, as rpm's indexes have the word. */
const flags: ReadonlyMap<string, string> = new Map([
  ["=", "EQ"],
  ["<", "LT"],
  ["<=", "LE"],
  [">", "GT"],
  [">=", "GE"],
]);

/** rpm's `epoch:version-release`; an epoch of 0 isn't written. */
export function rpmVersion(text: string): { epoch: string; version: string; release: string } {
  const [, epoch = "0", version = "", release = ""] =
    /^(?:(\d+):)?([^-]*)(?:-(.*))?$/.exec(text) ?? [];
  return { epoch, version, release };
}

/** `foo >= 1:2-3` in its parts; a rich dependency, which has no such parts, is its own name. */
export function mdapiEntry(entry: string) {
  const [, name, sign = "", text = ""] = /^(\S+) (=|<=?|>=?) (\S+)$/.exec(entry) ?? [];
  if (name === undefined || entry.startsWith("(")) {
    return { name: entry, epoch: null, version: null, release: null, flags: null };
  }
  const { epoch, version, release } = rpmVersion(text);
  return {
    name,
    epoch,
    version,
    release: release === "" ? null : release,
    flags: flags.get(sign) ?? null,
  };
}

export function mdapiEntries(record: PackageRecord, relation: MdapiRelation) {
  return mdapiRelations[relation].flatMap((kind) => record.relations?.[kind] ?? []).map(mdapiEntry);
}

/** All but `co-packages`, which is left out where it isn't asked for. @param repo as `mdapiRepository` */
export function mdapiPackage(record: PackageRecord, repo: string, coPackages: readonly string[]) {
  const entries = (relation: MdapiRelation) => mdapiEntries(record, relation);
  return {
    arch: record.architecture,
    ...rpmVersion(record.version),
    summary: record.summary ?? "",
    description: record.description ?? "",
    basename: record.source ?? record.name,
    url: record.homepage ?? "",
    conflicts: entries("conflicts"),
    obsoletes: entries("obsoletes"),
    provides: entries("provides"),
    requires: entries("requires"),
    enhances: entries("enhances"),
    recommends: entries("recommends"),
    suggests: entries("suggests"),
    supplements: entries("supplements"),
    "co-packages": coPackages,
    repo,
  };
}

/** Files by folder, names behind slashes, as the `filelists` database of an rpm repository has them. */
export function mdapiFiles(files: readonly Pick<FoundFile, "path">[]) {
  const folders = new Map<string, string[]>();
  for (const { path } of files) {
    const slash = path.lastIndexOf("/");
    const folder = slash < 0 ? "/" : `/${path.slice(0, slash)}`;
    folders.set(folder, [...(folders.get(folder) ?? []), path.slice(slash + 1)]);
  }
  return [...folders].map(([dirname, names]) => ({
    dirname,
    filenames: names.join("/"),
    filetypes: "f".repeat(names.length),
  }));
}

/** What a branch of these repositories begins with in Fedora's mdapi: `f43`, `epel9`. */
const prefixes: ReadonlyMap<string, string> = new Map([["fedora", "f"]]);

/**
 * What mdapi would call a suite's branch: the release with a prefix, `rawhide` as it is; of another distribution its
 * repository's name with the release, as `almalinux9`. A suite without a release goes by its repository's name.
 */
export function mdapiBranch({ repository, suite }: { repository: string; suite: string }): string {
  const release = suite.split("/").find((step) => /^\d|^rawhide$/.test(step));
  if (release === undefined) return repository;
  const prefix = prefixes.get(repository) ?? repository;
  return release.startsWith("r") ? release : `${prefix}${release}`;
}

/** mdapi's `repo`: which part of a release a suite is. */
export function mdapiRepository(suite: string): string {
  const steps = suite.split("/");
  const isTesting = steps.includes("testing");
  if (steps.includes("updates")) return isTesting ? "updates-testing" : "updates";
  return isTesting ? "testing" : "release";
}
