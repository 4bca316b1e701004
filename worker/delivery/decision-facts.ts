/** What a decision is made from: what is known of a request, its file and the mirrors. `decide.ts` decides. */
import type { IndexedIn } from "../mirrors/proof.ts";
import type { NotHad } from "../outbound/not-had.ts";
import type { Check } from "./check-bytes.ts";
import type { FileCheck, Provable } from "./choice.ts";
import type { Liveliness } from "./liveness.ts";

/** A mirror in a ranking: the little of a `Candidate` that is checked. */
export interface Ranked {
  readonly offer: Provable;
  /** Estimated ms. */
  readonly costMs: number;
}

/** What is known of a request, its file and the mirrors. Nothing of it changes while one decision is made. */
export interface Facts<Candidate extends Ranked> {
  /** `file`: by whichever way is best. `mirrors`: where the file can be had, however small it is. */
  readonly wants: "file" | "mirrors";
  /** Undefined `size`: the index doesn't tell. `null`: no index of the repository lists the file. */
  readonly listed: (IndexedIn & { size?: number }) | null;
  /** Generation of the snapshot that the file was looked up in; 0: of none. */
  readonly served: number;
  /** Files of fewer bytes come from the edge. */
  readonly minSize: number;
  /** Base URL of the repository at its origin. */
  readonly origin: string;
  /** Unix ms. */
  readonly now: number;
  /** The first of the client's ranking, in its order: none that lacks the path; drained last. */
  readonly near: readonly Candidate["offer"][];
  /** What servers said of the file, by base URL; what is too old is among it. */
  checks(): ReadonlyMap<string, FileCheck> | undefined;
  /** All mirrors for the client that don't lack the path and fit, in rank order; drained ones last. */
  ranked(fits: (offer: Candidate["offer"]) => boolean): readonly Candidate[];
  /** Whether the mirror answers this isolate. */
  liveness(offer: Candidate["offer"]): Liveliness;
  /** Whether the liveness of any mirror may be `failed`. */
  someFailed(): boolean;
  /** Whether any file was found corrupt at a mirror lately; else proof by generation holds. */
  someCorrupt(): boolean;
  /** Whether somebody waits for that mirror's answer for the file, which has to have so many bytes. */
  isAsking(offer: Candidate["offer"], size: number | undefined): boolean;
  /** Whether the client avoids any mirror, or wants no mirror; else `avoids` needs not be asked. */
  mayLeave(): boolean;
  /** Whether the client is believed that the mirror fails it. */
  avoids(offer: Candidate["offer"]): boolean;
  /** The client had what belongs to the file from the edge, and so gets the file there. */
  readonly isFromHere: boolean;
  /** Whether the client comes back from that mirror, to which it was sent for the file within the last minute. */
  comesBackFrom(offer: Candidate["offer"]): boolean;
  /** What this request tried already, and what came of it. */
  readonly tried: Tried<Candidate["offer"]>;
}

/** What was tried for this request already, and what came of it. */
export interface Tried<Offer> {
  /** What the origin said; undefined: it wasn't asked for this request. */
  readonly origin: FileCheck | undefined;
  /** Times that mirrors were asked for the file. */
  readonly fileRounds: number;
  /** Times that mirrors were checked for liveness. */
  readonly livenessRounds: number;
  /** What came of that; `pending`: no answer, when another mirror's was enough. */
  readonly checked: ReadonlyMap<Offer, Check | "pending"> | undefined;
  /** What came of checking the mirror that the client came back from; undefined: it wasn't checked for this request. */
  readonly rechecked: Rechecked | undefined;
  /** Why the origin's bytes can't be had; undefined: they weren't tried. */
  readonly bytes: NotHad | undefined;
  /** All listed mirrors were tried for bytes, in vain. */
  readonly anyMirror: boolean;
}

/**
 * - `stays`: the client goes to the mirror, which is well as far as is known
 * - `wrong`, `silent`: the mirror failed the check: nobody is sent there, for this file at least
 * - `leaves`: the client is believed that the mirror fails it: it alone is sent elsewhere
 */
export type Rechecked = "stays" | "leaves" | Exclude<Check, "right">;

/** Of a request that has just come. */
export const nothingTried: Tried<never> = {
  origin: undefined,
  fileRounds: 0,
  livenessRounds: 0,
  checked: undefined,
  rechecked: undefined,
  bytes: undefined,
  anyMirror: false,
};
