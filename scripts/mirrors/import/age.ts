/** The age of upstream lists: a mirror that only an old list names isn't sent to before somebody has probed it. */
import type { SiteState } from "../../../worker/list/site.ts";
import type { ParsedList } from "./entry.ts";

/** Of a list, ms: a year. Lists that somebody keeps change every few weeks. */
const oldAfterMs = 365 * 86_400_000;

/** Who writes the state of a repository that only an old list names. A newer list that names it takes the state away. */
const importer = "import";

/** A date as `--dated` takes it: a year, a month or a day. */
const dateForm = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/;

/**
 * The last moment of a year, a month or a day (`2021`, `2021-06`, `2021-06-30`), Unix milliseconds; undefined where the
 * text is none of these.
 */
export function endOfDate(text: string): number | undefined {
  const [, year = "", month, day] = dateForm.exec(text) ?? [];
  if (year === "") return undefined;
  const [y, m] = [Number(year), Number(month ?? 12)];
  // Day 0 of the next month is the last of this one.
  const end = Date.UTC(y, day === undefined ? m : m - 1, day === undefined ? 0 : Number(day));
  const said = new Date(end).toISOString().slice(0, text.length);
  return said === text ? end + 86_399_999 : undefined;
}

/**
 * A list whose entries say that they are old, where the list is.
 * @param dated the list's date as the operator says it, for a list that doesn't say it itself
 * @param now Unix milliseconds
 */
export function withAge(list: ParsedList, dated: string | undefined, now: number): ParsedList {
  const madeAt = list.madeAt ?? (dated === undefined ? undefined : endOfDate(dated));
  if (madeAt === undefined || now - madeAt <= oldAfterMs) return list;
  const old = list.madeAt === undefined ? dated : new Date(madeAt).toISOString().slice(0, 10);
  return { ...list, entries: list.entries.map((entry) => ({ ...entry, ...(old && { old }) })) };
}

/** The state that a repository on a site gets, which only a list of that date names. */
export function stateOfOld(old: string): SiteState {
  const why = `Known only from a list of ${old}, more than a year old. Probe it, then enable it.`;
  return { is: "disabled", by: importer, why };
}

/** Whether a state is there for nothing but a list's age. */
export function isForAge(state: SiteState | undefined): boolean {
  return state?.by === importer;
}

/** Whether a copy that was right at one moment is too old at another, both Unix milliseconds. */
export function isTooOld(rightAt: number, at: number): boolean {
  return at - rightAt > oldAfterMs;
}
