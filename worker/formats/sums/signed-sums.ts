/** Signed lists of files: what of them is listed. Pure. */
import { usablePath } from "../index-reader.ts";
import type { Refusal } from "../refusal.ts";
import { type Hashes, listedSize, rootText } from "../root-text.ts";
import { sumsLine } from "./sums-line.ts";

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

/**
 * Reads a list as `sha256sum -c` does: a line that is none of it is passed over, and so are both
 * lines that give one name two hashes; they are told of where the list is read as an index. Refused is a list without any entry.
 *
 * @param text the signed content (of a clear-signed list, without its signature)
 */
export function readSums(text: Uint8Array): SumsEntry[] | Refusal {
  const decoded = rootText(text);
  if (typeof decoded !== "string") return decoded;
  const lines = decoded.split("\n");
  if (lines.length > maxLines) return { refused: `It has more than ${maxLines} lines.` };
  const entries = new Map<string, SumsEntry>();
  const contradicted = new Set<string>();
  const sizes = new Map<string, number>();
  let first: string | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "") continue;
    if (line.startsWith("#")) {
      const [, name = "", digits = ""] = /^# (.+): (\d+) bytes$/.exec(line) ?? [];
      const size = listedSize(digits);
      if (size !== undefined) sizes.set(name, size);
      continue;
    }
    const fault = take(line);
    if (fault !== undefined) first ??= `line ${index + 1}: ${fault}`;
  }
  for (const path of contradicted) entries.delete(path);
  if (entries.size === 0) {
    return { refused: first === undefined ? "It lists nothing." : `It lists nothing: ${first}.` };
  }
  return [...entries.values()].map((entry) => {
    const size = sizes.get(entry.path);
    return size === undefined ? entry : { ...entry, size };
  });

  function take(line: string): string | undefined {
    const read = sumsLine(line);
    if (read === undefined) return "no SHA-256 or SHA-512 of a file";
    const { algorithm, hash, name: path } = read;
    if (!usablePath(path)) return "a name that is no plain relative path";
    const entry = entries.get(path) ?? { path, hashes: {} };
    if ((entry.hashes[algorithm] ?? hash) !== hash) {
      contradicted.add(path);
      return `${path} again, with another hash`;
    }
    entry.hashes[algorithm] = hash;
    entries.set(path, entry);
    return undefined;
  }
}
