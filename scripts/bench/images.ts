/** `npm run bench -- --images`: how long filtering 20,000 images takes, inside workerd. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
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
    const ascending = (one: number, other: number) => one - other;
    return {
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
}: ImageFiltering): string[] {
  const at = (sorted: readonly number[], share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const line = (name: string, sorted: readonly number[]) =>
    `${name.padEnd(42)}p50 ${at(sorted, 0.5)} µs, p99 ${at(sorted, 0.99)} µs, most ${at(sorted, 1)} µs`;
  return [
    `20,000 images, ${count} questions of up to seven axes and three words`,
    line("processor time of a question", cpuUs),
    line("processor time of a page that isn't held", pageUs),
    line("request to answer on loopback", answeredUs),
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
