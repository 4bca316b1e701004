/** A suite's Release, as far as universes need it. Signatures aren't checked: hashes stand in `universe.json`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ReleaseFacts, releaseFields } from "./universe-facts.ts";

export interface Release {
  facts: ReleaseFacts;
  /** SHA-256 by path. */
  hashes: ReadonlyMap<string, string>;
}

const hashLine = /^ ([0-9a-f]{64})\s+\d+\s+(\S+)$/;

/** @throws Error where the folder has neither InRelease nor Release */
export function readRelease(folder: string): Release {
  const path = ["InRelease", "Release"].map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) {
    throw new Error(`${folder} has neither InRelease nor Release: put the suite's there.`);
  }
  return releaseOf(readFileSync(path, "utf8"));
}

/** Pure. */
export function releaseOf(text: string): Release {
  const facts: ReleaseFacts = {};
  const hashes = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, hash, path] = hashLine.exec(line) ?? [];
    if (hash !== undefined && path !== undefined) hashes.set(path, hash);
    const field = releaseFields.find((name) => line.startsWith(`${name}:`));
    if (field !== undefined) facts[field] = line.slice(field.length + 1).trim();
  }
  return { facts, hashes };
}
