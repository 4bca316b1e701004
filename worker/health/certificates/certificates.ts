/** When hosts' certificates end, checked once a day, as the platform's `fetch` doesn't show it. */

import { LastUsed } from "../../runtime/last-used.ts";
import type { Observation } from "../observation.ts";
import { type Connect, certificateEnd } from "./certificate.ts";

/** Certificates change seldom; each host is checked this often, ms. */
const everyMs = 86_400_000;
/** A certificate that ends within this is worth a warning, ms: 14 days. */
export const certificateWarningMs = 14 * 86_400_000;

/** Hosts remembered: four times the mirrors of the bundled list, of which a Prober has a part. */
const maxHosts = 6000;

/** Clock and randomness. */
interface Chance {
  /** Unix ms. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
}

export class Certificates {
  readonly #connect: Connect;
  readonly #deadlineMs: number;
  readonly #chance: Chance;
  readonly #known = new LastUsed<{ at: number; until: number | undefined }>(maxHosts);

  constructor(connect: Connect, deadlineMs: number, chance: Chance) {
    this.#connect = connect;
    this.#deadlineMs = deadlineMs;
    this.#chance = chance;
  }

  /** The observation with the end of the host's certificate, where that can be told. */
  async added(base: string, observation: Observation): Promise<Observation> {
    const { certificateUntil, failure } = observation;
    const url = new URL(base);
    if (url.protocol !== "https:" || certificateUntil !== undefined || failure !== undefined) {
      return observation;
    }
    const now = this.#chance.now();
    let known = this.#known.get(url.host);
    if (known === undefined || now - known.at >= everyMs) {
      // Set before asking: two targets on one host shall not both ask.
      this.#known.set(url.host, { at: now, until: known?.until });
      const until = await certificateEnd(url, this.#connect, this.#deadlineMs, this.#chance.random);
      known = { at: now, until };
      this.#known.set(url.host, known);
    }
    return known.until === undefined ? observation : withCertificate(observation, known.until);
  }
}

function withCertificate(observation: Observation, until: number): Observation {
  const ends = until - observation.at < certificateWarningMs;
  const warning = `The certificate ends on ${new Date(until).toISOString().slice(0, 10)}.`;
  return {
    ...observation,
    certificateUntil: until,
    warnings: ends ? [...observation.warnings, warning] : observation.warnings,
  };
}
