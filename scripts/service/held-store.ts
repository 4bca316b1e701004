/** A folder of embedded stores that this process has for itself: opened by it, or handed over by the one that opened it. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ClaimedStore, claimStore } from "./claim-store.ts";
import { configFiles } from "./run-folder.ts";
import { writeStoreVersion } from "./store-format.ts";
import { type StoreLayout, storeLayout } from "./store-layout.ts";

/** What was found when it was opened. */
export interface FoundStore {
  /** Absolute. */
  folder: string;
  /** Sentences about what was found and mended. */
  notes: readonly string[];
  /** Values of an older store's key-value store, to be put into the new one. */
  values: readonly StoredValue[];
  /** It doesn't have this service's format yet. */
  isOlder: boolean;
  /** Stores of an older version are in it. */
  hasOldStores: boolean;
}

export interface StoredValue {
  key: string;
  bytes: Uint8Array;
}

export interface HeldStore {
  /** Absolute. */
  folder: string;
  layout: StoreLayout;
  notes: readonly string[];
  values: readonly StoredValue[];
  /** They have been put: the store has this service's format from now on. */
  valuesTaken(): Promise<void>;
  /** Nothing writes any more. Lets others have it; once it is closed nothing happens. */
  close(): void;
}

/** The store of a process that has claimed it. */
export function holdStore(found: FoundStore, claimed: ClaimedStore): HeldStore {
  const { folder, notes, values, isOlder, hasOldStores } = found;
  const layout = storeLayout(folder);
  let isOpen = true;
  return {
    folder,
    layout,
    notes,
    values,
    async valuesTaken() {
      if (isOlder) writeStoreVersion(layout.format);
      // Seldom, and much: not in a process that stays.
      if (hasOldStores) (await import("./take-over.ts")).endTakeOver(folder);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      rmSync(layout.run, { recursive: true, force: true });
      rmSync(layout.running, { force: true });
      claimed.release();
    },
  };
}

/** A store on its way to another process, as JSON takes it. */
export interface HandedStore extends Omit<FoundStore, "values"> {
  /** In base64. */
  values: readonly { key: string; bytes: string }[];
}

/** Describes a store for the process that takes it. */
export function handedStore({ values, ...found }: FoundStore): HandedStore {
  return {
    ...found,
    values: values.map(({ key, bytes }) => ({ key, bytes: Buffer.from(bytes).toString("base64") })),
  };
}

/**
 * Takes a store that another process has opened, prepared and let go.
 *
 * @param mark stands in the configuration that the other process wrote there
 * @throws Error with a sentence where another service came between: it has the store, or has ended and left it otherwise
 */
export function takeHandedStore({ values, ...found }: HandedStore, mark: string): HeldStore {
  const claimed = claimStore(found.folder);
  const store = holdStore(
    {
      ...found,
      values: values.map(({ key, bytes }) => ({ key, bytes: Buffer.from(bytes, "base64") })),
    },
    claimed,
  );
  if (hasMark(store.layout, mark)) return store;
  claimed.release();
  throw new Error(
    `--store ${found.folder} was used by another service while this one started, which has ended again. Start this one once more.`,
  );
}

function hasMark({ run }: StoreLayout, mark: string): boolean {
  try {
    return readFileSync(join(run, configFiles.config), "utf8").includes(mark);
  } catch {
    return false;
  }
}
