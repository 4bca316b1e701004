/** Debian's `Release`: what a suite consists of, by path, size and hash. Pure. */

import { EntryCount, type LeftOut } from "../left-out.ts";
import { maxAheadMs } from "../openpgp/verify.ts";
import type { Refusal } from "../refusal.ts";
import { type Hashes, hexDigits, listedPath, listedSize, refusedAt } from "../root-text.ts";
import { maxRootBytes } from "../roots.ts";

/** A file that a Release lists. */
export interface ReleaseEntry {
  /** Relative to the Release. */
  path: string;
  /** Bytes. */
  size: number;
  /** All that are given; by each of them `by-hash` may be asked. Only SHA-256 and SHA-512 prove anything. */
  hashes: Hashes;
}

export interface Release {
  suite?: string;
  codename?: string;
  /** Unix times, ms. Without a Date, or with one that is none, apt warns and goes on. */
  date?: number;
  validUntil?: number;
  architectures: readonly string[];
  components: readonly string[];
  acquireByHash: boolean;
  /** In the order of the file, each path once. */
  entries: readonly ReleaseEntry[];
  /** Lines of hashes that can't be used; absent: none. */
  leftOut?: LeftOut;
}

/**
 * What the Release must say it is; each list that is given must have the file's own name in it. Debian's folder has
 * the codename (`bookworm-updates`), and its suites move on; Ubuntu's folder has the suite (`noble-updates`), and its
 * codename is `noble` in all of them, so that a codename alone would let `noble-proposed` pass for `noble`.
 */
export interface ExpectedRelease {
  suites?: readonly string[];
  codenames?: readonly string[];
}

/** A Release that is right in everything but that its time is over: the last good one goes on, and says so. */
export interface ExpiredRelease extends Refusal {
  /** Unix time, ms. */
  expiredAt: number;
}

/** Sections of hashes, by their lower-case name, the one that is believed most first. */
const sections: ReadonlyMap<string, keyof Hashes> = new Map([
  ["sha256", "sha256"],
  ["sha512", "sha512"],
  ["sha1", "sha1"],
  ["md5sum", "md5"],
]);

/**
 * Reads a Release as apt does (each case tried with apt 2.6.2 and 3.0.4): its first stanza; of a field that comes again,
 * the last; of a path that comes again in a section, the first. Lines that are no field are passed over, as reprepro
 * writes them for a Description of several lines. An entry whose hash, size or path can't be used is left out. Refused
 * is what apt refuses: neither SHA256 nor SHA512, a line of hashes that hasn't three words, a Valid-Until that is no
 * date, a Date more than a day ahead, as nothing could follow it. Field names don't mind case.
 *
 * @param text the signed content; line numbers in refusals count in it
 * @param now Unix time, ms
 */
export function readRelease(
  text: Uint8Array,
  expect: ExpectedRelease,
  now: number,
): Release | Refusal | ExpiredRelease {
  if (text.byteLength > maxRootBytes)
    return { refused: `It is larger than ${maxRootBytes} bytes.` };
  // What isn't UTF-8 or has control characters is passed on by apt; no path with such can be used.
  const lines = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true })
    .decode(text)
    .split("\n");
  const fields = readFields(lines.map((line) => line.replace(/\r+$/, "")));
  if ("refused" in fields) return fields;

  const times = readTimes(fields, now);
  if ("refused" in times) return times;
  const suite = fields.get("suite")?.value;
  const codename = fields.get("codename")?.value;
  const misnamed =
    nameFault("Suite", suite, expect.suites, fields.get("suite")) ??
    nameFault("Codename", codename, expect.codenames, fields.get("codename"));
  if (misnamed !== undefined) return misnamed;

  const listed = readEntries(fields);
  if ("refused" in listed) return listed;
  const byHash = fields.get("acquire-by-hash")?.value ?? "";
  const { validUntil } = times;
  if (validUntil !== undefined && validUntil <= now) {
    const since = new Date(validUntil).toISOString().replace(".000", "");
    return { refused: `It was valid until ${since}.`, expiredAt: validUntil };
  }
  return {
    ...(suite !== undefined && { suite }),
    ...(codename !== undefined && { codename }),
    ...times,
    architectures: wordsOf(fields, "architectures"),
    components: wordsOf(fields, "components"),
    // apt's words for true; everything else is no promise.
    acquireByHash: /^(?:yes|true|with|on|enable|1)$/i.test(byHash),
    ...listed,
  };
}

interface Field {
  /** As it is written. */
  name: string;
  /** Of its name. */
  line: number;
  /** On the line of its name. */
  value: string;
  /** The lines below it, without the blank they begin with. */
  more: string[];
}

type Fields = ReadonlyMap<string, Field>;

function readFields(lines: readonly string[]): Fields | Refusal {
  const fields = new Map<string, Field>();
  let field: Field | undefined;
  for (const [index, line] of lines.entries()) {
    if (line === "") {
      if (fields.size > 0) break;
      continue;
    }
    if (/^[ \t]/.test(line)) {
      field?.more.push(line.trim());
      continue;
    }
    // Policy manual 5.1: printable ASCII but blank and colon, and neither # nor - first.
    const [, name, value = ""] =
      /^([!"$-,./0-9;-~][!-9;-~]{0,63}):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    field = name === undefined ? undefined : { name, line: index + 1, value, more: [] };
    if (name !== undefined && field !== undefined) fields.set(name.toLowerCase(), field);
  }
  return fields.size > 0 ? fields : { refused: "It has no fields." };
}

function readTimes(fields: Fields, now: number): { date?: number; validUntil?: number } | Refusal {
  const dateField = fields.get("date");
  const date = dateField && releaseTime(dateField.value);
  if (dateField !== undefined && date !== undefined && date > now + maxAheadMs) {
    return refusedAt(dateField.line, "has a Date in the future");
  }
  const dated = date === undefined ? {} : { date };
  const untilField = fields.get("valid-until");
  if (untilField === undefined) return dated;
  const validUntil = releaseTime(untilField.value);
  if (validUntil === undefined)
    return refusedAt(untilField.line, "has a Valid-Until that is no date");
  return { ...dated, validUntil };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Sat, 11 Jul 2026 10:16:37 UTC`, or with the zone as a number (RFC 5322 section 3.3); Unix time, ms. */
function releaseTime(text: string): number | undefined {
  const match =
    /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {1,2}(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) {1,2}(\d{1,2}):(\d\d):(\d\d) (?:UTC|GMT|Z|([+-])(\d\d)([0-5]\d))$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, day, monthName = "", year, hours, minutes, seconds, sign, zoneHours, zoneMinutes] =
    match;
  const month = months.indexOf(monthName);
  const parts = [Number(hours), Number(minutes), Number(seconds)] as const;
  const time = Date.UTC(Number(year), month, Number(day), ...parts);
  const made = new Date(time);
  // The 31st of April would silently be the first of May.
  const same =
    made.getUTCMonth() === month &&
    made.getUTCDate() === Number(day) &&
    made.getUTCHours() === parts[0] &&
    made.getUTCMinutes() === parts[1] &&
    made.getUTCSeconds() === parts[2];
  const ahead = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * 60_000;
  return same ? time + (sign === "-" ? ahead : -ahead) : undefined;
}

function nameFault(
  what: string,
  name: string | undefined,
  allowed: readonly string[] | undefined,
  field: Field | undefined,
): Refusal | undefined {
  if (allowed === undefined || (name !== undefined && allowed.includes(name))) return undefined;
  const wanted = allowed.join(" or ");
  if (name === undefined || field === undefined) {
    return { refused: `It has no ${what}, where ${wanted} is expected.` };
  }
  return refusedAt(field.line, `has the ${what} ${name}, where ${wanted} is expected`);
}

function readEntries(fields: Fields): Pick<Release, "entries" | "leftOut"> | Refusal {
  if (!fields.has("sha256") && !fields.has("sha512")) {
    return { refused: "It has neither a SHA256 nor a SHA512 section." };
  }
  const entries = new Map<string, ReleaseEntry>();
  const count = new EntryCount();
  for (const [name, algorithm] of sections) {
    const field = fields.get(name);
    if (field === undefined) continue;
    if (field.value !== "") return refusedAt(field.line, "has a value before its list of hashes");
    for (const [index, line] of field.more.entries()) {
      const [hash = "", digits = "", path = "", ...rest] = line.split(/[ \t]+/);
      if (path === "" || rest.length > 0) {
        return refusedAt(field.line + 1 + index, "is no hash with size and path");
      }
      const size = listedSize(digits);
      const isHash = hash.length === hexDigits[algorithm] && /^[0-9a-f]+$/.test(hash);
      const fault = !isHash
        ? `has a ${field.name} that is none`
        : size === undefined
          ? "has no sensible size"
          : listedPath(path)
            ? undefined
            : "has a path that is no plain relative one";
      count.add(fault, () => `line ${field.line + 1 + index}`);
      if (fault !== undefined || size === undefined) continue;
      const entry = entries.get(path) ?? { path, size, hashes: {} };
      // A hash of other bytes than the strongest one's says nothing of these.
      if (entry.size !== size) continue;
      entry.hashes[algorithm] ??= hash;
      entries.set(path, entry);
    }
  }
  const { leftOut } = count;
  return { entries: [...entries.values()], ...(leftOut && { leftOut }) };
}

function wordsOf(fields: Fields, name: string): string[] {
  const { value = "", more = [] } = fields.get(name) ?? {};
  return [value, ...more]
    .join(" ")
    .split(/[ \t]+/)
    .filter((word) => word !== "");
}
