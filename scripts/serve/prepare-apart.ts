/**
 * Has what a service is started with put into workerd's folder by a process of its own, as compiler and bundler take
 * 200 MB that the service's launcher would keep for as long as it runs. So this file imports neither.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Kind } from "../../worker/formats/kinds.ts";
import type { Problem } from "../../worker/list/problem.ts";
import { parts } from "../program/parts.ts";
import type { Network } from "../service/network.ts";

/** What is to be prepared: the files' list, or the service's own, which is in workerd's folder already. */
export interface ToPrepare {
  /** The mirror list's folder. */
  list: string;
  /** Where its views are kept for a start that meets errors. */
  kept: string;
  /** workerd's folder. */
  folder: string;
  /** The list's version. */
  version: number;
  /** The scripts as well. */
  scripts: boolean;
  /** The service keeps its list itself: the files' is left alone. */
  isOwn: boolean;
}

/** A repository of the list, for the greeting. */
export interface PreparedRepository {
  name: string;
  kind: Kind;
  /** Mirrors that carry it. */
  mirrors: number;
  /** A file of it that is worth trying. */
  example?: string;
}

/** A list that can be served: its views are in workerd's folder. */
export interface PreparedList {
  version: number;
  /** When the list was compiled without errors, Unix ms. */
  builtAt: number;
  mirrors: number;
  repositories: PreparedRepository[];
  /** What it needs to connect to. */
  network: Network;
}

export interface Prepared {
  /** Absent: there is no list that can be served. */
  list?: PreparedList;
  errors: Problem[];
  /** Why the views could not be kept. */
  notKept?: string;
}

/** The verb by which a process of the program prepares. It is for the program itself. */
export const prepareVerb = "prepare";

/** What the other process tells. */
export type Told = { prepared: Prepared } | { reason: string };

/** Does it in a process of its own. Rejects with the reason that it told, or when it ended without one. */
export async function prepareApart(asked: ToPrepare): Promise<Prepared> {
  const child = fork(parts.program, [prepareVerb], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([code, signal]: unknown[]): Told => {
    return { reason: `What prepares the service ended (${String(code ?? signal)}).` };
  });
  const told = new Promise<Told>((resolve) => {
    child.once("message", (message: Told) => resolve(message));
  });
  child.send(asked);
  const first = await Promise.race([told, ended]);
  child.kill();
  if ("reason" in first) throw new Error(first.reason);
  return first.prepared;
}
