/**
 * What is done with a request for a file: one decision, from the facts at hand. Pure, and the same for the redirect, the
 * lists and `?trace`. The driver (`payload.ts`, `asking.ts`) does what it says, adds what came of it to what was tried,
 * and decides again, until there is an answer.
 */
import type { NotHad } from "../outbound/not-had.ts";
import {
  agreedSize,
  allByGeneration,
  choose,
  type FileCheck,
  type FileFacts,
  isLive,
  isProven,
  type Provable,
  standingOf,
} from "./choice.ts";
import type { Facts, Ranked } from "./decision-facts.ts";
import type { Liveliness } from "./liveness.ts";

/** What is to be done. */
export type Decision<Offer> = Redirect<Offer> | Ask<Offer> | Bytes<Offer> | Refuse;

export interface Redirect<Offer> {
  /** The first is gone to, the others are its duplicates, in rank order; drained ones last. */
  redirect: readonly Offer[];
  /** `last resort`: not known to have the file. `avoided`: by this client. Absent: proven, live and not avoided. */
  though?: "last resort" | "avoided";
  /** To be checked for liveness in the background. */
  check: readonly Offer[];
  /** To be asked for the file in the background, for those who come next. */
  askToo?: Offer;
}

/** Somebody is asked, and waited for. */
export interface Ask<Offer> {
  ask:
    | { of: "origin" }
    /** Whether they have the file. */
    | { of: "file"; mirrors: readonly Offer[] }
    /** Whether they answer; they are proven to have the file. */
    | { of: "liveness"; mirrors: readonly Offer[] };
}

export interface Bytes<Offer> {
  /** Why there is no redirect. */
  bytes: keyof typeof bytesBecause;
  /** No mirror that was asked answered at all. */
  cutOff: boolean;
  /** As in `Redirect`. */
  check: readonly Offer[];
}

export interface Refuse {
  refuse: NotHad;
}

/** Whose bytes are given, by why, in words for people. */
export const bytesBecause = {
  small: "smaller than redirect.minSize",
  absent: "no index lists it, and its origin says that it has no such file",
  unproven: "no mirror is proven to have it",
  silent: "no mirror that is proven to have it answers this edge",
  anybody:
    "neither a mirror in use nor the origin gives it: any listed mirror's, judged by the hash",
};

/**
 * Mirrors are asked for a file in so many rounds before the bytes come from here: six mirrors in two. All of those
 * silent and the origin too is what fits into the 30 s that apt waits.
 */
export const fileRounds = 2;
/**
 * Mirrors are checked for liveness in so many rounds, which takes 10.5 s where none answers: mostly three for the
 * client's best, the others for farther ones.
 */
export const livenessRounds = 7;
/**
 * Mirrors checked at once for one client, after the best alone. Three with two questions each are as many as Cloudflare
 * has waiting for headers; what waits behind them would seem late.
 */
export const checkedAtOnce = 3;

/** Where all facts are at hand and the best mirror is live, this looks up nothing more, and makes one object. */
export function decide<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  return bySize(facts) ?? byMirrors(facts);
}

/** What is known of the file, for judging what mirrors said of it. */
export function knownOf<Candidate extends Ranked>(facts: Facts<Candidate>): FileFacts {
  const { listed, served, near, now } = facts;
  const sightings = facts.checks();
  const size = sizeOf(facts) ?? agreedSize(near, sightings, now);
  return { listed: listed ?? undefined, served, size, sightings, now };
}

/** Bytes of the file by its index, else by its origin; undefined: neither has told. */
export function sizeOf<Candidate extends Ranked>(facts: Facts<Candidate>): number | undefined {
  return facts.listed?.size ?? originOf(facts)?.size;
}

/** The mirror's liveness, with what this request found out. */
export function livenessOf<Candidate extends Ranked>(
  offer: Candidate["offer"],
  facts: Facts<Candidate>,
): Liveliness {
  const found = facts.tried.checked?.get(offer);
  if (found === undefined) return facts.liveness(offer);
  return found === "right" ? "seen" : "failed";
}

function originOf<Candidate extends Ranked>(facts: Facts<Candidate>): FileCheck | undefined {
  const { origin } = facts.tried;
  if (origin !== undefined) return origin;
  const said = facts.checks()?.get(facts.origin);
  return said !== undefined && isLive(said, undefined, facts.now) ? said : undefined;
}

/** What the file's size decides: a small one's bytes come from here. */
function bySize<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> | undefined {
  const { listed, minSize, wants, tried } = facts;
  if (tried.bytes !== undefined) return undefined;
  let size = listed?.size;
  if (size === undefined) {
    const origin = originOf(facts);
    if (origin === undefined) return { ask: { of: "origin" } };
    ({ size } = origin);
    if (origin.failed === "absent" && listed === null) {
      if (wants === "file") return { bytes: "absent", cutOff: false, check: none };
      return { refuse: { kind: "absent", why: "It has no such file." } };
    }
  }
  const isSmall = size !== undefined && size < minSize && wants === "file";
  return isSmall ? { bytes: "small", cutOff: false, check: none } : undefined;
}

function byMirrors<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  const { near, listed, served, tried } = facts;
  if (listed !== null && near[0]?.drained === false && allByGeneration(near, listed, served)) {
    return toLive(near, facts) ?? toFarther(facts);
  }
  const file = knownOf(facts);
  const choice = choose(near, file, tried.fileRounds < fileRounds);
  if ("redirect" in choice) {
    const decision = toLive(choice.redirect, facts);
    if (decision === undefined) return toFarther(facts);
    if ("redirect" in decision) askBestToo(decision, near[0], file);
    return decision;
  }
  // Farther mirrors count once the best were asked, and before the next best are.
  if (tried.fileRounds > 0 || !("ask" in choice)) {
    const far = farther(facts, file);
    if (far[0]?.drained === false) return toLive(far, facts) ?? silent(far, facts);
  }
  if ("ask" in choice) return { ask: { of: "file", mirrors: choice.ask } };
  return withoutMirror({ bytes: "unproven", cutOff: choice.cutOff, check: none }, facts);
}

/**
 * The best mirror is asked for those who come next: else all would go where the first was sent, for as long as that is
 * remembered. Not one that is known to be behind: it will tell that it has caught up.
 */
function askBestToo<Offer extends Provable>(
  decision: Redirect<Offer>,
  best: Offer | undefined,
  file: FileFacts,
): void {
  if (best === undefined || best === decision.redirect[0]) return;
  if (file.listed !== undefined && best.carried.generation !== undefined) return;
  if (standingOf(best, file) === "unknown") decision.askToo = best;
}

/** The mirrors that are proven to have the file, those behind the client's best too. */
function farther<Candidate extends Ranked>(
  facts: Facts<Candidate>,
  file: FileFacts,
): Candidate["offer"][] {
  return facts
    .ranked((offer) => isProven(offer, file) && !facts.avoids(offer))
    .map(({ offer }) => offer);
}

function toFarther<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  const far = farther(facts, knownOf(facts));
  return toLive(far, facts) ?? silent(far, facts);
}

/**
 * To the first that is live, in their order; those before it of which that isn't known are checked. `undefined`: none
 * is live.
 *
 * @param offers proven to have the file
 */
function toLive<Candidate extends Ranked>(
  offers: readonly Candidate["offer"][],
  facts: Facts<Candidate>,
): Redirect<Candidate["offer"]> | Ask<Candidate["offer"]> | undefined {
  const { tried } = facts;
  let mirrors: Candidate["offer"][] | undefined;
  const most = tried.livenessRounds === 0 ? 1 : checkedAtOnce;
  for (const offer of offers) {
    if (offer.drained) break;
    const liveness = livenessOf(offer, facts);
    if (liveness === "failed") continue;
    if (liveness !== "look") {
      if (mirrors === undefined) return redirect(offer, offers, liveness === "again", facts);
      break;
    }
    if (tried.livenessRounds >= livenessRounds) continue;
    mirrors = mirrors === undefined ? [offer] : [...mirrors, offer];
    if (mirrors.length === most) break;
  }
  return mirrors && { ask: { of: "liveness", mirrors } };
}

/** @param isDue whether it is time to check that one again */
function redirect<Candidate extends Ranked>(
  to: Candidate["offer"],
  offers: readonly Candidate["offer"][],
  isDue: boolean,
  facts: Facts<Candidate>,
): Redirect<Candidate["offer"]> {
  const isFirst = to === offers[0];
  if (isFirst && !isDue && !facts.someFailed()) return { redirect: offers, check: none };
  const others = offers.filter((one) => one !== to && livenessOf(one, facts) !== "failed");
  const passed = isFirst ? none : failing(offers.slice(0, offers.indexOf(to)), facts);
  return { redirect: [to, ...others], check: isDue ? [to, ...passed] : passed };
}

/** Mirrors that failed before this request: checked again for those who come next. */
function failing<Candidate extends Ranked>(
  offers: readonly Candidate["offer"][],
  facts: Facts<Candidate>,
): Candidate["offer"][] {
  return offers.filter((offer) => !offer.drained && facts.liveness(offer) === "failed");
}

/** @param proven none of which is live */
function silent<Candidate extends Ranked>(
  proven: readonly Candidate["offer"][],
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  const answers = [...(facts.tried.checked?.values() ?? [])];
  const cutOff = !answers.includes("wrong");
  return withoutMirror({ bytes: "silent", cutOff, check: failing(proven, facts) }, facts);
}

/** The bytes; where those can't be had, what is better than nothing for the client. @param first when none were tried */
function withoutMirror<Candidate extends Ranked>(
  first: Bytes<Candidate["offer"]>,
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  const { bytes: had, anybody } = facts.tried;
  if (had === undefined) return first;
  if (had.kind === "absent") return { refuse: had };
  if (!anybody) return { ...first, bytes: "anybody" };
  const best = facts.near.find(({ drained }) => !drained);
  // Nobody can be reached from here, which may be the edge's own trouble.
  if (had.kind === "unreachable" && first.cutOff && best !== undefined) {
    return { redirect: [best], though: "last resort", check: none };
  }
  const file = knownOf(facts);
  const left = facts.ranked(
    (offer) =>
      !offer.drained &&
      facts.avoids(offer) &&
      isProven(offer, file) &&
      livenessOf(offer, facts) !== "failed",
  );
  const chosen = left[facts.second % left.length];
  if (chosen === undefined) return { refuse: had };
  return { redirect: [chosen.offer], though: "avoided", check: none };
}

const none: readonly never[] = [];
