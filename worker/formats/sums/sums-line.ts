/** One line of a list of checksums. Pure. */
import { hexDigits } from "../root-text.ts";

/** What a line says of a file. */
export interface SumsLine {
  algorithm: "sha256" | "sha512";
  /** Lower-case hex. */
  hash: string;
  /** As written, without `./` before it. */
  name: string;
}

/**
 * A line as `sha256sum -c` and `sha512sum -c` of coreutils 9.1 take it (tried): `hash  name`, `hash *name`, with one
 * blank or blanks first, `SHA256 (name) = hash`; hex in any case. Undefined for every other line, which they warn of and
 * pass over: another algorithm, an escaped name.
 */
export function sumsLine(line: string): SumsLine | undefined {
  const [, plain, plainName] = /^[ \t]*([0-9a-f]+) [ *]?(.+)$/i.exec(line) ?? [];
  const [, bits, taggedName, tagged] =
    /^[ \t]*SHA(256|512) \((.+)\) = ([0-9a-f]+)$/i.exec(line) ?? [];
  const hash = (tagged ?? plain ?? "").toLowerCase();
  const name = (taggedName ?? plainName ?? "").replace(/^\.\//, "");
  const algorithm = algorithms.find((one) => hash.length === hexDigits[one]);
  if (algorithm === undefined || (bits !== undefined && algorithm !== `sha${bits}`))
    return undefined;
  return { algorithm, hash, name };
}

const algorithms = ["sha256", "sha512"] as const;

/** Hex digits of MD5, SHA-1, SHA-224 and SHA-384. */
const otherDigits: readonly number[] = [32, 40, 56, 96];

/** Whether a line has another hash, as lists have beside those of SHA-256 (FreeBSD's, Mint's). */
export function isOtherSum(line: string): boolean {
  const [, plain, tagged = plain] =
    /^[ \t]*(?:([0-9a-f]+) [ *]?.+|[A-Z0-9-]+ \(.+\) = ([0-9a-f]+))$/i.exec(line) ?? [];
  return otherDigits.includes((tagged ?? "").length);
}
