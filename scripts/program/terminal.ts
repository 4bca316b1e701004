/** Where a verb prints and asks, with its clock and its network: tests have one of their own. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { homedir, userInfo } from "node:os";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { styleText } from "node:util";
import { exitCodes } from "./exit-codes.ts";

export type Colour = "green" | "red" | "yellow" | "cyan" | "bold" | "dim";

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Somebody watches `err`: what is under way is told there. */
  isTerminal: boolean;
  /** Somebody types: questions can be asked. */
  isAsking: boolean;
  /** Of `out`; undefined: it is no terminal, and lines are as long as they are. */
  columns: number | undefined;
  /** The text in that colour, where `out` shows colours and nobody has set NO_COLOR (no-color.org). */
  paint(colour: Colour, text: string): string;
  environment: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Name of whoever calls. */
  user: string;
  /** Numeric id of whoever calls; undefined where the system has none. */
  uid: number | undefined;
  /** Unix ms. */
  now(): number;
  fetch: typeof fetch;
  /** Addresses of a host's name. Rejects where it has none. */
  lookup(host: string): Promise<readonly string[]>;
  pause(ms: number): Promise<void>;
  /** 0 to 1. */
  random(): number;
  /** A name that nothing else has. */
  newKey(): string;
  /** Asks, and waits for a line. @param isSecret what is typed isn't shown */
  ask(question: string, isSecret?: boolean): Promise<string>;
  /** All of the standard input. */
  input(): Promise<string>;
  /** Has a file edited. Rejects where the editor can't be started or says it failed. */
  edit(file: string): Promise<void>;
  /** A signal that is aborted when somebody presses Ctrl-C. */
  interruption(): AbortSignal;
}

/** Of this process. */
export function thisTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  // `nearmirror list | head`: whoever reads has enough.
  stdout.once("error", () => process.exit(exitCodes.done));
  const hasColours =
    env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0"
      ? true
      : stdout.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    isTerminal: stderr.isTTY === true,
    isAsking: stdin.isTTY === true && stderr.isTTY === true,
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    paint: (colour, text) =>
      hasColours ? styleText(colour, text, { validateStream: false }) : text,
    environment: env,
    home: homedir(),
    user: userName(),
    uid: process.getuid?.(),
    now: Date.now,
    fetch,
    lookup: async (host) => {
      const { lookup } = await import("node:dns/promises");
      return (await lookup(host, { all: true })).map(({ address }) => address);
    },
    pause: (ms) => setTimeout(ms),
    random: Math.random,
    newKey: () => randomUUID(),
    ask,
    input: () => text(stdin),
    edit,
    interruption,
  };
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}

/** Until it is asked for, the process ends by the signal itself. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

async function ask(question: string, isSecret = false): Promise<string> {
  const { stdin, stderr } = process;
  const typed = createInterface({
    input: stdin,
    // What is typed is written there, unless it is secret.
    ...(isSecret ? {} : { output: stderr }),
    terminal: true,
  });
  if (isSecret) stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      typed.once("SIGINT", () => reject(new Error("Interrupted: nothing was done.")));
      typed.once("close", () => reject(new Error("The input ended: nothing was done.")));
      if (isSecret) typed.once("line", resolve);
      else typed.question(question, resolve);
    });
  } finally {
    typed.close();
    if (isSecret) stderr.write("\n");
  }
}

/** By the shell, as `EDITOR="code --wait"` has words. */
async function edit(file: string): Promise<void> {
  const editor = process.env.VISUAL || process.env.EDITOR || "vi";
  const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit" });
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? ""));
  });
  if (status !== 0)
    throw new Error(`The editor (${editor}) ended with ${status}: nothing was changed.`);
}
