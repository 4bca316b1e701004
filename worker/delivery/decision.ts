/** What can be decided for a request for a file. `decide.ts` decides. */
import type { NotHad } from "../outbound/not-had.ts";

/** What is to be done. */
export type Decision<Offer> = Redirect<Offer> | Ask<Offer> | Bytes<Offer> | Refuse;

export interface Redirect<Offer> {
  /** The first is gone to, the others are its duplicates, in rank order; drained ones last. */
  redirect: readonly Offer[];
  /** `last resort`: not known to have the file. `avoided`: by this client. Absent: proven, live and not avoided. */
  though?: "last resort" | "avoided";
  /** In place of a better mirror that the client avoids. */
  isAway?: true;
  /** To be checked for liveness in the background. */
  check: readonly Offer[];
  /** To be asked for the file in the background, for those who come next. */
  askToo?: Offer;
}

/** Somebody is asked, and waited for. */
export interface Ask<Offer> {
  ask:
    | { of: "origin" }
    /** Whether they have the file. `hasOther`: another one is proven to, so that they are waited for a moment only. */
    | { of: "file"; mirrors: readonly Offer[]; hasOther?: true }
    /** Whether they answer; they are proven to have the file. */
    | { of: "liveness"; mirrors: readonly Offer[] };
}

export interface Bytes<Offer> {
  /** Why there is no redirect. */
  bytes: keyof typeof bytesBecause;
  /** No mirror that was asked answered at all. */
  cutOff: boolean;
  /** In place of a mirror that the client avoids. */
  isAway?: true;
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
  avoided: "the client is believed that its mirror fails it, and no other is hardly farther",
  silent: "no mirror that is proven to have it answers this edge",
  anyMirror:
    "neither a mirror in use nor the origin gives it: any listed mirror's, judged by the hash",
};
