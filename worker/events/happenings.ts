/** Gathers what happens from its sources, each told once: Fleet's history by its numbers, alarms by their names. */
import type { FleetChange } from "../health/fleet-answers.ts";
import { alarmChanges, type SeenAlarm } from "./alarm-changes.ts";
import type { NewEvent } from "./event.ts";
import type { EventStore } from "./event-store.ts";

/** A change of a state with its number in Fleet's history. */
export interface NumberedChange extends FleetChange {
  id: number;
}

/** Changes taken at once: more are taken at the next look. */
const changesAtOnce = 500;

export interface HappeningsOptions {
  store: EventStore;
  /** Fleet's changes behind a number, oldest first; with none: its newest alone. Rejects where it can't be reached. */
  changes?: (behind: number | undefined, limit: number) => Promise<NumberedChange[]>;
  /** Unix ms. */
  now(): number;
}

export class Happenings {
  readonly #options: HappeningsOptions;
  #looking: Promise<boolean> | undefined;

  constructor(options: HappeningsOptions) {
    this.#options = options;
  }

  /**
   * Takes Fleet's changes since the last look. What was before the first look is history, and no event.
   * @returns whether there were any
   */
  async look(): Promise<boolean> {
    this.#looking ??= this.#lookAlone().finally(() => {
      this.#looking = undefined;
    });
    return await this.#looking;
  }

  async #lookAlone(): Promise<boolean> {
    const { store, changes } = this.#options;
    if (changes === undefined) return false;
    let isNews = false;
    for (;;) {
      const cursor = store.cursor("fleet");
      const found = await changes(cursor, changesAtOnce);
      const last = found.at(-1);
      if (last === undefined) {
        if (cursor === undefined) store.setCursor("fleet", 0);
        else if (cursor > 0) await this.#beginAnew(cursor, changes);
        return isNews;
      }
      store.together(() => {
        if (cursor !== undefined) for (const change of found) store.append(stateEvent(change));
        store.setCursor("fleet", last.id);
      });
      isNews ||= cursor !== undefined;
      if (cursor === undefined || found.length < changesAtOnce) return isNews;
    }
  }

  /** Fleet's history may have been lost, and its numbers begin again: what is behind the old one would never come. */
  async #beginAnew(
    cursor: number,
    changes: NonNullable<HappeningsOptions["changes"]>,
  ): Promise<void> {
    const [newest] = await changes(undefined, 1);
    const last = newest?.id ?? 0;
    if (last < cursor) this.#options.store.setCursor("fleet", last);
  }

  /** Takes the alarms that are on. @returns whether any was raised or is over */
  alarms(seen: readonly SeenAlarm[]): boolean {
    const { store, now } = this.#options;
    const { events, on, over } = alarmChanges(store.raised(), seen, now());
    store.together(() => {
      for (const event of events) store.append(event);
      for (const alarm of on) store.setRaised(alarm);
      for (const name of over) store.dropRaised(name);
    });
    return events.length > 0;
  }
}

/** A change in a few words. An override that begins or ends has no word on its other side. */
export function changeText({ axis, from, to }: Pick<FleetChange, "axis" | "from" | "to">): string {
  if (from === "") return to;
  return to === "" ? `no longer ${from}` : `${axis} ${from} -> ${to}`;
}

/** A change as an event. */
export function stateEvent({
  at,
  mirror,
  repository,
  scheme,
  axis,
  from,
  to,
  why,
}: NumberedChange): NewEvent {
  const where = repository === "" ? mirror : `${mirror}, ${repository} over ${scheme}`;
  return {
    type: "mirror.state",
    at: Date.parse(at),
    mirror,
    ...(repository !== "" && { repository }),
    says: `${where}: ${changeText({ axis, from, to })}. ${why}`,
    data: { mirror, repository, scheme, axis, from, to, why },
  };
}
