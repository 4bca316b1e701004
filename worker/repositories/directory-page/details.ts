/** Sizes and dates as web servers write them beside a name. Pure. */
import type { PageEntry } from "./entry.ts";

export type Details = Pick<PageEntry, "size" | "approximate" | "modified">;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const time = String.raw`[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?`;
/** `2025-06-07 09:12` (Apache, h5ai), `2025-06-07T09:12:33Z` (Caddy), `2025-Jun-07 09:12:33` (lighttpd). */
const yearFirst = new RegExp(String.raw`(?<!\d)(\d{4})-(\d{2}|[A-Za-z]{3})-(\d{2})${time}`);
/** `07-Jun-2025 09:12` (nginx, old Apache), `Sat, 07 Jun 2025 09:12:33 GMT` (nginx's JSON). */
const dayFirst = new RegExp(String.raw`(?<!\d)(\d{1,2})[- ]([A-Za-z]{3})[- ](\d{4})${time}`);

interface FoundDate {
  /** Undefined: it is no such day. */
  ms: number | undefined;
  at: number;
  end: number;
}

function findDate(text: string): FoundDate | undefined {
  const match = yearFirst.exec(text) ?? dayFirst.exec(text);
  if (match === null) return undefined;
  const [whole, first = "", month = "", third = "", hour = "", minute = "", second = "00", zone] =
    match;
  const [year, day] = first.length === 4 ? [first, third] : [third, first.padStart(2, "0")];
  const number = /^\d/.test(month)
    ? month
    : String(months.indexOf(month.toLowerCase()) + 1).padStart(2, "0");
  const found = { at: match.index, end: match.index + whole.length };
  const local = `${year}-${number}-${day}T${hour}:${minute}:${second}.000Z`;
  const ms = Date.parse(local);
  // The 31st of April would silently be the first of May.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== local) return { ...found, ms: undefined };
  return { ...found, ms: ms - offsetOf(zone) };
}

/** Of `+02:00`, ms. */
function offsetOf(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** The moment a text tells, Unix ms; UTC where it names no zone. */
export function readDate(text: string): number | undefined {
  return findDate(text)?.ms;
}

const sizeText = /^(?:\u2248 ?)?(\d{1,15})(\.\d{1,3})? ?(?:([KMGTPE])i?)?(?:B|bytes?)?(?= |$)/i;
const units = "KMGTPE";

/**
 * A size at the beginning of a text.
 *
 * @param exact numbers found in attributes, one of which may be the same size unrounded
 */
function readSize(text: string, exact: readonly number[]): Details | undefined {
  const match = sizeText.exec(text);
  if (match === null) return undefined;
  const [whole, digits = "", fraction = "", unit] = match;
  if (unit === undefined) {
    // Half a byte is none; and what says of itself that it is rounded stays so.
    if (fraction !== "") return undefined;
    const size = Number(digits);
    return whole.startsWith("≈") ? { size, approximate: true } : { size };
  }
  const power = units.indexOf(unit.toUpperCase()) + 1;
  const value = Number(digits + fraction);
  const step = 10 ** -Math.max(0, fraction.length - 1);
  const fits = (bytes: number) =>
    [1000, 1024].some((base) => Math.abs(bytes / base ** power - value) <= step);
  const told = exact.find(fits);
  // `KB` is 1000 or 1024 bytes, whom one asks; it is rounded either way.
  return told === undefined
    ? { size: Math.round(value * 1024 ** power), approximate: true }
    : { size: told };
}

/**
 * What the text behind a name says: a date, and a size right after it, or before it.
 *
 * @param exact as for `readSize`
 */
export function readDetails(text: string, exact: readonly number[] = []): Details {
  const plain = text.replace(/\s+/g, " ").trim();
  const date = findDate(plain);
  if (date === undefined) return readSize(plain, exact) ?? {};
  const size =
    readSize(plain.slice(date.end).trim(), exact) ?? readSize(plain.slice(0, date.at), exact);
  return { ...size, ...(date.ms !== undefined && { modified: date.ms }) };
}
