/** Opens a folder of embedded stores: locked, of this service's format, and without parts that would keep it from starting. */
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkStore } from "./check-store.ts";
import { claimStore } from "./claim-store.ts";
import { type HandedStore, type HeldStore, handedStore, holdStore } from "./held-store.ts";
import { inASentence } from "./machine-fault.ts";
import { accessFault } from "./store-access.ts";
import { readStoreVersion, storeVersion } from "./store-format.ts";
import { storeLayout } from "./store-layout.ts";
import { hasOldStores, type TakenOver, takeOverStore } from "./take-over.ts";

/** A store that this process has opened, and has for itself. */
export interface OpenedStore extends HeldStore {
  /** A sentence on what an older version wrote, and is this one's now; absent: nothing. */
  tookOver?: string;
  /** Lets another process have it as it is; nothing may be done with it here any more. */
  handOver(): HandedStore;
}

/**
 * @param owner process that is to be named as its owner
 * @throws Error with a sentence where the folder can't be used, another service has it, or a newer one wrote it
 */
export async function openStore(
  path: string,
  now: Date,
  owner = process.pid,
): Promise<OpenedStore> {
  const claimed = claimStore(path, owner);
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
    const found = {
      folder,
      notes: [...notes, ...(taken?.problems ?? [])],
      values: taken?.values ?? [],
      isOlder: version < storeVersion,
      hasOldStores: isOld,
    };
    return {
      ...holdStore(found, claimed),
      ...(isOld && taken !== undefined && { tookOver: tookOver(taken) }),
      handOver() {
        claimed.release();
        return handedStore(found);
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
