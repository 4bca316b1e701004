/** Which state of the sources is built, and the one time that all files of it get. */
import { spawnSync } from "node:child_process";

export interface SourceState {
  /** Git's name of the commit, with `+` behind it where something is changed; `unknown` outside of Git. */
  commit: string;
  time: Date;
}

/**
 * @param environment `SOURCE_DATE_EPOCH` (reproducible-builds.org), Unix seconds, comes before the commit's time
 */
export function sourceState(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): SourceState {
  const git = (...args: string[]) => {
    const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commit = git("rev-parse", "HEAD");
  const changed = git("status", "--porcelain", "--untracked-files=no") ?? "";
  const given = environment.SOURCE_DATE_EPOCH ?? git("log", "-1", "--format=%ct") ?? "0";
  const seconds = /^\d{1,12}$/.test(given) ? Number(given) : 0;
  return {
    commit: commit === undefined ? "unknown" : commit + (changed === "" ? "" : "+"),
    time: new Date(seconds * 1000),
  };
}
