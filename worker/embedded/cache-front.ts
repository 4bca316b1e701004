/** What the cache's entrypoint does itself, so that the object is asked for the rest alone. */
import { answerEntry, miss } from "./cache-answer.ts";
import { type CacheMemory, cacheMemory } from "./cache-memory.ts";
import { cacheBytes, keyOf, mostOfOne } from "./cache-request.ts";
import { pieceBytes } from "./cache-rows.ts";
import type { CacheStore } from "./cache-store.ts";
import { hasToldLength, keptHead } from "./cached-response.ts";
import { type EmbeddedEnv, objectName } from "./env.ts";
import { messageOf } from "./http-message.ts";
import { machine } from "./machine.ts";

/** What was put waits at most this long to be written, ms: it is lost where the process is killed meanwhile. */
const flushAfterMs = 100;
/** As soon as there is as much, it is written. */
const flushBytes = 2 * 1024 * 1024;
/** A flush that was begun longer ago is taken for lost, ms. */
const flushLostMs = 5000;

/** When the last flush was begun, Unix ms; 0: none is under way. */
let flushing = 0;

export interface FrontContext {
  waitUntil(work: Promise<void>): void;
}

/** Answers a request of the binding; what is in memory at once. Throws or rejects where the object fails. */
export function answerCache(
  request: Request,
  env: EmbeddedEnv,
  context: FrontContext,
): Response | Promise<Response> {
  const { method } = request;
  if (method !== "GET") return answerChange(request, method, env, context);
  const now = Date.now();
  const found = cacheMemory.find(keyOf(request), now);
  if (found === "absent") return miss();
  if (found !== "unknown") return answerEntry(request.headers, found, now);
  return env.CACHE_STORE.getByName(objectName).fetch(request);
}

async function answerChange(
  request: Request,
  method: string,
  env: EmbeddedEnv,
  context: FrontContext,
): Promise<Response> {
  const key = keyOf(request);
  const store = () => env.CACHE_STORE.getByName(objectName);
  if (method === "PURGE") {
    const waited = cacheMemory.forget(key);
    const purged = await store().fetch(request);
    return waited ? new Response(null) : purged;
  }
  // The head counts with it.
  const size = Number(request.headers.get("Content-Length") ?? "NaN");
  if (!(size <= pieceBytes)) return await store().fetch(request);
  const kept = await takeSmall(await request.arrayBuffer(), key, env, cacheMemory);
  if (kept) flushSoon(store(), context);
  return new Response(null, { status: kept ? 204 : 413 });
}

async function takeSmall(
  bytes: ArrayBuffer,
  key: string,
  env: EmbeddedEnv,
  memory: CacheMemory,
): Promise<boolean> {
  const message = messageOf(new Uint8Array(bytes));
  if (message === undefined || machine.full !== undefined) return false;
  const { head, first: body } = message;
  const most = mostOfOne(cacheBytes(env.CACHE_MAX_BYTES));
  const kept = body.byteLength > most ? undefined : keptHead(head, most, Date.now());
  if (kept === undefined || !hasToldLength(head, body.byteLength)) return false;
  const size = body.byteLength;
  return memory.put(key, { ...kept, id: undefined, used: 0, size, bytes: body });
}

/** Has what waits written, in a while or at once. */
function flushSoon(store: DurableObjectStub<CacheStore>, context: FrontContext): void {
  const now = Date.now();
  const isFull = cacheMemory.waitingBytes >= flushBytes;
  if (!isFull && now - flushing < flushLostMs) return;
  flushing = now;
  const flush = async () => {
    try {
      if (!isFull) await scheduler.wait(flushAfterMs);
      flushing = 0;
      await store.flush();
    } catch {
      // The object failed, and has told it; what waits goes with the next one.
    }
  };
  context.waitUntil(flush());
}
