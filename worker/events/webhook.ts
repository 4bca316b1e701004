/** What a webhook is sent, and when it is tried again: Standard Webhooks (standardwebhooks.com, version 1). Pure. */
import { reachOfHost } from "../outbound/host-reach.ts";
import { type Event, type EventFilter, toldEvent } from "./event.ts";

export interface Webhook extends EventFilter {
  id: number;
  /** Where to. */
  url: string;
  description: string;
  /** Whose it is. */
  principal: string;
  /** Unix ms. */
  created: number;
  /** Why it gets nothing any more; undefined: it does. */
  disabled: string | undefined;
}

/** How a webhook stands. */
export interface DeliveryState {
  /** The last event that it was sent, or doesn't want. */
  sent: number;
  /** The last event of the delivery that is tried; undefined: none is. */
  batch: number | undefined;
  attempts: number;
  /** Unix ms. */
  nextAt: number;
  /** What the last try met; empty: all went well. */
  error: string;
  /** When it last took something, Unix ms; undefined: never. */
  delivered: number | undefined;
  /** Events that were given up. */
  lost: number;
}

/** Events of one delivery that are told each; the rest is counted. */
export const maxTold = 100;
/** Two deliveries to one webhook are this far apart, ms: in a storm its events come together. */
export const apartMs = 5_000;
/** A delivery is given up after so many tries: 23 hours by the pauses below. */
export const maxAttempts = 13;

const firstPauseMs = 10_000;
const longestPauseMs = 6 * 3600 * 1000;

/** How long until a delivery that failed is tried again, ms. @param random 0 to 1: a fifth more or less */
export function pauseMs(attempts: number, random: number): number {
  const pause = Math.min(
    longestPauseMs,
    firstPauseMs * 2 ** (attempts - 1) * (attempts > 5 ? 4 : 1),
  );
  return Math.round(pause * (0.8 + 0.4 * random));
}

/** The body of a delivery: one event, or a digest of several. @param at Unix ms */
export function payloadOf(events: readonly Event[], at: number): string {
  const [only] = events;
  const timestamp = new Date(at).toISOString();
  if (only !== undefined && events.length === 1) {
    return JSON.stringify({ type: only.type, timestamp, data: toldEvent(only) });
  }
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  const data = {
    count: events.length,
    counts,
    events: events.slice(0, maxTold).map(toldEvent),
    omitted: Math.max(0, events.length - maxTold),
  };
  return JSON.stringify({ type: "digest", timestamp, data });
}

/** A delivery's name: the same however often it is tried, so that whoever gets it twice can tell. */
export function deliveryName(webhook: number, events: readonly Event[]): string {
  return `msg_${webhook}_${events[0]?.id ?? 0}_${events.at(-1)?.id ?? 0}`;
}

/** Why a webhook can't go to that URL, as a sentence; undefined: it can. */
export function urlFault(url: string): string | undefined {
  if (!URL.canParse(url)) return "It is no URL. Write https://host/path.";
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "")
    return "It has credentials in it, which logs would show. Sign by the secret instead.";
  const { reach, what } = reachOfHost(hostname);
  if (reach === "closed") return `Its host is ${what}, where no receiver is.`;
  if (protocol === "https:") return undefined;
  if (protocol === "http:" && reach !== "public") return undefined;
  return "It isn't https, and its host isn't in a network of your own: anybody on the way could read it.";
}
