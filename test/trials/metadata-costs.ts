/**
 * What serving metadata costs: the time of `apt-get update` through the service against the same files from nginx,
 * taken in turn, cold and warm; processor, memory and R2 of a publication of Debian's size.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { AptRoot } from "../clients/apt.ts";
import { startNginx } from "../lab/nginx.ts";
import { firstToken, posted } from "../lab/operator.ts";
import { describe } from "../lab/process.ts";
import { makeScratch } from "../lab/scratch.ts";
import { makeSigningKey } from "../lab/signing-key.ts";
import { debianStanzas } from "./metadata-costs-index.ts";
import { readCosts } from "./metadata-costs-read.ts";
import { type CountedService, type Counts, startCounted } from "./metadata-costs-service.ts";
import { buildBigTree } from "./metadata-costs-tree.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const repository = "big";
/** A snapshot is taken within this, ms: fetching, hashing and listing 50 MB takes a few seconds. */
const takenMs = 60_000;
/** Work is over when its processor did next to nothing for this long, ms. */
const idleMs = 1500;
/** Processor seconds in that time that are still nothing: looks for newer views. */
const idleCpuSeconds = 0.06;

const lengths: Readonly<
  Record<TrialContext["length"], { stanzas: number; editions: number; cold: number; warm: number }>
> = {
  short: { stanzas: 3000, editions: 2, cold: 1, warm: 3 },
  whole: { stanzas: debianStanzas, editions: 3, cold: 5, warm: 11 },
};

export const metadataCostsTrial: Trial = {
  name: "metadata-costs",
  says: "apt-get update against nginx, and what a publication of Debian's size costs",
  needs: { "apt-get": "apt", gpg: "gpg gpg-agent", xz: "xz-utils", nginx: "nginx-light" },
  deadlineMs: { short: 60_000, whole: 390_000 },
  run,
};

async function run(context: TrialContext): Promise<TrialResult> {
  const { signal, progress, length } = context;
  const { stanzas, editions, cold, warm } = lengths[length];
  const scratch = makeScratch("metadata");
  const stops: (() => Promise<void>)[] = [];
  try {
    const key = await makeSigningKey(scratch.directory);
    stops.push(() => key.end());
    progress(`building ${editions} editions of ${stanzas} stanzas`);
    const tree = await buildBigTree(scratch.directory, key, editions, stanzas);
    tree.publish(1);
    const nginx = await startNginx(`root ${tree.directory};`, join(scratch.directory, "nginx"));
    stops.push(nginx.stop);
    const views = viewsOf(nginx.url, key.publicFile, key.fingerprint);
    const persist = join(scratch.directory, "stores");
    let service = await startCounted(views, persist);
    const token = await firstToken(service.url);
    stops.push(() => service.stop());
    let roots = 0;
    const update = async (base: string) => {
      const directory = join(scratch.directory, `root${roots++}`);
      mkdirSync(directory);
      const repositoryUrl = `${base}${repository}/`;
      const apt = new AptRoot({
        ...{ directory, repositoryUrl, publicKeyFile: key.publicFile, signal },
      });
      const began = performance.now();
      const outcome = await apt.update();
      const ms = performance.now() - began;
      rmSync(directory, { recursive: true });
      if (outcome.code !== 0) throw new Error(describe(outcome));
      return ms;
    };
    const fetched = async (base: string) => {
      const began = performance.now();
      for (const path of ["dists/stable/InRelease", tree.index]) {
        const response = await fetch(`${base}${repository}/${path}`, { signal });
        if (response.status !== 200) throw new Error(`${path} is answered ${response.status}`);
        await response.arrayBuffer();
      }
      return performance.now() - began;
    };

    progress("reading one index, and the first snapshot");
    const figures: Record<string, number> = { stanzas, ...sizesOf(tree.bytes) };
    for (const form of ["xz", "gz"] as const) {
      const read = await readCosts(join(tree.directory, repository, tree.indexes[form]));
      figures[`${form}ReadCpuSeconds`] = read.seconds;
      figures[`${form}ReadMegabytesAbove`] = read.megabytesAbove;
    }
    await taken(service, 1, signal);
    // The first to ask has the index pulled; with the second it is usual, and from then on had ahead of each new root.
    figures.firstUpdateMs = await update(service.url);
    await idle(service, signal);
    await update(service.url);
    await idle(service, signal);

    const publications: Record<string, number[]> = {};
    for (let edition = 2; edition <= editions; edition++) {
      progress(`edition ${edition} is published`);
      service.forgetPeak();
      const [counts, cpu, { now: memory }] = [
        await service.counts(),
        service.cpuSeconds(),
        service.megabytes(),
      ];
      const began = performance.now();
      tree.publish(edition);
      await refresh(service, token, signal);
      await taken(service, edition, signal);
      note(publications, "publishUntilServedMs", performance.now() - began);
      await idle(service, signal);
      note(publications, "publishCpuSeconds", service.cpuSeconds() - cpu);
      note(publications, "publishPeakMegabytes", service.megabytes().peak);
      note(publications, "publishPeakMegabytesAbove", service.megabytes().peak - memory);
      for (const [name, value] of Object.entries(less(await service.counts(), counts))) {
        note(publications, `publishR2${name}`, value);
      }
    }

    const times: Record<string, number[]> = {};
    const inTurn = async (word: string, at: number) => {
      const ways = [
        ["Service", service.url],
        ["Nginx", nginx.url],
      ] as const;
      for (const [who, base] of at % 2 === 0 ? ways : ways.toReversed()) {
        note(times, `${word}Update${who}Ms`, await update(base));
      }
      for (const [who, base] of at % 2 === 0 ? ways : ways.toReversed()) {
        if (word === "warm") note(times, `${word}Fetch${who}Ms`, await fetched(base));
      }
    };
    for (let at = 0; at < cold; at++) {
      progress(`cold ${at + 1}`);
      await service.stop();
      // What a location's cache had; R2, KV and the objects' storage stay.
      rmSync(join(persist, "cache"), { recursive: true, force: true });
      service = await startCounted(views, persist);
      await inTurn("cold", at);
    }
    const before = await service.counts();
    for (let at = 0; at < warm; at++) {
      progress(`warm ${at + 1}`);
      await inTurn("warm", at);
    }
    const during = less(await service.counts(), before);
    figures.warmR2gets = during.get;
    for (const [name, values] of [...Object.entries(publications), ...Object.entries(times)]) {
      figures[name] = median(values);
    }
    for (const word of ["coldUpdate", "warmUpdate", "warmFetch"]) {
      figures[`${word}Ratio`] =
        (figures[`${word}ServiceMs`] ?? 0) / (figures[`${word}NginxMs`] ?? 1);
    }
    const rounded = Object.fromEntries(
      Object.entries(figures).map(([name, value]) => [name, Math.round(value * 100) / 100]),
    );
    return {
      trial: metadataCostsTrial.name,
      passed: true,
      why: `apt-get update takes ${rounded.warmUpdateRatio} of nginx's time warm, ${rounded.coldUpdateRatio} cold; a publication ${rounded.publishCpuSeconds} s of processor`,
      figures: rounded,
      evidence: [],
    };
  } finally {
    for (const stop of stops.toReversed()) await stop();
    scratch.remove();
  }
}

function viewsOf(origin: string, publicKeyFile: string, fingerprint: string): Views {
  const version = Date.now();
  const keyFile = "lab.asc";
  return {
    roster: { version, mirrors: [] },
    catalogue: {
      version,
      repositories: [
        {
          name: repository,
          kind: "apt",
          title: "A repository of Debian's size",
          origin: `${origin}${repository}/`,
          architectures: ["amd64"],
          roots: ["dists/stable/InRelease"],
          freshness: {},
          verify: "signed",
          keys: [{ file: keyFile, fingerprints: [fingerprint] }],
          // Told of each publication; nothing is done meanwhile.
          poll: 3600,
          follow: "always",
          setup: { suites: "stable", components: "main", signedBy: keyFile },
        },
      ],
    },
    keys: { [keyFile]: readFileSync(publicKeyFile).toString("base64") },
  };
}

async function refresh({ url }: CountedService, token: string, signal: AbortSignal): Promise<void> {
  const path = `api/v1/repositories/${repository}/refresh`;
  await (await fetch(url + path, { ...posted(token), signal })).arrayBuffer();
}

/** Resolves when the edge serves that edition from a snapshot. */
async function taken({ url }: CountedService, edition: number, signal: AbortSignal): Promise<void> {
  const end = Date.now() + takenMs;
  for (;;) {
    const root = await fetch(`${url}${repository}/dists/stable/InRelease`, { signal });
    const text = await root.text();
    const told = await (await fetch(`${url}api/v1/repositories/${repository}`, { signal })).text();
    if (text.includes(`\nDescription: version ${edition}\n`) && told.includes('"serving"')) return;
    if (Date.now() > end) throw new Error(`edition ${edition} is not served: ${told}`);
    await pause(50, undefined, { signal });
  }
}

/** Resolves when the service has nothing to do any more. */
async function idle(service: CountedService, signal: AbortSignal): Promise<void> {
  for (;;) {
    const before = service.cpuSeconds();
    await pause(idleMs, undefined, { signal });
    if (service.cpuSeconds() - before <= idleCpuSeconds) return;
  }
}

function sizesOf({ xz, gz, plain }: { xz: number; gz: number; plain: number }) {
  return { xzMegabytes: xz / 1e6, gzMegabytes: gz / 1e6, plainMegabytes: plain / 1e6 };
}

function less(now: Counts, before: Counts): Counts {
  return {
    put: now.put - before.put,
    get: now.get - before.get,
    head: now.head - before.head,
    list: now.list - before.list,
    delete: now.delete - before.delete,
    bytesPut: now.bytesPut - before.bytesPut,
    bytesGot: now.bytesGot - before.bytesGot,
  };
}

function note(figures: Record<string, number[]>, name: string, value: number): void {
  figures[name] = [...(figures[name] ?? []), value];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
