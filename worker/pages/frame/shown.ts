/** Numbers, sizes, times and countries as each language writes them. Pure; formatters are made once a language. */
import { type Language, languages } from "../texts/languages.ts";

export interface Shown {
  /** `1,234`. */
  number(value: number): string;
  /** `99.95 %` of 0.9995, never rounded up to 100. */
  share(value: number): string;
  /** `1.4 MiB`; bytes below 1024 are exact. */
  size(bytes: number): string;
  /** A moment in UTC: `7 Jun 2025, 09:12 UTC`. @param ms Unix */
  moment(ms: number): string;
  /** A day in UTC: `7 Jun 2025`. @param ms Unix */
  day(ms: number): string;
  /** `3 minutes`, `2 hours`, `5 days`. @param ms a length of time */
  duration(ms: number): string;
  /** A country's name by ISO 3166-1 alpha-2; the code where it is none. */
  country(code: string): string;
  /** Names in the language's order: Chinese by their sound. */
  compare(one: string, other: string): number;
}

const byLanguage = new Map<Language, Shown>();

/** Held: making the formatters takes a millisecond. */
export function shownIn(language: Language): Shown {
  const held = byLanguage.get(language);
  if (held !== undefined) return held;
  const made = make(languages[language].tag);
  byLanguage.set(language, made);
  return made;
}

const units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function make(tag: string): Shown {
  // British English: a day before its month is read the same by all, and American order isn't.
  const locale = tag === "en" ? "en-GB" : tag;
  const numbers = new Intl.NumberFormat(locale);
  const shares = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const dates = { timeZone: "UTC", year: "numeric", month: "short", day: "numeric" } as const;
  const days = new Intl.DateTimeFormat(locale, dates);
  const moments = new Intl.DateTimeFormat(locale, {
    ...dates,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const countries = new Intl.DisplayNames(locale, { type: "region", fallback: "code" });
  /** Asked for each of a thousand mirrors; there are no more codes than pairs of letters. */
  const names = new Map<string, string>();
  const { compare } = new Intl.Collator(locale);
  const lengths = new Map<string, Intl.NumberFormat>();
  const length = (value: number, unit: string): string => {
    const held =
      lengths.get(unit) ??
      new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
    lengths.set(unit, held);
    return held.format(value);
  };
  return {
    number: (value) => numbers.format(value),
    share: (value) => shares.format(Math.floor(value * 10_000) / 10_000),
    size: (bytes) => sizeOf(bytes, numbers),
    moment: (ms) => `${moments.format(ms)} UTC`,
    day: (ms) => days.format(ms),
    duration: (ms) => {
      if (ms < 90 * 1000) return length(Math.max(1, Math.round(ms / 1000)), "second");
      if (ms < 90 * minute) return length(Math.round(ms / minute), "minute");
      if (ms < 2 * day) return length(Math.round(ms / hour), "hour");
      return length(Math.round(ms / day), "day");
    },
    compare,
    // `of` throws for what has not the form of a code.
    country: (code) => {
      if (!/^[A-Z]{2}$/.test(code)) return code;
      let name = names.get(code);
      if (name === undefined) {
        name = countries.of(code) ?? code;
        names.set(code, name);
      }
      return name;
    },
  };
}

function sizeOf(bytes: number, numbers: Intl.NumberFormat): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = value < 99.95 ? value.toFixed(1) : numbers.format(Math.round(value));
  return `${digits} ${units[unit]}`;
}
