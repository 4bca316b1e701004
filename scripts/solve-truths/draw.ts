/** Draws requests: the same of a seed and a number, whatever else is drawn. Pure. */
import type { Pin } from "../../worker/solve/request.ts";
import { oneOf, seeded } from "../random.ts";
import { drawPins } from "./draw-pins.ts";
import { type DrawnFrom, type PackageStratum, packageStrata } from "./strata.ts";
import { type InstalledSet, installedOf, type StoredRequest } from "./truth.ts";

/** One request in five is of a hard stratum: they come in turn. */
const hardEach = 5;
/** Parts of all requests. */
const installedPart = 0.3;
const foreignPart = 0.1;
const pinsPart = 0.1;
/** Part of requests with an installed set that hold packages of it. */
const heldPart = 0.1;
const maxNames = 5;
/** Part of draws of `virtual` that name no virtual name, and of names in `suite` that their suite has. */
const dependentPart = 0.8;
const ownSuitePart = 0.9;
/** One name in so many is that of no package. */
const unknownNameEach = 200;

export const hardStrata = [
  ...packageStrata,
  "remove",
  "upgrade",
  "dist-upgrade",
  "essential",
  "version",
  "suite",
] as const;
export type Stratum = "plain" | (typeof hardStrata)[number];

export interface Drawn {
  number: number;
  stratum: Stratum;
  request: StoredRequest;
}

/** Numbers from one seed that don't follow each other. */
export function randomOf(seed: number, number: number): () => number {
  return seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
}

export function stratumOf(number: number): Stratum {
  if (number % hardEach !== hardEach - 1) return "plain";
  return hardStrata[Math.floor(number / hardEach) % hardStrata.length] ?? "plain";
}

/** @param sets at least one without a foreign architecture */
export function drawRequest(
  from: DrawnFrom,
  sets: readonly InstalledSet[],
  seed: number,
  number: number,
): Drawn {
  const random = randomOf(seed, number);
  const stratum = stratumOf(number);
  const isForeign = random() < foreignPart || stratum.startsWith("multi-arch");
  const wantsSet = random() < installedPart || needsSet.has(stratum);
  const wantsPins = random() < pinsPart;
  const recommends = random() < 0.5;
  const set = wantsSet ? setFor(random, sets, stratum, isForeign) : undefined;
  const asked = wordsOf({ from, random, stratum, set, isForeign });
  const pins: Pin[] = wantsPins ? drawPins(from, random, bareNames(asked.install), set) : [];
  return {
    number,
    stratum,
    request: {
      policy: "apt-2.6",
      architecture: from.architecture,
      foreign: isForeign ? [from.foreign] : [],
      install: asked.install,
      remove: asked.remove,
      ...(asked.upgrade !== undefined && { upgrade: asked.upgrade }),
      installed: set === undefined ? [] : { set: set.set, ...held(random, stratum, set) },
      recommends,
      pins,
    },
  };
}

const needsSet: ReadonlySet<Stratum> = new Set(["remove", "upgrade", "dist-upgrade", "essential"]);

interface Drawing {
  from: DrawnFrom;
  random: () => number;
  stratum: Stratum;
  set: InstalledSet | undefined;
  isForeign: boolean;
}

type Words = Pick<StoredRequest, "install" | "remove" | "upgrade">;

function wordsOf(drawing: Drawing): Words {
  const { from, random, stratum, set } = drawing;
  switch (stratum) {
    case "plain": {
      const install = Array.from({ length: howMany(random, maxNames) }, () => plainName(drawing));
      return { install: unique(install), remove: [] };
    }
    case "remove": {
      const remove = several(random, 3, () => installedName(random, set));
      const install = random() < 0.3 ? several(random, 2, () => plainName(drawing)) : [];
      return { install: install.filter((name) => !remove.includes(name)), remove };
    }
    case "essential": {
      const names = installedNames(set).filter((name) =>
        from.essential.has(name.split(":")[0] ?? ""),
      );
      return { install: [], remove: names.length === 0 ? ["dpkg"] : [oneOf(random, names)] };
    }
    case "upgrade":
    case "dist-upgrade":
      return { install: [], remove: [], upgrade: stratum };
    case "version": {
      const install = several(random, 2, () => {
        const [name, versions] = oneOf(random, [...from.versions]);
        return `${name}=${oneOf(random, versions)}`;
      });
      return { install: random() < 0.5 ? [...install, plainName(drawing)] : install, remove: [] };
    }
    case "suite": {
      const names = [...from.versions.keys()];
      const install = several(random, 3, () => {
        const name = random() < 0.8 ? oneOf(random, names) : oneOf(random, from.names);
        // apt refuses all where one suite hasn't got the name.
        const own = from.suitesOf.get(name) ?? from.suites;
        return `${name}/${oneOf(random, random() < ownSuitePart ? own : from.suites)}`;
      });
      return { install, remove: [] };
    }
    default:
      return { install: chosen(drawing, stratum), remove: [] };
  }
}

/** Of a stratum's packages up to three, now and then with one that matters to it before or behind it. */
function chosen(drawing: Drawing, stratum: PackageStratum): string[] {
  const { from, random, isForeign } = drawing;
  // apt refuses a virtual name that several provide: most draws ask for what depends on one.
  const isOfReal = stratum === "virtual" && random() < dependentPart;
  const choices = isOfReal
    ? from.choices[stratum].filter(({ name }) => from.suitesOf.has(name))
    : from.choices[stratum];
  if (choices.length === 0) return [plainName(drawing)];
  const besidePart = stratum === "conflicts" ? 0.8 : 0.35;
  const names = Array.from({ length: howMany(random, 3) }, () => {
    const { name, beside } = oneOf(random, choices);
    const asked = isForeign && random() < 0.6 ? asForeign(from, name) : name;
    const candidates = asked === name ? beside : [...beside, name];
    if (candidates.length === 0 || random() >= besidePart) return [asked];
    const other = oneOf(random, candidates);
    return random() < 0.5 ? [asked, other] : [other, asked];
  });
  return unique(names.flat()).slice(0, maxNames);
}

function plainName({ from, random, isForeign }: Drawing): string {
  if (random() * unknownNameEach < 1) return "no-such-package";
  const name = oneOf(random, from.names);
  return isForeign && random() < 0.4 ? asForeign(from, name) : name;
}

function asForeign({ foreign, foreignNames }: DrawnFrom, name: string): string {
  return foreignNames.has(name) ? `${name}:${foreign}` : name;
}

/** Upgrades need sets with older versions; a set with foreign packages needs its architecture. */
function setFor(
  random: () => number,
  sets: readonly InstalledSet[],
  stratum: Stratum,
  isForeign: boolean,
): InstalledSet {
  const fitting = sets.filter(({ foreign }) => isForeign || foreign.length === 0);
  const isUpgrade = stratum === "upgrade" || stratum === "dist-upgrade";
  const old = fitting.filter(({ set }) => set.startsWith("old"));
  return oneOf(random, isUpgrade && old.length > 0 ? old : fitting);
}

function held(random: () => number, stratum: Stratum, set: InstalledSet) {
  const part = stratum === "upgrade" || stratum === "dist-upgrade" ? 3 * heldPart : heldPart;
  if (random() >= part) return {};
  const all = installedOf(set.installed);
  const hold = several(random, 4, () => {
    const { name, architecture } = oneOf(random, all);
    return `${name}:${architecture}`;
  });
  return { hold };
}

/** As requests name them: `libc6`, `libc6:i386`. */
function installedNames(set: InstalledSet | undefined): string[] {
  return installedOf(set?.installed ?? []).map(({ name, architecture }) =>
    set?.foreign.includes(architecture) === true ? `${name}:${architecture}` : name,
  );
}

function installedName(random: () => number, set: InstalledSet | undefined): string {
  return oneOf(random, installedNames(set));
}

function bareNames(install: readonly string[]): string[] {
  return install.map((name) => name.replace(/[:=/].*$/, ""));
}

function several(random: () => number, most: number, one: () => string): string[] {
  return unique(Array.from({ length: howMany(random, most) }, one));
}

/** 1 to `most`. */
function howMany(random: () => number, most: number): number {
  return 1 + Math.floor(random() * most);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
