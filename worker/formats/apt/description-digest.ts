/** `Description-md5`, by which a version in `Packages` has its text in `Translation-en` (Debian's repository format). */

/** Characters that are kept: of the few texts that one name has, each is told from the others by fewer. */
const keptCharacters = 12;
const md5 = /^[0-9a-f]{32}$/;

/** As `PackageRecord.descriptionDigest`; undefined: there is none, or none that is one. */
export function descriptionDigest(value: string | undefined): string | undefined {
  return value !== undefined && md5.test(value) ? value.slice(0, keptCharacters) : undefined;
}
