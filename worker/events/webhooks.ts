/** Sends events to webhooks: each webhook's own turn, again where it failed, together in a storm. */
import type { Random } from "../accounts/random-text.ts";
import { inTime } from "../runtime/deadline.ts";
import { reasonOf } from "../runtime/reason.ts";
import { type Event, isWanted } from "./event.ts";
import type { EventStore } from "./event-store.ts";
import { apartMs, deliveryName, maxAttempts, pauseMs, payloadOf, type Webhook } from "./webhook.ts";
import type { WebhookStore } from "./webhook-store.ts";

/** Webhooks at most: each is asked in its turn, and the object has other work. */
export const maxWebhooks = 50;
/** A receiver has this long to answer, ms (Standard Webhooks recommends 15 to 30 s; ours are told to queue). */
const answerMs = 10_000;
/** Events looked through for one delivery. */
const maxEventsAtOnce = 2000;
/** Characters of an error that are kept. */
const maxErrorLength = 300;

export interface WebhooksOptions {
  store: WebhookStore;
  events: EventStore;
  /** Redirects must not be followed. */
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  random: Random;
  /** Unix ms. */
  now(): number;
}

export class Webhooks {
  readonly #options: WebhooksOptions;
  #delivering: Promise<void> | undefined;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Sends whatever is due, one webhook beside the other. Never rejects. @returns when to be called again, Unix ms */
  async deliver(): Promise<number | undefined> {
    this.#delivering ??= this.#deliverDue().finally(() => {
      this.#delivering = undefined;
    });
    await this.#delivering;
    return this.nextDue();
  }

  /** When the next delivery is due, Unix ms; undefined: none is to come. */
  nextDue(): number | undefined {
    const { store, events } = this.#options;
    const { last } = events;
    const times = store
      .all()
      .filter(({ disabled }) => disabled === undefined)
      .map(({ id }) => store.state(id))
      .filter(({ sent, batch }) => batch !== undefined || sent < last)
      .map(({ nextAt }) => nextAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async #deliverDue(): Promise<void> {
    const { store } = this.#options;
    const working = store.all().filter(({ disabled }) => disabled === undefined);
    await Promise.all(working.map((webhook) => this.#deliverTo(webhook)));
  }

  async #deliverTo(webhook: Webhook): Promise<void> {
    const { store, events, now, random } = this.#options;
    const { id } = webhook;
    const state = store.state(id);
    if (state.nextAt > now()) return;
    const limit = state.batch ?? Number.POSITIVE_INFINITY;
    const behind = events.behind(state.sent, maxEventsAtOnce).filter((event) => event.id <= limit);
    const wanted = behind.filter((event) => isWanted(event, webhook));
    const last = behind.at(-1)?.id ?? state.batch ?? state.sent;
    if (wanted.length === 0) {
      if (last > state.sent || state.batch !== undefined) {
        store.setState(id, { ...state, sent: last, batch: undefined, attempts: 0 });
      }
      return;
    }
    // From its first try on a delivery stays the same: who gets it twice can tell by its name.
    store.setState(id, { ...state, batch: last });
    const outcome = await this.send(webhook, wanted);
    // It may have been removed meanwhile.
    if (store.get(id) === undefined) return;
    if (outcome === undefined) {
      const delivered = now();
      const nextAt = delivered + apartMs;
      store.setState(id, {
        ...state,
        sent: last,
        batch: undefined,
        attempts: 0,
        nextAt,
        error: "",
        delivered,
      });
      return;
    }
    const attempts = state.attempts + 1;
    const error = outcome.why.slice(0, maxErrorLength);
    if (outcome.isGone) store.setDisabled(id, "Its receiver answered 410 Gone.");
    if (attempts >= maxAttempts || outcome.isGone) {
      const lost = state.lost + wanted.length;
      store.setState(id, {
        ...state,
        sent: last,
        batch: undefined,
        attempts: 0,
        nextAt: now() + apartMs,
        error,
        lost,
      });
      return;
    }
    const [byte = 0] = random(1);
    store.setState(id, {
      ...state,
      batch: last,
      attempts,
      nextAt: now() + pauseMs(attempts, byte / 255),
      error,
    });
  }

  /** Sends one delivery. @returns what went wrong; undefined: nothing */
  async send(
    webhook: Webhook,
    events: readonly Event[],
  ): Promise<{ why: string; isGone: boolean } | undefined> {
    const { store, fetch, now } = this.#options;
    const at = now();
    const body = payloadOf(events, at);
    const name = deliveryName(webhook.id, events);
    const seconds = Math.floor(at / 1000);
    const signature = await signatureOf(store.secret(webhook.id), `${name}.${seconds}.${body}`);
    try {
      const answer = await inTime(
        fetch(webhook.url, {
          method: "POST",
          redirect: "manual",
          headers: {
            "Content-Type": "application/json",
            "User-Agent": "Nearmirror-Webhook/1",
            "webhook-id": name,
            "webhook-timestamp": String(seconds),
            "webhook-signature": `v1,${signature}`,
          },
          body,
        }),
        answerMs,
      );
      await answer.body?.cancel();
      if (answer.ok) return undefined;
      return { why: `It answered ${answer.status}.`, isGone: answer.status === 410 };
    } catch (error) {
      return { why: `It couldn't be reached: ${reasonOf(error)}.`, isGone: false };
    }
  }
}

/** Base64 of the HMAC-SHA256. @param secret Base64 of its bytes */
export async function signatureOf(secret: string, text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret), (character) => character.charCodeAt(0));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signed)));
}
