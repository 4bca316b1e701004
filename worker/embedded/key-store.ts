/** The Durable Object with the values that a KV binding keeps. */
import { DurableObject } from "cloudflare:workers";
import { durableSql } from "../runtime/durable-sql.ts";
import type { EmbeddedEnv } from "./env.ts";
import { answerKeys } from "./key-protocol.ts";
import { KeyRows } from "./key-rows.ts";

export class KeyStore extends DurableObject<EmbeddedEnv> {
  readonly #rows: KeyRows;

  constructor(ctx: DurableObjectState, env: EmbeddedEnv) {
    super(ctx, env);
    this.#rows = new KeyRows(durableSql(ctx.storage));
  }

  override fetch(request: Request): Promise<Response> {
    return answerKeys(request, this.#rows, Date.now());
  }

  usage() {
    return { ...this.#rows.usage(), databaseBytes: this.ctx.storage.sql.databaseSize };
  }
}
