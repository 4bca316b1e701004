/** The roster, opened for decisions: the directory of mirrors. */
import { isDeepStrictEqual } from "node:util";
import { Directory } from "../directory/directory.ts";
import type { Offering } from "../directory/offer.ts";
import { openResource } from "../directory/resource.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { type Demand, demandExclusion, type OpenMirror } from "./eligible.ts";
import { type MirrorOffer, makeOffer } from "./mirror-offer.ts";
import type { RosterMirror, RosterView } from "./roster.ts";

/** How mirrors meet demands. */
const offering: Offering<RosterMirror, OpenMirror, Demand, MirrorOffer> = {
  open: openMirror,
  keyOf: ({ scheme, family, repository, architecture }) =>
    `${scheme} ${family} ${repository} ${architecture}`,
  exclusion: demandExclusion,
  offer: makeOffer,
};

/** A roster, opened for decisions. Immutable but for its caches; a new version is a new one. */
export class OpenRoster extends Directory<RosterMirror, OpenMirror, Demand, MirrorOffer> {
  readonly version: number;

  /**
   * @param before the roster that this one follows. Nearly all mirrors are what they were: they are the same objects
   *   again, and so is all that was made of them, clients' rankings included
   */
  constructor(view: RosterView, model: LatencyModel, before?: OpenRoster) {
    super(offering, view.mirrors, model, before);
    this.version = view.version;
  }

  get mirrors(): readonly OpenMirror[] {
    return this.resources;
  }
}

function openMirror(
  mirror: RosterMirror,
  index: number,
  model: LatencyModel,
  before: OpenMirror | undefined,
): OpenMirror {
  if (before?.index === index && isDeepStrictEqual(before.resource, mirror)) return before;
  return { ...openResource(mirror, index, model, before), without: filesWithout(mirror) };
}

/** One for all mirrors that lack nothing, which are nearly all. */
const nothingLacking: ReadonlyMap<string, ReadonlySet<string>> = new Map();

function filesWithout({ carries }: RosterMirror): ReadonlyMap<string, ReadonlySet<string>> {
  const lacking = Object.entries(carries).flatMap(([repository, { without = [] }]) =>
    without.length === 0 ? [] : [[repository, new Set(without)] as const],
  );
  return lacking.length === 0 ? nothingLacking : new Map(lacking);
}
