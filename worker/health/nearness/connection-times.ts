/** How long connections from one Prober to one mirror took lately: the shortest of each quarter of an hour. Pure. */

/** One figure for each: a host is measured about this often, and a bad minute is in one figure alone. ms. */
export const slotMs = 900_000;
/** Figures that are kept: eight hours. */
export const keptSlots = 32;
/** A figure counts half as much after so many slots: after two hours, so that what lasts is believed within these. */
const halfLifeSlots = 8;
/** Below so many figures nothing is told: one or two may be of the same bad minutes. */
const leastFigures = 3;
/** What isn't measured counts like so many fresh figures of "as estimated". */
const doubtFigures = 1;
/** A longer time is no round trip: a lost packet alone adds a second (RFC 6298 section 2). ms. */
const longestMs = 900;

export interface ConnectionTimes {
  /** Number of the newest slot since 1970. */
  slot: number;
  /** Round trips in ms, the newest last; `null`: nobody measured. */
  ms: readonly (number | null)[];
}

export function slotOf(now: number): number {
  return Math.floor(now / slotMs);
}

/** The figures with one more; what isn't a time of a connection, or comes too late, changes nothing. */
export function withConnection(
  before: ConnectionTimes | undefined,
  slot: number,
  ms: number,
): ConnectionTimes | undefined {
  if (!(ms >= 0 && ms <= longestMs)) return before;
  const figure = Math.round(ms * 10) / 10;
  if (before === undefined || slot - before.slot >= keptSlots) return { slot, ms: [figure] };
  if (slot < before.slot) return before;
  if (slot === before.slot) {
    const last = before.ms.at(-1) ?? figure;
    return { slot, ms: [...before.ms.slice(0, -1), Math.min(last, figure)] };
  }
  const gap = Array.from({ length: slot - before.slot - 1 }, () => null);
  return { slot, ms: [...before.ms, ...gap, figure].slice(-keptSlots) };
}

/** What figures say together. */
export interface UsualTime {
  /** Median, each figure counted by its age, ms. */
  ms: number;
  /** How far it is to be believed, 0 to 1. */
  trust: number;
}

/** What the figures say now; undefined where they are too few or too old. */
export function usualTime({ slot, ms }: ConnectionTimes, now: number): UsualTime | undefined {
  const figures = ms.flatMap((figure, at) => {
    const age = Math.max(0, slotOf(now) - slot) + ms.length - 1 - at;
    return figure === null || age >= keptSlots
      ? []
      : [{ figure, weight: 2 ** (-age / halfLifeSlots) }];
  });
  if (figures.length < leastFigures) return undefined;
  figures.sort((a, b) => a.figure - b.figure);
  const all = figures.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  const median = figures.find(({ weight }) => {
    below += weight;
    return below >= all / 2;
  });
  return median && { ms: median.figure, trust: all / (all + doubtFigures) };
}

/** As it is kept: the slot and the figures, nothing where there is none. */
export function connectionTimesText({ slot, ms }: ConnectionTimes): string {
  return `${slot}:${ms.map((figure) => figure ?? "").join(",")}`;
}

/** Undefined where the text says nothing of the kind. */
export function readConnectionTimes(kept: string): ConnectionTimes | undefined {
  const [slot = "", figures = ""] = kept.split(":");
  const ms = figures.split(",").map((figure) => (figure === "" ? null : Number(figure)));
  const isRight = /^\d+$/.test(slot) && ms.every((figure) => figure === null || figure >= 0);
  return isRight && ms.length <= keptSlots ? { slot: Number(slot), ms } : undefined;
}
