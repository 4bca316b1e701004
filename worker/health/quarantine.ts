/** Files that a target was found not to have rightly, and whether these are so many that its copy is incomplete. */

import type { Failure } from "../outbound/failure.ts";
import type { FileObservation, Observation } from "./observation.ts";
import type { Rules } from "./rules.ts";

/** A file that is left out for this target. */
export interface Quarantined {
  /** Inside the repository, decoded. */
  path: string;
  /** Unix ms. */
  since: number;
  /** Unix ms. */
  until: number;
  reason: string;
  /** As in `Failure`. */
  inBody?: true;
}

/** The latest check of one file. */
export interface FileCheck {
  path: string;
  /** Unix ms. */
  at: number;
  ok: boolean;
}

/** What is known of a target's copy of the payload. */
export interface Copy {
  /** By `since`, oldest first; each path once. */
  quarantine: readonly Quarantined[];
  /** Oldest first; each path once. */
  looks: readonly FileCheck[];
  /** So many files failed that the target is down for it. */
  incomplete?: {
    since: number;
    failed: number;
    looked: number;
    /** Probes in a row since whose files all were right. */
    clean: number;
  };
}

export interface QuarantineChange {
  path: string;
  to: "quarantined" | "released";
  why: string;
  failure?: Failure;
}

export const wholeCopy: Copy = { quarantine: [], looks: [] };

/** Whether the host as such fails, so that all targets of the same mirror and scheme do. */
export function hostWide({ kind }: Failure): boolean {
  return kind === "unreachable" || kind === "timeout" || kind === "tls";
}

/** Failures that come of the moment and not of the file. */
function isPassing(failure: Failure): boolean {
  const { kind, status = 0 } = failure;
  if (hostWide(failure) || kind === "broken") return true;
  return kind === "status" && (status === 429 || status >= 500);
}

/** Whether only a check of the bytes can tell that the file is right again. */
export function needsBytes({ reason, inBody }: Quarantined): boolean {
  return inBody === true || reason.startsWith("content: ") || reason.startsWith("broken: ");
}

/** Whether it is a matter of the bytes, so that a check of the size finds nothing wrong. */
export function isOfBytes({ kind, inBody }: Failure): boolean {
  return inBody === true || kind === "content" || kind === "broken";
}

/** The failure if it tells something of the file: when the whole target fails, what passes is the target's. */
function ofFile({ failure }: FileObservation, whole: boolean): Failure | undefined {
  return failure !== undefined && whole && isPassing(failure) ? undefined : failure;
}

/**
 * A copy after a probe's checks of files.
 *
 * @param needed probes in a row whose files all are right, before an incomplete copy counts as complete again
 */
export function withChecks(
  copy: Copy,
  observation: Observation,
  needed: number,
  rules: Rules,
): { copy: Copy; changes: QuarantineChange[] } {
  const { at } = observation;
  const whole = observation.failure !== undefined;
  const changes: QuarantineChange[] = [];
  let { quarantine, looks } = copy;
  for (const file of observation.files) {
    const { path } = file;
    if (path.length > rules.pathChars) continue;
    const failure = ofFile(file, whole);
    if (failure === undefined && file.failure !== undefined) continue;
    if (failure === undefined || !isPassing(failure)) {
      const check = { path, at, ok: failure === undefined };
      looks = [...looks.filter((other) => other.path !== path), check].slice(-rules.checksKept);
    }
    const held = quarantine.find((other) => other.path === path);
    if (failure === undefined) {
      // Wrong bytes of the right size are only seen to be mended by who compares bytes.
      if (held === undefined || (needsBytes(held) && !file.hashed)) continue;
      quarantine = quarantine.filter((other) => other !== held);
      changes.push({ path, to: "released", why: `${path} is as it should be again` });
      continue;
    }
    const kept = quarantine.filter((other) => other !== held);
    const heldMs = isPassing(failure) ? rules.passingQuarantineMs : rules.quarantineMs;
    const now: Quarantined = {
      path,
      since: held?.since ?? at,
      until: Math.max(held?.until ?? 0, at + heldMs),
      reason: `${failure.kind}: ${failure.detail}`.slice(0, rules.wordsChars),
      ...(failure.inBody && { inBody: failure.inBody }),
    };
    // One that is held already keeps its turn: it is `since` that says who goes first when there are too many.
    quarantine =
      held === undefined
        ? [...kept, now]
        : quarantine.map((other) => (other === held ? now : other));
    if (held === undefined) {
      changes.push({ path, to: "quarantined", why: `${path}: ${now.reason}`, failure });
    }
  }
  for (const { path } of quarantine.slice(0, -rules.quarantineKept)) {
    changes.push({
      path,
      to: "released",
      why: `${path} gave way: more files failed than are held`,
    });
  }
  quarantine = quarantine.slice(-rules.quarantineKept);
  return {
    copy: completeness({ ...copy, quarantine, looks }, observation, needed, rules),
    changes,
  };
}

/** Sets or ends `incomplete`. */
function completeness(copy: Copy, observation: Observation, needed: number, rules: Rules): Copy {
  const { at, files, failure } = observation;
  const { incomplete, ...rest } = copy;
  if (incomplete === undefined) {
    const recent = rest.looks.filter((check) => at - check.at < rules.incompleteMs);
    const failed = recent.filter(({ ok }) => !ok).length;
    if (failed < rules.incompleteFiles || failed * 2 < recent.length) return copy;
    return { ...rest, incomplete: { since: at, failed, looked: recent.length, clean: 0 } };
  }
  if (failure !== undefined || files.some((file) => file.failure !== undefined)) {
    return { ...rest, incomplete: { ...incomplete, clean: 0 } };
  }
  if (files.length === 0) return copy;
  const clean = incomplete.clean + 1;
  if (clean < needed) return { ...rest, incomplete: { ...incomplete, clean } };
  // The failed checks of before would make it incomplete again at once.
  return { ...rest, looks: [] };
}

/** The copy without the files whose time is over. */
export function released(copy: Copy, now: number): { copy: Copy; changes: QuarantineChange[] } {
  const over = copy.quarantine.filter(({ until }) => until <= now);
  if (over.length === 0) return { copy, changes: [] };
  const quarantine = copy.quarantine.filter(({ until }) => until > now);
  const changes = over.map(
    ({ path }): QuarantineChange => ({ path, to: "released", why: `${path}: its time is over` }),
  );
  return { copy: { ...copy, quarantine }, changes };
}

/** Files that are left out for a target at `now`. */
export function quarantinedPaths({ copy }: { copy: Copy }, now: number): string[] {
  return copy.quarantine.filter(({ until }) => until > now).map(({ path }) => path);
}
