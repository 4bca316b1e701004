/** The Durable Object with the cached responses. */
import { DurableObject } from "cloudflare:workers";
import { durableSql } from "../runtime/durable-sql.ts";
import { reasonOf } from "../runtime/reason.ts";
import { answerEntry, miss, streamPieces } from "./cache-answer.ts";
import { cacheMemory } from "./cache-memory.ts";
import { CachePut } from "./cache-put.ts";
import { cacheBytes, keyOf } from "./cache-request.ts";
import { CacheRows } from "./cache-rows.ts";
import type { EmbeddedEnv } from "./env.ts";
import { machine } from "./machine.ts";
import { warnOnce } from "./warn-once.ts";

export class CacheStore extends DurableObject<EmbeddedEnv> {
  readonly #rows: CacheRows;
  readonly #max: number;

  constructor(ctx: DurableObjectState, env: EmbeddedEnv) {
    super(ctx, env);
    this.#max = cacheBytes(env.CACHE_MAX_BYTES);
    const { sql } = ctx.storage;
    const room = { used: () => sql.databaseSize, max: this.#max };
    const [seed = 1] = crypto.getRandomValues(new Uint32Array(1));
    this.#rows = new CacheRows(durableSql(ctx.storage), room, cacheMemory, seed);
  }

  override async fetch(request: Request): Promise<Response> {
    const key = keyOf(request);
    if (request.method === "PUT") {
      const put = new CachePut(this.#rows, machine.full === undefined ? this.#max : 0, key);
      const kept = await put.take(request);
      cacheMemory.forget(key);
      // The binding knows these two.
      return new Response(null, { status: kept ? 204 : 413 });
    }
    if (request.method === "PURGE") {
      return new Response(null, { status: this.#rows.delete(key) ? 200 : 404 });
    }
    const now = Date.now();
    const entry = this.#rows.find(key, now);
    if (entry === undefined) return miss();
    return answerEntry(request.headers, entry, now, (id, part) =>
      streamPieces(this.#rows, id, part),
    );
  }

  /** Writes what waits in memory: that was taken while there was room. What can't be written is lost. */
  flush(): void {
    const waiting = cacheMemory.takeWaiting();
    try {
      this.#rows.keep(waiting, Date.now());
    } catch (error) {
      warnOnce(`the cache can't be written: ${reasonOf(error)}`, Date.now());
    }
  }

  usage() {
    this.flush();
    const { databaseSize } = this.ctx.storage.sql;
    return { ...this.#rows.usage(), databaseBytes: databaseSize, maxBytes: this.#max };
  }
}
