/** When a target is probed next, and what is probed now without asking any mirror too often. */
import { intervalMs, type Rules, requestsPerProber } from "./rules.ts";

/** One target as its prober watches it. */
export interface Watch {
  key: string;
  mirror: string;
  host: string;
  /** Unix ms. */
  dueAt: number;
  /** When its latest probe began, Unix ms; absent: never probed. */
  lastAt?: number;
  ok?: boolean;
  /** Probes in a row with the same outcome. */
  run: number;
  changing: boolean;
  /** Unix ms; absent: it isn't down. */
  downSince?: number;
  /** Probes so far: content is compared at every n-th. */
  probes: number;
}

/** By what the next probe is timed. */
export interface Timing {
  /** Unix ms. */
  now: number;
  rules: Rules;
  /** In [0, 1). */
  random: () => number;
}

/**
 * When a target is due next, Unix ms.
 *
 * Counted from the beginning of its last probe, so that the interval is an upper bound; jitter only shortens.
 * One that was never probed is due within a random part of one interval: a new prober doesn't ask all at once.
 */
export function nextDue(watch: Watch, { now, rules, random }: Timing): number {
  const { lastAt, changing, downSince } = watch;
  const interval = intervalMs(changing, downSince === undefined ? 0 : now - downSince, rules);
  if (lastAt === undefined) return now + random() * interval;
  return Math.max(now, lastAt + interval * (rules.jitterFrom + (1 - rules.jitterFrom) * random()));
}

/** Requests of one probe, at the latest moment they can have been sent. */
interface Spent {
  /** Unix ms. */
  at: number;
  requests: number;
}

/**
 * Requests each mirror was sent lately. Never changed in place.
 *
 * A log and not a bucket: a bucket that holds N and fills with N a minute lets 2 N through within one minute.
 * A probe is entered with all it may send, at the end of the time it may take; `settle` corrects both.
 */
export interface MirrorBudget {
  /** In any window of 60 s, at most. */
  readonly perMinute: number;
  /** Set aside for a probe. */
  readonly perProbe: number;
  /** The longest a probe takes, ms. */
  readonly probeMs: number;
  readonly spent: Readonly<Record<string, readonly Spent[]>>;
}

const windowMs = 60_000;

/** A budget nothing is spent of, for one region's prober. */
export function emptyBudget(rules: Rules): MirrorBudget {
  const perMinute = requestsPerProber(rules);
  // A probe that may send more than a minute's worth could never begin.
  const perProbe = Math.min(rules.requestsPerProbe, perMinute);
  return { perMinute, perProbe, probeMs: rules.probeMs, spent: {} };
}

/** What still counts. The moment a window is over doesn't: at 60 s sharp both would be in one closed window. */
function counting(spent: readonly Spent[], now: number): readonly Spent[] {
  return spent.filter(({ at }) => at >= now - windowMs);
}

function sum(spent: readonly Spent[]): number {
  return spent.reduce((total, { requests }) => total + requests, 0);
}

/** From when on a probe's requests fit, Unix ms; `now`: they do. */
export function roomAt(budget: MirrorBudget, mirror: string, now: number): number {
  const spent = counting(budget.spent[mirror] ?? [], now).toSorted((a, b) => a.at - b.at);
  let over = sum(spent) + budget.perProbe - budget.perMinute;
  let at = now;
  for (const entry of spent) {
    if (over <= 0) break;
    over -= entry.requests;
    at = entry.at + windowMs + 1;
  }
  return at;
}

/** The budget with a probe of `mirror` that begins now. */
export function reserve(budget: MirrorBudget, mirror: string, now: number): MirrorBudget {
  const kept = Object.entries(budget.spent)
    .map(([name, spent]) => [name, counting(spent, now)] as const)
    .filter(([, spent]) => spent.length > 0);
  const spent: Record<string, readonly Spent[]> = Object.fromEntries(kept);
  const entry = { at: now + budget.probeMs, requests: budget.perProbe };
  return { ...budget, spent: { ...spent, [mirror]: [...(spent[mirror] ?? []), entry] } };
}

/**
 * The budget when a probe is over.
 *
 * @param beganAt as given to `reserve`
 * @param requests it sent; the caller keeps them within `perProbe`
 * @param endedAt Unix ms
 */
export function settle(
  budget: MirrorBudget,
  mirror: string,
  { beganAt, requests, endedAt }: { beganAt: number; requests: number; endedAt: number },
): MirrorBudget {
  const spent = [...(budget.spent[mirror] ?? [])];
  const reserved = spent.findIndex(
    (entry) => entry.at === beganAt + budget.probeMs && entry.requests === budget.perProbe,
  );
  if (reserved >= 0) spent.splice(reserved, 1);
  if (requests > 0) spent.push({ at: endedAt, requests });
  return { ...budget, spent: { ...budget.spent, [mirror]: spent } };
}

export interface Choice {
  /** To be probed now, in this order. */
  chosen: Watch[];
  /** With the chosen ones reserved. */
  budget: MirrorBudget;
  /** When to choose again, Unix ms; absent: nothing is left to wait for. */
  againAt?: number;
}

/** Longest due first; who was probed longest ago goes first among equals. */
function byDue(a: Watch, b: Watch): number {
  const lastAt = (watch: Watch) => watch.lastAt ?? Number.NEGATIVE_INFINITY;
  if (a.dueAt !== b.dueAt) return a.dueAt - b.dueAt;
  if (lastAt(a) !== lastAt(b)) return lastAt(a) < lastAt(b) ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/**
 * What is probed now: the longest due first, within each mirror's budget.
 *
 * A target that waits for its mirror's budget keeps its place before the mirror's others, so they take turns.
 *
 * @param watches without those whose probe is under way
 * @param most as many can begin now
 */
export function chooseDue(
  watches: readonly Watch[],
  now: number,
  budget: MirrorBudget,
  most = Number.POSITIVE_INFINITY,
): Choice {
  const chosen: Watch[] = [];
  let left = budget;
  let againAt = Number.POSITIVE_INFINITY;
  for (const watch of watches.toSorted(byDue)) {
    if (watch.dueAt > now) {
      againAt = Math.min(againAt, watch.dueAt);
      break;
    }
    const room = roomAt(left, watch.mirror, now);
    if (room > now) {
      againAt = Math.min(againAt, room);
    } else if (chosen.length < most) {
      chosen.push(watch);
      left = reserve(left, watch.mirror, now);
    } else {
      againAt = now;
      break;
    }
  }
  return { chosen, budget: left, ...(Number.isFinite(againAt) && { againAt }) };
}
