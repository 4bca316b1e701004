/**
 * The blind-prober guard: whether what fails is the mirrors or the prober's own network.
 *
 * While it is blind, a prober's observations are not believed, and states freeze.
 */
import type { FailureKind } from "../outbound/failure.ts";
import type { Rules } from "./rules.ts";

/** One target's latest outcome. */
interface Seen {
  mirror: string;
  ok: boolean;
  /** Unix ms. */
  at: number;
  /** When it turned from answering to failing, Unix ms; absent: it answers, or never did. */
  fellAt?: number;
  kind?: FailureKind;
}

/** What the guard remembers. Never changed in place. */
export interface GuardState {
  /** By target, or by mirror where the target isn't told; who was told of longest ago first. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** A control was silent, and none has answered since. */
  readonly silent: boolean;
  /** Most mirrors fail together since, and no control was silent since; Unix ms. */
  readonly massSince?: number;
}

/** One probe's outcome. */
export interface Probed {
  mirror: string;
  /** Tells a mirror's targets apart: one that fails for ever beside one that answers isn't falling anew each time. */
  target?: string;
  ok: boolean;
  /** Unix ms. */
  at: number;
  /** Of the failure. */
  kind?: FailureKind;
}

export const emptyGuard: GuardState = { seen: new Map(), silent: false };

/** The state after a probe. An outcome older than the one known changes nothing. */
export function sawProbe(state: GuardState, probed: Probed, rules: Rules): GuardState {
  const { mirror, ok, at, kind } = probed;
  const key = probed.target ?? mirror;
  const before = state.seen.get(key);
  if (before !== undefined && at < before.at) return state;
  const fellAt = ok ? undefined : before?.ok ? at : before?.fellAt;
  const now: Seen = {
    mirror,
    ok,
    at,
    ...(fellAt !== undefined && { fellAt }),
    ...(kind !== undefined && { kind }),
  };
  const seen = new Map(state.seen);
  seen.delete(key);
  seen.set(key, now);
  for (const oldest of seen.keys()) {
    if (seen.size <= rules.guardKept) break;
    seen.delete(oldest);
  }
  return { ...state, seen };
}

/** Mirrors by what they did in the last interval. */
interface Shares {
  probed: number;
  answering: number;
  /** Failing, and answering before. */
  fell: number;
  /** What most of the failures are. */
  kind?: FailureKind;
}

function sharesOf({ seen }: GuardState, now: number, rules: Rules): Shares {
  const byMirror = new Map<string, Seen[]>();
  for (const one of seen.values()) {
    if (now - one.at > rules.healthyMs) continue;
    byMirror.set(one.mirror, [...(byMirror.get(one.mirror) ?? []), one]);
  }
  const shares: Shares = { probed: byMirror.size, answering: 0, fell: 0 };
  const kinds = new Map<FailureKind, number>();
  for (const targets of byMirror.values()) {
    const fellAt = Math.max(...targets.map((target) => target.fellAt ?? Number.NEGATIVE_INFINITY));
    const answered = targets.some(({ ok, at }) => ok && at >= fellAt);
    if (answered) shares.answering += 1;
    else if (now - fellAt <= rules.healthyMs) shares.fell += 1;
    for (const { kind } of targets) if (kind) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const [most] = [...kinds].toSorted(([, a], [, b]) => b - a);
  return most === undefined ? shares : { ...shares, kind: most[0] };
}

/** What the guard is asked with. */
export interface Moment {
  /** Unix ms. */
  now: number;
  /** What became of asking the origin, or a mirror that was ok last, after the latest failure. */
  control: "answered" | "silent" | "unasked";
  /** Mirrors the prober watches. */
  watched: number;
}

export interface Judgement {
  blind: boolean;
  /** Why it is blind, for an operator. */
  why?: string;
  /** To judge with the next time. */
  state: GuardState;
}

/**
 * Whether the prober is blind.
 *
 * It is while a control is silent. With enough mirrors it is, too, while more than half of them have failed
 * together: until more than half answer, or until that has lasted so long, with controls answering all the
 * while, that it must be the mirrors.
 */
export function judge(
  state: GuardState,
  { now, control, watched }: Moment,
  rules: Rules,
): Judgement {
  const silent = control === "silent" || (control === "unasked" && state.silent);
  const { probed, answering, fell, kind } = sharesOf(state, now, rules);
  const telling = watched >= rules.guardMinMirrors && probed >= rules.guardMinProbed;
  const begins = telling && fell * 2 > probed;
  const goesOn = state.massSince !== undefined && !(probed > 0 && answering * 2 > probed);
  // A silent control starts the rounds anew: they count controls that answer throughout.
  const massSince = silent ? now : (state.massSince ?? now);
  const lastsMs = rules.guardMassFailureRounds * rules.healthyMs;
  const over = control === "answered" && now - massSince >= lastsMs;
  const mass = (begins && state.massSince === undefined) || (goesOn && !over);
  const next: GuardState = { seen: state.seen, silent, ...(mass && { massSince }) };
  if (silent) return { blind: true, why: "The control doesn't answer either.", state: next };
  if (!mass) return { blind: false, state: next };
  const what = kind === undefined ? "" : `, most with ${kind}`;
  const why = `${probed - answering} of ${probed} mirrors failed together${what}.`;
  return { blind: true, why, state: next };
}
