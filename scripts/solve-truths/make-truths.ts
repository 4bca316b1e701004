/** Asks the real tool for truths that aren't there yet, and appends them: a stop loses the answers under way alone. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { SolveOutcome, SolveRequest } from "../../worker/solve/request.ts";
import { type Drawn, drawRequest, type Stratum, stratumOf } from "./draw.ts";
import { drawSet, setCount } from "./draw-sets.ts";
import type { DrawnFrom } from "./strata.ts";
import { type InstalledSet, installedOf, resolved, type StoredTruth } from "./truth.ts";
import { madeFile, readSets, readStoredTruths, setsFile } from "./truth-files.ts";

/** What all truths of a folder have in common. */
export interface Made {
  policy: string;
  /** The tool that was asked: `apt 2.6.2 (amd64)`. */
  tool: string;
  seed: number;
  /** SHA-256 of the universe's `universe.json`. */
  universe: string;
}

export interface Shard {
  /** 1 to `of`. */
  shard: number;
  of: number;
}

export interface Making {
  folder: string;
  made: Made;
  from: DrawnFrom;
  count: number;
  shard: Shard;
  isWanted: (stratum: Stratum) => boolean;
  /** Questions at once. */
  processes: number;
  ask: (request: SolveRequest, slot: number) => Promise<SolveOutcome>;
  progress: (text: string) => void;
}

export interface Summary {
  /** Of this shard's, of strata that are wanted. */
  wanted: number;
  made: number;
  refused: number;
  left: number;
  /** Questions that got no answer that is known. */
  faults: readonly string[];
}

/** @throws Error where the folder's truths are of another tool, seed or universe */
export async function makeTruths(making: Making): Promise<Summary> {
  const { folder, count, shard, processes, from, made, progress } = making;
  mkdirSync(folder, { recursive: true });
  holdToMade(folder, made);
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".jsonl")) removeHalfLine(join(folder, file));
  }
  const sets = await setsOf(making);
  const installed = new Map(sets.map((set) => [set.set, installedOf(set.installed)] as const));
  const present = new Set(readStoredTruths(folder).map(({ truth }) => truth.number));
  const numbers = numbersOf(count, shard).filter((number) => making.isWanted(stratumOf(number)));
  const missing = numbers.filter((number) => !present.has(number));
  const file = join(folder, fileOf(shard));
  const faults: string[] = [];
  let [written, refused, at] = [0, 0, 0];
  const work = async (slot: number) => {
    for (let number = missing[at++]; number !== undefined; number = missing[at++]) {
      const drawn = drawRequest(from, sets, made.seed, number);
      progress(`${missing.length - written - faults.length} left: ${number}, ${drawn.stratum}`);
      try {
        const request = resolved(drawn.request, installed, `Draw ${number}`);
        const outcome = await making.ask(request, slot);
        appendFileSync(file, `${JSON.stringify(truthOf(drawn, outcome))}\n`);
        written += 1;
        if ("refused" in outcome) refused += 1;
      } catch (error) {
        faults.push(`${number}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: processes }, (_, slot) => work(slot)));
  progress("");
  const left = missing.length - written;
  return { wanted: numbers.length, made: written, refused, left, faults };
}

/** Which numbers are a shard's: every `of`th. Pure. */
export function numbersOf(count: number, { shard, of }: Shard): number[] {
  const all = Array.from({ length: count }, (_, number) => number);
  return all.filter((number) => number % of === shard - 1);
}

function fileOf({ shard, of }: Shard): string {
  return `truths.${shard}-of-${of}.jsonl`;
}

function truthOf({ number, stratum, request }: Drawn, outcome: SolveOutcome): StoredTruth {
  return { number, stratum, request, outcome };
}

async function setsOf({ folder, from, made, ask, progress }: Making): Promise<InstalledSet[]> {
  const sets = readSets(folder);
  for (let number = sets.length; number < setCount; number += 1) {
    progress(`Installed sets: ${setCount - number} left`);
    const set = await drawSet(from, made.seed, number, (request) => ask(request, 0));
    sets.push(set);
    appendFileSync(join(folder, setsFile), `${JSON.stringify(set)}\n`);
  }
  return sets;
}

function holdToMade(folder: string, made: Made): void {
  const path = join(folder, madeFile);
  const text = `${JSON.stringify(made, null, 2)}\n`;
  if (!existsSync(path)) {
    writeFileSync(path, text);
    return;
  }
  const former = readFileSync(path, "utf8");
  if (former !== text) {
    throw new Error(
      `${folder} has truths of ${former.trim()}, these would be of ${text.trim()}: take another folder by --to.`,
    );
  }
}

/** What a stop in the middle of writing left behind. */
function removeHalfLine(path: string): void {
  const bytes = readFileSync(path);
  truncateSync(path, bytes.lastIndexOf("\n") + 1);
}
