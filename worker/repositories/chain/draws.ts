/** From which index of each watched root files to sample mirrors by were drawn last, and when they are drawn again. */
import type { SnapshotRoot } from "./snapshot.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** Samples are drawn anew after this, ms, so that over the weeks mirrors are judged by all of their files. */
export const samplesAgeMs = 24 * 3_600_000;
/** Samples that could not be had are looked for again after this, ms; an index is up to 25 MB of the origin's. */
export const samplesRetryMs = 15 * 60_000;

export interface Draw {
  /** SHA-256 of the root that it was tried of last. */
  of: string;
  /** Unix ms. */
  triedAt: number;
  /** The index whose files are in use: its name, as `ContentsIndex.name`, and its hash. Absent: none was read yet. */
  name?: string;
  sha256?: string;
  /** When it was read, Unix ms. */
  at?: number;
  /** Why the last try gave nothing, for people; absent: it gave the files in use. */
  failed?: string;
}

/** By path of the root. */
export type Draws = Readonly<Record<string, Draw>>;

/** The roots whose files are to be drawn now: of each that changed or failed; of one, where all are old. Pure. */
export function dueDraws(
  roots: readonly SnapshotRoot[],
  draws: Draws,
  now: number,
  random: () => number,
): SnapshotRoot[] {
  const due = roots.filter(({ path, files: [main] }) => {
    const draw = draws[path];
    if (draw === undefined || draw.of !== main?.sha256) return true;
    return draw.failed !== undefined && now - draw.triedAt >= samplesRetryMs;
  });
  if (due.length > 0) return due;
  const read = roots.filter(({ path }) => draws[path]?.failed === undefined);
  const newest = Math.max(...read.map(({ path }) => draws[path]?.at ?? 0));
  if (now - newest < samplesAgeMs) return [];
  const one = read[Math.floor(random() * read.length)];
  return one === undefined ? [] : [one];
}

/** Draws as small values of the store. */
export class DrawStore {
  readonly #store: Pick<SnapshotStore, "state" | "setState">;

  constructor(store: Pick<SnapshotStore, "state" | "setState">) {
    this.#store = store;
  }

  all(): Draws {
    const value: unknown = JSON.parse(this.#store.state("drawn") ?? "{}");
    return isDraws(value) ? value : {};
  }

  set(root: string, draw: Draw): void {
    this.#write({ ...this.all(), [root]: draw });
  }

  /** Forgets all but those of these roots. @returns what is left */
  ofRoots(paths: readonly string[]): Draws {
    const all = this.all();
    const left = Object.fromEntries(Object.entries(all).filter(([path]) => paths.includes(path)));
    this.#write(left);
    return left;
  }

  #write(draws: Draws): void {
    this.#store.setState("drawn", JSON.stringify(draws));
  }
}

/** Of what we wrote ourselves. */
function isDraws(value: unknown): value is Draws {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every(
      (one: unknown) => typeof one === "object" && one !== null && "of" in one && "triedAt" in one,
    )
  );
}
