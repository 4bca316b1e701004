/** What the embedded stores' Worker is bound to. */
import type { CacheStore } from "./cache-store.ts";
import type { KeyStore } from "./key-store.ts";

export interface EmbeddedEnv {
  /** One object has all keys, another one the cache. */
  KEY_STORE: DurableObjectNamespace<KeyStore>;
  CACHE_STORE: DurableObjectNamespace<CacheStore>;
  /** A folder that may be written: workerd's `DiskDirectory` service. */
  BLOB_FILES: Fetcher;
  /** The edge's entrypoint for what is to be done once a minute; absent: there is no edge beside. */
  MINUTE?: Fetcher;
  /** Bytes that the cache's database may have; absent: `usualCacheBytes`. */
  CACHE_MAX_BYTES?: string;
}

/** The one object of each namespace. */
export const objectName = "store";
