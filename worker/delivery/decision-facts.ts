/** What a decision is made from: what is known of a request, its file and the mirrors. `decide.ts` decides. */
import type { IndexedIn } from "../mirrors/proof.ts";
import type { NotHad } from "../outbound/not-had.ts";
import type { Check } from "./check-bytes.ts";
import type { FileCheck, Provable } from "./choice.ts";
import type { Liveliness } from "./liveness.ts";

/** A mirror in a ranking: the little of a `Candidate` that is looked at. */
export interface Ranked {
  readonly offer: Provable;
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
  /** The first of the client's ranking, in its order: none that the client avoids or that lacks the path; drained last. */
  readonly near: readonly Candidate["offer"][];
  /** What servers said of the file, by base URL; what is too old is among it. */
  checks(): ReadonlyMap<string, FileCheck> | undefined;
  /** All mirrors for the client that don't lack the path and fit, in rank order; drained ones last. */
  ranked(fits: (offer: Candidate["offer"]) => boolean): readonly Candidate[];
  /** Whether the mirror answers this isolate. */
  liveness(offer: Candidate["offer"]): Liveliness;
  /** Whether the liveness of any mirror may be `failed`. */
  someFailed(): boolean;
  /** Whether the client had no luck with that mirror lately. */
  avoids(offer: Candidate["offer"]): boolean;
  /** What this request tried already, and what came of it. */
  readonly tried: Tried<Candidate["offer"]>;
  /** Unix seconds: a client that avoids all mirrors that are left gets another one each second. */
  readonly second: number;
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
  /** Why the origin's bytes can't be had; undefined: they weren't tried. */
  readonly bytes: NotHad | undefined;
  /** All listed mirrors were tried for bytes, in vain. */
  readonly anybody: boolean;
}

/** Of a request that has just come. */
export const nothingTried: Tried<never> = {
  origin: undefined,
  fileRounds: 0,
  livenessRounds: 0,
  checked: undefined,
  bytes: undefined,
  anybody: false,
};
