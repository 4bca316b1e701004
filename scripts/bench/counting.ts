/** `npm run bench -- --counting`: what counting a redirect for the statistics takes, inside workerd. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startPlainWorkerd } from "../service/workerd.ts";
import { cpuSeconds } from "./load.ts";

/** Redirects counted a round, as the promise of half a microsecond says. */
export const countedRedirects = 10_000_000;

/** One value a round. */
export interface CountingCosts {
  /** Of one redirect: its file's class, and the count. */
  ns: number[];
  /** Combinations that the table held when it was taken, as a mean. */
  rows: number;
}

/** By the process's own processor time: it says the same where others work beside it. */
export async function measureCounting(rounds: number, cpu: number): Promise<CountingCosts> {
  const server = await startPlainWorkerd({ script: await bundled(), cpu });
  try {
    let rows = 0;
    const took = async (what: string) => {
      const before = cpuSeconds(server.pid);
      const answer = await fetch(`${server.url}?what=${what}&count=${countedRedirects}`);
      const [counted = 0, each = 0] = (await answer.text()).split(" ").map(Number);
      if (counted !== countedRedirects) throw new Error(`${counted} counted. ${server.said()}`);
      rows = each;
      return cpuSeconds(server.pid) - before;
    };
    const ns: number[] = [];
    // Round 0 warms the code.
    for (let round = 0; round <= rounds; round++) {
      // Taken off: the same loop without counting.
      const empty = await took("nothing");
      const each = ((await took("counting")) - empty) * (1e9 / countedRedirects);
      if (round > 0) ns.push(each);
    }
    return { ns, rows };
  } finally {
    await server.stop();
  }
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("counting-worker.ts", import.meta.url))],
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
