/** Rosters that follow one another, drawn by a seed: what probes, operators and a mirror list change. */
import type { Carried, RosterMirror, RosterView } from "../../../worker/mirrors/roster.ts";

type Random = () => number;

const states = ["unknown", "up", "degraded", "down", "drained", "disabled"] as const;
const freshnesses = ["fresh", "lagging", "stale"] as const;
const repositories = ["debian", "extra", "archlinux", "alpine", "fedora"] as const;

function oneOf<One>(random: Random, all: readonly One[]): One {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error("nothing to draw from");
  return one;
}

/** A mirror of that number, as a list says it. */
export function drawnMirror(random: Random, number: number): RosterMirror {
  const name = `mirror${number}.example`;
  const host = random() < 0.8 ? name : `cdn.mirror${number}.example`;
  const carried = repositories.filter((_, at) => at === number % 5 || random() < 0.4);
  return {
    name,
    ...(random() < 0.9 && { country: oneOf(random, ["DE", "US", "JP", "BR"]) }),
    ...(random() < 0.7 && { latitude: Math.round(random() * 60), longitude: 8.25 }),
    ...(random() < 0.2 && { prefixes: ["192.0.2.0/24"], asn: number + 1 }),
    ...(random() < 0.1 && { scope: { countries: ["DE"] }, private: true }),
    capacity: random() < 0.7 ? 1000 : 10_000,
    state: "unknown",
    carries: Object.fromEntries(
      carried.map((repository): [string, Carried] => {
        const path = random() < 0.8 ? repository : `pub/${repository}${number}`;
        const at = random() < 0.9 ? host : "elsewhere.example";
        return [
          repository,
          {
            ...(random() < 0.9 && { https: `https://${at}/${path}/` }),
            http: `http://${host}/${path}/`,
            ...(random() < 0.2 && { architectures: ["amd64"] }),
          },
        ];
      }),
    ),
  };
}

/** The same repository there with other health. */
export function withDrawnHealth(random: Random, carried: Carried): Carried {
  const { https, http, architectures, exclude } = carried;
  return {
    ...(https !== undefined && { https }),
    ...(http !== undefined && { http }),
    ...(architectures && { architectures }),
    ...(exclude && { exclude }),
    ...(random() < 0.1 && { state: oneOf(random, states) }),
    ...(random() < 0.9 && { states: { http: oneOf(random, states.slice(1)) } }),
    ...(random() < 0.9 && { freshness: oneOf(random, freshnesses) }),
    ...(random() < 0.8 && { generation: Math.floor(random() * 5000) }),
    ...(random() < 0.1 && { without: [`pool/main/a/é_${Math.floor(random() * 9)}.deb`] }),
    ...(random() < 0.05 && { patchy: true }),
    ...(random() < 0.05 && { corrupt: true }),
    ...(random() < 0.1 && { ramp: Math.round(random() * 100) / 100 }),
  };
}

/** What follows a roster: mostly a few mirrors' health; now and then an operator's word, another list, a storm. */
export function nextRoster(random: Random, { version, list = 1, mirrors }: RosterView): RosterView {
  const drawn = random();
  const following = { version: version + 1, list };
  if (drawn < 0.02) return { ...following, mirrors: mirrors.map((one) => changed(random, one)) };
  if (drawn < 0.1) return { ...following, list: list + 1, mirrors: relisted(random, mirrors) };
  const few = new Set(Array.from({ length: 1 + random() * 4 }, () => oneOf(random, mirrors)));
  return {
    ...following,
    mirrors: mirrors.map((one) => (few.has(one) ? changed(random, one) : one)),
  };
}

function changed(random: Random, { latency, loadMs, ...mirror }: RosterMirror): RosterMirror {
  const measured: Pick<RosterMirror, "latency" | "loadMs"> = {
    ...(random() < 0.3 && {
      latency: {
        everywhereMs: Math.round(random() * 20) * 5,
        nearMs: random() < 0.5 ? {} : { weur: 15, "48,11": -20 },
        hour: 500_000,
      },
    }),
    ...(random() < 0.1 && { loadMs: 7 }),
  };
  return { ...withOtherHealth(random, mirror), ...measured };
}

function withOtherHealth(random: Random, mirror: RosterMirror): RosterMirror {
  const repository = oneOf(random, Object.keys(mirror.carries));
  const carried = mirror.carries[repository];
  return {
    ...mirror,
    state: random() < 0.1 ? oneOf(random, states) : mirror.state,
    carries: {
      ...mirror.carries,
      ...(carried && { [repository]: withDrawnHealth(random, carried) }),
    },
  };
}

function relisted(random: Random, mirrors: readonly RosterMirror[]): RosterMirror[] {
  const left = mirrors.filter((_, at) => at === 0 || random() > 0.05);
  const known = new Set(left.map(({ name }) => name));
  const numbers = Array.from({ length: random() * 4 }, () => Math.floor(random() * 80));
  for (const number of new Set(numbers)) {
    const mirror = drawnMirror(random, number);
    if (known.has(mirror.name))
      left.splice(
        left.findIndex(({ name }) => name === mirror.name),
        1,
      );
    left.splice(Math.floor(random() * (left.length + 1)), 0, mirror);
  }
  return left;
}

/** The first of them. */
export function firstRoster(random: Random, size: number): RosterView {
  const mirrors = Array.from({ length: size }, (_, number) => drawnMirror(random, number));
  return { version: 1, list: 1, mirrors };
}
