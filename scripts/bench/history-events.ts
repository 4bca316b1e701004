/** What changes in a roster within days, drawn by a seed: what origins publish, mirrors that fail and come back, a storm. */
import { defaultRules } from "../../worker/health/rules.ts";
import type { Carried, RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";

export const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

/** Something happens to what a mirror carries at a moment. */
export interface Happening {
  /** Ms from the beginning. */
  at: number;
  /** Position in the list. */
  mirror: number;
  /** Absent: all that it carries. */
  repository?: string;
  becomes: Partial<Carried>;
}

/**
 * Snapshots a day by kind. Debian's archive publishes four times a day and its security archive more often, Arch and
 * Alpine with nearly each package.
 */
const publicationsADay: Readonly<Record<Repository["kind"], number>> = {
  apt: 6,
  rpm: 6,
  pacman: 24,
  apk: 24,
  images: 2,
  files: 2,
};
/** A mirror has what is published after this time at most: most mirrors fetch four times a day. */
const mostDelayMs = 6 * hour;
/** From when on it is told to lag. */
const lagsAfterMs = 3 * hour;
/** Outages of a mirror a day, twice as many changes: what Fleet's own history is reckoned for. */
const outagesADay = 1;
/** Files found missing at what a mirror carries, a day. */
const missingADay = 0.05;

/** All of so many days, in order. */
export function drawnDays(
  mirrors: readonly RosterMirror[],
  kindOf: (repository: string) => Repository["kind"],
  days: number,
  random: () => number,
): Happening[] {
  const happenings: Happening[] = [];
  const published = new Map<string, number[]>();
  const publicationsOf = (repository: string) => {
    const known = published.get(repository);
    if (known !== undefined) return known;
    const many = publicationsADay[kindOf(repository)] * days;
    const drawn = Array.from({ length: many }, () => random() * days * day).sort((a, b) => a - b);
    published.set(repository, drawn);
    return drawn;
  };
  for (const [mirror, { carries }] of mirrors.entries()) {
    for (const repository of Object.keys(carries)) {
      const what = { mirror, repository };
      happenings.push(...fetched(what, publicationsOf(repository), days, random));
      for (let count = random() * 2 * missingADay * days; count > 1; count--) {
        const at = random() * days * day;
        const without = [`pool/main/a/alpha/alpha_${Math.floor(random() * 100)}_amd64.deb`];
        happenings.push({ at, ...what, becomes: { without } });
        happenings.push({ at: at + day, ...what, becomes: { without: [] } });
      }
    }
    for (let outage = 0; outage < outagesADay * days; outage++) {
      happenings.push(...outageOf(mirror, random() * days * day, random() * 2 * hour));
    }
  }
  return happenings.filter(({ at }) => at < days * day).sort((a, b) => a.at - b.at);
}

/** A mirror fetches what was published, all at once, four times a day. */
function fetched(
  what: Pick<Happening, "mirror" | "repository">,
  publications: readonly number[],
  days: number,
  random: () => number,
): Happening[] {
  const happenings: Happening[] = [];
  let reached = 0;
  for (let at = random() * mostDelayMs; at < days * day; at += mostDelayMs) {
    const newest = publications.filter((one) => one <= at).length;
    if (newest === reached) continue;
    const since = at - (publications[reached] ?? at);
    if (since > lagsAfterMs) {
      happenings.push({ at: at - since + lagsAfterMs, ...what, becomes: { freshness: "lagging" } });
    }
    reached = newest;
    happenings.push({ at, ...what, becomes: { generation: 1000 + newest, freshness: "fresh" } });
  }
  return happenings;
}

/** Down, up again, and the clients step by step. */
function outageOf(mirror: number, at: number, forMs: number): Happening[] {
  return [
    { at, mirror, becomes: { states: { http: "down", https: "down" } } },
    ...defaultRules.rampSteps.map(({ afterMs, share }) => ({
      at: at + forMs + afterMs,
      mirror,
      becomes: { states: { http: "up", https: "up" }, ramp: share } as const,
    })),
  ];
}

/** The list after what happened; mirrors that it didn't happen to are the same objects. */
export function afterAll(
  mirrors: readonly RosterMirror[],
  happenings: readonly Happening[],
): RosterMirror[] {
  const next = [...mirrors];
  for (const { mirror, repository, becomes } of happenings) {
    const was = next[mirror];
    if (was === undefined) continue;
    const carries = Object.entries(was.carries).map(([name, carried]): [string, Carried] => {
      if (repository !== undefined && repository !== name) return [name, carried];
      const { ramp, without, ...is } = { ...carried, ...becomes };
      return [
        name,
        {
          ...is,
          ...(ramp !== undefined && ramp < 1 && { ramp }),
          ...(without !== undefined && without.length > 0 && { without }),
        },
      ];
    });
    next[mirror] = { ...was, carries: Object.fromEntries(carries) };
  }
  return next;
}
