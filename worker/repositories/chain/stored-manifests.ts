/** A repository's manifests, read back from its blobs. */

import type { Blobs } from "../../blobs/blobs.ts";
import { readStream } from "../../blobs/memory-blobs.ts";
import type { Manifest } from "./snapshot.ts";

/** Manifests held parsed: one of Debian's has 3,000 entries, about 2 MB. */
const maxHeld = 4;
/** The largest manifest read, bytes. A root has 2 MB at most, and its manifest three times that. */
const maxManifestBytes = 8 * 1024 * 1024;

export class Manifests {
  readonly #blobs: Blobs;
  /** Oldest use first. */
  readonly #held = new Map<string, Manifest>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** @throws Error where it isn't stored, or is no manifest */
  async read(sha256: string): Promise<Manifest> {
    const held = this.#held.get(sha256);
    if (held !== undefined) {
      this.#held.delete(sha256);
      this.#held.set(sha256, held);
      return held;
    }
    const stored = await this.#blobs.get(sha256);
    if (stored === null) throw new Error(`The manifest ${sha256} isn't stored.`);
    if (stored.size > maxManifestBytes) {
      await stored.body.cancel();
      throw new Error(`The manifest ${sha256} is larger than ${maxManifestBytes} bytes.`);
    }
    const value: unknown = JSON.parse(new TextDecoder().decode(await readStream(stored.body)));
    if (!isManifest(value)) throw new Error(`The manifest ${sha256} is none.`);
    this.#held.set(sha256, value);
    const [oldest] = this.#held.keys();
    if (this.#held.size > maxHeld && oldest !== undefined) this.#held.delete(oldest);
    return value;
  }
}

/** Of what we wrote ourselves, under the name of its hash: its outline tells it from another version's. */
function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === "object" &&
    value !== null &&
    "byHash" in value &&
    typeof value.byHash === "boolean" &&
    "files" in value &&
    typeof value.files === "object" &&
    value.files !== null
  );
}
