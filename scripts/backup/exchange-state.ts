/** The last step of a restore: a few renamings, of which all are done or none. */
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { restoredParts } from "./state-parts.ts";

export interface Exchange {
  store: string;
  /** Folder of the new state's parts, below the store. */
  fresh: string;
  now: Date;
  /** As `renameSync`; a part that is a mounted disk can't be renamed. */
  rename(from: string, to: string): void;
}

/**
 * Old parts go aside, new ones come.
 *
 * @returns where the old ones are; undefined: there were none
 * @throws what `rename` throws; all is then where it was
 */
export function exchangeState({ store, fresh, now, rename }: Exchange): string | undefined {
  const before = join(store, `before-restore-${now.toISOString().replace(/[:.]/g, "-")}`);
  const old = restoredParts.filter((part) => existsSync(join(store, part)));
  const isNew = (part: string) => existsSync(join(fresh, part));
  const steps = [
    ...old.map((part) => [join(store, part), join(before, part)] as const),
    ...[...restoredParts]
      .reverse()
      .filter(isNew)
      .map((part) => [join(fresh, part), join(store, part)] as const),
  ];
  if (old.length > 0) mkdirSync(before, { mode: 0o700 });
  const done: (typeof steps)[number][] = [];
  try {
    for (const step of steps) {
      rename(...step);
      done.push(step);
    }
  } catch (error) {
    for (const [from, to] of done.reverse()) rename(to, from);
    if (old.length > 0) rmdirSync(before);
    throw error;
  }
  return old.length > 0 ? before : undefined;
}
