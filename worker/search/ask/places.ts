/** Packages of suites as answers have them: with a package URL and a path here, the best first. Pure. */
import { packageUrl } from "../../formats/package-url.ts";
import { fileUrl } from "../../outbound/file-url.ts";
import type { PlacedPackage } from "../package-service.ts";
import type { AnsweredState } from "../suite.ts";
import type { FoundPackage } from "../suite-question.ts";
import { anyArchitecture, sameArchitecture } from "./choose-repositories.ts";
import type { ChosenSuite } from "./choose-suites.ts";
import type { KindWords } from "./sources.ts";

/** A package where it was found. */
export function placed(
  { repository, kind, suite, snapshot }: AnsweredState,
  { record, component }: Pick<FoundPackage, "record" | "component">,
): PlacedPackage {
  return {
    repository,
    kind,
    suite,
    snapshot,
    ...(component !== undefined && { component }),
    record,
    purl: packageUrl({ kind, repository, suite }, record),
    ...(record.path !== undefined && { href: fileUrl(`/${repository}/`, record.path) }),
    ...(record.built !== undefined && { since: record.built * 1000 }),
  };
}

/** Whether a package is of one of these architectures, or of any; of an empty list it always is. */
export function isOfArchitecture(
  { record }: Pick<FoundPackage, "record">,
  architectures: readonly string[],
): boolean {
  if (architectures.length === 0 || anyArchitecture.has(record.architecture)) return true;
  return architectures.some((one) => sameArchitecture(one, record.architecture));
}

/**
 * Orders the places of one name in one repository: the highest version first, which clients install where nothing is
 * pinned (apt gives all suites of an archive the priority 500; dnf, pacman and apk take the highest), then the
 * repository's order of suites and architectures.
 *
 * @param suites of the repository, in its order
 * @param words of its kind; undefined: versions stay as they are
 */
export function orderPlaces(
  places: readonly PlacedPackage[],
  suites: readonly ChosenSuite[],
  words: KindWords | undefined,
): PlacedPackage[] {
  const names = suites.map(({ state }) => state.suite);
  const architectures = suites[0]?.listed.architectures ?? [];
  const placeOf = (architecture: string) => {
    const at = architectures.findIndex((one) => sameArchitecture(one, architecture));
    return at < 0 ? architectures.length : at;
  };
  return [...places].sort(
    (one, other) =>
      (words?.compareVersions(other.record.version, one.record.version) ?? 0) ||
      names.indexOf(one.suite) - names.indexOf(other.suite) ||
      placeOf(one.record.architecture) - placeOf(other.record.architecture),
  );
}
