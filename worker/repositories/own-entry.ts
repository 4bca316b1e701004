/**
 * The list entry that a repository's object goes by. The object owns it: a caller tells it once, with the version of the
 * caller's list, and an older list never takes the place of a newer one. Knows no platform.
 */
import type { Repository } from "./catalogue.ts";
import type { SnapshotStore } from "./chain/snapshot-store.ts";

/** An object's answer to a caller that told the version of its list; `configure`: the object has no entry as new yet. */
export type Answered<Answer> = { answer: Answer } | { configure: true };

interface HeldEntry {
  /** `CatalogueView.version` of the entry's list. */
  version: number;
  entry: Repository;
}

/** What an entry counts as that was stored without a version, as versions of this program before did. */
const unknownVersion = 0;

export class OwnEntry {
  readonly #store: Pick<SnapshotStore, "state" | "setState">;
  #held: HeldEntry | undefined;

  /** Goes on with the stored entry, where there is one. */
  constructor(store: Pick<SnapshotStore, "state" | "setState">) {
    this.#store = store;
    this.#held = readHeld(store.state("listed"));
  }

  /** Undefined: nobody has told it yet. */
  get entry(): Repository | undefined {
    return this.#held?.entry;
  }

  /**
   * Takes an entry of a newer list; one of the same or an older list changes nothing.
   *
   * @param version `CatalogueView.version` of the list
   * @returns the version held from now on
   * @throws what the store throws; the entry before holds then. RangeError for a version that is none
   */
  configure(entry: Repository, version: number): number {
    if (!Number.isSafeInteger(version) || version < 0) {
      throw new RangeError(`${version} is no version of a mirror list.`);
    }
    const held = this.#held;
    if (held !== undefined && version <= held.version) return held.version;
    // Written before it is gone by: a restart must not find the one before.
    this.#store.setState("listed", JSON.stringify({ version, entry }));
    this.#held = { version, entry };
    return version;
  }

  /**
   * Does what a caller asks for, by the object's own entry, however old the caller's list is.
   *
   * @param version `CatalogueView.version` of the caller's list
   */
  async answer<Answer>(
    version: number,
    work: (entry: Repository) => Answer | Promise<Answer>,
  ): Promise<Answered<Answer>> {
    const held = this.#held;
    if (held === undefined || version > held.version) return { configure: true };
    return { answer: await work(held.entry) };
  }
}

/** Of what we wrote ourselves; undefined for what can't be read, so that the next caller tells it anew. */
function readHeld(json: string | undefined): HeldEntry | undefined {
  const value = parsed(json ?? "null");
  if (isEntry(value)) return { version: unknownVersion, entry: value };
  if (typeof value !== "object" || value === null) return undefined;
  if (!("version" in value && "entry" in value)) return undefined;
  const { version, entry } = value;
  return typeof version === "number" && isEntry(entry) ? { version, entry } : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Repository {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "origin" in value &&
    typeof value.origin === "string" &&
    "kind" in value &&
    "keys" in value &&
    Array.isArray(value.keys)
  );
}
