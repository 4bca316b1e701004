/** What the facts of a request say of its file and of mirrors. Pure. */
import { agreedSize, type FileCheck, type FileFacts, isLive } from "./choice.ts";
import type { Facts, Ranked } from "./decision-facts.ts";
import type { Liveliness } from "./liveness.ts";

/** What is known of the file, for judging what mirrors said of it. */
export function knownOf<Candidate extends Ranked>(facts: Facts<Candidate>): FileFacts {
  const { listed, served, near, now } = facts;
  const fileChecks = facts.checks();
  const size = sizeOf(facts) ?? agreedSize(near, fileChecks, now);
  return { listed: listed ?? undefined, served, size, fileChecks, now };
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

/** What the origin said of the file, for this request or lately; undefined: it has to be asked. */
export function originOf<Candidate extends Ranked>(facts: Facts<Candidate>): FileCheck | undefined {
  const { origin } = facts.tried;
  if (origin !== undefined) return origin;
  const said = facts.checks()?.get(facts.origin);
  return said !== undefined && isLive(said, undefined, facts.now) ? said : undefined;
}
