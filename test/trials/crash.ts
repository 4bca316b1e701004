/**
 * The whole service is killed in the middle of its work and started again on the same storage, again and again;
 * then Fleet's storage is taken from it. Nothing that was told may be lost, nobody may be probed twice as often.
 */
import { existsSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { oneOf, seeded } from "../../scripts/random.ts";
import { type KillableService, startKillable } from "../../scripts/service/killable.ts";
import type { FaultKind } from "../lab/faults.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { labProbing } from "../lab/probing.ts";
import { makeScratch } from "../lab/scratch.ts";
import { labViews } from "../lab/views.ts";
import { databaseWith } from "./costs-database.ts";
import { ask, type Entry, type Health, inconsistent, readMirror } from "./crash-told.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const mirrors = 10;
const seed = 20261123;
const kills = { short: 3, whole: 10 } as const;
/** The service is killed after a random part of this, ms: two or three intervals, in which states change. */
const livesMs = { least: 3000, most: 14_000 };
/** A state of the lab changes this often, ms. */
const faultEveryMs = 900;
/** A restarted service has this long to have its roster again, from its first answer, ms: a few looks for views. */
const rosterWithinMs = 5000;
/** And this long to probe again: an interval, and what a silent Prober takes to be told, ms. */
const probesWithinMs = 30_000;
const intervalMs = 10_000;
/** A mirror has this many targets: three repositories over http. */
const targets = 3;
/** Regions in `labProbing`. */
const regions = 2;
const faults: readonly FaultKind[] = ["refuse", "down", "404", "5xx", "hang", "corrupt"];

/** Probes, as the mirror sees them: requests for a repository's root. */
function rootsAsked(lab: Lab, sinceMs: number): Map<string, number> {
  return new Map(
    lab.mirrors.map(({ name, log }) => [
      name,
      log.requests.filter(
        ({ path, time, method }) =>
          time >= sinceMs && method === "GET" && /InRelease$|repomd\.xml$|SHA256SUMS$/.test(path),
      ).length,
    ]),
  );
}

/** What a service writes, and how one begins on it. */
interface Storage {
  folder: string;
  start: () => Promise<KillableService>;
}

/** Runs a trial's steps on a lab and a service on one storage. */
class Crashing {
  readonly #lab: Lab;
  readonly #context: TrialContext;
  readonly #start: Storage["start"];
  readonly #folder: string;
  readonly #random = seeded(seed);
  readonly evidence: string[] = [];
  readonly figures: Record<string, number> = {};
  /** Newest id of each mirror's history as it was told, and its entries. */
  readonly #told = new Map<string, Entry[]>();
  #service: KillableService;
  #published = 0;
  #clients = 0;

  constructor(
    lab: Lab,
    context: TrialContext,
    { folder, start }: Storage,
    service: KillableService,
  ) {
    this.#lab = lab;
    this.#context = context;
    this.#folder = folder;
    this.#start = start;
    this.#service = service;
  }

  get service(): KillableService {
    return this.#service;
  }

  /** Lives a while with faults coming and going and everything read now and then, then is killed. */
  async liveAndDie(): Promise<void> {
    const random = this.#random;
    const until = Date.now() + livesMs.least + random() * (livesMs.most - livesMs.least);
    let killed = false;
    const stirring = (async () => {
      while (!killed) {
        const mirror = oneOf(random, this.#lab.mirrors.slice(0, mirrors / 2));
        await mirror.setFault(random() < 0.5 ? undefined : { kind: oneOf(random, faults) });
        await pause(faultEveryMs);
      }
    })();
    const reading = (async () => {
      while (!killed) {
        try {
          await this.#read();
        } catch (error) {
          if (!killed) this.evidence.push(`while it lived: ${error}`);
        }
        await pause(100);
      }
    })();
    await pause(Math.max(0, until - Date.now()), undefined, { signal: this.#context.signal });
    killed = true;
    await this.#service.kill();
    await Promise.all([stirring, reading]);
  }

  /** Reads everything and keeps what was told. */
  async #read(): Promise<void> {
    const health = await ask<Health>(`${this.#service.url}api/v1/health`);
    this.#published = Math.max(this.#published, health.roster.version, health.published ?? 0);
    for (const { name } of this.#lab.mirrors) {
      const shown = await readMirror(this.#service, name);
      this.evidence.push(...inconsistent(name, shown));
      this.#told.set(name, shown.history);
    }
  }

  /** Starts anew and looks whether all is there. Gives the seconds until the roster was. */
  async comeBack(): Promise<number> {
    this.#service = await this.#start();
    const begun = Date.now();
    let version = 0;
    while (version < this.#published && Date.now() - begun < rosterWithinMs) {
      version = (await ask<Health>(`${this.#service.url}api/v1/health`)).roster.version;
      if (version < this.#published) await pause(50);
    }
    if (version < this.#published) {
      this.evidence.push(`roster ${version} after a restart, ${this.#published} was out before`);
    }
    const seconds = (Date.now() - begun) / 1000;
    for (const { name } of this.#lab.mirrors) {
      const shown = await readMirror(this.#service, name);
      this.evidence.push(...inconsistent(name, shown));
      const is = new Map(shown.history.map((entry) => [entry.id, JSON.stringify(entry)]));
      for (const entry of this.#told.get(name) ?? []) {
        if (is.get(entry.id) !== JSON.stringify(entry)) {
          this.evidence.push(`${name}: entry ${entry.id} was told before and is lost`);
        }
      }
    }
    return seconds;
  }

  /** With all healed: every mirror is probed, by each region once an interval and not more. */
  async probesOnce(): Promise<void> {
    await Promise.all(this.#lab.mirrors.map((mirror) => mirror.setFault(undefined)));
    const begun = Date.now();
    const late = () =>
      [...rootsAsked(this.#lab, begun)].filter(([, asked]) => asked < targets * regions);
    while (late().length > 0 && Date.now() - begun < probesWithinMs) {
      await pause(200, undefined, { signal: this.#context.signal });
    }
    for (const [name, asked] of late()) this.evidence.push(`${name}: asked only ${asked} times`);
    this.figures.probingAgainSeconds = Math.max(
      this.figures.probingAgainSeconds ?? 0,
      (Date.now() - begun) / 1000,
    );
    // What had fallen is looked at more often for a while, so only those without a fault count.
    const steady = this.#lab.mirrors.slice(mirrors / 2).map(({ name }) => name);
    const from = Date.now();
    const intervals = 2;
    await pause(intervals * intervalMs, undefined, { signal: this.#context.signal });
    const counted = rootsAsked(this.#lab, from);
    const most = Math.max(...steady.map((name) => counted.get(name) ?? 0));
    // Jitter and rounds shorten an interval to 0.7 of it at the least; the window may cut one more in.
    const allowed = targets * regions * (Math.ceil(intervals / 0.7) + 1);
    const perInterval = most / targets / regions / intervals;
    this.figures.mostProbesPerTargetRegionAndInterval = Math.max(
      this.figures.mostProbesPerTargetRegionAndInterval ?? 0,
      Math.round(perInterval * 100) / 100,
    );
    if (most > allowed) {
      this.evidence.push(`a healthy mirror was probed ${most} times, ${allowed} would be right`);
    }
  }

  /** Fleet's storage is gone: roster from KV, probing and redirects go on; then it is back with all it knew. */
  async withoutFleet(): Promise<void> {
    // One that hasn't flapped: those that did need many successes before they are believed again.
    const dead = this.#lab.mirror(`mirror${mirrors}`);
    await dead.setFault({ kind: "refuse" });
    await this.#until(`${dead.name} is down`, async () => {
      const { targets: told } = await readMirror(this.#service, dead.name);
      return told.every(({ state }) => state === "down");
    });
    await this.#until("the roster with it is in KV", async () => {
      await this.#read();
      const sent = await this.#redirects();
      const health = await ask<Health>(`${this.#service.url}api/v1/health`);
      const current = health.stored === true && health.roster.version === health.published;
      return current && sent.every((to) => to !== "" && !to.startsWith(dead.url));
    });
    await this.#service.stop();
    const database = databaseWith(this.#folder, "published");
    if (database === undefined) throw new Error("Fleet has no database");
    // What was written last is still in the log beside the database, so all of it is moved.
    const parts = ["", "-wal", "-shm"].map((suffix) => database + suffix).filter(existsSync);
    for (const part of parts) renameSync(part, `${part}.kept`);
    // A damaged file would be moved aside at the start, and Fleet begin anew: this is a disk that gives none.
    mkdirSync(database);

    this.#service = await this.#start();
    const begun = Date.now();
    await this.#until("an edge has KV's roster", async () => {
      const { roster } = await ask<Health>(`${this.#service.url}api/v1/health`);
      return roster.version >= this.#published;
    });
    this.figures.rosterFromKvSeconds = (Date.now() - begun) / 1000;
    const { status } = await fetch(`${this.#service.url}api/v1/mirrors`);
    if (status !== 503) this.evidence.push(`without Fleet its API answers ${status}`);
    for (const to of await this.#redirects()) {
      if (to === "" || to.startsWith(dead.url)) this.evidence.push(`without Fleet: sent to ${to}`);
    }
    const since = Date.now();
    await this.#until("Probers go on without Fleet", async () =>
      [...rootsAsked(this.#lab, since)].every(([name, asked]) => name === dead.name || asked > 0),
    );
    await this.#service.kill();
    rmdirSync(database);
    for (const part of parts) renameSync(`${part}.kept`, part);
    await this.comeBack();
    await dead.setFault(undefined);
    await this.#until("it goes on where it was", async () => {
      const { targets: told } = await readMirror(this.#service, dead.name);
      return told.every(({ state }) => state === "up");
    });
  }

  /** Where clients of 50 networks are sent, each new: none is remembered from before. Empty: not redirected. */
  async #redirects(): Promise<string[]> {
    const sent: string[] = [];
    for (let count = 0; count < 50; count++) {
      const client = this.#clients++;
      const response = await fetch(`${this.#service.url}lab-cd/near-1.0-amd64.iso`, {
        redirect: "manual",
        headers: { "X-Forwarded-For": `81.${client >> 8}.${client & 255}.9` },
      });
      await response.body?.cancel();
      sent.push(response.headers.get("Location") ?? "");
    }
    return sent;
  }

  async #until(what: string, is: () => Promise<boolean>): Promise<void> {
    const begun = Date.now();
    while (Date.now() - begun < probesWithinMs) {
      if (await is()) return;
      await pause(200, undefined, { signal: this.#context.signal });
    }
    this.evidence.push(`not within ${probesWithinMs / 1000} s: ${what}`);
  }

  get entries(): number {
    return [...this.#told.values()].reduce((sum, { length }) => sum + length, 0);
  }
}

async function run(context: TrialContext): Promise<TrialResult> {
  const { trees, progress, length } = context;
  const scratch = makeScratch("crash");
  const lab = await startLab({ trees, mirrors });
  const views = labViews(lab);
  const folder = join(scratch.directory, "storage");
  const start = () =>
    startKillable({ views, vars: { ...labProbing, TRUSTED_PROXIES: "any" }, persist: folder });
  let crashing: Crashing | undefined;
  try {
    crashing = new Crashing(lab, context, { folder, start }, await start());
    const seconds: number[] = [];
    for (let kill = 1; kill <= kills[length]; kill++) {
      progress(`kill ${kill} of ${kills[length]}`);
      await crashing.liveAndDie();
      seconds.push(await crashing.comeBack());
    }
    progress("counting probes");
    await crashing.probesOnce();
    progress("without Fleet");
    await crashing.withoutFleet();
    const { evidence, figures, entries } = crashing;
    const passed = evidence.length === 0;
    return {
      trial: "crash",
      passed,
      why: passed
        ? `${kills[length]} kills, ${entries} entries of history, nothing lost, nothing doubled`
        : (evidence[0] ?? ""),
      figures: {
        kills: kills[length],
        seed,
        historyEntries: entries,
        worstRosterBackSeconds: Math.max(...seconds),
        ...figures,
      },
      evidence: evidence.slice(0, 20),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const evidence = [why, ...(crashing?.evidence ?? [])].slice(0, 20);
    return { trial: "crash", passed: false, why, figures: crashing?.figures ?? {}, evidence };
  } finally {
    await crashing?.service.stop();
    await lab.stop();
    scratch.remove();
  }
}

/** The service killed in the middle of its work. */
export const crashTrial: Trial = {
  name: "crash",
  says: "The service is killed in the middle of its work and loses nothing",
  deadlineMs: { short: 180_000, whole: 400_000 },
  run,
};
