/** Which faults the trial `faults` tries, in which order: a table for each alone, a seeded walk for them together. */
import { oneOf } from "../../scripts/random.ts";
import { filesOfRun } from "../clients/loop.ts";
import { inShare } from "../lab/bytes.ts";
import { type Fault, type FaultKind, faults } from "../lab/faults.ts";

/** Faults in force by server name (`origin`, `mirror1`); who is absent is well. */
export type Situation = ReadonlyMap<string, Fault>;

export interface Step {
  /** For people. */
  name: string;
  situation: Situation;
}

/** Of paths, where a fault meets only some of them. */
export const share = 0.3;

const kinds = Object.keys(faults).filter((kind): kind is FaultKind => Object.hasOwn(faults, kind));

/** Kinds that change single answers, so that they can be of a share of the paths. */
const partial = kinds.filter((kind) => faults[kind].change !== undefined);

/** Every fault as a whole. */
export const wholeFaults: readonly Fault[] = kinds.map((kind) => ({ kind }));

/**
 * Every fault that can be, of a share of the paths only, each with a seed by which it meets one of the files
 * at least that a client of either kind fetches: else there is nothing to be tried.
 */
export function shareFaults(files: readonly (readonly string[])[], random: () => number): Fault[] {
  return partial.map((kind) => shareFault(kind, files, random));
}

function shareFault(
  kind: FaultKind,
  files: readonly (readonly string[])[],
  random: () => number,
): Fault {
  for (;;) {
    const seed = 1 + Math.floor(random() * 1_000_000);
    const met = files.every((some) => some.some((path) => inShare(path, share, seed)));
    if (met) return { kind, share, seed };
  }
}

/** Whether a server with that fault gives something else than the file, or nothing. */
export function isHit(fault: Fault, path: string): boolean {
  // An older version has all that it lists, unchanged.
  if (fault.kind === "stale") return !filesOfStale(fault).has(path);
  if (isWhole(fault)) return true;
  return fault.share !== undefined && inShare(path, fault.share, fault.seed ?? 1);
}

function filesOfStale({ version = 1 }: Fault): ReadonlySet<string> {
  return new Set(Object.values(filesOfRun(version)).flat());
}

/** Kinds of which no HEAD tells anything: what is wrong is the body. */
const bodyFaults: ReadonlySet<FaultKind> = new Set(["slow", "truncate", "corrupt", "endless"]);

/** Whether a HEAD shows that the server doesn't give a file that the fault meets. */
export function showsByHead({ kind }: Fault): boolean {
  return !bodyFaults.has(kind);
}

export function isWhole(fault: Fault): boolean {
  return fault.share === undefined || faults[fault.kind].change === undefined;
}

/** `404`, `404 of 0.3`. */
export function tellFault(fault: Fault): string {
  return isWhole(fault) ? fault.kind : `${fault.kind} of ${fault.share}`;
}

/** `mirror2 404 of 0.3 (seed 5)`. */
export function tell(situation: Situation): string {
  const told = [...situation].map(([server, fault]) =>
    isWhole(fault)
      ? `${server} ${tellFault(fault)}`
      : `${server} ${tellFault(fault)} (seed ${fault.seed})`,
  );
  return told.join(", ") || "all well";
}

/** Whether clients can be served at all: the origin or one mirror is well. */
function isServable(situation: Situation, mirrors: readonly string[]): boolean {
  return !situation.has("origin") || mirrors.some((name) => !situation.has(name));
}

/** What a dead origin looks like: it must be plain at once, for a client waits less long than we would. */
const originFaults: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "down" },
  { kind: "5xx", status: 503 },
];

/**
 * Faults together, for ever: first the corners (all mirrors, all but one and the origin), then a walk in which
 * mirrors get a fault or lose theirs at each step.
 *
 * A fault of a share comes only to a mirror that was well since the last new beginning: at one that is still out
 * for an earlier fault there is nothing to react to, until it comes back.
 *
 * @param stepsEach steps until everything begins anew, with all well
 */
export function* together(
  mirrors: readonly string[],
  files: readonly (readonly string[])[],
  random: () => number,
  stepsEach: number,
): Generator<Step, void> {
  const wholes = wholeFaults.filter(({ kind }) => kind !== "https-only");
  const whole = () => oneOf(random, wholes);
  const any = () => (random() < 0.75 ? whole() : shareFault(oneOf(random, partial), files, random));
  const untouched = new Set(mirrors);
  let situation: Situation = new Map();
  for (let at = 0; ; at++) {
    if (at % stepsEach === 0) {
      situation = new Map();
      for (const name of mirrors) untouched.add(name);
    }
    situation =
      cornerAt(at, mirrors, whole, random) ??
      walked(situation, mirrors, (name) => (untouched.has(name) ? any() : whole()), random);
    for (const name of situation.keys()) untouched.delete(name);
    yield { name: `together ${at + 1}`, situation };
  }
}

/** What chance would hardly bring. */
function cornerAt(
  at: number,
  mirrors: readonly string[],
  whole: () => Fault,
  random: () => number,
): Situation | undefined {
  if (at === 0) return new Map(mirrors.map((name) => [name, whole()]));
  if (at === 1) return new Map();
  if (at > 2) return undefined;
  const well = oneOf(random, mirrors);
  return new Map([
    ["origin", oneOf(random, originFaults)],
    ...mirrors.filter((name) => name !== well).map((name) => [name, whole()] as const),
  ]);
}

function walked(
  before: Situation,
  mirrors: readonly string[],
  faultAt: (mirror: string) => Fault,
  random: () => number,
): Situation {
  for (;;) {
    const next = new Map(before);
    if (random() < 0.3) next.set("origin", oneOf(random, originFaults));
    else next.delete("origin");
    for (const name of mirrors) {
      if (random() < 0.5) continue;
      if (next.has(name)) next.delete(name);
      else next.set(name, faultAt(name));
    }
    if (isServable(next, mirrors)) return next;
  }
}
