/**
 * One process of the started service, or all of them, is killed under load in the middle of publications, again and
 * again. What was served is served again, and nothing is left over.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { oneOf, seeded } from "../../scripts/random.ts";
import { freePort } from "../../scripts/service/free-port.ts";
import { isRunning, type NpmStart, signal } from "../lab/npm-start.ts";
import { firstToken, posted } from "../lab/operator.ts";
import { nameOf } from "./process-name.ts";
import { askSteadily } from "./started-clients.ts";
import { type StartedField, startedField, versionOf } from "./started-field.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const seed = 20_261_130;
const kills = { short: 4, whole: 16 } as const;
/** Who is killed; every one at least once in a short run. The guardian ends workerd where the launcher ends without it. */
const victims = ["launcher", "workerd", "all", "guardian"] as const;
/** A life, ms: a few publications. */
const livesMs = { least: 700, most: 3_000 };
const publishEveryMs = 500;
/** Load of a life. */
const clients = 40;
const perSecond = 80;
/** What was started ends with the process that started it, ms. */
const goneWithinMs = 5_000;
/** A service is there again, and has its snapshot, ms; a start takes two seconds on a free processor. */
const backWithinMs = 30_000;
/** Files that a kill may leave until the next start. */
const unfinished = /\.tmp$|\.new$|-journal$/;

class Killing {
  readonly #field: StartedField;
  readonly #random = seeded(seed);
  readonly #port: number;
  readonly #store: string;
  readonly #temporary: string;
  readonly evidence: string[] = [];
  readonly backSeconds: number[] = [];
  #service: NpmStart | undefined;
  #token: string | undefined;
  /** Newest version that a client got. */
  #served = 0;
  #published = 1;

  constructor(field: StartedField, port: number) {
    this.#field = field;
    this.#port = port;
    this.#store = join(field.scratch.directory, "store");
    this.#temporary = join(field.scratch.directory, "temporary");
    mkdirSync(this.#temporary);
  }

  get versions(): number {
    return this.#published;
  }

  async start(): Promise<void> {
    this.#service = await this.#field.start(this.#store, {
      args: ["--port", String(this.#port)],
      // What it leaves there is seen, and nobody else's.
      env: { TMPDIR: this.#temporary },
    });
    await this.#back("started");
    this.#token ??= await firstToken(this.#running().url);
  }

  /** A life, and its end by the victim's death. */
  async live(victim: (typeof victims)[number]): Promise<void> {
    const service = this.#running();
    const lifeMs = livesMs.least + this.#random() * (livesMs.most - livesMs.least);
    const bases = this.#field.lab.mirrors.map(({ url }) => url);
    let killed = false;
    const asking = askSteadily(
      {
        url: service.url,
        clients,
        perSecond,
        path: (count) => this.#field.packages[count % this.#field.packages.length] ?? "",
        isRight: (status, location) =>
          killed || (status === 302 && bases.some((base) => location.startsWith(base))),
      },
      lifeMs + 500,
    );
    const publishing = (async () => {
      while (!killed) {
        await this.#publish().catch(() => undefined);
        await pause(publishEveryMs);
      }
    })();
    await pause(lifeMs);
    killed = true;
    const all = service.processes();
    const [launcher = 0, ...children] = all;
    const workerd = Number(children.find((pid) => nameOf(pid) === "workerd"));
    const others = children.filter((pid) => pid !== workerd);
    if (victim === "workerd") signal(workerd, "SIGKILL");
    else if (victim === "launcher") signal(launcher, "SIGKILL");
    else if (victim === "all") for (const pid of all) signal(pid, "SIGKILL");
    else for (const pid of others) signal(pid, "SIGKILL");
    const [{ wrong }] = await Promise.all([asking, publishing]);
    this.evidence.push(...wrong.map((one) => `before a kill: ${one}`));
    if (victim === "workerd") {
      // The launcher starts it again.
      await this.#back("workerd killed");
      return;
    }
    if (victim === "guardian") {
      await this.#back("guardian killed");
      await service.stop();
    }
    await this.#gone(all, victim);
    await this.start();
  }

  /** Another version at origin and mirrors; the service is told to look. */
  async #publish(): Promise<void> {
    if (this.#published >= this.#field.lab.trees.versions) return;
    this.#field.lab.publish(++this.#published);
    const { url } = this.#running();
    const signalled = AbortSignal.timeout(goneWithinMs);
    const refreshed = `${url}api/v1/repositories/small/refresh`;
    await fetch(refreshed, { ...posted(this.#token ?? ""), signal: signalled });
    const told = await this.#version();
    if (told !== undefined) this.#served = Math.max(this.#served, told);
  }

  /** The version that is served; undefined: nothing is. */
  async #version(): Promise<number | undefined> {
    try {
      const answer = await fetch(this.#running().url + this.#field.index, {
        signal: AbortSignal.timeout(goneWithinMs),
      });
      const text = await answer.text();
      return answer.status === 200 ? versionOf(text) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The first answer has what was served before, or newer. */
  async #back(after: string): Promise<void> {
    const begun = Date.now();
    let version: number | undefined;
    while (version === undefined && Date.now() - begun < backWithinMs) {
      version = await this.#version();
      if (version === undefined) await pause(20);
    }
    this.backSeconds.push((Date.now() - begun) / 1000);
    if (version === undefined) this.evidence.push(`${after}: nobody is served`);
    else if (version < this.#served) {
      this.evidence.push(`${after}: version ${version} is served, ${this.#served} was before`);
    }
    const files = readdirSync(this.#store, { recursive: true, encoding: "utf8" });
    const left = files.filter((name) => unfinished.test(name) && !name.startsWith("in-use"));
    // A database that is being written has its journal beside it; more are of lives before.
    if (left.length > 4) this.evidence.push(`${after}: left in the store: ${left.join(" ")}`);
  }

  /** No process of the last life runs, and its port is free. */
  async #gone(processes: readonly number[], victim: string): Promise<void> {
    const until = Date.now() + goneWithinMs;
    const left = () => processes.filter(isRunning);
    while ((left().length > 0 || (await isOpen(this.#port))) && Date.now() < until) await pause(20);
    for (const pid of left()) {
      this.evidence.push(`${victim} killed: process ${pid} (${nameOf(pid)}) is left`);
    }
    if (await isOpen(this.#port)) this.evidence.push(`${victim} killed: the port is taken`);
    for (const pid of left()) signal(pid, "SIGKILL");
  }

  #running(): NpmStart {
    if (this.#service === undefined) throw new Error("nothing is started");
    return this.#service;
  }

  /** Ends it, and looks what is left where programs put what they need for a while. */
  async stop(): Promise<void> {
    await this.#service?.stop();
    const left = readdirSync(this.#temporary).filter((name) => name.startsWith("nearmirror"));
    if (left.length > 0) this.evidence.push(`left among temporary files: ${left.join(" ")}`);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    setTimeout(() => socket.destroy(), 500).unref();
  });
}

async function run({ length, progress, signal: ending }: TrialContext): Promise<TrialResult> {
  const versions = 4 * kills[length];
  const field = await startedField({ versions, large: 1_000 });
  const killing = new Killing(field, await freePort());
  try {
    const random = seeded(seed + 1);
    await killing.start();
    for (let count = 0; count < kills[length]; count++) {
      ending.throwIfAborted();
      const victim = victims[count] ?? oneOf(random, victims);
      progress(`kill ${count + 1} of ${kills[length]}: ${victim}`);
      await killing.live(victim);
    }
  } finally {
    await killing.stop();
    await field.stop();
  }
  const { evidence } = killing;
  return {
    trial: "kills",
    passed: evidence.length === 0,
    why:
      evidence[0] ??
      `${kills[length]} kills within ${killing.versions} publications, nothing lost, nothing left over`,
    figures: {
      kills: kills[length],
      seed,
      publications: killing.versions,
      worstBackSeconds: Math.max(...killing.backSeconds),
    },
    evidence: evidence.slice(0, 20),
  };
}

export const killsTrial: Trial = {
  name: "kills",
  says: "kill -9 of launcher, workerd or all under load and publications: nothing lost, nothing left over",
  deadlineMs: { short: 180_000, whole: 600_000 },
  run,
};
