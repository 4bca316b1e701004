/** What of open package sets is held in memory, of all objects of an isolate together. */
import { LastUsed } from "../../runtime/last-used.ts";
import type { SetMemory } from "./set-memory.ts";

/** Bytes for all sets that are open in an isolate, a quarter of its memory: nine of Debian's main. */
export const maxHeldBytes = 32 * 1024 * 1024;

/** The set whose use is longest ago goes first; it is read again, in some ms, when it is asked. */
export class HeldSets {
  readonly #held = new LastUsed<SetMemory>(maxHeldBytes);
  #owners = 0;

  /** A name for one who has sets: numbers of sets are the same in each object. */
  owner(): string {
    this.#owners++;
    return String(this.#owners);
  }

  get(owner: string, set: number): SetMemory | undefined {
    return this.#held.get(`${owner} ${set}`);
  }

  set(owner: string, set: number, memory: SetMemory): void {
    this.#held.set(`${owner} ${set}`, memory, memory.bytes);
  }

  delete(owner: string, set: number): void {
    this.#held.delete(`${owner} ${set}`);
  }
}

/** Of this isolate. */
export const heldSets = new HeldSets();
