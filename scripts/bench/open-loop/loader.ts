/** Starts the process that loads, and gives it its orders. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoaderAnswer, LoaderOrder, LoaderSubject } from "./loader-process.ts";
import type { OpenLoopResult } from "./run-load.ts";

export interface Loader {
  /** Rejects where the server doesn't answer as HTTP has it, or goes away. */
  load(order: Omit<LoaderOrder, "seed">): Promise<OpenLoopResult>;
  end(): void;
}

/** Loads so far: each draws its own requests, or clients would ask for the same files again within a minute. */
let loads = 0;

/** @param cpu the processor that it runs on */
export function startLoader(subject: LoaderSubject, cpu: number): Loader {
  const entry = fileURLToPath(new URL("loader-process.ts", import.meta.url));
  const child = spawn("taskset", ["-c", String(cpu), process.execPath, entry], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.send(subject);
  return {
    async load(order) {
      const answer = nextAnswer(child);
      const asked: LoaderOrder = { ...order, seed: ++loads };
      child.send(asked);
      const told = await answer;
      if ("failed" in told) throw new Error(told.failed);
      return told.result;
    },
    end() {
      if (child.connected) child.disconnect();
    },
  };
}

function nextAnswer(child: ChildProcess): Promise<LoaderAnswer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the loader ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (answer: LoaderAnswer) => {
      child.off("exit", ended);
      resolve(answer);
    });
  });
}
