/**
 * Failed sign-ins, limited by address. No secret here can be guessed, however often somebody tries: what is limited is
 * the work, the noise in the log, and tries at a bootstrap secret that somebody chose badly.
 *
 * They count by network (`networkOf`): more tries from 256 addresses find nothing either.
 */
import { LastUsed } from "../runtime/last-used.ts";
import { networkOf } from "./client-network.ts";

/** Failed tries at once: as many as somebody needs who pastes the wrong token, and a script that retries. */
const burst = 10;
/** Then one more each so often, ms. */
const onceMs = 30_000;
/** Networks remembered, about 100 bytes each. Who has more of them gets the burst anew, and guesses nothing by it. */
const maxNetworks = 10_000;
/** Pairs of a network and a token that signed in from there. */
const maxPairs = 10_000;

/** Tries left of a network or a pair, as of a moment. */
interface Left {
  tries: number;
  /** Unix ms. */
  at: number;
}

/** In memory alone: a restart forgets, which gives a burst at most. */
export class FailedTries {
  readonly #networks = new LastUsed<Left>(maxNetworks);
  readonly #pairs = new LastUsed<Left>(maxPairs);

  /**
   * Whether somebody may try. To be asked before a secret is looked at.
   *
   * A network that is at its limit doesn't lock out a token that signed in from there: that token has tries of its own.
   *
   * @param address of the one who tries; where it isn't known, all such count together
   * @param token public name of the token, where the text has one
   * @param now Unix ms
   * @returns seconds to wait, for `Retry-After`; 0: go on
   */
  waitSeconds(address: string, token: string | undefined, now: number): number {
    const network = networkOf(address);
    const pair = token === undefined ? undefined : this.#pairs.get(pairOf(network, token));
    // Known from there: its own tries count, whatever the network's neighbours did.
    const left = leftAt(pair ?? this.#networks.get(network), now);
    return left >= 1 ? 0 : Math.ceil(((1 - left) * onceMs) / 1000);
  }

  /** The secret wasn't right. */
  failed(address: string, token: string | undefined, now: number): void {
    const network = networkOf(address);
    const pair = token === undefined ? undefined : pairOf(network, token);
    const known = pair === undefined ? undefined : this.#pairs.get(pair);
    if (pair !== undefined && known !== undefined) {
      this.#pairs.set(pair, { tries: leftAt(known, now) - 1, at: now });
    } else {
      const tries = leftAt(this.#networks.get(network), now) - 1;
      this.#networks.set(network, { tries: Math.max(0, tries), at: now });
    }
  }

  /** The secret was right, but works no more: a script that goes on with it runs out of its own tries, and of no others'. */
  ended(address: string, token: string, now: number): void {
    this.succeeded(address, token, now);
    this.failed(address, token, now);
  }

  /** The secret was right. The network's failed tries stay: one good token must not give tries to others. */
  succeeded(address: string, token: string, now: number): void {
    const pair = pairOf(networkOf(address), token);
    const known = this.#pairs.get(pair);
    if (known === undefined) this.#pairs.set(pair, { tries: burst, at: now });
  }
}

function leftAt(left: Left | undefined, now: number): number {
  if (left === undefined) return burst;
  // A clock that was set back gives nothing.
  return Math.min(burst, left.tries + Math.max(0, now - left.at) / onceMs);
}

function pairOf(network: string, token: string): string {
  return `${network} ${token}`;
}
