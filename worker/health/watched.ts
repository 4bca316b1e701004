/** A target as its Prober watches it, from one probe to the next. Pure. */
import type { SampleFile } from "../repositories/baseline/baseline.ts";
import type { Assignment } from "./assignment.ts";
import type { FileObservation, Observation, SeenRoot } from "./observation.ts";
import type { Memo } from "./prober-store.ts";
import { isOfBytes } from "./quarantine.ts";
import type { Rules } from "./rules.ts";
import { nextDue, type Timing, type Watch } from "./schedule.ts";
import { type Target, targetKey } from "./target.ts";

export interface Watched {
  watch: Watch;
  target: Target;
  /** The Prober is in the mirror's own region. */
  own: boolean;
  /** Roots as they were seen last, to be asked for conditionally. */
  roots: readonly SeenRoot[];
  /** As it was seen last; absent: not known. */
  generation?: number;
  /** Files that were missing or of another size when they were checked last; newest last. */
  suspects: readonly SampleFile[];
  /** When a file was missing or wrong last, Unix ms; where one is, there are mostly others. */
  doubtedAt?: number;
  /** Bytes are compared at each probe, until they are right: to a check of the size it is well all the time. */
  bytesDoubted?: boolean;
}

/** After so many successes in a row a target that had failed is probed as seldom as any other. */
const steadyRun = 6;

/**
 * Whether it shows less than it did, so that files which clients are sent there for may be gone: told at once. More can
 * wait for company.
 */
export function wentBack(
  { generation: before = 0 }: Pick<Watched, "generation">,
  { failure, generation = 0 }: Observation,
): boolean {
  return failure === undefined && generation < before;
}

/**
 * Roots to go by at the next probe. None after a failure: what failed may come back with an older copy, so all are read
 * anew, and unconditionally, before they count again.
 */
export function rootsAfter(
  { roots }: Pick<Watched, "roots">,
  { failure, roots: seen = roots }: Pick<Observation, "failure" | "roots">,
): readonly SeenRoot[] {
  return failure === undefined ? seen : [];
}

/**
 * Whether its bytes are in doubt after a probe that counts: as long as those that were compared last were wrong, and,
 * where somebody else had a doubt, until some were compared.
 */
export function bytesDoubtedAfter(
  { bytesDoubted = false }: Pick<Watched, "bytesDoubted">,
  { files }: Pick<Observation, "files">,
): boolean {
  if (files.some(({ failure }) => failure !== undefined && isOfBytes(failure))) return true;
  return bytesDoubted && !files.some(({ hashed }) => hashed);
}

/** Every target of an assignment; what is known of one from before is kept. */
export function watchAll(
  assignment: Assignment,
  before: ReadonlyMap<string, Watched>,
  memos: ReadonlyMap<string, Memo>,
  timing: Timing,
): Map<string, Watched> {
  const { now, rules } = timing;
  const all = new Map<string, Watched>();
  for (const { name, own, targets } of assignment.mirrors) {
    for (const target of targets) {
      const key = targetKey(target);
      const known = before.get(key);
      if (known !== undefined && known.target.base === target.base) {
        all.set(key, { ...known, target, own });
        continue;
      }
      const memo = memos.get(key);
      const fresh: Watch = {
        key,
        mirror: name,
        host: new URL(target.base).host,
        dueAt: now,
        run: 0,
        changing: false,
        probes: 0,
        ...memo,
      };
      const watch = { ...fresh, changing: isChanging(fresh, now, rules) };
      const dueAt = nextDue(watch, timing);
      all.set(key, { watch: { ...watch, dueAt }, target, own, roots: [], suspects: [] });
    }
  }
  return all;
}

/** Whether its state at Fleet may be about to change, as far as this Prober can tell. */
function isChanging({ ok, run, downSince }: Watch, now: number, rules: Rules): boolean {
  if (ok === undefined || downSince === undefined) return false;
  return ok ? run < steadyRun : now - downSince < rules.settledMs;
}

/** What of a probe counts for when the next one comes. */
export interface Probed {
  ok: boolean;
  /** A file there was missing or wrong lately: probed again soon, to find which else are. */
  doubted: boolean;
  /** Unix ms. */
  at: number;
}

/** The watch after a probe that counts. `downSince` stays until it has answered for a while. */
export function afterProbe(watch: Watch, { ok, doubted, at }: Probed, timing: Timing): Watch {
  const { now, rules } = timing;
  const run = watch.ok === ok ? watch.run + 1 : 1;
  const { downSince: before, ...rest } = watch;
  const downSince = ok ? (run < steadyRun ? before : undefined) : (before ?? at);
  const next: Watch = {
    ...rest,
    lastAt: at,
    ok,
    run,
    probes: watch.probes + 1,
    ...(downSince !== undefined && { downSince }),
  };
  const timed = { ...next, changing: doubted || isChanging(next, now, rules) };
  // What answers again isn't among the long dead any more, though it still counts as changing.
  const { downSince: _, ...answering } = timed;
  return { ...timed, dueAt: nextDue(ok ? answering : timed, timing) };
}

/** The watch after a probe that isn't believed: nothing is known, and it is tried again soon. */
export function afterBlindProbe(watch: Watch, at: number, now: number, rules: Rules): Watch {
  return { ...watch, lastAt: at, dueAt: now + rules.changingMs };
}

/**
 * Suspects after a probe. Wrong bytes are no matter of a check of the size, and so not among them.
 *
 * @param samples where the size and hash of a file that failed are known from
 */
export function suspectsAfter(
  before: readonly SampleFile[],
  files: readonly FileObservation[],
  samples: readonly SampleFile[],
  rules: Rules,
): readonly SampleFile[] {
  let suspects = before;
  for (const { path, failure } of files) {
    const known = [...suspects, ...samples].find((file) => file.path === path);
    suspects = suspects.filter((file) => file.path !== path);
    const bySize = failure !== undefined && !isOfBytes(failure);
    if (bySize && known !== undefined) suspects = [...suspects, known];
  }
  return suspects.slice(-rules.suspectsKept);
}
