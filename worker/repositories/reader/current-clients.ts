/**
 * Which snapshot each client began with: whoever got a root gets the indexes of that same snapshot at their plain
 * paths for some minutes, also when the pointer has moved meanwhile.
 *
 * Kept by root, as a client may have got one suite before a publication and another after it. Hosts behind one
 * address share an entry, and the last one's root counts: where indexes have by-hash paths or their hash in their
 * name, that doesn't matter.
 */

/** A transaction's time from its root to its last index, seconds: slow lines take minutes for large indexes. */
const rememberedSeconds = 300;
/** Entries held, about 250 bytes each: 2 MB. The one that was noted first goes first. */
const maxEntries = 8192;

interface Noted {
  snapshot: string;
  /** Unix ms. */
  until: number;
}

/** Stands for the id of a snapshot: the client got the root from the origin, there was no snapshot yet. */
export const fromOrigin = "";

export class ClientSnapshots {
  readonly #noted = new Map<string, Noted>();

  /**
   * @param client its address; of one without, nothing is remembered
   * @param got the snapshot's id, or `fromOrigin`; when, Unix ms
   */
  remember(
    client: string,
    repository: string,
    root: string,
    { snapshot, at }: { snapshot: string; at: number },
  ): void {
    if (client === "") return;
    const key = keyOf(client, repository, root);
    this.#noted.delete(key);
    if (this.#noted.size >= maxEntries) {
      for (const oldest of this.#noted.keys()) {
        this.#noted.delete(oldest);
        break;
      }
    }
    this.#noted.set(key, { snapshot, until: at + rememberedSeconds * 1000 });
  }

  /** The snapshot a client has that root of; `undefined`: none lately. */
  recall(client: string, repository: string, root: string, now: number): string | undefined {
    const key = keyOf(client, repository, root);
    const noted = this.#noted.get(key);
    if (noted === undefined) return undefined;
    if (now < noted.until) return noted.snapshot;
    this.#noted.delete(key);
    return undefined;
  }
}

/** Addresses, names and paths hold no blanks. */
function keyOf(client: string, repository: string, root: string): string {
  return `${client} ${repository} ${root}`;
}
