/** Durations as people write them in the list: a whole number and one of `s`, `m`, `h`, `d`. */

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `45m`, `12h`, `2d`; NaN for anything else. */
export function secondsOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(count || "NaN") * (secondsIn[unit] ?? Number.NaN);
}
