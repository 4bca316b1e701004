/** A lab with the service that probes it, as trials of the whole need them: all mirrors in one place, equally good. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Service, startService } from "../../scripts/service.ts";
import type { FleetHealth, MirrorSummary } from "../../worker/health/fleet-answers.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { type Lab, type LabMirror, startLab } from "../lab/lab.ts";
import type { BuiltTrees } from "../lab/trees.ts";
import { labViews } from "../lab/views.ts";
import { EdgeAsker } from "./ask-edge.ts";

/** Of `/api/v1/health`. */
export type Health = FleetHealth & { roster: { version: number }; status: string };

/** One entry of `/api/v1/mirrors/{name}`. */
export interface HistoryEntry {
  id: number;
  at: string;
  axis: string;
  from: string;
  to: string;
  why: string;
}

export interface ProbedLab {
  lab: Lab;
  service: Service;
  edge: EdgeAsker;
  /** One payload file of each repository, as asked of the service; images first. */
  files: readonly string[];
  /** The mirror that a `Location` points to. */
  mirrorAt(location: string): LabMirror | undefined;
  health(): Promise<Health>;
  metrics(): Promise<string>;
  mirrors(): Promise<MirrorSummary[]>;
  /** Newest first, the last hundred. */
  history(mirror: string): Promise<HistoryEntry[]>;
  stop(): Promise<void>;
}

export interface ProbedLabOptions {
  trees: BuiltTrees;
  mirrors: number;
  /** How it probes. */
  vars: Readonly<Record<string, string>>;
}

/**
 * The one place of all mirrors and clients. Of mirrors that are equally good each gets its share of the
 * client networks, so that every mirror has clients that would be sent there first.
 */
const place = { country: "DE", latitude: 50.1, longitude: 8.7 };

/** Starts lab and service. @throws Error when either can't be. */
export async function startProbedLab(options: ProbedLabOptions): Promise<ProbedLab> {
  const { trees, mirrors, vars } = options;
  const lab = await startLab({ trees, mirrors });
  const service = await startService({
    views: inOnePlace(labViews(lab, { verified: true }), trees),
    vars: {
      OWN_PLACE: `${place.country} ${place.latitude} ${place.longitude}`,
      TRUSTED_PROXIES: "any",
      ...vars,
    },
  }).catch(async (error: unknown) => {
    await lab.stop();
    throw error;
  });
  const edge = new EdgeAsker(service.url);
  const get = (path: string) => fetch(service.url + path, { signal: AbortSignal.timeout(10_000) });
  return {
    lab,
    service,
    edge,
    files: payloadFiles(trees),
    mirrorAt: (location) => lab.mirrors.find(({ url }) => location.startsWith(url)),
    async health() {
      const health: Health = await (await get("api/v1/health")).json();
      return health;
    },
    metrics: async () => (await get("metrics")).text(),
    async mirrors() {
      const answer: { mirrors: MirrorSummary[] } = await (await get("api/v1/mirrors")).json();
      return answer.mirrors;
    },
    async history(mirror) {
      const answer: { history: HistoryEntry[] } = await (
        await get(`api/v1/mirrors/${mirror}`)
      ).json();
      return answer.history;
    },
    async stop() {
      edge.close();
      await service.stop();
      await lab.stop();
    },
  };
}

function inOnePlace({ roster, catalogue, ...rest }: Views, { missing }: BuiltTrees): Views {
  const built = ({ name }: { name: string }) =>
    !(name === "lab" && missing.apt) && !(name === "lab-rpm" && missing.rpm);
  return {
    ...rest,
    roster: {
      ...roster,
      mirrors: roster.mirrors.map((mirror) => ({
        ...mirror,
        ...place,
        carries: Object.fromEntries(
          Object.entries(mirror.carries).filter(([name]) => built({ name })),
        ),
      })),
    },
    catalogue: { ...catalogue, repositories: catalogue.repositories.filter(built) },
  };
}

function payloadFiles(trees: BuiltTrees): string[] {
  const root = trees.root(1);
  const firstIn = (folder: string, ending: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${name}`)
      .toSorted()
      .slice(0, 1);
  return [
    ...firstIn("lab-cd", ".iso"),
    ...(trees.missing.apt ? [] : firstIn("lab/pool", ".deb")),
    ...(trees.missing.rpm ? [] : firstIn("lab-rpm/Packages", ".rpm")),
  ];
}

/** How often something is looked at that can't be awaited: it is known by asking only. */
const lookMs = 200;

/** What a wait may take. */
export interface Wait {
  /** For the error: `all mirrors are up`. */
  what: string;
  deadlineMs: number;
  signal: AbortSignal;
}

/**
 * Asks again and again until the answer is there.
 * @returns ms it took
 * @throws Error when the deadline passes.
 */
export async function until(
  holds: () => Promise<boolean>,
  { what, deadlineMs, signal }: Wait,
): Promise<number> {
  const begun = performance.now();
  while (!(await holds())) {
    const took = performance.now() - begun;
    if (took > deadlineMs) throw new Error(`not within ${Math.round(took / 1000)} s: ${what}`);
    await sleep(lookMs, undefined, { signal });
  }
  return performance.now() - begun;
}

/** Whether every target is up and was seen from that many regions. */
export async function allUp(field: ProbedLab, regions: number): Promise<boolean> {
  const mirrors = await field.mirrors();
  return mirrors.every(({ targets }) =>
    targets.every(({ state, ms }) => state === "up" && Object.keys(ms ?? {}).length >= regions),
  );
}

/** Seconds with a tenth, of ms. */
export function tenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}
