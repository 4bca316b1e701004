/** A tool's run and our request, timed in the same round. */
import { spawnSync } from "node:child_process";
import type { Asker } from "../../judge-packages/asker.ts";
import { median } from "../summary.ts";
import type { Pair } from "./contestants.ts";

export interface Timed {
  name: string;
  rounds: number;
  /** Medians, ms. */
  toolMs: number;
  oursMs: number;
  /** How many times faster ours is: median against median. */
  ratio: number;
}

/** Requests of ours for each run of a tool: a run takes as long as hundreds. */
const requestsARound = 5;

/** Each pair once in each round, tool first in one, service first in the next. */
export async function timePairs(
  pairs: readonly Pair[],
  asker: Asker,
  rounds: number,
  progress: (text: string) => void,
): Promise<Timed[]> {
  const told = pairs.map((pair) => ({ pair, tool: [] as number[], ours: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { pair, tool, ours } of told) {
      progress(`round ${round + 1}/${rounds} ${pair.name}`);
      const runTool = () => tool.push(toolMs(pair, pair.asks[round % pair.asks.length] ?? ""));
      if (round % 2 === 0) runTool();
      for (let number = 0; number < requestsARound; number++) {
        const asked = pair.asks[(round * requestsARound + number) % pair.asks.length] ?? "";
        ours.push(await oursMs(pair, asker, asked));
      }
      if (round % 2 === 1) runTool();
    }
  }
  return told.map(({ pair, tool, ours }) => {
    const [toolMs, oursMs] = [median(tool), median(ours)];
    return { name: pair.name, rounds, toolMs, oursMs, ratio: toolMs / oursMs };
  });
}

function toolMs({ tool, name }: Pair, asked: string): number {
  const [program = "", ...given] = tool.command(asked);
  const from = performance.now();
  // It ends with 1 where nothing is found.
  const { error } = spawnSync(program, given, {
    stdio: "ignore",
    ...(tool.environment !== undefined && { env: tool.environment }),
  });
  if (error !== undefined) throw new Error(`${name} can't be run: ${error.message}`);
  return performance.now() - from;
}

async function oursMs({ ours, name }: Pair, asker: Asker, asked: string): Promise<number> {
  const from = performance.now();
  const { status, text } = await asker.ask(ours(asked));
  if (status !== 200 && status !== 404) {
    throw new Error(`${name}: ${asked} answers ${status}: ${text.slice(0, 200)}`);
  }
  return performance.now() - from;
}
