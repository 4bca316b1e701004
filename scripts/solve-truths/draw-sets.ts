/** Installed sets: what apt installs for a handful of names. */
import type { InstalledPackage, SolveOutcome, SolveRequest } from "../../worker/solve/request.ts";
import { oneOf } from "../random.ts";
import { randomOf } from "./draw.ts";
import type { DrawnFrom } from "./strata.ts";
import { type InstalledSet, installedText } from "./truth.ts";

/** Sets that a folder's requests share: enough that no set has more than some dozens of 1,500 requests. */
export const setCount = 36;
/** Draws before a set is given up: most handfuls of names can be installed together. */
const mostDraws = 20;
/** Sets have these of every three. */
const kinds = ["old", "new", "old-foreign", "old", "new", "bare"] as const;
const mostNames = 8;
/** Part of packages that came for others' sake and are marked so, and of requested ones that are. */
const automaticPart = 0.9;
const requestedAutomaticPart = 0.05;
/** Draws of sets stand apart from those of requests. */
const setsSeed = 0x5e7;

/** What a set is computed by: with older versions than the newest where it is `old`. */
export function drawSetRequest(
  from: DrawnFrom,
  seed: number,
  number: number,
  draw: number,
): { set: string; request: SolveRequest } {
  const random = randomOf(seed ^ setsSeed, number * mostDraws + draw);
  const kind = kinds[number % kinds.length] ?? "old";
  const isForeign = kind === "old-foreign";
  const names = Array.from({ length: 2 + Math.floor(random() * mostNames) }, () => {
    const name = oneOf(random, from.names);
    return isForeign && from.foreignNames.has(name) && random() < 0.4
      ? `${name}:${from.foreign}`
      : name;
  });
  const base = kind === "bare" ? [] : [...from.essential];
  const isOld = kind === "old" || isForeign;
  return {
    set: `${kind}-${number}`,
    request: {
      policy: "apt-2.6",
      architecture: from.architecture,
      foreign: isForeign ? [from.foreign] : [],
      install: [...new Set([...base, ...names])],
      remove: [],
      installed: [],
      recommends: random() < 0.5,
      pins: isOld ? newerSuites(from) : [],
    },
  };
}

/** Never from any suite but the first. */
function newerSuites({ suites }: DrawnFrom) {
  const codenames = suites.filter((name) => !/^(?:old)*(?:stable|testing)/.test(name)).slice(1);
  return codenames.map((name) => ({ package: "*", pin: `release n=${name}`, priority: -1 }));
}

/** @param ask the real tool @throws Error where nothing of all draws can be installed */
export async function drawSet(
  from: DrawnFrom,
  seed: number,
  number: number,
  ask: (request: SolveRequest) => Promise<SolveOutcome>,
): Promise<InstalledSet> {
  for (let draw = 0; draw < mostDraws; draw += 1) {
    const { set, request } = drawSetRequest(from, seed, number, draw);
    const outcome = await ask(request);
    if (!("changes" in outcome)) continue;
    const random = randomOf(seed ^ setsSeed, -1 - number);
    const asked = new Set(request.install.map((name) => name.split(":")[0]));
    const installed = outcome.changes.map(({ name, version, architecture }): InstalledPackage => {
      const part = asked.has(name) ? requestedAutomaticPart : automaticPart;
      return { name, version, architecture, ...(random() < part && { automatic: true }) };
    });
    return { set, foreign: request.foreign, installed: installed.map(installedText) };
  }
  throw new Error(`Set ${number} of seed ${seed}: none of ${mostDraws} draws can be installed.`);
}
