/** What the launcher tells of the machine: free disk, open files. Nothing here asks the machine itself. */

/** As `PUT /machine` tells it; what the launcher adds is handed on. */
export interface MachineState {
  /** Of the disk that the stores are on. */
  diskFreeBytes?: number;
  /** Below this nothing is cached, and no blob is taken. */
  diskMarginBytes?: number;
  [name: string]: unknown;
}

/**
 * The state that was told last. All entrypoints and objects of a Worker run in one isolate in workerd, so that one
 * value in memory serves all of them; after a start it is empty until the launcher tells it.
 */
export class Machine {
  #state: MachineState = {};

  get state(): MachineState {
    return this.#state;
  }

  /** @throws Error with a sentence where that is no state */
  tell(state: unknown): void {
    if (typeof state !== "object" || state === null || Array.isArray(state)) {
      throw new Error("The machine's state has to be a JSON object.");
    }
    const told: MachineState = { ...state };
    for (const name of ["diskFreeBytes", "diskMarginBytes"] as const) {
      const value = told[name];
      if (value !== undefined && !(typeof value === "number" && value >= 0)) {
        throw new Error(`"${name}" has to be a number of bytes, not ${JSON.stringify(value)}.`);
      }
    }
    this.#state = told;
  }

  /** Why nothing may be stored now, as a sentence; undefined: it may. */
  get full(): string | undefined {
    const { diskFreeBytes, diskMarginBytes } = this.#state;
    if (diskFreeBytes === undefined || diskMarginBytes === undefined) return undefined;
    if (diskFreeBytes >= diskMarginBytes) return undefined;
    return `The disk has ${diskFreeBytes} bytes left, less than the margin of ${diskMarginBytes}: nothing more is stored. Free some space.`;
  }
}

/** The isolate's one. */
export const machine = new Machine();
