/** What the rules of other mirror services see, and the form their answer takes. */
import type { Address, Prefix } from "../../../worker/geo/address.ts";

/** A mirror, as far as those services know one. */
export interface PeerMirror {
  name: string;
  /** ISO 3166-1 alpha-2. */
  country: string | undefined;
  continent: string | undefined;
  asn: number | undefined;
  /** Networks listed as its own. */
  prefixes: readonly Prefix[];
  /** Mbit/s. */
  capacity: number;
}

/** A client, as far as those services know one. */
export interface PeerClient {
  address: Address;
  country: string | undefined;
  continent: string | undefined;
  asn: number | undefined;
}

/** A mirror that may serve the client. */
export interface Choice {
  mirror: PeerMirror;
  /** Great-circle distance from where the client is taken to be. */
  km: number;
}

/**
 * A service's rule: the mirrors it would name, in its order. The first is where a client goes.
 *
 * @param choices the mirrors that may serve this client; not changed
 * @param random numbers in [0, 1)
 */
export type PeerRule = (
  client: PeerClient,
  choices: readonly Choice[],
  random: () => number,
) => PeerMirror[];
