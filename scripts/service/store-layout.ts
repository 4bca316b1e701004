/** What is where in a folder of embedded stores. */
import { join } from "node:path";

/** Folders and files of a store, absolute where the store's folder is. */
export interface StoreLayout {
  /** SQLite databases of the watchers' objects, a folder a class. */
  objects: string;
  /** SQLite databases of the embedded stores: values by key, the cache. */
  embedded: string;
  /** Files of metadata, each named by its hash, a folder a repository. */
  blobs: string;
  /** What was found broken, moved out of the way. */
  broken: string;
  /** Configuration and control socket of the running service; made anew at each start. */
  run: string;
  /** Which format the store has. */
  format: string;
  /** There while a service runs; one that is found there at a start tells of a service that was killed. */
  running: string;
}

export function storeLayout(folder: string): StoreLayout {
  return {
    // As miniflare named it, so that a store that it wrote goes on.
    objects: join(folder, "do"),
    embedded: join(folder, "embedded"),
    blobs: join(folder, "blobs"),
    broken: join(folder, "broken"),
    run: join(folder, "run"),
    format: join(folder, "format.json"),
    running: join(folder, "running"),
  };
}
