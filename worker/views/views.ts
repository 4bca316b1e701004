/**
 * The edge's read-only views, the roster and the catalogue, held in isolate memory. The bundle carries the
 * views it was built with, so a new isolate answers at once; newer ones come from the last-known-good store
 * in the background. A view that is older or can't be read is refused, and the one at hand serves on.
 */

import { latencyModel } from "../geo/latency.ts";
import { nextOverrideEnd, withoutEndedOverrides } from "../health/compose-roster.ts";
import type { Views } from "../mirrors/compiled-list.ts";
import { OpenRoster } from "../mirrors/open-roster.ts";
import type { Repository } from "../repositories/catalogue.ts";
import { TextIndex } from "../runtime/text-index.ts";
import { isPacked, type PackedViews } from "./shipped-views.ts";
import { isPublished, readPublished } from "./views-text.ts";

/** A repository, with the number from which its rankings are kept at each client. */
export interface OpenRepository {
  repository: Repository;
  /** First of `2 * (architectures + 1)` slots: each architecture and none, over http and https. */
  slot: number;
}

/** Views, opened for decisions. */
export interface OpenViews {
  roster: OpenRoster;
  /** Version of the mirror list behind the roster. */
  list: number;
  catalogueVersion: number;
  /** In the catalogue's order. */
  repositories: readonly Repository[];
  byName: TextIndex<OpenRepository>;
}

/** The catalogue's part of the views: repositories in order and by name, each with its slots. */
export function openRepositories(
  repositories: readonly Repository[],
): Pick<OpenViews, "repositories" | "byName"> {
  const byName = new TextIndex<OpenRepository>();
  let slot = 0;
  for (const repository of repositories) {
    byName.add(repository.name, { repository, slot });
    slot += 2 * (repository.architectures.length + 1);
  }
  return { repositories, byName };
}

/** Reads views from their plain JSON. Throws an Error that says what is wrong with it. */
export function readViews(text: string): Views {
  return checked(JSON.parse(text));
}

function checked(views: unknown): Views {
  if (isViews(views)) return views;
  throw new Error("the views lack a roster with mirrors or a catalogue with repositories");
}

/** Opens views for decisions. @param before the roster they follow */
export function openViews(views: Views | PackedViews, before?: OpenRoster): OpenViews {
  const roster = isPacked(views) ? views.indexed : views.roster;
  const { version, list = version } = isPacked(views) ? views.indexed.packed : views.roster;
  return {
    roster: new OpenRoster(roster, latencyModel, before),
    list,
    catalogueVersion: views.catalogue.version,
    ...openRepositories(views.catalogue.repositories),
  };
}

function isViews(value: unknown): value is Views {
  if (
    typeof value !== "object" ||
    value === null ||
    !("roster" in value) ||
    !("catalogue" in value)
  )
    return false;
  const { roster, catalogue } = value;
  return (
    typeof roster === "object" &&
    roster !== null &&
    "mirrors" in roster &&
    Array.isArray(roster.mirrors) &&
    roster.mirrors.every(isMirror) &&
    "version" in roster &&
    typeof roster.version === "number" &&
    typeof catalogue === "object" &&
    catalogue !== null &&
    "repositories" in catalogue &&
    Array.isArray(catalogue.repositories) &&
    "version" in catalogue &&
    typeof catalogue.version === "number"
  );
}

/** What every decision reads of a mirror; the rest may be absent. */
function isMirror(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "capacity" in value &&
    typeof value.capacity === "number" &&
    "state" in value &&
    typeof value.state === "string" &&
    "carries" in value &&
    typeof value.carries === "object" &&
    value.carries !== null
  );
}

/**
 * Where newer views are read from: published text or plain JSON, `null` where there is nothing newer.
 *
 * @param known version of the roster at hand
 */
export type ReadViews = (known: number) => Promise<string | null>;

/** Holds the current views and asks for newer ones now and then, never in a request's way. */
export class CurrentViews {
  /** Undefined: no override in them will end. */
  #views: Views | undefined;
  #open: OpenViews;
  /** When an operator's override in these views ends, Unix ms. What `Fleet` publishes has none: it ends them itself. */
  #overrideEndsAt: number;
  #lookedAt = 0;
  #text = "";
  /** `text`: the one that can't be taken; undefined: none could be read. */
  #refused: { since: number; detail: string; text: string | undefined } | undefined;

  /** @param shipped as `shippedText` has it, or views as plain JSON */
  constructor(shipped: string) {
    const parsed: unknown = JSON.parse(shipped);
    const views =
      typeof parsed === "object" && parsed !== null && isPacked(parsed) ? parsed : checked(parsed);
    this.#open = openViews(views);
    this.#overrideEndsAt = Number.POSITIVE_INFINITY;
    if (!isPacked(views)) this.#hold(views, this.#open);
  }

  get open(): OpenViews {
    return this.#open;
  }

  /** Views that came last and were not taken, and since when (Unix ms); undefined: all is well. */
  get refused(): { since: number; detail: string } | undefined {
    return this.#refused && { since: this.#refused.since, detail: this.#refused.detail };
  }

  /** Whether it is time to ask again. Remembers that the caller does. */
  due(now: number, everyMs: number): boolean {
    if (now - this.#lookedAt < everyMs) return false;
    this.#lookedAt = now;
    return true;
  }

  /**
   * Takes newer views if there are any. A failure to read, and views that are older or malformed, leave
   * everything as it is and are logged. Operators' overrides that have ended in the views at hand end here.
   *
   * @param now Unix ms
   */
  async refresh(read: ReadViews, now: number): Promise<void> {
    this.#endWords(now);
    let text: string | null | undefined;
    try {
      text = await read(this.#open.roster.version);
      if (text === null || text === this.#text) {
        if (text === null || this.#refused?.text !== text) this.#refused = undefined;
        return;
      }
      const views = isPublished(text) ? checked(await readPublished(text)) : readViews(text);
      this.#text = text;
      const next = openViews(views, this.#open.roster);
      if (next.roster.version < this.#open.roster.version) {
        const { version } = this.#open.roster;
        const detail = `views refused: roster ${next.roster.version} is older than ${version}`;
        return this.#refuse(detail, text, now);
      }
      this.#refused = undefined;
      this.#hold(views, next);
      this.#endWords(now);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#refuse(`views not refreshed: ${reason}`, text ?? undefined, now);
    }
  }

  /** The views at hand serve on. The same reason is logged once. */
  #refuse(detail: string, text: string | undefined, now: number): void {
    const known = this.#refused;
    this.#refused = { since: known?.since ?? now, detail, text };
    if (known?.detail !== detail) console.warn(detail);
  }

  #hold(views: Views, open: OpenViews): void {
    this.#overrideEndsAt = nextOverrideEnd(views.roster.mirrors);
    this.#views = views;
    this.#open = open;
  }

  #endWords(now: number): void {
    if (now < this.#overrideEndsAt || this.#views === undefined) return;
    const { roster } = this.#views;
    const views = {
      ...this.#views,
      roster: { ...roster, mirrors: withoutEndedOverrides(roster.mirrors, now) },
    };
    this.#hold(views, openViews(views, this.#open.roster));
  }
}
