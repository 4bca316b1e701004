/** Webhooks in SQLite: where to, their secrets, how their deliveries stand. */
import { number, text } from "../runtime/json-values.ts";
import type { Sql } from "../runtime/sql.ts";
import type { DeliveryState, Webhook } from "./webhook.ts";

export class WebhookStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS webhook (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL,
        description TEXT NOT NULL, principal TEXT NOT NULL, types TEXT NOT NULL, mirrors TEXT NOT NULL,
        secret TEXT NOT NULL, created INTEGER NOT NULL, disabled TEXT, sent INTEGER NOT NULL, batch INTEGER,
        attempts INTEGER NOT NULL, nextAt INTEGER NOT NULL, error TEXT NOT NULL, delivered INTEGER, lost INTEGER NOT NULL)`,
    );
  }

  /** @param secret Base64 of its bytes: it signs, so that its hash would be of no use @returns its id */
  add(webhook: Omit<Webhook, "id">, secret: string, sent: number): number {
    const { url, description, principal, types, mirrors, created } = webhook;
    this.#sql.exec(
      `INSERT INTO webhook (url, description, principal, types, mirrors, secret, created, sent, attempts, nextAt, error, lost)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', 0)`,
      ...[
        url,
        description,
        principal,
        JSON.stringify(types),
        JSON.stringify(mirrors),
        secret,
        created,
        sent,
      ],
    );
    const [row] = this.#sql.exec("SELECT last_insert_rowid() AS id").toArray();
    return number(row?.id, "webhook");
  }

  all(): Webhook[] {
    return this.#sql.exec("SELECT * FROM webhook ORDER BY id").toArray().map(webhookOf);
  }

  get(id: number): Webhook | undefined {
    const [row] = this.#sql.exec("SELECT * FROM webhook WHERE id = ?", id).toArray();
    return row && webhookOf(row);
  }

  secret(id: number): string {
    const [row] = this.#sql.exec("SELECT secret FROM webhook WHERE id = ?", id).toArray();
    return text(row?.secret, "webhook");
  }

  state(id: number): DeliveryState {
    const [row] = this.#sql.exec("SELECT * FROM webhook WHERE id = ?", id).toArray();
    return {
      sent: number(row?.sent, "webhook"),
      batch: row?.batch === null ? undefined : number(row?.batch, "webhook"),
      attempts: number(row?.attempts, "webhook"),
      nextAt: number(row?.nextAt, "webhook"),
      error: text(row?.error, "webhook"),
      delivered: row?.delivered === null ? undefined : number(row?.delivered, "webhook"),
      lost: number(row?.lost, "webhook"),
    };
  }

  setState(
    id: number,
    { sent, batch, attempts, nextAt, error, delivered, lost }: DeliveryState,
  ): void {
    this.#sql.exec(
      "UPDATE webhook SET sent = ?, batch = ?, attempts = ?, nextAt = ?, error = ?, delivered = ?, lost = ? WHERE id = ?",
      ...[sent, batch ?? null, attempts, nextAt, error, delivered ?? null, lost, id],
    );
  }

  /** @param why undefined: it gets events again */
  setDisabled(id: number, why: string | undefined): void {
    this.#sql.exec("UPDATE webhook SET disabled = ? WHERE id = ?", why ?? null, id);
  }

  remove(id: number): void {
    this.#sql.exec("DELETE FROM webhook WHERE id = ?", id);
  }
}

function webhookOf(row: Record<string, unknown>): Webhook {
  const types: string[] = JSON.parse(text(row.types, "webhook"));
  const mirrors: string[] = JSON.parse(text(row.mirrors, "webhook"));
  return {
    id: number(row.id, "webhook"),
    url: text(row.url, "webhook"),
    description: text(row.description, "webhook"),
    principal: text(row.principal, "webhook"),
    types,
    mirrors,
    created: number(row.created, "webhook"),
    disabled: row.disabled === null ? undefined : text(row.disabled, "webhook"),
  };
}
