/** Publishes the roster: in Fleet's own store first, so that edges can be told, then in the last-known-good store. */
import type { Views } from "../mirrors/compiled-list.ts";
import type { ObjectAlarm } from "../runtime/object-alarm.ts";
import { reasonOf } from "../runtime/reason.ts";
import { rosterMirrors } from "./compose-roster.ts";
import type { FleetStore, Published } from "./fleet-store.ts";
import type { Ledger } from "./ledger.ts";
import type { MirrorNearness } from "./nearness/proximity.ts";
import type { RosterHistory } from "./roster-history.ts";
import type { Rules } from "./rules.ts";

/** Two publications are this far apart, ms: KV takes one write a second and key, and edges ask no oftener. */
const publishEveryMs = 1100;

export interface RosterPublicationOptions {
  ledger: Ledger;
  store: FleetStore;
  /** Over the same database as `store`: a publication is written with its history, or not at all. */
  history: RosterHistory;
  rules: Rules;
  /** As in `KnownHealth`. */
  nearnessOf: (mirror: string) => MirrorNearness;
  alarm: ObjectAlarm;
  /** The views as they travel; the same text for the same views. */
  encode: (views: Views) => Promise<string>;
  /** Puts the text into the last-known-good store. Absent: there is none. */
  keep?: (text: string) => Promise<void>;
  /** Unix ms. */
  now: () => number;
  log: (sentence: string) => void;
}

export class RosterPublication {
  readonly #options: RosterPublicationOptions;
  #publishedAt = 0;
  /** Something changed since the publication under way began. */
  #again = false;
  #publishing: Promise<void> | undefined;

  constructor(options: RosterPublicationOptions) {
    this.#options = options;
  }

  /** What was published last; undefined: nothing was yet. */
  get latest(): Published | undefined {
    return this.#options.store.published();
  }

  /** Something in it changed: published now, or by an alarm as soon as it may be. */
  async changed(now: number): Promise<void> {
    this.#again = true;
    await this.whenDue(now);
  }

  /** Publishes what is new, if enough time has passed since the last publication; else sets the alarm for it. */
  async whenDue(now: number): Promise<void> {
    const { alarm, now: clock } = this.#options;
    const wait = this.#publishedAt + publishEveryMs - now;
    if (wait <= 0) {
      await this.publish();
      return;
    }
    const rings = await alarm.get();
    if (rings === null || rings > now + wait) await alarm.set(clock() + wait);
  }

  /** Publishes at once what changed just now. */
  async publishChange(): Promise<void> {
    this.#again = true;
    await this.publish();
  }

  /** Builds the roster and, where it says anything new, publishes it: here first, then in the last-known-good store. */
  async publish(): Promise<void> {
    this.#publishing ??= this.#publishAll().finally(() => {
      this.#publishing = undefined;
    });
    await this.#publishing;
  }

  async #publishAll(): Promise<void> {
    do {
      this.#again = false;
      await this.#publishOnce();
    } while (this.#again);
  }

  async #publishOnce(): Promise<void> {
    const { ledger, store, history, rules, nearnessOf, encode, now: clock } = this.#options;
    const now = clock();
    this.#publishedAt = now;
    const { roster, catalogue } = ledger.list;
    const mirrors = rosterMirrors(roster.mirrors, {
      records: ledger.records,
      now,
      rules,
      nearnessOf,
    });
    const before = store.published();
    const views = (version: number): Views => ({
      roster: { version, list: roster.version, mirrors },
      catalogue,
    });
    if (before !== undefined) {
      const same = views(before.version);
      if ((await encode(same)) === before.text) {
        this.#together(() => history.unchanged(same.roster, now));
        return;
      }
    }
    const version = Math.max(now, roster.version, (before?.version ?? 0) + 1);
    const next = views(version);
    const text = await encode(next);
    const keep = history.published(next.roster, now);
    this.#together(() => {
      store.setPublished({ version, text, stored: false });
      keep();
    });
    await this.keepLatest();
  }

  /** Writes a publication and its history, or neither. */
  #together(write: () => void): void {
    const { store, history } = this.#options;
    try {
      store.together(write);
    } catch (error) {
      history.forget();
      throw error;
    }
  }

  /** Puts the published views into the last-known-good store, if they aren't there; one that fails is tried again. */
  async keepLatest(): Promise<void> {
    const { store, keep, log } = this.#options;
    const published = store.published();
    if (published === undefined || published.stored || keep === undefined) return;
    try {
      await keep(published.text);
      store.markStored(published.version);
    } catch (error) {
      log(`views ${published.version} not stored: ${reasonOf(error)}`);
    }
  }
}
