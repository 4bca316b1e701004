/** What a backup says of itself: `backup.json` in it. */

/** The layout of a backup. Raised when an older version of the program could not restore it. */
export const backupFormat = 1;

export const manifestFile = "backup.json";

/** One file of a backup. */
export interface BackedUpFile {
  /** Below the backup's folder, with `/` between its parts. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

export interface BackupManifest {
  format: number;
  /** The state folder's format, which the restoring program has to know. */
  stateFormat: number;
  /** Of the program that made it. */
  nearmirror: string;
  /** ISO 8601. */
  at: string;
  files: BackedUpFile[];
}

/**
 * Reads a manifest and judges whether this program can restore what it tells of.
 *
 * @param newest format of the state that this program knows
 * @throws Error with a sentence
 */
export function readManifest(text: string, newest: number): BackupManifest {
  const told = parsed(text);
  const [format, stateFormat] = [told.format, told.stateFormat];
  if (typeof format !== "number" || typeof stateFormat !== "number") {
    throw new Error(`${manifestFile} says no format: this is no backup, or a damaged one.`);
  }
  const by = typeof told.nearmirror === "string" ? ` (nearmirror ${told.nearmirror})` : "";
  if (format > backupFormat || stateFormat > newest) {
    throw new Error(
      `The backup was made by a newer version${by}: it has state of format ${stateFormat} in a backup of format ${format}, and this version knows ${newest} and ${backupFormat}. Restore it with that version or a newer one.`,
    );
  }
  const files = Array.isArray(told.files) ? told.files.map(readFile) : [];
  if (files.length === 0) throw new Error(`${manifestFile} names no files: the backup is damaged.`);
  return {
    format,
    stateFormat,
    nearmirror: String(told.nearmirror ?? "unknown"),
    at: String(told.at ?? "unknown"),
    files,
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told === "object" && told !== null) return { ...told };
  } catch {
    // Told below.
  }
  throw new Error(`${manifestFile} is no JSON: this is no backup, or a damaged one.`);
}

function readFile(told: unknown): BackedUpFile {
  const path: unknown = Reflect.get(Object(told), "path");
  const bytes: unknown = Reflect.get(Object(told), "bytes");
  const sha256: unknown = Reflect.get(Object(told), "sha256");
  if (
    typeof path !== "string" ||
    typeof bytes !== "number" ||
    typeof sha256 !== "string" ||
    !isBelow(path)
  ) {
    throw new Error(
      `${manifestFile} names a file in no way that can be read: the backup is damaged.`,
    );
  }
  return { path, bytes, sha256 };
}

/** A backup may come from anywhere: nothing outside the folder may be written. */
function isBelow(path: string): boolean {
  return !path.startsWith("/") && !path.split("/").some((part) => ["", ".", ".."].includes(part));
}
