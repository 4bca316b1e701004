/** What stands in a frozen universe's `universe.json`, and how it is read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Raised when the files' form changes: an older reader then refuses them. */
export const universeFormat = 1;

/** The fields that solving reads; all others are left out. */
export const solvingFields: readonly string[] = [
  "Package",
  "Version",
  "Architecture",
  "Multi-Arch",
  "Essential",
  "Important",
  "Protected",
  "Priority",
  "Source",
  "Section",
  "Depends",
  "Pre-Depends",
  "Recommends",
  "Suggests",
  "Conflicts",
  "Breaks",
  "Replaces",
  "Enhances",
  "Provides",
  "Phased-Update-Percentage",
  "Size",
  "Installed-Size",
];

/** The fields of a suite's Release that apt's pins go by. */
export const releaseFields = ["Origin", "Label", "Suite", "Codename", "Version", "Date"] as const;
export type ReleaseFacts = Partial<Record<(typeof releaseFields)[number], string>>;

export interface UniverseIndex {
  architecture: string;
  /** Beside `universe.json`. */
  file: string;
  /** Of the index, below the suite's folder. */
  origin: string;
  /** Of the origin's index, unpacked, as the suite's Release names it. */
  originSha256: string;
  /** Of the file, packed; another xz may pack otherwise. */
  sha256: string;
  /** Of the file, unpacked. */
  textSha256: string;
  /** Bytes of the file, packed. */
  bytes: number;
  packages: number;
}

export interface UniverseSuite {
  name: string;
  /** Of the suite's folder: `http://deb.debian.org/debian/dists/bookworm`. */
  url: string;
  component: string;
  release: ReleaseFacts;
  indexes: readonly UniverseIndex[];
}

export interface UniverseFacts {
  format: typeof universeFormat;
  /** What made it; the origin's folders stand in it as DIR. */
  command: string;
  fields: readonly string[];
  /** In the order of apt's sources. */
  suites: readonly UniverseSuite[];
}

/** @throws Error that says what is wrong with `universe.json`, and what makes it */
export function readUniverseFacts(folder: string): UniverseFacts {
  const path = join(folder, "universe.json");
  let facts: unknown;
  try {
    facts = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} can't be read (${reason}): make it by npm run solve:universes.`);
  }
  if (!isUniverseFacts(facts)) {
    throw new Error(
      `${path} isn't a universe of format ${universeFormat}: make it anew by npm run solve:universes.`,
    );
  }
  return facts;
}

function isUniverseFacts(value: unknown): value is UniverseFacts {
  if (!isObject(value) || value.format !== universeFormat) return false;
  const suites = value.suites;
  return Array.isArray(suites) && suites.length > 0 && suites.every(isSuite);
}

function isSuite(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.release)) return false;
  const indexes = value.indexes;
  return (
    [value.name, value.url, value.component].every((one) => typeof one === "string") &&
    Array.isArray(indexes) &&
    indexes.every(isIndex)
  );
}

function isIndex(value: unknown): boolean {
  return (
    isObject(value) &&
    [value.architecture, value.file, value.sha256, value.textSha256].every(
      (one) => typeof one === "string",
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
