/** Who is compared: our ranking and the rules of other services, each with what it may know of a client. */

import { byCost, nearEquals } from "../../worker/directory/rank.ts";
import type { Address } from "../../worker/geo/address.ts";
import { countryAlone, type Locate } from "../../worker/geo/client.ts";
import { countryPlace } from "../../worker/geo/countries.ts";
import { type Point, unitVector, vectorKm } from "../../worker/geo/distance.ts";
import type { OpenMirror } from "../../worker/mirrors/eligible.ts";
import type { SimulatedClient } from "./clients.ts";
import { recognised } from "./counted-load.ts";
import type { Field } from "./field.ts";
import { almalinux } from "./peers/almalinux.ts";
import { mirrorbits } from "./peers/mirrorbits.ts";
import { mirrorlistServer } from "./peers/mirrorlist-server.ts";
import type { Choice, PeerMirror, PeerRule } from "./peers/peer.ts";

/** City: the true coordinates, as a platform or a city database tells them. Country: that and the AS only. */
export type Knowledge = "city" | "country";

/** A client's request, before who it is sent to is known. */
export interface Sight {
  truth: SimulatedClient;
  /** The mirrors that may serve it. */
  mirrors: readonly OpenMirror[];
  /** Great-circle distances to them, km, from where each knowledge takes the client to be. City: the true ones. */
  km: Record<Knowledge, Float64Array>;
}

export interface Contestant {
  name: string;
  knows: Knowledge;
  /** Where a request from that address is sent: the client's own, or its neighbour's. `undefined` where the rule names none. */
  choose(sight: Sight, address: Address): OpenMirror | undefined;
  /** The mirrors that count as equally near for the client, of which capacities decide. Absent: the rule has none. */
  equals?(sight: Sight): readonly OpenMirror[];
}

/** The field without anything counted, and as it is after days of counting. */
export interface Fields {
  plain: Field;
  counted: Record<Knowledge, Field>;
}

/** A client with the mirrors that may serve it in a field. */
export function sightOf(truth: SimulatedClient, field: Field, locate: Locate): Sight {
  const mirrors = field.mayServe(recognised(truth.address, truth, "city", locate));
  const city = kmFrom(truth.at, mirrors);
  return {
    truth,
    mirrors,
    km: { city, country: kmFrom(countryPlace(truth.country) ?? truth.at, mirrors) },
  };
}

/**
 * All of them for one field. A random rule draws from its own generator, so that its draws don't depend on which others
 * are compared.
 *
 * @param generator makes the generator of the contestant with that number
 */
export function contestants(
  { plain: field, counted }: Fields,
  locate: Locate,
  generator: (number: number) => () => number,
): Contestant[] {
  const peer = (name: string, rule: PeerRule, knows: Knowledge, number: number) =>
    peerContestant({ name, rule, knows }, field, generator(number));
  return [
    { name: "nearest only", knows: "city", choose: nearest },
    ours("Nearmirror", "city", { field, given: counted.city }, locate),
    ours("Nearmirror", "country", { field, given: counted.country }, locate),
    ours("uncounted", "city", { field, given: field }, locate),
    ours("uncounted", "country", { field, given: field }, locate),
    peer("mirrorbits", mirrorbits, "city", 1),
    peer("mirrorbits", mirrorbits, "country", 2),
    peer("AlmaLinux", almalinux, "city", 3),
    peer("AlmaLinux", almalinux, "country", 4),
    peer("mirrorlist-server", mirrorlistServer, "country", 5),
  ];
}

/** @param fields `field` has the mirrors that all compare, `given` the same as this one ranks them */
function ours(
  name: string,
  knows: Knowledge,
  { field, given }: { field: Field; given: Field },
  locate: Locate,
): Contestant {
  const { roster } = given;
  return {
    name,
    knows,
    choose({ truth }, address) {
      const client = recognised(address, truth, knows, locate);
      const first = roster.ranked(given.demand(client.family), client)[0];
      return first && field.roster.mirrors[first.open.index];
    },
    equals({ truth }) {
      const client = recognised(truth.address, truth, knows, locate);
      const sorted = roster.ranked(given.demand(client.family), client).sort(byCost);
      return nearEquals(sorted, countryAlone(client.place), roster.equalMs).flatMap(
        ({ open }) => field.roster.mirrors[open.index] ?? [],
      );
    },
  };
}

/** Not anybody's rule: what distance alone would do to the load. */
function nearest({ mirrors, km }: Sight): OpenMirror | undefined {
  return mirrors[km.city.indexOf(least(km.city))];
}

/** The smallest; infinite of nothing. */
export function least(values: Float64Array): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY);
}

/** Another service's rule, and what it may know of a client. */
interface Peer {
  name: string;
  rule: PeerRule;
  knows: Knowledge;
}

function peerContestant(
  { name, rule, knows }: Peer,
  field: Field,
  random: () => number,
): Contestant {
  const byPeer = new Map<PeerMirror, OpenMirror>();
  const peers = field.roster.mirrors.map((open) => {
    const made = peerMirror(open);
    byPeer.set(made, open);
    return made;
  });
  return {
    name,
    knows,
    choose({ truth, mirrors, km }, address) {
      const choices = mirrors.flatMap((open, at): Choice[] => {
        const mirror = peers[open.index];
        const distance = km[knows][at];
        return mirror === undefined || distance === undefined ? [] : [{ mirror, km: distance }];
      });
      const { country, asn } = truth;
      const continent = countryPlace(country)?.continent;
      const first = rule({ address, country, continent, asn }, choices, random)[0];
      return first && byPeer.get(first);
    },
  };
}

function peerMirror({ resource, positioned, prefixes }: OpenMirror): PeerMirror {
  return {
    name: resource.name,
    country: positioned.country,
    continent: positioned.continent,
    asn: resource.asn,
    prefixes,
    capacity: resource.capacity,
  };
}

function kmFrom(from: Point, mirrors: readonly OpenMirror[]): Float64Array {
  const here = unitVector(from);
  const km = new Float64Array(mirrors.length).fill(Number.POSITIVE_INFINITY);
  for (const [at, { positioned }] of mirrors.entries()) {
    if (positioned.point !== undefined) km[at] = vectorKm(here, positioned.point);
  }
  return km;
}
