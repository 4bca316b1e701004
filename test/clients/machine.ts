/** Where clients run: on this machine, or on one that `debian-root.ts` keeps in a folder. */

import { existsSync } from "node:fs";
import { findProgram, type Outcome, type RunOptions, run } from "../lab/process.ts";

/** A system whose programs are the clients under test. Loopback is the same on all of them. */
export interface Machine {
  /**
   * Where a program is there.
   * @param name on the PATH, or where it should be
   * @returns its absolute path as that machine sees it, or undefined when it isn't installed.
   */
  find(name: string): string | undefined;
  /**
   * Runs a program there, as `run` in `process.ts`. What is below the system's temporary directory it sees at the
   * same path as this process.
   */
  run(program: string, args: string[], options?: RunOptions): Promise<Outcome>;
  /** Why a client is not there, and what to do about it. @param packages of Debian that have it */
  lacks(client: string, packages: string): string;
}

/** The system that this process runs on. */
export const thisMachine: Machine = {
  find(name) {
    if (!name.startsWith("/")) return findProgram(name);
    return existsSync(name) ? name : undefined;
  },
  run,
  lacks: (client, packages) => `${client} is not installed: apt-get install ${packages}`,
};
