/** Moments as operators write them: in the list strictly in UTC, on the command line in any of ISO 8601's usual forms. */
import { secondsOf } from "./duration.ts";

/** A date, and a time of day where one is given: `2026-12-01`, `2026-12-01 06:00`, `2026-12-01T06:00:00+01:00`. */
const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?(Z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/i;

/** No clock in the world is further from UTC, minutes (Line Islands, UTC+14). */
const mostZoneMinutes = 14 * 60;

const minuteMs = 60_000;

/**
 * A moment in ISO 8601, Unix milliseconds; fractions of a second are dropped. A date is its first second, and a time
 * without a zone is in UTC. NaN for anything else, and for what no calendar or clock has: 30 February, 24:00, a leap
 * second. (`Date.parse` takes 30 February for 2 March, and a year alone for its first day.)
 */
export function momentOf(text: string): number {
  const [whole, year, month, day, hour = "0", minute = "0", second = "0", zone = "Z"] =
    pattern.exec(text) ?? [];
  if (whole === undefined) return Number.NaN;
  const fields = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  const at = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  // `Date.UTC` carries what is too much over to the next field, and takes years below 100 for the last century's.
  const read = [
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  ];
  if (read.some((value, index) => value !== fields[index])) return Number.NaN;
  return at.getTime() - zoneMinutes(zone) * minuteMs;
}

/** Minutes east of UTC; NaN for what is no zone. */
function zoneMinutes(zone: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(minutes) > 59) return Number.NaN;
  const east = Number(hours) * 60 + Number(minutes);
  if (east > mostZoneMinutes) return Number.NaN;
  return sign === "-" ? -east : east;
}

/** A moment as the list says it, in UTC to the second: `2026-12-01T06:00:00Z`. */
export function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * Reads a moment that is past: a moment, or a duration before now.
 *
 * @param now Unix milliseconds
 * @returns Unix milliseconds, or a sentence on what was given and what is taken
 */
export function readPast(text: string, now: number): { at: number } | { fault: string } {
  const seconds = secondsOf(text);
  const at = Number.isNaN(seconds) ? momentOf(text) : now - seconds * 1000;
  // A duration may lead to before all clocks.
  if (Number.isNaN(at) || at < 0) {
    return {
      fault: `"${text}" is neither a moment nor a duration. Write a date and time in UTC (2026-11-29T10:00Z), one in another zone (2026-11-29T11:00%2B01:00, as + means a space in a URL), or a duration ago (45m, 2h, 1d).`,
    };
  }
  if (at > now) {
    return {
      fault: `"${text}" is ${momentText(at)}, and it is ${momentText(now)} now. Give a moment that is past.`,
    };
  }
  return { at };
}

/** The last second that four digits of a year can tell. */
const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Reads what an operator gave as an end: a moment, or a duration from now.
 *
 * @param now Unix milliseconds
 * @returns the moment as the list says it, or a sentence on what was given and what is taken
 */
export function readUntil(text: string, now: number): { until: string } | { fault: string } {
  const seconds = secondsOf(text);
  const at = Number.isNaN(seconds) ? momentOf(text) : now + seconds * 1000;
  if (Number.isNaN(at) || at > lastMoment) {
    return {
      fault: `--until is "${text}", which is neither a moment nor a duration. Write a date (2026-12-01), a date and time in UTC (2026-12-01T06:00Z, "2026-12-01 06:00") or in another zone (2026-12-01T06:00+01:00), or a duration from now (90m, 2h, 1d, 2w).`,
    };
  }
  const until = momentText(at);
  // Rounded to the second as it is written: what is written has to be to come.
  if (Date.parse(until) <= now) {
    return {
      fault: `--until is "${text}", that is ${until}, and it is ${momentText(now)} now. Give a moment to come.`,
    };
  }
  return { until };
}
