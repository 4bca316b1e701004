/** The resources of a directory, opened: all at once, or those of a packed list as they are needed. */
import type { LatencyModel } from "../geo/latency.ts";
import type { Offer, Offering } from "./offer.ts";
import type { PackedList } from "./packed-list.ts";
import type { OpenResource, Resource } from "./resource.ts";

/** Immutable, but for what is opened when it is first asked for. */
export class OpenResources<Listed extends Resource, Open extends OpenResource<Listed>, Demand> {
  readonly length: number;
  /** Whether load is told of any. */
  readonly hasLoad: boolean;
  /** Absent: all are open. */
  #packed: PackedList<Listed, Demand> | undefined;
  /** Of a packed list, by position. */
  readonly #opened: (Open | undefined)[] = [];
  #all: readonly Open[] | undefined;
  readonly #open: (resource: Listed, index: number) => Open;

  /** @param before those of the list that this one follows, by which all are opened now */
  constructor(
    listed: readonly Listed[] | PackedList<Listed, Demand>,
    offering: Offering<Listed, Open, Demand, Offer>,
    model: LatencyModel,
    before: readonly Open[] | undefined,
  ) {
    this.length = listed.length;
    this.#open = (resource, index) => offering.open(resource, index, model, undefined);
    if ("able" in listed && before === undefined) {
      this.hasLoad = listed.hasLoad;
      this.#packed = listed;
      return;
    }
    const all = "able" in listed ? unpacked(listed) : listed;
    this.hasLoad = all.some(({ loadMs = 0 }) => loadMs > 0);
    const known = new Map(before?.map((open) => [open.resource.name, open]));
    this.#all = [...all]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((resource, index) => offering.open(resource, index, model, known.get(resource.name)));
  }

  /** All, in the order of their names. */
  get all(): readonly Open[] {
    this.#all ??= Array.from({ length: this.length }, (_, index) => this.#at(index));
    this.#packed = undefined;
    return this.#all;
  }

  /** Those of which some can meet the demand. */
  able(demand: Demand): readonly Open[] {
    return this.#some(this.#packed?.able(demand));
  }

  /** Those of which some name networks. */
  get onNetworks(): readonly Open[] {
    return this.#some(this.#packed?.onNetworks);
  }

  #some(indices: readonly number[] | undefined): readonly Open[] {
    return indices === undefined ? this.all : indices.map((index) => this.#at(index));
  }

  #at(index: number): Open {
    const known = this.#opened[index];
    if (known !== undefined) return known;
    const resource = this.#packed?.at(index);
    if (resource === undefined) throw new RangeError(`there is no resource ${index}`);
    const open = this.#open(resource, index);
    this.#opened[index] = open;
    return open;
  }
}

function unpacked<Listed extends Resource>(list: PackedList<Listed, never>): Listed[] {
  return Array.from({ length: list.length }, (_, index) => list.at(index));
}
