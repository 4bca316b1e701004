/** Which Prober has which assignment: made from the list and from what is offered, and told until it is taken. */
import type { RosterMirror } from "../mirrors/roster.ts";
import type { Background } from "../runtime/background.ts";
import { reasonOf } from "../runtime/reason.ts";
import { type Assignment, assign, regionsAsking } from "./assignment.ts";
import type { FleetStore } from "./fleet-store.ts";
import type { Ledger } from "./ledger.ts";
import type { Orders } from "./report.ts";
import type { ProbeSettings } from "./settings.ts";

/** With `PROBING=asked`, a mirror is probed for this long after it was a candidate, ms. */
const offeredMs = 3_600_000;
/** A mirror that stays on offer is written down again this often, ms. */
const offeredAgainMs = 600_000;
/** A Prober that can't be told its assignment is tried again this often, ms. */
const directEveryMs = 15_000;

/** The assignment of a Prober that isn't needed any more. */
const nothing: Assignment = { version: "", mirrors: [], repositories: [] };

/** What is called of a Prober. */
export interface ProberCalls {
  /** As `Probing.follow`. */
  follow(name: string, assignment: Assignment): Promise<void>;
  /** As `Probing.probeNow`. */
  probeNow(mirrors: readonly string[]): Promise<void>;
}

export interface ProberAssignmentsOptions {
  ledger: Ledger;
  store: FleetStore;
  settings: ProbeSettings;
  /** A stub of a Prober, a new one at each call; undefined: there are none. */
  prober: (name: string) => ProberCalls | undefined;
  background: Background;
  log: (sentence: string) => void;
}

export class ProberAssignments {
  readonly #options: ProberAssignmentsOptions;
  /** When a mirror was a candidate last, Unix ms; by its name. */
  readonly #offered = new Map<string, number>();
  #assignments = new Map<string, Assignment>();
  #directedAt = 0;

  /** Assigns by the ledger's list and the offers in the store. */
  constructor(options: ProberAssignmentsOptions) {
    this.#options = options;
    for (const [mirror, at] of options.store.offered()) this.#offered.set(mirror, at);
    this.assign();
  }

  /** Assigns anew, by the list at hand. */
  assign(): void {
    const { ledger, settings } = this.#options;
    const { probing, regions, shardMirrors } = settings;
    const { roster, catalogue } = ledger.list;
    const watched = (mirror: RosterMirror) =>
      probing === "all" || (probing === "asked" && this.#offered.has(mirror.name));
    const mirrors = roster.mirrors.filter(watched);
    this.#assignments = assign(mirrors, catalogue, regions, shardMirrors);
    ledger.assigned(regionsAsking(this.#assignments));
  }

  /** @param has version of the assignment that the Prober follows */
  orders(prober: string, has: string): Orders {
    const assignment = this.#assignments.get(prober) ?? nothing;
    return assignment.version === has ? {} : { assignment };
  }

  /** These mirrors are candidates: with `PROBING=asked` they are probed from now on. */
  async offered(mirrors: readonly string[], now: number): Promise<void> {
    const { ledger, store, settings } = this.#options;
    if (settings.probing !== "asked") return;
    let grown = false;
    store.together(() => {
      for (const mirror of mirrors) {
        const at = this.#offered.get(mirror);
        if (at !== undefined && now - at < offeredAgainMs) continue;
        if (!ledger.list.roster.mirrors.some(({ name }) => name === mirror)) continue;
        grown ||= at === undefined;
        this.#offered.set(mirror, now);
        store.setOffered(mirror, now);
      }
    });
    if (!grown) return;
    this.assign();
    await this.direct(now, true);
  }

  /** Mirrors that are no candidates any more are not probed any more. */
  forgetOffered(now: number): void {
    const { store, settings } = this.#options;
    if (settings.probing !== "asked") return;
    const gone = [...this.#offered].filter(([, at]) => now - at > offeredMs);
    if (gone.length === 0) return;
    for (const [mirror] of gone) this.#offered.delete(mirror);
    store.dropOffered(now - offeredMs);
    this.assign();
  }

  /**
   * Tells Probers what to do, where they don't know yet or have fallen silent.
   *
   * @param changed the assignments changed, so that telling doesn't wait for its turn
   */
  async direct(now: number, changed: boolean): Promise<void> {
    if (!changed && now - this.#directedAt < directEveryMs) return;
    this.#directedAt = now;
    const names = new Set([...this.#assignments.keys(), ...this.#options.ledger.probers.keys()]);
    await Promise.all([...names].map((name) => this.#tell(name, now)));
  }

  async #tell(name: string, now: number): Promise<void> {
    const { ledger, prober, log } = this.#options;
    const assignment = this.#assignments.get(name) ?? nothing;
    const standing = ledger.probers.get(name);
    const silent = standing !== undefined && now - standing.seenAt > ledger.silentMs;
    if (standing?.given === assignment.version && !silent) return;
    try {
      await prober(name)?.follow(name, assignment);
      ledger.gave(name, assignment.version, now);
    } catch (error) {
      log(`Prober ${name} could not be told: ${reasonOf(error)}`);
    }
  }

  /**
   * Has mirrors probed at once by every Prober that watches them.
   *
   * @param but the Prober that told, which knows already; empty: none did
   */
  probeNow(mirrors: readonly string[], but: string): void {
    const { prober, background } = this.#options;
    for (const [name, { mirrors: watched }] of this.#assignments) {
      const theirs = mirrors.filter((one) => watched.some((mirror) => mirror.name === one));
      if (name === but || theirs.length === 0) continue;
      const asked = prober(name)?.probeNow(theirs);
      background.waitUntil(Promise.resolve(asked).catch(() => undefined));
    }
  }
}
