import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Lab, MoreTree } from "../lab/lab.ts";
import type { Outcome } from "../lab/process.ts";
import type { BuiltTrees } from "../lab/trees.ts";
import type { Machine } from "./machine.ts";
import type { Tap } from "./tap.ts";

/** The service under test, running. */
export interface Service {
  /** Base URL, with or without a slash at the end. */
  url: string;
  /** Puts other views in place of the ones it has; the edge follows within seconds. */
  publish(views: Views): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the service under test on loopback. */
export type StartService = (options: {
  views: Views;
  /** Variables besides those of a service on this machine. */
  vars?: Record<string, string>;
  /** PEM: serve https with it instead of http. */
  https?: { cert: string; key: string };
}) => Promise<Service>;

/** A client program. */
export interface Client {
  name: string;
  /** Its version on a machine, or undefined when it isn't installed there. */
  version(machine: Machine): Promise<string | undefined>;
  /** The Debian packages that have it; empty when none has. */
  packages: string;
  /** Only Debian unstable has it: elsewhere its rows aren't there, in place of not being run. */
  unstable?: true;
}

/** What a row has to work with; all of it is its own and is removed after it. */
export interface RowContext {
  lab: Lab;
  /** The row's client, by its name in the table. */
  client: string;
  /** Whose programs the clients are. */
  machine: Machine;
  trees: BuiltTrees;
  service: Service;
  /** In the service's place is a redirector that knows nothing: only what the client ends up with is to be checked. */
  plain: boolean;
  /** Records what is asked of the service. Clients are pointed at `tap.url`, not at the service itself. */
  tap: Tap;
  /** An empty directory. */
  directory: string;
  /** What the row may take in all, ms. */
  deadlineMs: number;
  /** Aborted at the row's deadline. */
  signal: AbortSignal;
  /** Keeps a program's outcome as evidence, in case the row fails. */
  ran(outcome: Outcome): Outcome;
}

export interface Row {
  /** Unique; the word for `--only`. */
  row: string;
  /** A name in the table of clients. */
  client: string;
  /** What holds, in one line, for the table. */
  promise?: string;
  /** The repository it needs, where building one needs tools. */
  needs?: "apt" | "rpm" | MoreTree;
  /** The service and all mirrors speak https, and the service nothing else. The tap can't see into that. */
  https?: true;
  /** Metadata is verified and served from snapshots. */
  verified?: true;
  /** Mirrors are probed, and all known to be up before the row begins. */
  probed?: true;
  /** Is run against a redirector to the nearest mirror as well. */
  compared?: true;
  /** Variables of the service. */
  vars?: Record<string, string>;
  /** Default 60,000. */
  deadlineMs?: number;
  /**
   * Does the check. Resolves to one line on what was seen; throws an Error that says what was wrong,
   * or `NotRun`.
   */
  run(context: RowContext): Promise<string>;
}

/** Thrown by a row that can't be run on this machine. It counts as not run, never as passed. */
export class NotRun extends Error {}

/** How a row went. */
export interface RowOutcome {
  result: "passed" | "failed" | "not run";
  /** What was seen, what was wrong, or what is missing. */
  why: string;
}

/** The result of a row, as `--json` prints it. */
export interface RowResult extends RowOutcome {
  row: string;
  promise?: string;
  client: string;
  /** Empty when the client isn't installed. */
  version: string;
  /** Against a redirector to the nearest mirror, where that was asked for and the row is compared. */
  plain?: RowOutcome;
}

/** Throws an Error with that message unless the condition holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
