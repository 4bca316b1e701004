/**
 * The mirrors of a packed roster, each unpacked when somebody asks for it: of the list in the bundle a new isolate's
 * first client needs those that carry one repository. Which they are is told beside the roster, so that the isolate
 * doesn't go through all of them.
 */
import type { PackedList } from "../directory/packed-list.ts";
import type { Demand } from "./eligible.ts";
import type { RosterMirror, RosterView } from "./roster.ts";
import { type PackedRoster, packRoster } from "./roster-codec.ts";
import { unpackMirror } from "./unpack-roster.ts";

/** A packed roster with what has to be known before any of its mirrors is unpacked; JSON. */
export interface IndexedRoster {
  /** Its mirrors are in the order of their names. */
  packed: PackedRoster;
  /** By the repository's number, positions of the mirrors that carry it, rising. */
  carriers: number[][];
  /** Positions of the mirrors that name networks. */
  onNetworks: number[];
  /** Whether load is told of any. */
  hasLoad: boolean;
}

/** Packs a roster for `PackedMirrors`. */
export function indexedRoster(view: RosterView): IndexedRoster {
  const mirrors = [...view.mirrors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const packed = packRoster({ ...view, mirrors });
  const carriers = packed.repositories.map((name) =>
    mirrors.flatMap(({ carries }, at) => (carries[name] === undefined ? [] : [at])),
  );
  const onNetworks = mirrors.flatMap(({ asn, prefixes, scope }, at) =>
    asn === undefined && prefixes === undefined && scope === undefined ? [] : [at],
  );
  return {
    packed,
    carriers,
    onNetworks,
    hasLoad: mirrors.some(({ loadMs = 0 }) => loadMs > 0),
  };
}

export class PackedMirrors implements PackedList<RosterMirror, Demand> {
  readonly #roster: IndexedRoster;

  constructor(roster: IndexedRoster) {
    this.#roster = roster;
  }

  get length(): number {
    return this.#roster.packed.mirrors.length;
  }

  get onNetworks(): readonly number[] {
    return this.#roster.onNetworks;
  }

  get hasLoad(): boolean {
    return this.#roster.hasLoad;
  }

  at(index: number): RosterMirror {
    const { packed } = this.#roster;
    return unpackMirror(packed.mirrors[index], packed, `roster.mirrors[${index}]`);
  }

  able({ repository }: Demand): readonly number[] {
    const { carriers, packed } = this.#roster;
    return carriers[packed.repositories.indexOf(repository)] ?? [];
  }
}
