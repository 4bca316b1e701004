/**
 * What a service is started with, put into workerd's folder: the compiled list and, once, the scripts. It is done by a
 * process of its own, as compiler and bundler take 200 MB that the service's launcher would keep for as long as it runs.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kind } from "../../worker/formats/kinds.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { withVersion } from "../mirrors/list-version.ts";
import type { Problem } from "../mirrors/problem.ts";
import { parts } from "../program/parts.ts";
import { viewsModule } from "../service/bundle.ts";
import { type Network, networkOf } from "../service/network.ts";
import { putScripts } from "../service/service-scripts.ts";
import { listToServe } from "./list-to-serve.ts";

/** What is to be prepared. */
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

/** Does it in this process. Rejects when the list can't be read, or a script can't be built. */
export async function prepare(asked: ToPrepare): Promise<Prepared> {
  const { list, kept, folder, version } = asked;
  const [{ views, errors, notKept }] = await Promise.all([
    listToServe(list, Date.now(), kept),
    ...(asked.scripts ? [putScripts(folder)] : []),
  ]);
  if (views === undefined) return { errors };
  const file = join(folder, viewsModule);
  await writeFile(`${file}.new`, JSON.stringify(withVersion(views, version)));
  await rename(`${file}.new`, file);
  return {
    list: preparedList(views, version),
    errors,
    ...(notKept !== undefined && { notKept }),
  };
}

function preparedList(views: Views, version: number): PreparedList {
  const { mirrors } = views.roster;
  return {
    version,
    builtAt: views.roster.version,
    mirrors: mirrors.length,
    repositories: views.catalogue.repositories.map(({ name, kind, setup }) => ({
      name,
      kind,
      mirrors: mirrors.filter((mirror) => mirror.carries[name] !== undefined).length,
      ...(setup.example !== undefined && { example: setup.example }),
    })),
    network: networkOf(views),
  };
}

/** The verb by which a process of the program prepares. It is for the program itself. */
export const prepareVerb = "prepare";

/** What the other process tells. */
type Told = { prepared: Prepared } | { reason: string };

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

/** The other process: prepares what it is told to, and tells what came of it. @returns the exit status */
export async function prepareAsTold(): Promise<number> {
  const [asked]: ToPrepare[] = await once(process, "message");
  if (asked === undefined) return 1;
  const told: Told = await prepare(asked).then(
    (prepared) => ({ prepared }),
    (error: unknown) => ({ reason: error instanceof Error ? error.message : String(error) }),
  );
  await new Promise((resolve) => process.send?.(told, resolve));
  process.disconnect();
  return 0;
}
