/** The roster, opened for decisions: the directory of mirrors. */
import { isDeepStrictEqual } from "node:util";
import { Directory } from "../directory/directory.ts";
import type { Offering } from "../directory/offer.ts";
import { Opened } from "../directory/resource.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { type Demand, demandExclusion, type OpenMirror } from "./eligible.ts";
import { type MirrorOffer, makeOffer } from "./mirror-offer.ts";
import { type IndexedRoster, PackedMirrors } from "./packed-mirrors.ts";
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
  constructor(view: RosterView | IndexedRoster, model: LatencyModel, before?: OpenRoster) {
    super(offering, "packed" in view ? new PackedMirrors(view) : view.mirrors, model, before);
    this.version = "packed" in view ? view.packed.version : view.version;
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
  return new OpenedMirror(mirror, index, model, before);
}

class OpenedMirror extends Opened<RosterMirror> implements OpenMirror {
  #without: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  get without(): ReadonlyMap<string, ReadonlySet<string>> {
    this.#without ??= filesWithout(this.resource);
    return this.#without;
  }
}

/** One for all mirrors that lack nothing, which are nearly all. */
const nothingLacking: ReadonlyMap<string, ReadonlySet<string>> = new Map();

function filesWithout({ carries }: RosterMirror): ReadonlyMap<string, ReadonlySet<string>> {
  const lacking = Object.entries(carries).flatMap(([repository, { without = [] }]) =>
    without.length === 0 ? [] : [[repository, new Set(without)] as const],
  );
  return lacking.length === 0 ? nothingLacking : new Map(lacking);
}
