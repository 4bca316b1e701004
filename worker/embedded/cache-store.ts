/** The Durable Object with the cached responses. */
import { DurableObject } from "cloudflare:workers";
import { durableSql } from "../runtime/durable-sql.ts";
import { answerEntry, statusHeader } from "./cache-answer.ts";
import { CachePut } from "./cache-put.ts";
import { CacheRows } from "./cache-rows.ts";
import type { EmbeddedEnv } from "./env.ts";
import { machine } from "./machine.ts";

/** Bytes of the cache's database where `CACHE_MAX_BYTES` says nothing. */
export const usualCacheBytes = 2 * 1024 * 1024 * 1024;
/** A cache has at least this, bytes: its tables, and one entry of a few pieces. */
const leastCacheBytes = 1024 * 1024;

/** @throws Error with a sentence where the variable is no number of bytes */
export function cacheBytes(text: string | undefined): number {
  if (text === undefined) return usualCacheBytes;
  const bytes = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (bytes >= leastCacheBytes) return bytes;
  throw new Error(
    `CACHE_MAX_BYTES is "${text}", and has to be a number of bytes, at least ${leastCacheBytes}.`,
  );
}

export class CacheStore extends DurableObject<EmbeddedEnv> {
  readonly #rows: CacheRows;
  readonly #max: number;

  constructor(ctx: DurableObjectState, env: EmbeddedEnv) {
    super(ctx, env);
    this.#max = cacheBytes(env.CACHE_MAX_BYTES);
    const { sql } = ctx.storage;
    const room = { used: () => sql.databaseSize, max: this.#max };
    this.#rows = new CacheRows(durableSql(ctx.storage), room);
  }

  override async fetch(request: Request): Promise<Response> {
    const key = keyOf(request);
    if (request.method === "PUT") {
      const room = machine.full === undefined ? this.#max : 0;
      const kept = await new CachePut(this.#rows, room, key).take(request);
      // The binding knows these two.
      return new Response(null, { status: kept ? 204 : 413 });
    }
    if (request.method === "PURGE") {
      return new Response(null, { status: this.#rows.delete(key) ? 200 : 404 });
    }
    const now = Date.now();
    const entry = this.#rows.find(key, now);
    return entry === undefined ? miss() : answerEntry(request.headers, entry, this.#rows, now);
  }

  usage() {
    const { databaseSize } = this.ctx.storage.sql;
    return { ...this.#rows.usage(), databaseBytes: databaseSize, maxBytes: this.#max };
  }
}

/** 504 as of any cache that is asked with `only-if-cached` (RFC 9111 section 5.2.1.7). */
export function miss(): Response {
  return new Response(null, { status: 504, headers: { [statusHeader]: "MISS" } });
}

/** A cache that was opened by its name has keys of its own. */
function keyOf(request: Request): string {
  const name = request.headers.get("CF-Cache-Namespace");
  return name === null ? request.url : `${name}\n${request.url}`;
}
