/**
 * The embedded stores: what Cloudflare gives a Worker as KV, R2 and its cache, for plain workerd on one machine. Each
 * entrypoint speaks the protocol of the binding that it stands behind.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { reasonOf } from "../runtime/reason.ts";
import { answerBlobs } from "./blobs.ts";
import { miss } from "./cache-answer.ts";
import { answerCache } from "./cache-front.ts";
import { answerControl } from "./control.ts";
import { DiskFiles } from "./disk-files.ts";
import { type EmbeddedEnv, objectName } from "./env.ts";
import { refusal } from "./key-protocol.ts";
import { machine } from "./machine.ts";
import { warnOnce } from "./warn-once.ts";

export { CacheStore } from "./cache-store.ts";
export { KeyStore } from "./key-store.ts";

/** Behind a `kvNamespace` binding. */
export class KeyValues extends WorkerEntrypoint<EmbeddedEnv> {
  override async fetch(request: Request): Promise<Response> {
    try {
      return await this.env.KEY_STORE.getByName(objectName).fetch(request);
    } catch (error) {
      return refusal(500, `The embedded store failed: ${reasonOf(error)}.`);
    }
  }
}

/** Behind an `r2Bucket` binding. */
export class Blobs extends WorkerEntrypoint<EmbeddedEnv> {
  override fetch(request: Request): Promise<Response> {
    return answerBlobs(request, {
      files: new DiskFiles(this.env.BLOB_FILES),
      full: machine.full,
      waitUntil: (work) => this.ctx.waitUntil(work),
    });
  }
}

/** Behind `cacheApiOutbound`. A cache that fails has nothing. */
export class Cache extends WorkerEntrypoint<EmbeddedEnv> {
  override fetch(request: Request): Response | Promise<Response> {
    try {
      const answered = answerCache(request, this.env, this.ctx);
      if (answered instanceof Response) return answered;
      return answered.catch((error: unknown) => withoutCache(request, error));
    } catch (error) {
      return withoutCache(request, error);
    }
  }
}

function withoutCache({ method }: Request, error: unknown): Response {
  warnOnce(`the cache failed: ${reasonOf(error)}`, Date.now());
  return method === "GET" ? miss() : new Response(null, { status: method === "PUT" ? 413 : 404 });
}

/** What the launcher told last, for the edge. */
export class Machine extends WorkerEntrypoint<EmbeddedEnv> {
  override fetch(): Response {
    return Response.json(machine.state);
  }
}

/** For the launcher alone, on a Unix socket. */
export class Control extends WorkerEntrypoint<EmbeddedEnv> {
  override fetch(request: Request): Promise<Response> {
    return answerControl(request, this.env);
  }
}

export default {
  fetch(): Response {
    return new Response("The embedded stores have no URL.\n", { status: 404 });
  },
};
