/** Client programs by their `User-Agent`: how each comes back after a failure, and when it is believed. */
import { type Kind, kinds } from "../formats/kinds.ts";
import { fnv } from "../runtime/fast-hash.ts";
import { TextIndex } from "../runtime/text-index.ts";

/**
 * How a program comes back to the service for a file that its mirror didn't give:
 *
 * - `never`: it asks the mirror again, or gives up
 * - `next run`: it gives up, and somebody runs it again
 * - `at once`: as soon as it knows of the failure
 * - `whole seconds`: after a pause of so many
 * - `unknown`: nobody has watched it
 */
export type ComesBack = "never" | "next run" | "at once" | "whole seconds" | "unknown";

interface Program {
  comesBack: ComesBack;
  /**
   * Of a redirect it reads `Location` alone: neither duplicates (`Link`) nor digests, which then needn't be sent. Known of
   * apt, dnf and pacman: none of their rows in docs/clients.md changes without them. Whoever may read them gets them.
   */
  readsLocationAlone?: true;
  /**
   * With which question for one file it is believed of that file: the third, as two are soon asked by accident. pacman
   * asks each of its Server lines once, and nobody runs apt a third time, so that their second may be their last.
   */
  believedAt: number;
}

/** A client program, by its `User-Agent`. */
export interface Agent extends Readonly<Program> {
  /** Tells it from others; never 0, which stands for a program that wasn't looked at. */
  readonly key: number;
}

/**
 * Observed with apt 2.6 and 3.0, dnf 4.14 and 4.23, pacman 6.0 and 7.0, curl 7.88, wget 1.21, pip and npm of Debian 12
 * (docs/clients.md).
 */
const programs: readonly (readonly [begins: RegExp, program: Program])[] = [
  [/^Debian APT-/, { comesBack: "next run", believedAt: 2, readsLocationAlone: true }],
  [/^(?:Wget|pip|npm)\//, { comesBack: "never", believedAt: 3 }],
  [/^(?:lib)?dnf/, { comesBack: "at once", believedAt: 3, readsLocationAlone: true }],
  [/^pacman\//, { comesBack: "at once", believedAt: 2, readsLocationAlone: true }],
  [/^curl\//, { comesBack: "whole seconds", believedAt: 3 }],
];
const others: Program = { comesBack: "unknown", believedAt: 3 };

/** A failure that comes quickly (refused, 404, 503) is known within a few round trips, ms. */
const atOnceMs = 1500;
/**
 * dnf gives up a server that is silent, or gives less than 1,000 bytes a second, after 30 s (its `timeout`), ms. The
 * question that follows comes within `atOnceMs` of that.
 */
const dnfTimeoutMs = 30_000;
/** `curl --retry` waits 1 s, then twice as long each time. From the fourth pause on others may well be meant, ms. */
const longestPauseMs = 4500;
/** What round trips and the failure itself add to a pause of whole seconds, ms. */
const lateMs = 500;

/** Whether a program that asks again after such a pause may be coming back from a failure. */
export function mayComeBack({ comesBack }: Pick<Agent, "comesBack">, pauseMs: number): boolean {
  switch (comesBack) {
    case "at once":
      return pauseMs <= atOnceMs || (pauseMs >= dnfTimeoutMs && pauseMs <= dnfTimeoutMs + atOnceMs);
    case "whole seconds":
      return pauseMs >= 1000 && pauseMs <= longestPauseMs && pauseMs % 1000 <= lateMs;
    case "next run":
      return true;
    case "never":
    case "unknown":
      return false;
  }
}

/** Whether the kind's clients are distinguished by program from their first request on. */
export function tellsAgents(kind: Kind): boolean {
  return kinds[kind].comesBack === true;
}

/** Names held. Clients choose them, so that they may be many: then all are forgotten. */
const maxAgents = 1024;
/** A longer name isn't held, characters: package managers send some fifty, browsers two hundred. */
const maxHeldName = 256;

/** Programs by their names. In every redirect's way: V8's own Map would intern each name that comes. */
export class Agents {
  #known = new TextIndex<Agent>();
  /** The one that asked last: clients that come one after the other often have the same program. */
  #last: { readonly name: string; readonly agent: Agent } | undefined;

  /** @param userAgent the header, as sent; `null`: there is none */
  of(userAgent: string | null): Agent {
    const name = userAgent ?? "";
    if (this.#last?.name === name) return this.#last.agent;
    const agent = this.#known.get(name) ?? this.#add(name);
    if (name.length <= maxHeldName) this.#last = { name, agent };
    return agent;
  }

  #add(name: string): Agent {
    const program = programs.find(([begins]) => begins.test(name))?.[1] ?? others;
    const agent: Agent = { key: fnv(name) >>> 0 || 1, ...program };
    if (name.length > maxHeldName) return agent;
    if (this.#known.size >= maxAgents) this.#known = new TextIndex();
    this.#known.add(name, agent);
    return agent;
  }
}
