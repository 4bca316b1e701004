/**
 * Ends a process when this one is gone, however it went. A program that is killed can't end its children; a shell that
 * waits at a pipe from it sees the pipe's end, and does it. `PR_SET_PDEATHSIG` would do the same, on Linux alone, and
 * Node can't ask for it.
 */
import { type ChildProcess, spawn } from "node:child_process";

/** Reads the process, then waits for more, which never comes: `read` returns when the pipe closes. */
const script = 'read -r pid && read -r _; kill -9 "$pid" 2>/dev/null';

/** A shell that ends a process with this one. */
export interface Guardian {
  /** The process is gone already, and its number may be another's: nothing is to be ended any more. */
  release(): void;
}

/** @param pid of a child of this process that is to end with it */
export function guard(pid: number): Guardian {
  let released = false;
  let shell: ChildProcess | undefined;
  const start = () => {
    // In a group of its own: Ctrl-C at the terminal would end it before what it guards.
    shell = spawn("/bin/sh", ["-c", script], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    // It may be killed between its start and this line; another one follows.
    shell.stdin?.on("error", () => undefined);
    shell.stdin?.write(`${pid}\n`);
    shell.once("error", () => undefined);
    shell.once("exit", () => {
      if (!released) start();
    });
    shell.unref();
  };
  start();
  return {
    release() {
      released = true;
      shell?.kill("SIGKILL");
    },
  };
}
