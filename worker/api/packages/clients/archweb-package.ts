/** A package as Arch's site shows it (archweb's `PackageJSONEncoder`). Pure. */
import type { PlacedPackage } from "../../../search/package-service.ts";
import { timeOf } from "../described.ts";

/** Parts of a suite's folder that name no repository. */
const noName = new Set(["os", "x86_64", "aarch64", "armv7h", "i686", "any", "."]);

/** What Arch calls a repository: `core` of the suite `core/os/x86_64`. */
export function archRepository(suite: string): string {
  const named = suite.split("/").filter((step) => !noName.has(step));
  return (named.at(-1) ?? suite).toLowerCase();
}

/** Version, release and epoch of pacman's `epoch:version-release`, as archweb's `parse_version`. */
export function archVersion(version: string) {
  const [, epoch, pkgver, pkgrel] = /^(?:(\d+):)?(.+)-([^-]+)$/.exec(version) ?? [];
  return {
    pkgver: pkgver ?? version,
    pkgrel: pkgrel ?? "",
    epoch: epoch === undefined ? 0 : Number(epoch),
  };
}

/**
 * The fields whose meaning is the same. What only Arch's own site knows says so in its form: nobody flags or maintains
 * packages here. What is needed to build one stands in no index that is read, so those lists aren't there.
 */
export function archPackage({ record, suite, since }: PlacedPackage) {
  const { relations = {} } = record;
  return {
    pkgname: record.name,
    pkgbase: record.source ?? record.name,
    repo: archRepository(suite),
    arch: record.architecture,
    ...archVersion(record.version),
    pkgdesc: record.summary ?? "",
    url: record.homepage ?? "",
    filename: record.path?.slice(record.path.lastIndexOf("/") + 1) ?? "",
    compressed_size: record.size ?? 0,
    installed_size: record.installedSize ?? 0,
    build_date: record.built === undefined ? null : (timeOf(record.built * 1000) ?? null),
    last_update: timeOf(since) ?? null,
    flag_date: null,
    maintainers: [],
    packager: null,
    groups: record.section?.split(" ").filter((group) => group !== "") ?? [],
    licenses: record.license === undefined ? [] : [record.license],
    conflicts: relations.conflicts ?? [],
    provides: relations.provides ?? [],
    replaces: relations.replaces ?? [],
    depends: relations.depends ?? [],
    optdepends: relations.suggests ?? [],
  };
}

/** Shared libraries of `provides`, which makepkg writes as `libz.so=1-64` for `libz.so.1`. */
export function archSonames({ record }: PlacedPackage): string[] {
  const found = (record.relations?.provides ?? []).flatMap((provided) => {
    const [, name, version] = /^(.+\.so)=(.+)-(?:32|64)$/.exec(provided) ?? [];
    return name === undefined ? [] : [`${name}.${version}`];
  });
  return [...new Set(found)];
}
