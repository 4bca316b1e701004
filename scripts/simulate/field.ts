/** The mirrors of one repository, as all rules find them: who may serve is decided once, by worker/mirrors/eligible.ts. */

import { scopeExclusion } from "../../worker/directory/scope.ts";
import type { Client } from "../../worker/geo/client.ts";
import type { Family } from "../../worker/geo/family.ts";
import type { LatencyModel } from "../../worker/geo/latency.ts";
import type { Scheme } from "../../worker/geo/scheme.ts";
import { type Demand, demandExclusion, type OpenMirror } from "../../worker/mirrors/eligible.ts";
import { OpenRoster } from "../../worker/mirrors/open-roster.ts";
import type { RosterMirror, RosterView } from "../../worker/mirrors/roster.ts";

export class Field {
  readonly repository: string;
  readonly scheme: Scheme;
  /** Holds only mirrors that carry the repository and are placed. */
  readonly roster: OpenRoster;
  /** Mirrors that carry it but have neither coordinates nor a country: nobody's distance to them is known. */
  readonly unplaced: number;
  readonly #model: LatencyModel;
  readonly #able: Record<Family, { open: OpenMirror[]; limited: OpenMirror[] }>;

  constructor(view: RosterView, repository: string, scheme: Scheme, model: LatencyModel) {
    this.#model = model;
    this.repository = repository;
    this.scheme = scheme;
    const carrying = view.mirrors.filter((mirror) => mirror.carries[repository] !== undefined);
    const placed = carrying.filter(isPlaced);
    this.unplaced = carrying.length - placed.length;
    this.roster = new OpenRoster({ version: view.version, mirrors: placed }, model);
    this.#able = { ipv4: this.#ableFor("ipv4"), ipv6: this.#ableFor("ipv6") };
  }

  /** The same where load adds so much, ms, to the costs of mirrors, by their names. */
  withLoad(added: ReadonlyMap<string, number>): Field {
    const mirrors = this.roster.mirrors.map(({ resource: { loadMs: _, ...plain } }) => {
      const loadMs = added.get(plain.name);
      return loadMs === undefined ? plain : { ...plain, loadMs };
    });
    const view = { version: this.roster.version + 1, mirrors };
    return new Field(view, this.repository, this.scheme, this.#model);
  }

  /** What a client of that family asks for: a file that is for all architectures. */
  demand(family: Family): Demand {
    return { repository: this.repository, scheme: this.scheme, family, architecture: "" };
  }

  /** The mirrors that may serve a client. */
  mayServe(client: Client): readonly OpenMirror[] {
    const { open, limited } = this.#able[client.family];
    const also = limited.filter((mirror) => scopeExclusion(mirror, client) === undefined);
    return also.length === 0 ? open : [...open, ...also];
  }

  /** Split, as asking each of hundreds of mirrors for each client about a scope it hasn't takes longest. */
  #ableFor(family: Family): { open: OpenMirror[]; limited: OpenMirror[] } {
    const demand = this.demand(family);
    const able = this.roster.mirrors.filter((open) => demandExclusion(open, demand) === undefined);
    const isLimited = ({ resource }: OpenMirror) =>
      resource.scope !== undefined || resource.private === true;
    return { open: able.filter((open) => !isLimited(open)), limited: able.filter(isLimited) };
  }
}

function isPlaced({ latitude, longitude, country }: RosterMirror): boolean {
  return (latitude !== undefined && longitude !== undefined) || country !== undefined;
}
