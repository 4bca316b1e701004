/**
 * Has a process of its own begin a start, and put into workerd's folder what a service is started with: settings, compiler
 * and bundler take 200 MB that the service's launcher would keep for as long as it runs. So this file imports none of it.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Kind } from "../../worker/formats/kinds.ts";
import type { Problem } from "../../worker/list/problem.ts";
import type { LogFormat, LogLevel } from "../log/levels.ts";
import { parts } from "../program/parts.ts";
import { guard } from "../service/guardian.ts";
import type { HandedStore } from "../service/held-store.ts";
import type { Network } from "../service/network.ts";
import type { ReadyService } from "../service/ready-service.ts";

/** What is to be prepared: the files' list, or the service's own, which is in workerd's folder already. */
export interface ToPrepare {
  /** The mirror list's folder. */
  list: string;
  /** Where its views are kept for a start that meets errors. */
  kept: string;
  /** Where is kept what the list's files said, by their bytes; absent: they are all read anew. */
  values?: string;
  /** workerd's folder. */
  folder: string;
  /** The store's folder: each list gets a version that is remembered there. */
  store: string;
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

/** A service that is ready to be started, as JSON takes it. */
export interface ToServe {
  ready: ReadyService;
  store: HandedStore;
  list: PreparedList;
  /** Of the files, where an older list is served for them. */
  errors: readonly Problem[];
  /** How the list is prepared again after a change. */
  asked: ToPrepare;
  log: { level: LogLevel; format: LogFormat };
  /** `OWN_PLACE` and `PROBING`, for the greeting. */
  place: string;
  probing: string;
}

/** The verb by which a process of the program prepares. It is for the program itself. */
export const prepareVerb = "prepare";

/** What the other process is told. */
export type Question = { args: readonly string[] } | { asked: ToPrepare };

/** What the other process tells. One that begins a start and ends without a word has said all, and its status counts. */
export type Told = { prepared: Prepared } | { toServe: ToServe } | { reason: string };

/** It ends by itself once it has told; one that doesn't is killed after this, ms. */
const endMs = 5_000;

/**
 * Begins a start by a process of its own.
 *
 * @param args behind the verb `serve`
 * @returns what is to be served; or the exit status, when all has been said
 */
export async function beginApart(args: readonly string[]): Promise<ToServe | number> {
  const told = await ask({ args });
  if (typeof told === "number") return told;
  if ("toServe" in told) return told.toServe;
  throw new Error(reasonOf(told));
}

/** Prepares a list by a process of its own. Rejects with the reason that it told, or when it ended without one. */
export async function prepareApart(asked: ToPrepare): Promise<Prepared> {
  const told = await ask({ asked });
  if (typeof told === "object" && "prepared" in told) return told.prepared;
  throw new Error(reasonOf(told));
}

function reasonOf(told: Told | number): string {
  if (typeof told === "object" && "reason" in told) return told.reason;
  return ended(typeof told === "number" ? told : "with another answer");
}

function ended(how: unknown): string {
  return `What prepares the service ended (${String(how)}).`;
}

/** @returns the exit status where it told nothing */
async function ask(question: Question): Promise<Told | number> {
  const child = fork(parts.program, [prepareVerb], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const { pid } = child;
  // It has the store for itself while it begins a start: it may not outlive this process.
  const guardian = pid === undefined ? undefined : guard(pid);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => {
    guardian?.release();
    process.off("exit", kill);
  });
  const exit = once(child, "exit").then(([code, signal]: unknown[]): Told | number =>
    typeof code === "number" ? code : { reason: ended(signal) },
  );
  const told = new Promise<Told>((resolve) => {
    child.once("message", (message: Told) => resolve(message));
  });
  child.send(question);
  const first = await Promise.race([told, exit]);
  const late = setTimeout(kill, endMs);
  late.unref();
  exit.then(() => clearTimeout(late));
  return first;
}
