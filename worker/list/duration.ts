/** Durations as people write them: a whole number and one of `s`, `m`, `h`, `d`, `w`. The list's schemas take no weeks. */

const secondsIn: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** Seconds of `45m`, `12h`, `2d`, `1w`; NaN for anything else. */
export function secondsOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  return Number(count || "NaN") * (secondsIn[unit] ?? Number.NaN);
}
