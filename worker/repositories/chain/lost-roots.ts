/**
 * Finds roots whose stored bytes are gone: removed by hand, lost with a disk, moved aside as damaged. Nothing else
 * would have them again before the origin changes them, which may take months.
 */
import type { Blobs } from "../../blobs/blobs.ts";
import type { SnapshotRoot } from "./snapshot.ts";

/** Between two looks, ms: each asks the store once for every root file, and R2 counts questions. */
const lookAgainMs = 10 * 60_000;

export class LostRoots {
  readonly #blobs: Pick<Blobs, "has">;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(blobs: Pick<Blobs, "has">) {
    this.#blobs = blobs;
  }

  /**
   * The paths of those that lack bytes; undefined: it isn't time to look, or the store can't say. Never rejects.
   *
   * @param now Unix ms
   */
  async among(roots: readonly SnapshotRoot[], now: number): Promise<Set<string> | undefined> {
    // A clock that was set back must not put it off.
    if (roots.length === 0 || Math.abs(now - this.#lookedAt) < lookAgainMs) return undefined;
    this.#lookedAt = now;
    const lost = new Set<string>();
    try {
      for (const { path, files, manifest } of roots) {
        const names = [manifest, ...files.map(({ sha256 }) => sha256)];
        const stored = await Promise.all(names.map((name) => this.#blobs.has(name)));
        if (stored.includes(false)) lost.add(path);
      }
    } catch {
      return undefined;
    }
    return lost;
  }
}
