/** Looks at mirrors before clients are sent there: one at a time each, and only where somebody is about to be. */
import type { Offer } from "../mirrors/rank.ts";
import { type Background, SharedWork } from "../shared-work.ts";
import type { Asked } from "./asked.ts";
import type { Sighting } from "./choice.ts";
import { type Glance, type Sight, sightKey } from "./sight.ts";
import { firstInOrder, type Sightings } from "./sightings.ts";

/**
 * A look has this long, ms: the client waits for it, once after each silence of a mirror. One that needs longer for
 * headers is better passed by.
 */
const lookMs = 1500;
/** A server that refuses HEAD is asked a second question. */
const wholeLookMs = 2 * lookMs + 200;
/** Mirrors looked at for one client: the best alone, then some at once, then more. Three looks' time in all. */
const rounds = [1, 3, 6];

/** How much longer than the first that answers rightly a better one may take, ms: what a client doesn't notice. */
const graceMs = 150;

/**
 * What all edges together are to `Fleet` among the networks that report a mirror: one, and none that a client can
 * have, as those are hashes of 32 bits. A mirror is probed at once for it, and never falls by it alone.
 */
export const edgesNetwork = -1;

/** What came of looking for a mirror. */
export interface Found {
  /** Absent: none is in sight. */
  offer?: Offer;
  /** One answered, though not rightly: we aren't cut off. */
  answered: boolean;
}

/** What a look said. */
type Look = "right" | "wrong" | "silent";

export class Looks {
  readonly #sight: Sight;
  readonly #sightings: Sightings;
  readonly #looking = new SharedWork<Look>(wholeLookMs);

  constructor(sight: Sight, sightings: Sightings) {
    this.#sight = sight;
    this.#sightings = sightings;
  }

  /** In the way of every redirect. */
  glance({ open }: Pick<Offer, "open">, { scheme, now }: Asked): Glance {
    return this.#sight.glance(sightKey(open.nameHash, scheme), now);
  }

  /** The offers without those that are known to fail; the same list where none does. */
  withoutFailed(offers: readonly Offer[], asked: Asked): readonly Offer[] {
    if (!this.#sight.someFailed(asked.now)) return offers;
    for (const offer of offers) {
      if (this.glance(offer, asked) !== "failed") continue;
      return offers.filter((one) => this.glance(one, asked) !== "failed");
    }
    return offers;
  }

  /**
   * The first that is in sight, in their order; those out of sight are asked for the file, and waited for. Those that
   * failed lately are looked at again meanwhile, for others to come.
   *
   * @param offers proven to have the file
   * @param size of the file; undefined: nobody has told
   */
  async firstInSight(
    offers: readonly Offer[],
    asked: Asked,
    size: number | undefined,
    background: Background,
  ): Promise<Found> {
    let answered = false;
    let at = 0;
    for (const most of rounds) {
      const out: Offer[] = [];
      let inSight: Offer | undefined;
      for (; at < offers.length && out.length < most && inSight === undefined; at++) {
        const offer = offers[at];
        if (offer === undefined || offer.drained) continue;
        const glance = this.glance(offer, asked);
        if (glance === "look") out.push(offer);
        else if (glance !== "failed") inSight = offer;
        if (glance === "failed" || glance === "again") {
          this.lookAgain(offer, asked, size, background);
        }
      }
      const looks: (Look | undefined)[] = out.map(() => undefined);
      const looking = out.map(async (offer, index) => {
        const look = await this.#look(offer, asked, size, background);
        looks[index] = look;
        return look === "right";
      });
      await firstInOrder(looking, graceMs);
      const offer = out[looks.indexOf("right")] ?? inSight;
      answered ||= looks.includes("wrong");
      if (offer !== undefined) return { offer, answered };
    }
    return { answered };
  }

  /** Looks at a mirror with that client's file, for those who come later; not more often than is polite. */
  lookAgain(offer: Offer, asked: Asked, size: number | undefined, background: Background): void {
    const key = sightKey(offer.open.nameHash, asked.scheme);
    if (!this.#sight.mayLook(key, asked.now)) return;
    background.waitUntil(this.#look(offer, asked, size, background));
  }

  /** A question that was asked for proof is a look as well. @param size the file has to have */
  count({ open }: Offer, { scheme }: Asked, sighting: Sighting, size: number | undefined): void {
    const key = sightKey(open.nameHash, scheme);
    if (isRight(sighting, size)) this.#sight.seen(key, sighting.at);
    else if (sighting.failed === "unreachable") this.#sight.failed(key, sighting.at);
  }

  /** Neither a mirror nor the origin can be reached. */
  cutOff(now: number): void {
    this.#sight.originFailed(now);
  }

  async #look(
    offer: Offer,
    asked: Asked,
    size: number | undefined,
    background: Background,
  ): Promise<Look> {
    const key = sightKey(offer.open.nameHash, asked.scheme);
    try {
      return await this.#looking.run(
        String(key),
        () => this.#ask(key, offer, asked, size),
        background,
      );
    } catch {
      return "silent";
    }
  }

  async #ask(
    key: number,
    { base, open }: Offer,
    { opened, decoded, request, scheme, memory, now, second }: Asked,
    size: number | undefined,
  ): Promise<Look> {
    const repository = opened.repository.name;
    const file = { repository, path: decoded, ...(size !== undefined && { size }) };
    const { host } = new URL(request.url);
    this.#sight.begun(key, now);
    const sighting = await this.#sightings.askNow(file, base, host, now, lookMs);
    if (isRight(sighting, size)) {
      this.#sight.seen(key, now);
      return "right";
    }
    this.#sight.failed(key, now);
    memory.report({ mirror: open.mirror.name, repository, scheme }, edgesNetwork, second);
    return sighting.failed === "unreachable" ? "silent" : "wrong";
  }
}

function isRight({ size: seen }: Sighting, size: number | undefined): boolean {
  return seen !== undefined && (size === undefined || seen === size);
}
