/**
 * When the trials `publish` publish, and when which mirror has copied how much of it. Pure: the same seed gives the
 * same plan.
 */

/** What a server has at a time: indexes of one edition, payload of some. */
export interface TreeState {
  /** Edition whose indexes and roots are there. */
  indexes: number;
  /** Payload that any of these editions lists is there, both ends with it. */
  from: number;
  to: number;
}

/** A change of one server's tree. */
export interface Step {
  /** ms since the beginning. */
  at: number;
  mirror: string;
  state: TreeState;
}

/** In which order a mirror copies. `payload-first` is how ftpsync and its like do it, and every mirror should. */
export type CopyOrder = "payload-first" | "indexes-first";

export interface PlanOptions {
  /** Editions are published from the second on; the first is there at the beginning. */
  editions: number;
  /** Between two of them, ms. */
  everyMs: { least: number; most: number };
  /** Between two copies that a mirror makes, ms. */
  lagMs: { least: number; most: number };
  /** From the first half of a copy to the second, ms. */
  copyMs: { least: number; most: number };
  mirrors: readonly { name: string; order: CopyOrder }[];
  random(): number;
}

/** Editions of which payload stays after a newer one was published: archives keep it for who has old indexes. */
export const keptEditions = 12;

/** What a server has that has all of an edition. */
export function whole(edition: number): TreeState {
  return { indexes: edition, from: Math.max(1, edition - keptEditions), to: edition };
}

/** ms since the beginning at which the editions from the second on are published, ascending. */
export function publishTimes({ editions, everyMs, random }: PlanOptions): number[] {
  let at = 0;
  return Array.from({ length: editions - 1 }, () => {
    at += between(random, everyMs);
    return at;
  });
}

/**
 * What happens to the mirrors' trees, in order of time, until each has the last edition.
 *
 * A mirror looks at what is published after a random lag, copies the newest, skipping what it missed, and looks
 * again. A copy has two halves; what an old edition alone had goes away with the second.
 */
export function copies(options: PlanOptions, published: readonly number[]): Step[] {
  const steps = options.mirrors.flatMap(({ name, order }) =>
    ofMirror(name, order, options, published),
  );
  return steps.toSorted((a, b) => a.at - b.at);
}

function ofMirror(
  mirror: string,
  order: CopyOrder,
  { editions, lagMs, copyMs, random }: PlanOptions,
  published: readonly number[],
): Step[] {
  const steps: Step[] = [];
  let [at, has] = [0, 1];
  while (has < editions) {
    at += between(random, lagMs);
    const newest = editionAt(published, at);
    if (newest === has) continue;
    const half = order === "payload-first" ? { ...whole(has), to: newest } : whole(has);
    steps.push({
      at,
      mirror,
      state: order === "payload-first" ? half : { ...half, indexes: newest },
    });
    at += between(random, copyMs);
    steps.push({ at, mirror, state: whole(newest) });
    has = newest;
  }
  return steps;
}

/** The edition that is published at a time. */
export function editionAt(published: readonly number[], at: number): number {
  return 1 + published.filter((time) => time <= at).length;
}

function between(random: () => number, { least, most }: { least: number; most: number }): number {
  return Math.round(least + random() * (most - least));
}
