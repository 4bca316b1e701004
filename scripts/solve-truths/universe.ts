/** A frozen universe in memory: its stanzas, which are looked at one field at a time. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readUniverseFacts, type UniverseFacts, type UniverseIndex } from "./universe-facts.ts";

/** Bytes that an unpacked index may have: bookworm's main has 21 MB. */
const maxIndexSize = 512 * 1024 * 1024;

/** One package of one index. */
export interface Stanza {
  name: string;
  version: string;
  architecture: string;
  /** The suite's name in the universe. */
  suite: string;
  /** As the index has it, without the empty line behind it. Bytes as characters (latin1). */
  text: string;
}

export interface Universe {
  facts: UniverseFacts;
  /** By native architecture, in the order of sources and indexes; `all` stands in each. */
  stanzas: ReadonlyMap<string, readonly Stanza[]>;
}

/** @throws Error where a file isn't what `universe.json` says */
export function readUniverse(folder: string): Universe {
  const facts = readUniverseFacts(folder);
  const stanzas = new Map<string, Stanza[]>();
  for (const suite of facts.suites) {
    for (const index of suite.indexes) {
      const held = stanzas.get(index.architecture) ?? [];
      stanzas.set(index.architecture, held);
      for (const stanza of stanzasOf(readIndex(folder, index), suite.name)) held.push(stanza);
    }
  }
  return { facts, stanzas };
}

function readIndex(folder: string, index: UniverseIndex): string {
  const path = join(folder, index.file);
  const bytes = execFileSync("xz", ["--decompress", "--stdout", path], {
    maxBuffer: maxIndexSize,
  });
  const hash = createHash("sha256").update(bytes).digest("hex");
  if (hash !== index.textSha256) {
    throw new Error(
      `${path} has SHA-256 ${hash} unpacked, universe.json says ${index.textSha256}: check the file out anew.`,
    );
  }
  return bytes.toString("latin1");
}

/** Pure. @throws Error with the stanza's number, where one has no name, version or architecture */
export function stanzasOf(text: string, suite: string): Stanza[] {
  const texts = text.split(/\n\n+/).filter((stanza) => stanza.trim() !== "");
  return texts.map((stanza, at) => {
    const must = (name: string) => {
      const value = fieldOf(stanza, name);
      if (value === "") throw new Error(`Stanza ${at + 1} of ${suite} has no ${name}.`);
      return value;
    };
    return {
      name: must("Package"),
      version: must("Version"),
      architecture: must("Architecture"),
      suite,
      text: stanza.trimEnd(),
    };
  });
}

/** A field's text, lines joined; empty where the stanza hasn't got it. Names as indexes write them. */
export function fieldOf(stanza: string, name: string): string {
  const begin = stanza.startsWith(`${name}:`) ? 0 : stanza.indexOf(`\n${name}:`) + 1;
  if (begin === 0 && !stanza.startsWith(`${name}:`)) return "";
  let end = stanza.indexOf("\n", begin);
  while (end >= 0 && /[ \t]/.test(stanza[end + 1] ?? "")) end = stanza.indexOf("\n", end + 1);
  const text = stanza.slice(begin + name.length + 1, end < 0 ? undefined : end);
  return text.replace(/\n/g, "").trim();
}
