/** What happens that operators want to be told: one form for the feed, webhooks and whoever watches. Pure. */
import type { Json } from "../runtime/canonical-json.ts";

/** The types of events, each with what it tells. */
export const eventTypes = {
  "mirror.state": "a mirror's state or freshness changed",
  "alarm.raised":
    "something wants an operator's eye: a stale repository, a blind Prober, a key that expires",
  "alarm.cleared": "it is over",
  "list.applied": "the mirror list was changed",
} as const;

export type EventType = keyof typeof eventTypes;

/** Something that happened, before it has a number. */
export interface NewEvent {
  type: EventType;
  /** Unix ms. */
  at: number;
  /** Whose it is; absent: the service's. */
  mirror?: string;
  repository?: string;
  /** For people, one sentence. */
  says: string;
  /** For programs, by type. */
  data: Readonly<Record<string, Json>>;
}

/** An event as it is kept. Ids grow; one that was told is never told under another. */
export interface Event extends NewEvent {
  id: number;
}

/** Which events somebody wants. */
export interface EventFilter {
  /** Types, or groups of them: `mirror.*`. Empty: all. */
  types: readonly string[];
  /** Only of these mirrors, and of the service where `types` has such; empty: of all. */
  mirrors: readonly string[];
}

export const everyEvent: EventFilter = { types: [], mirrors: [] };

export function isWanted({ type, mirror }: NewEvent, { types, mirrors }: EventFilter): boolean {
  const isType =
    types.length === 0 ||
    types.some((one) => one === type || (one.endsWith(".*") && type.startsWith(one.slice(0, -1))));
  return isType && (mirrors.length === 0 || (mirror !== undefined && mirrors.includes(mirror)));
}

/** Whether a text is a type of events, or a group of some. */
export function isTypeOrGroup(text: string): boolean {
  return Object.keys(eventTypes).some(
    (type) => type === text || text === `${type.split(".")[0]}.*`,
  );
}

/** An event as it is told to programs. */
export function toldEvent({ id, type, at, mirror, repository, says, data }: Event) {
  return {
    id,
    type,
    at: new Date(at).toISOString(),
    ...(mirror !== undefined && { mirror }),
    ...(repository !== undefined && { repository }),
    says,
    data,
  };
}
