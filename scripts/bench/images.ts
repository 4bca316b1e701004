/** `npm run bench -- --images`: how long filtering 20,000 images takes, inside workerd. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generatedImages } from "../../test/unit/images/generated-catalogue.ts";
import { imagesBlob } from "../../worker/images/images-blob.ts";
import { oneOf, seeded } from "../random.ts";
import { startPlainWorkerd } from "../service/workerd.ts";
import { cpuSeconds } from "./load.ts";

/** Questions drawn: some of each kind that the page can ask. */
const questions = 200;
/** Each is asked so often in one request that a clock tick of 10 ms counts little. */
const repeats = 100;

export interface ImageFiltering {
  questions: number;
  /** Processor time of one question in µs, one value a question, sorted. */
  cpuUs: number[];
  /** The same of making the whole page, which is then held. */
  pageUs: number[];
  /**
   * The first question of an isolate, whose code is new to it, with 20,000 images to open: processor time in ms, a process
   * each, sorted. Without words and with some.
   */
  firstMs: number[];
  firstWordsMs: number[];
  /** The same of an isolate that has answered others. */
  againMs: number[];
  /** Time from a request of one question to its answer on loopback, µs, sorted. */
  answeredUs: number[];
}

const values: Readonly<Record<string, readonly string[]>> = {
  distribution: ["debian", "ubuntu", "fedora", "almalinux", "kali"],
  architecture: ["amd64", "aarch64", "armhf", "riscv64"],
  type: ["installer", "netinst", "live", "cloud"],
  format: ["iso", "qcow2", "img.xz"],
  edition: ["gnome", "kde", "server"],
  supported: ["yes", "lts", "eol"],
  latest: ["yes", "series"],
};
const words = [
  "d",
  "deb",
  "debian",
  "net",
  "netinst",
  "1",
  "13",
  "arm64",
  "x86_64",
  "iso",
  "kde",
  "workst",
  "name3",
  "a",
  "q",
];

/** The same questions each time. */
function drawn(): string[] {
  const random = seeded(20_000);
  return Array.from({ length: questions }, () => {
    const query = new URLSearchParams();
    for (const [axis, own] of Object.entries(values)) {
      if (random() < 0.25) query.append(axis, `${oneOf(random, own)},${oneOf(random, own)}`);
    }
    const typed = Array.from({ length: Math.floor(random() * 4) }, () => oneOf(random, words));
    if (typed.length > 0) query.append("q", typed.join(" "));
    return query.toString();
  });
}

/** Processes that are asked once. */
const starts = 5;

const ascending = (one: number, other: number) => one - other;

/** The catalogue as it is stored comes with the question. */
async function measureFirst(
  cpu: number,
): Promise<Pick<ImageFiltering, "firstMs" | "firstWordsMs" | "againMs">> {
  const blob = new Uint8Array(imagesBlob(generatedImages(20_000), "images"));
  const script = await bundled();
  const first = { "": [] as number[], "q=netinst arm64": [] as number[] };
  const againMs: number[] = [];
  for (let start = 0; start < starts; start++) {
    for (const [query, ms] of Object.entries(first)) {
      const server = await startPlainWorkerd({ script, cpu });
      try {
        const ask = async () => {
          const before = cpuSeconds(server.pid);
          const url = `${server.url}?what=filter&count=1&query=${encodeURIComponent(query)}`;
          const answer = await fetch(url, { method: "POST", body: blob });
          const text = await answer.text();
          if (!answer.ok) throw new Error(`${query}: ${text} ${server.said()}`);
          return (cpuSeconds(server.pid) - before) * 1000;
        };
        ms.push(await ask());
        for (let time = 0; time < starts; time++) await ask();
        againMs.push(await ask());
      } finally {
        await server.stop();
      }
    }
  }
  const [firstMs, firstWordsMs] = [first[""], first["q=netinst arm64"]];
  for (const ms of [firstMs, firstWordsMs, againMs]) ms.sort(ascending);
  return { firstMs, firstWordsMs, againMs };
}

/** Processor time is the process's own: it says the same where others work beside it. */
export async function measureImages(cpu: number): Promise<ImageFiltering> {
  const server = await startPlainWorkerd({ script: await bundled(), cpu });
  try {
    const ask = async (query: string, count: number, what = "filter") => {
      const answer = await fetch(
        `${server.url}?what=${what}&count=${count}&query=${encodeURIComponent(query)}`,
      );
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${query}: ${text} ${server.said()}`);
    };
    const all = drawn();
    const spent = async (work: () => Promise<void>) => {
      const before = cpuSeconds(server.pid);
      await work();
      return ((cpuSeconds(server.pid) - before) * 1e6) / repeats;
    };
    // The catalogue is made, and the code warm.
    for (const query of all) await ask(query, 3);
    const cpuUs: number[] = [];
    const pageUs: number[] = [];
    const answeredUs: number[] = [];
    for (const query of all) {
      cpuUs.push(await spent(() => ask(query, repeats)));
      pageUs.push(await spent(() => ask(query, repeats, "page")));
      for (let time = 0; time < 10; time++) {
        const began = performance.now();
        await ask(query, 1);
        answeredUs.push((performance.now() - began) * 1000);
      }
    }
    return {
      ...(await measureFirst(cpu)),
      questions: all.length,
      cpuUs: cpuUs.sort(ascending),
      pageUs: pageUs.sort(ascending),
      answeredUs: answeredUs.sort(ascending),
    };
  } finally {
    await server.stop();
  }
}

/** Lines for people. */
export function imageLines({
  questions: count,
  cpuUs,
  pageUs,
  answeredUs,
  ...first
}: ImageFiltering): string[] {
  const at = (sorted: readonly number[], share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const line = (name: string, sorted: readonly number[]) =>
    `${name.padEnd(42)}p50 ${at(sorted, 0.5)} µs, p99 ${at(sorted, 0.99)} µs, most ${at(sorted, 1)} µs`;
  const opening = (name: string, sorted: readonly number[]) =>
    `${name.padEnd(42)}least ${at(sorted, 0)} ms, median ${at(sorted, 0.5)} ms, most ${at(sorted, 1)} ms of processor time`;
  return [
    `20,000 images, ${count} questions of up to seven axes and three words`,
    line("processor time of a question", cpuUs),
    line("processor time of a page that isn't held", pageUs),
    line("request to answer on loopback", answeredUs),
    opening("first question of an isolate", first.firstMs),
    opening("the same with words", first.firstWordsMs),
    opening("first one after a snapshot, code compiled", first.againMs),
  ];
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("images-worker.ts", import.meta.url))],
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
