/** `npm run bench -- --presence`: how long the edge takes to look a file up, inside workerd. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startPlainWorkerd } from "../service/workerd.ts";
import { cpuSeconds } from "./load.ts";

/** As many as bookworm main amd64 has. */
const files = 63_000;

export interface Lookups {
  files: number;
  /** By what was done, one look-up in ns; one value a round. */
  ns: Record<string, number[]>;
}

/** What is timed, and how often: enough that a clock tick of 10 ms doesn't count. One file after the other, all over. */
const timed = [
  { name: "found before, at hand", what: "atHand", count: 1_000_000 },
  { name: "from a segment in memory", what: "find", count: 200_000 },
] as const;

/** By the process's own processor time: it says the same where others work beside it. */
export async function measureLookups(rounds: number, cpu: number): Promise<Lookups> {
  const server = await startPlainWorkerd({ script: await bundled(), cpu });
  try {
    const took = async (what: string, count: number) => {
      const before = cpuSeconds(server.pid);
      const answer = await fetch(`${server.url}?what=${what}&count=${count}&files=${files}`);
      const text = await answer.text();
      if (text !== `${count} found`) throw new Error(`${what}: ${text} ${server.said()}`);
      return cpuSeconds(server.pid) - before;
    };
    const ns: Record<string, number[]> = {};
    // Round 0 builds the presence and warms the code.
    for (let round = 0; round <= rounds; round++) {
      for (const { name, what, count } of timed) {
        // Taken off: the same loop without a look-up.
        const empty = await took("nothing", count);
        const each = ((await took(what, count)) - empty) * (1e9 / count);
        if (round > 0) ns[name] = [...(ns[name] ?? []), each];
      }
    }
    return { files, ns };
  } finally {
    await server.stop();
  }
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("lookups-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["node:*"],
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("the bundler gave no file");
  return bundle.text;
}
