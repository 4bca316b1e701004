/** Lists of images: `SHA256SUMS`, `SHA512SUMS`, and `CHECKSUM` as Fedora and AlmaLinux write it. Pure. */
import { usablePath } from "../index-reader.ts";
import type { Refusal } from "../refusal.ts";
import { type Hashes, hexDigits, listedSize, refusedAt, rootLines } from "../root-text.ts";

/** `sha256`, `sha512`: `hash  name` of that algorithm; `checksum`: `SHA256 (name) = hash`. */
export type SumsKind = "sha256" | "sha512" | "checksum";

/** A listed file. */
export interface SumsEntry {
  /** Relative to the list. */
  path: string;
  hashes: Pick<Hashes, "sha256" | "sha512">;
  /** Bytes, where a comment of a CHECKSUM says it (`# name: 123 bytes`). */
  size?: number;
}

/** Lines of one list; Debian's longest has under 100. */
const maxLines = 20_000;

/** Which kind of list a file is, by its name; undefined where it is none that proves anything. */
export function sumsKind(path: string): SumsKind | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "SHA256SUMS") return "sha256";
  if (name === "SHA512SUMS") return "sha512";
  return /(?:^|-)CHECKSUM$/.test(name) ? "checksum" : undefined;
}

/**
 * Reads a list. Every line that is neither empty nor a comment must be an entry: a list half understood could lack
 * the one line that matters. Refused as well: weaker hashes, a name twice with two values, no entry at all.
 *
 * @param text the signed content (of a clear-signed CHECKSUM, without its signature)
 */
export function readSums(text: Uint8Array, kind: SumsKind): SumsEntry[] | Refusal {
  const lines = rootLines(text);
  if ("refused" in lines) return lines;
  if (lines.length > maxLines) return { refused: `It has more than ${maxLines} lines.` };
  const entries = new Map<string, SumsEntry>();
  const sizes = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (line.startsWith("#")) {
      const [, name = "", digits = ""] = /^# (.+): (\d+) bytes$/.exec(line) ?? [];
      const size = listedSize(digits);
      if (size !== undefined) sizes.set(name, size);
      continue;
    }
    const read = kind === "checksum" ? tagged(line) : plain(line, kind);
    if (read === undefined) return refusedAt(index + 1, `is no line of a ${kind} list`);
    const path = read.name.replace(/^\.\//, "");
    if (!usablePath(path)) return refusedAt(index + 1, "has a name that is no plain relative path");
    const entry = entries.get(path) ?? { path, hashes: {} };
    if ((entry.hashes[read.algorithm] ?? read.hash) !== read.hash) {
      return refusedAt(index + 1, "lists a name again, with another hash");
    }
    entry.hashes[read.algorithm] = read.hash;
    entries.set(path, entry);
  }
  if (entries.size === 0) return { refused: "It lists nothing." };
  return [...entries.values()].map((entry) => {
    const size = sizes.get(entry.path);
    return size === undefined ? entry : { ...entry, size };
  });
}

interface Line {
  algorithm: "sha256" | "sha512";
  hash: string;
  name: string;
}

/** As `sha256sum` writes: two blanks, or a blank and `*` for a file read as binary. */
function plain(line: string, algorithm: "sha256" | "sha512"): Line | undefined {
  const [, hash = "", name = ""] = /^([0-9a-f]+) [ *](.+)$/.exec(line) ?? [];
  return hash.length === hexDigits[algorithm] ? { algorithm, hash, name } : undefined;
}

/** As `sha256sum --tag` writes. */
function tagged(line: string): Line | undefined {
  const [, bits, name = "", hash = ""] = /^SHA(256|512) \((.+)\) = ([0-9a-f]+)$/.exec(line) ?? [];
  if (bits === undefined) return undefined;
  const algorithm = bits === "256" ? "sha256" : "sha512";
  return hash.length === hexDigits[algorithm] ? { algorithm, hash, name } : undefined;
}
