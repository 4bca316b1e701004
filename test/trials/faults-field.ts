/** Where the trial `faults` takes place: a lab, the service probing it, and clients near each of its mirrors. */
import { setTimeout as pause } from "node:timers/promises";
import { type Service, startService } from "../../scripts/service.ts";
import { filesOfRun, type LoopClient, type LoopRun, runClient } from "../clients/loop.ts";
import { addressHeader } from "../clients/loop-front.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { labProbing } from "../lab/probing.ts";
import { formatRequest } from "../lab/request-log.ts";
import type { BuiltTrees } from "../lab/trees.ts";
import { labViews } from "../lab/views.ts";
import { isHit, type Situation, showsByHead } from "./faults-plan.ts";

/** Fewer than the eight from which a prober takes the failure of most for its own. */
export const mirrorCount = 7;
export const mirrorNames: readonly string[] = Array.from(
  { length: mirrorCount },
  (_, at) => `mirror${at + 1}`,
);
/** What is published; mirrors with the fault `stale` serve version 1. */
export const publishedVersion = 2;

/** Networks (the first 16 bits) in the countries of the lab's mirrors, in their order. */
const networks = ["84.128", "12.0", "133.1", "177.32", "1.128", "41.0", "117.200"];
/** Networks of clients that are looked for near each mirror. */
const homesWanted = 4;
/** And so many are asked after: of a mirror that just came back, one network in ten has it first. */
const homesTried = 60;
/** Between two looks at the edge's decisions, ms. */
const lookEveryMs = 100;

export class Field {
  readonly lab: Lab;
  readonly mirrors: readonly string[];
  readonly #trees: BuiltTrees;
  readonly #service: Service;
  readonly #homes = new Map<string, string[]>();
  #clients = 0;

  private constructor(lab: Lab, trees: BuiltTrees, service: Service) {
    this.lab = lab;
    this.mirrors = lab.mirrors.map(({ name }) => name);
    this.#trees = trees;
    this.#service = service;
  }

  /** Resolves when all mirrors are known to be up, and to have all files that clients will ask for. */
  static async start(trees: BuiltTrees, signal: AbortSignal): Promise<Field> {
    // One mirror that speaks https is enough for `https-only`.
    const lab = await startLab({ trees, mirrors: mirrorCount, https: (number) => number === 1 });
    lab.publish(publishedVersion);
    let service: Service | undefined;
    try {
      const { SIGHT_SECONDS } = process.env;
      const vars = {
        ...labProbing,
        PEER_ADDRESS_HEADER: addressHeader,
        TRUSTED_PROXIES: "127.0.0.0/8",
        // 0 shows what looking before a redirect is worth.
        ...(SIGHT_SECONDS !== undefined && { SIGHT_SECONDS }),
      };
      service = await startService({ views: labViews(lab, { verified: true }), vars });
      const field = new Field(lab, trees, service);
      await field.#allUp(signal);
      await field.#allProven(signal);
      return field;
    } catch (error) {
      await service?.stop();
      await lab.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#service.stop();
    await this.lab.stop();
  }

  /** Puts the faults in force and heals everyone else. */
  async shift(situation: Situation): Promise<void> {
    const servers = [this.lab.origin, ...this.lab.mirrors];
    await Promise.all(servers.map((server) => server.setFault(situation.get(server.name))));
  }

  /** Finds clients who are sent to that mirror first, for `addressNear`; how many networks of them. */
  async findHomes(mirror: string): Promise<number> {
    const prefix = networks[this.mirrors.indexOf(mirror)];
    const [path = ""] = filesOfRun(publishedVersion).apt;
    const homes: string[] = [];
    for (let at = 0; at < homesTried && homes.length < homesWanted; at++) {
      const home = `${prefix}.${at}`;
      const [first] = await this.#ranked(path, `${home}.1`);
      if (first?.mirror === mirror) homes.push(home);
    }
    if (homes.length > 0) this.#homes.set(mirror, homes);
    return homes.length;
  }

  /** A new client, of a network whose first mirror was that one when last looked. */
  addressNear(mirror: string): string {
    const prefix = networks[this.mirrors.indexOf(mirror)];
    const homes = this.#homes.get(mirror) ?? [`${prefix}.1`];
    const number = this.#clients++;
    return `${homes[number % homes.length]}.${1 + (Math.floor(number / homes.length) % 250)}`;
  }

  /** Runs a client near that mirror. @param bytes it takes payload from the service itself */
  async run(
    client: LoopClient,
    mirror: string,
    signal: AbortSignal,
    bytes = false,
  ): Promise<LoopRun> {
    const { publicKeyFile } = this.#trees;
    if (publicKeyFile === undefined) throw new Error("the lab's repositories are not signed");
    const run = await runClient(client, {
      service: this.#service.url,
      address: this.addressNear(mirror),
      publicKeyFile,
      version: publishedVersion,
      bytes,
      signal,
    });
    if (run.failed !== undefined) run.evidence.push(...(await this.#evidence(run)));
    return run;
  }

  /** Whether the run was sent to a faulty mirror for a file that it doesn't give rightly. */
  met({ sent }: LoopRun, situation: Situation): boolean {
    return sent.some(({ path, to }) => {
      const mirror = this.lab.mirrors.find(({ url }) => to.startsWith(url));
      const fault = mirror && situation.get(mirror.name);
      return fault !== undefined && isHit(fault, decodeURIComponent(path).slice(1));
    });
  }

  /** Faulty mirrors to which the edge still sends clients for files they don't give, with one such file each. */
  async offeredStill(situation: Situation): Promise<string[]> {
    const { apt, dnf } = filesOfRun(publishedVersion);
    const found = new Map<string, string>();
    for (const path of [...apt, ...dnf]) {
      const faulty = this.mirrors.filter((name) => {
        const fault = situation.get(name);
        return fault !== undefined && isHit(fault, path) && !found.has(name);
      });
      if (faulty.length === 0) continue;
      const ranked = await this.#ranked(path, `${networks[0]}.1.1`);
      for (const { mirror, proof } of ranked) {
        const fault = faulty.includes(mirror) ? situation.get(mirror) : undefined;
        // Unproven ones are asked by HEAD before anybody is sent there.
        if (fault === undefined || (proof === "none" && showsByHead(fault))) continue;
        found.set(mirror, path);
      }
    }
    return [...found].map(([name, path]) => `${name} for ${path}`);
  }

  /**
   * Waits until the edge sends nobody to a faulty mirror for what it doesn't give.
   * @param until Unix ms.
   * @returns what is still wrong then.
   */
  async reacted(situation: Situation, until: number): Promise<string | undefined> {
    for (;;) {
      const still = await this.offeredStill(situation);
      if (still.length === 0) return undefined;
      if (Date.now() >= until) return `clients are still sent to ${still.join(", ")}`;
      await pause(lookEveryMs);
    }
  }

  /** What the API says of a mirror, in a line. */
  async told(mirror: string): Promise<string> {
    const answer: unknown = await this.#get(`api/v1/mirrors/${mirror}`);
    const targets: unknown = Reflect.get(Object(answer), "targets");
    const lines = (Array.isArray(targets) ? targets : []).map((target) => {
      const { repository, scheme, state, freshness, without, ramp } = Object(target);
      return [
        `${repository} ${scheme} ${state} ${freshness ?? ""}`,
        without === undefined ? "" : ` without ${without}`,
        ramp === undefined ? "" : ` ramp ${ramp}`,
      ].join("");
    });
    return `${mirror}: ${lines.join("; ")}`;
  }

  async #allUp(signal: AbortSignal): Promise<void> {
    const end = Date.now() + 30_000;
    for (;;) {
      const told = await Promise.all(this.mirrors.map((mirror) => this.told(mirror)));
      const up = told.every((line) => (line.match(/ http up fresh/g) ?? []).length === 3);
      if (up) return;
      signal.throwIfAborted();
      if (Date.now() > end) throw new Error(`the lab's mirrors are not up:\n${told.join("\n")}`);
      await pause(lookEveryMs);
    }
  }

  /**
   * Indexes are read once a client has used them; then files are listed, and mirrors proven by their generation. Else
   * each file would be proven by a HEAD, which tells more of a mirror than its generation does.
   */
  async #allProven(signal: AbortSignal): Promise<void> {
    const [first = ""] = this.mirrors;
    const runs = await Promise.all(
      (["apt", "dnf"] as const).map((client) => this.run(client, first, signal)),
    );
    for (const { failed } of runs) if (failed !== undefined) throw new Error(failed);
    const paths = Object.values(filesOfRun(publishedVersion)).flat();
    const end = Date.now() + 30_000;
    for (;;) {
      const ranked = await Promise.all(
        paths.map((path) => this.#ranked(path, `${networks[0]}.1.1`)),
      );
      const proven = (one: { proof: string }) => one.proof === "generation";
      if (ranked.every((some) => some.length === mirrorCount && some.every(proven))) return;
      signal.throwIfAborted();
      if (Date.now() > end) {
        throw new Error(
          `not proven: ${JSON.stringify(ranked.find((some) => !some.every(proven)))}`,
        );
      }
      await pause(lookEveryMs);
    }
  }

  /** Mirrors for a path below the service, best first, as the edge decides for that address. */
  async #ranked(path: string, address: string): Promise<{ mirror: string; proof: string }[]> {
    const answer = await this.#get(`${encodeURI(path)}?trace&ip=${address}`);
    const mirrors: unknown = Reflect.get(Object(answer), "mirrors");
    if (!Array.isArray(mirrors)) throw new Error(`no mirrors in the trace of ${path}`);
    return mirrors.flatMap((verdict) => {
      const { mirror, rank, proof } = Object(verdict);
      return typeof mirror === "string" && typeof rank === "number"
        ? [{ mirror, proof: String(proof) }]
        : [];
    });
  }

  async #get(path: string): Promise<unknown> {
    return (await fetch(this.#service.url + path)).json();
  }

  async #evidence({ sent, beganAt }: LoopRun): Promise<string[]> {
    const used = this.lab.mirrors.filter(({ url }) => sent.some(({ to }) => to.startsWith(url)));
    const told = await Promise.all(used.map(({ name }) => this.told(name)));
    const asked = [this.lab.origin, ...used].flatMap(({ name, log }) =>
      log.requests
        .filter(
          ({ time, headers }) => time >= beganAt && !/Probe/.test(headers["user-agent"] ?? ""),
        )
        .slice(-15)
        .map((one) => `${name}: ${formatRequest(one)}`),
    );
    return [...told, ...asked];
  }
}
