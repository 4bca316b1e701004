/** What packages are found by, each kind with its letter, and how a package stands in the values of a key. Pure. */
export const keyKinds = {
  /** Of a name, a summary or a tag. */
  word: "w",
  /** Of a longer description. */
  longer: "d",
  provides: "p",
  needs: "n",
  source: "s",
  command: "c",
  /** Names, commands and what is provided, where lower case makes another text of it. */
  folded: "f",
  /** Values are lines of groups, of advisories, of descriptions. */
  group: "g",
  advisory: "a",
  description: "t",
} as const;

/** Where a word stands; of no bit: in tags alone. */
export const fieldBits = { name: 1, summary: 2 } as const;

/** @param number of a package or a line, below 2^30 */
export function keyValue(number: number): number {
  return number * 4;
}

export function keyNumber(value: number): number {
  return value >>> 2;
}

/** By what a longer description is found. @param digest as `PackageRecord.descriptionDigest` */
export function descriptionToken(name: string, digest: string | undefined): string {
  return digest === undefined ? name : `${name} ${digest}`;
}
