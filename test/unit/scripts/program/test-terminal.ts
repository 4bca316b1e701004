/** A terminal of a test: it keeps what is printed, and answers what is asked. */
import { runCommandLine } from "../../../../scripts/program/command-line.ts";
import type { Terminal } from "../../../../scripts/program/terminal.ts";

export interface TestTerminal extends Terminal {
  printed: { out: string; err: string };
  /** Pauses that were asked for, ms. */
  paused: number[];
}

export const now = Date.parse("2026-11-22T12:00:00Z");

/** Nobody watches or types, unless the test says so; without a network, unless it gives one. */
export function testTerminal(given: Partial<Terminal> & { answers?: string[] } = {}): TestTerminal {
  const { answers = [], ...rest } = given;
  const printed = { out: "", err: "" };
  const paused: number[] = [];
  let keys = 0;
  return {
    printed,
    paused,
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    isTerminal: false,
    isAsking: answers.length > 0,
    columns: undefined,
    paint: (_, text) => text,
    environment: {},
    home: "/nonexistent",
    user: "somebody",
    uid: process.getuid?.(),
    now: () => now,
    fetch: () => Promise.reject(new TypeError("no network here")),
    lookup: () => Promise.reject(new Error("no names here")),
    pause: async (ms) => {
      paused.push(ms);
    },
    random: () => 0.5,
    newKey: () => `key-${++keys}`,
    ask: async (question) => {
      printed.err += `${question}\n`;
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`nobody answers: ${question}`);
      return answer;
    },
    input: async () => "",
    edit: () => Promise.reject(new Error("no editor here")),
    interruption: () => new AbortController().signal,
    ...rest,
  };
}

/** Runs a verb in that terminal. */
export async function runIn(terminal: TestTerminal, ...args: string[]) {
  const [name, ...behind] = args;
  terminal.printed.out = "";
  terminal.printed.err = "";
  const status = await runCommandLine(name, behind, terminal);
  return { status, ...terminal.printed };
}
