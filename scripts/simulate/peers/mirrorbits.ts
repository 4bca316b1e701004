/** How mirrorbits chooses (VideoLAN and others): a score per mirror, then a draw weighted by what is above the base. */
import { weightedShuffle } from "../shuffle.ts";
import type { Choice, PeerClient, PeerMirror } from "./peer.ts";

/** Mirrors up to this many times as far as the closest count as close (its setting `WeightDistributionRange`). */
const closeFactor = 1.5;
/** Redirect and alternatives. */
const kept = 5;

/** A mirror with its score, and the weight it is drawn with: above 0 for those that are drawn at all. */
export interface Scored {
  mirror: PeerMirror;
  score: number;
  weight: number;
}

/**
 * The scores. With `B` the farthest mirror's distance in whole km: a mirror begins at `B - d + 1`. A close one
 * gets `B - d` more, half of that outside the client's country; a farther one in the client's country `B - 5d`,
 * which is mostly a punishment; one in the client's AS half of `B`. Above `B` it takes part in the draw.
 *
 * An unknown AS is 0 to mirrorbits, so a client without one and a mirror without one are in the same AS. The
 * operators' own `score` and additional countries aren't in our list, and are 0 and none here.
 */
export function scoreMirrors(client: PeerClient, choices: readonly Choice[]): Scored[] {
  let closest = Number.POSITIVE_INFINITY;
  let farthest = 0;
  for (const { km } of choices) {
    if (km < closest) closest = km;
    if (km > farthest) farthest = km;
  }
  const base = Math.trunc(farthest);
  return choices.map(({ mirror, km }) => {
    const primary = mirror.country !== undefined && mirror.country === client.country;
    let score = base - km + 1;
    if (km <= closest * closeFactor) score += primary ? base - km : (base - km) / 2;
    else if (primary) score += base - 5 * km;
    if ((mirror.asn ?? 0) === (client.asn ?? 0)) score += base / 2;
    // + 0.5, then cut to a whole number: that is how it rounds.
    score = Math.trunc(Math.max(1, score + 0.5));
    return { mirror, score, weight: score - base };
  });
}

/** The draw without replacement; where no mirror scores above the base, the highest scores. */
export function mirrorbits(
  client: PeerClient,
  choices: readonly Choice[],
  random: () => number,
): PeerMirror[] {
  const scored = scoreMirrors(client, choices);
  const eligible = scored.filter(({ weight }) => weight > 0);
  const ordered =
    eligible.length > 0
      ? weightedShuffle(eligible, ({ weight }) => weight, random)
      : scored.sort((a, b) => b.score - a.score);
  return ordered.slice(0, kept).map(({ mirror }) => mirror);
}
