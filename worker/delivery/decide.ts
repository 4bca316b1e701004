/**
 * What is done with a request for a file: one decision, from the facts at hand. Pure, and the same for the redirect, the
 * lists and `?trace`. The driver (`payload.ts`, `asking.ts`) does what it says, adds what came of it to what was tried,
 * and decides again, until there is an answer.
 */
import {
  allByGeneration,
  choose,
  type FileFacts,
  isProven,
  type Provable,
  standingOf,
} from "./choice.ts";
import type { Ask, Bytes, Decision, Redirect } from "./decision.ts";
import type { Facts, Ranked } from "./decision-facts.ts";
import { knownOf, livenessOf, originOf, sizeOf } from "./known.ts";

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
/**
 * A client that is believed that its mirror fails it is sent to one whose cost is so much higher at most, ms: on the
 * same continent. Beyond, the bytes come from here.
 */
export const fartherMs = 30;

/** Where all facts are at hand and the best mirror is live, this looks up nothing more, and makes one object. */
export function decide<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  return bySize(facts) ?? byMirrors(facts);
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
  const isPlain =
    listed !== null && near[0]?.drained === false && allByGeneration(near, listed, served);
  if (isPlain && !facts.someCorrupt()) return toProven(near, facts) ?? toFarther(facts);
  const file = knownOf(facts);
  const choice = choose(near, file, tried.fileRounds < fileRounds);
  if ("redirect" in choice) {
    const awaited = awaitedOf(choice.redirect[0], facts, file);
    if (awaited !== undefined) return { ask: { of: "file", mirrors: [awaited], hasOther: true } };
    const decision = toProven(choice.redirect, facts);
    if (decision === undefined) return toFarther(facts);
    if ("redirect" in decision) askBestToo(decision, near[0], file);
    return decision;
  }
  // Farther mirrors count once the best were asked, and before the next best are.
  if (tried.fileRounds > 0 || !("ask" in choice)) {
    const far = farther(facts, file);
    if (far[0]?.drained === false) return toProven(far, facts) ?? silent(far, facts);
  }
  if ("ask" in choice) return { ask: { of: "file", mirrors: choice.ask } };
  return withoutMirror({ bytes: "unproven", cutOff: choice.cutOff, check: none }, facts);
}

/** The best mirror, where others wait for its answer: it is about to come, and where they go this client goes too. */
function awaitedOf<Candidate extends Ranked>(
  chosen: Candidate["offer"] | undefined,
  facts: Facts<Candidate>,
  file: FileFacts,
): Candidate["offer"] | undefined {
  const best = facts.near[0];
  if (best === undefined || best === chosen || facts.tried.fileRounds > 0) return undefined;
  return !best.drained && facts.isAsking(best, file.size) ? best : undefined;
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
  return facts.ranked((offer) => isProven(offer, file)).map(({ offer }) => offer);
}

function toFarther<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  const far = farther(facts, knownOf(facts));
  return toProven(far, facts) ?? silent(far, facts);
}

/**
 * To the first that is live, unless the client avoids that one. `undefined`: none is live.
 *
 * @param offers proven to have the file, in rank order
 */
function toProven<Candidate extends Ranked>(
  offers: readonly Candidate["offer"][],
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> | undefined {
  if (!facts.mayLeave()) return toLive(offers, facts);
  const first = offers.find((offer) => !offer.drained && livenessOf(offer, facts) !== "failed");
  if (first === undefined) return undefined;
  return facts.isFromHere || facts.avoids(first) ? awayFrom(first, facts) : toLive(offers, facts);
}

/**
 * Away from a mirror that is well, but not for this client: to one that is hardly farther, else the bytes come from
 * here. Where there are none either, to whichever comes next, and there if none does.
 */
function awayFrom<Candidate extends Ranked>(
  from: Candidate["offer"],
  facts: Facts<Candidate>,
): Decision<Candidate["offer"]> {
  const { isFromHere, tried } = facts;
  const { bytes: had, anyMirror } = tried;
  const file = knownOf(facts);
  const proven = facts.ranked((offer) => !offer.drained && isProven(offer, file));
  const others = proven.filter(({ offer }) => offer !== from && !facts.avoids(offer));
  const here = { cutOff: false, isAway: true, check: none } as const;
  if (had === undefined) {
    const cost = proven.find(({ offer }) => offer === from)?.costMs ?? Number.POSITIVE_INFINITY;
    const near = isFromHere ? [] : others.filter(({ costMs }) => costMs <= cost + fartherMs);
    // A list names the mirrors of a small file that a redirect would go to after its bytes were tried.
    const isSmall = (sizeOf(facts) ?? facts.minSize) < facts.minSize;
    return away(isSmall ? others : near, facts) ?? { bytes: "avoided", ...here };
  }
  if (had.kind !== "absent" && !anyMirror) return { bytes: "anyMirror", ...here };
  return away(others, facts) ?? { redirect: [from], though: "avoided", check: none };
}

function away<Candidate extends Ranked>(
  to: readonly Candidate[],
  facts: Facts<Candidate>,
): Redirect<Candidate["offer"]> | Ask<Candidate["offer"]> | undefined {
  const offers = to.map(({ offer }) => offer);
  const decision = toLive(offers, facts);
  return decision !== undefined && "redirect" in decision
    ? { ...decision, isAway: true }
    : decision;
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
    if (liveness !== "check") {
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
  const { bytes: had, anyMirror } = facts.tried;
  if (had === undefined) return first;
  if (had.kind === "absent") return { refuse: had };
  if (!anyMirror) return { ...first, bytes: "anyMirror" };
  const best = unprovenOf(facts);
  // Nobody can be reached from here, which may be the edge's own trouble.
  if (had.kind === "unreachable" && first.cutOff && best !== undefined) {
    return { redirect: [best], though: "last resort", check: none };
  }
  return { refuse: had };
}

/** Where nobody can be checked: the best; for a client that comes back, the one behind that where it was. */
function unprovenOf<Candidate extends Ranked>(
  facts: Facts<Candidate>,
): Candidate["offer"] | undefined {
  const able = facts.near.filter(({ drained }) => !drained);
  const before = able.findIndex((offer) => facts.comesBackFrom(offer));
  return able[before + 1] ?? able[0];
}

const none: readonly never[] = [];
