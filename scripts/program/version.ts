/** `nearmirror version`: of the program, and of the programs that it brings. */
import { spawnSync } from "node:child_process";
import { stateFormat } from "../backup/state-format.ts";
import { exitCodes } from "./exit-codes.ts";
import { commitOf, type Parts, parts, versionOf } from "./parts.ts";

/** workerd answers at once; one that can't be started by this machine must not hang, ms. */
const askMs = 5000;

export interface Versions {
  nearmirror: string;
  /** Git's name of what a folder was built from; undefined in a checkout, where Git says it. */
  commit?: string;
  layout: Parts["layout"];
  /** As Node says it of itself. */
  node: string;
  /** As workerd says it of itself, or why it doesn't. */
  workerd: string;
  /** Of the state folder, and of a backup of it. */
  stateFormat: number;
}

/** Asks workerd itself: the binary may not run on this machine. */
export function versions(): Versions {
  const commit = commitOf(parts);
  return {
    nearmirror: versionOf(parts),
    ...(commit !== undefined && { commit }),
    layout: parts.layout,
    node: process.version,
    workerd: workerdVersion(),
    stateFormat,
  };
}

function workerdVersion(): string {
  try {
    const { stdout, stderr, error, status } = spawnSync(parts.workerd, ["--version"], {
      encoding: "utf8",
      timeout: askMs,
    });
    if (error !== undefined) return `doesn't run: ${error.message}`;
    return status === 0 ? stdout.trim() : `doesn't run: ${stderr.trim()}`;
  } catch (error) {
    return `isn't there: ${error instanceof Error ? error.message : error}`;
  }
}

/** `nearmirror version` and `nearmirror --version`. */
export function tellVersion(isJson: boolean, out: (text: string) => void): number {
  const found = versions();
  const { nearmirror, commit, node, workerd } = found;
  const of = commit === undefined ? "" : ` (commit ${commit})`;
  out(
    isJson
      ? `${JSON.stringify(found)}\n`
      : `nearmirror ${nearmirror}${of}\nnode ${node}\n${workerd}\nstate format ${found.stateFormat}\n`,
  );
  return exitCodes.done;
}
