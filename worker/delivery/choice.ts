/** Proof before redirect: which of a client's offers a file is sent to, and who has to be asked first. Pure. */
import { type IndexedIn, provenByGeneration } from "../mirrors/proof.ts";
import type { Carried } from "../mirrors/roster.ts";

/** What a server said of one file when it was asked, by HEAD or for one byte. */
export interface FileCheck {
  /** Unix ms. */
  at: number;
  /** It has the file, of so many bytes. */
  size?: number;
  /**
   * `absent`: no such file there; `wrong`: an answer that is no file; `corrupt`: other bytes than the file's, when all
   * of them were checked; `unreachable`: no answer.
   */
  failed?: "absent" | "wrong" | "corrupt" | "unreachable";
}

/**
 * A mirror that had the file has it still, ms: payload isn't removed before nothing names it, and what a mirror loses
 * all the same its probes and clients that ask again tell sooner.
 */
export const provenMs = 10 * 60_000;
/** One that hadn't is asked again after this, ms: mirrors sync several times an hour, and a burst asks it once. */
export const refutedMs = 60_000;

/** What is known of a mirror and a file. */
export type Standing = "generation" | "head" | "refuted" | "unreachable" | "unknown";

/** The little of an `Offer` that is looked at. */
export interface Provable {
  /** Base URL there, for one scheme: what a HEAD said holds for that scheme alone. */
  base: string;
  carried: Pick<Carried, "generation" | "patchy">;
  drained: boolean;
}

/** What is known of a file. */
export interface FileFacts {
  /** Undefined: no index of the repository lists it. */
  listed: IndexedIn | undefined;
  /** Generation of the snapshot that lists it; 0: of none. */
  served: number;
  /** Bytes it has to have; undefined: nobody has told. */
  size: number | undefined;
  /** By base URL. */
  fileChecks: ReadonlyMap<string, FileCheck> | undefined;
  /** Unix ms. */
  now: number;
}

/** Whether what a server said still counts. @param size the file has to have */
export function isLive(
  { at, size: seen, failed }: FileCheck,
  size: number | undefined,
  now: number,
) {
  const isRight = seen !== undefined && (size === undefined || seen === size);
  // Nothing but the whole file shows that it is mended.
  return now - at < (isRight || failed === "corrupt" ? provenMs : refutedMs);
}

export function standingOf({ base, carried }: Provable, file: FileFacts): Standing {
  const { listed, served, fileChecks, size, now } = file;
  const check = fileChecks?.get(base);
  const isCorrupt = check?.failed === "corrupt" && isLive(check, size, now);
  if (!isCorrupt && listed !== undefined && provenByGeneration(carried, listed, served)) {
    return "generation";
  }
  if (check === undefined || !isLive(check, size, now)) return "unknown";
  if (check.failed === "unreachable") return "unreachable";
  return size !== undefined && check.size === size ? "head" : "refuted";
}

/** Whether the mirror is known to have the file. */
export function isProven(offer: Provable, file: FileFacts): boolean {
  const standing = standingOf(offer, file);
  return standing === "generation" || standing === "head";
}

/** What is to be done next. */
export type Choice<Offer> =
  /** Proven ones only, in rank order; the first takes clients. */
  | { redirect: readonly Offer[] }
  /** These are asked, at once. */
  | { ask: readonly Offer[] }
  /** No mirror; `cutOff`: some were asked, and none of them answered at all. */
  | { cutOff: boolean };

/** Mirrors asked at once for one client's file. */
export const askedAtOnce = 3;

/**
 * The first proven offer, with the other proven ones. Nobody is waited for where there is one, though a nearer one might
 * have the file as well: a client is better off with a farther mirror now than with a nearer one after a round trip.
 *
 * @param offers in rank order, without those that leave the path out
 * @param mayAsk whether mirrors may still be asked
 */
export function choose<Offer extends Provable>(
  offers: readonly Offer[],
  file: FileFacts,
  mayAsk: boolean,
): Choice<Offer> {
  const proven = provenOf(offers, file);
  // What is drained is behind all others: where it is first, it is alone with its like.
  if (proven[0]?.drained === false) return { redirect: proven };
  const able = offers.filter(({ drained }) => !drained);
  if (mayAsk) {
    const unknown = able.filter((offer) => standingOf(offer, file) === "unknown");
    if (unknown.length > 0) return { ask: unknown.slice(0, askedAtOnce) };
  }
  const standings = able.map((offer) => standingOf(offer, file));
  return { cutOff: standings.includes("unreachable") && !standings.includes("refuted") };
}

/** Whether all have the file by their generation: nearly every redirect's way, which looks up nothing more. */
export function allByGeneration(
  offers: readonly Provable[],
  listed: IndexedIn,
  served: number,
): boolean {
  for (const { carried } of offers) if (!provenByGeneration(carried, listed, served)) return false;
  return true;
}

/** The same list where all are proven. */
function provenOf<Offer extends Provable>(
  offers: readonly Offer[],
  file: FileFacts,
): readonly Offer[] {
  for (const offer of offers) {
    if (!isProven(offer, file)) return offers.filter((one) => isProven(one, file));
  }
  return offers;
}

/**
 * The size of a file of which neither an index nor the origin tells it: what two mirrors tell alike. `undefined`: no
 * two do. One mirror's word would prove nothing.
 */
export function agreedSize(
  offers: readonly Provable[],
  fileChecks: ReadonlyMap<string, FileCheck> | undefined,
  now: number,
): number | undefined {
  const told = new Set<number>();
  for (const base of new Set(offers.map((offer) => offer.base))) {
    const check = fileChecks?.get(base);
    if (check?.size === undefined || !isLive(check, check.size, now)) continue;
    if (told.has(check.size)) return check.size;
    told.add(check.size);
  }
  return undefined;
}
