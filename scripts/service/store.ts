/** Opens a folder of embedded stores: locked, of this service's format, and without parts that would keep it from starting. */
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkStore } from "./check-store.ts";
import { claimStore } from "./claim-store.ts";
import { inASentence } from "./machine-fault.ts";
import { accessFault } from "./store-access.ts";
import { readStoreVersion, storeVersion, writeStoreVersion } from "./store-format.ts";
import { type StoreLayout, storeLayout } from "./store-layout.ts";
import {
  endTakeOver,
  hasOldStores,
  type OldValue,
  type TakenOver,
  takeOverStore,
} from "./take-over.ts";

/** A store that this process has for itself. */
export interface OpenedStore {
  /** Absolute. */
  folder: string;
  layout: StoreLayout;
  /** Sentences about what was found and mended. */
  notes: readonly string[];
  /** A sentence on what an older version wrote, and is this one's now; absent: nothing. */
  tookOver?: string;
  /** Values of an older store's key-value store, to be put into the new one. */
  values: readonly OldValue[];
  /** They have been put: the store has this service's format from now on. */
  valuesTaken(): void;
  /** Nothing writes any more. Lets others have it; once it is closed nothing happens. */
  close(): void;
}

/** @throws Error with a sentence where the folder can't be used, another service has it, or a newer one wrote it */
export async function openStore(path: string, now: Date): Promise<OpenedStore> {
  const claimed = claimStore(path);
  const folder = resolve(path);
  try {
    const layout = storeLayout(folder);
    const version = readStoreVersion(layout.format);
    const fault = accessFault(folder, layout);
    if (fault !== undefined) throw new Error(fault);
    const notes = await checkStore({ folder, layout, now });
    const isOld = hasOldStores(folder);
    const taken =
      isOld || version < storeVersion ? takeOverStore(folder, now.getTime()) : undefined;
    rmSync(layout.run, { recursive: true, force: true });
    mkdirSync(layout.run, { mode: 0o700 });
    for (const part of [layout.objects, layout.embedded, layout.blobs]) {
      mkdirSync(part, { recursive: true });
      accessSync(part, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    writeFileSync(layout.running, `${now.toISOString()}\n`);
    let isOpen = true;
    return {
      folder,
      layout,
      notes: [...notes, ...(taken?.problems ?? [])],
      ...(isOld && taken !== undefined && { tookOver: tookOver(taken) }),
      values: taken?.values ?? [],
      valuesTaken() {
        if (version < storeVersion) writeStoreVersion(layout.format);
        endTakeOver(folder);
      },
      close() {
        if (!isOpen) return;
        isOpen = false;
        rmSync(layout.run, { recursive: true, force: true });
        rmSync(layout.running, { force: true });
        claimed.release();
      },
    };
  } catch (error) {
    claimed.release();
    throw inASentence(error, folder);
  }
}

function tookOver({ blobs, values }: TakenOver): string {
  return `Took over the state that an older version wrote (format 1): ${blobs} blobs, ${values.length} values, and the watchers' databases. That version can't read the blobs any more.`;
}
