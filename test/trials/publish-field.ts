/** Where the trials `publish` take place: a lab that publishes, the service that follows it, hosts that use it. */
import { setTimeout as pause } from "node:timers/promises";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { addressHeader } from "../clients/loop-front.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { firstToken, labSecretVars, posted } from "../lab/operator.ts";
import { labProbing } from "../lab/probing.ts";
import { formatRequest, type LoggedRequest } from "../lab/request-log.ts";
import { labViews } from "../lab/views.ts";
import { addressIn, network } from "./ask-edge.ts";
import { Host, type PublishRun, type RunKind } from "./publish-host.ts";
import type { TreeState } from "./publish-plan.ts";
import { type LoggedService, startLogged } from "./publish-service.ts";
import type { PublishTrees } from "./publish-trees.ts";

/** All mirrors and hosts are here, so that all mirrors are equally good and each gets its share of the hosts. */
const place = { country: "DE", latitude: 50.1, longitude: 8.7 };
const repositories = ["lab", "lab-rpm"];
/** Programs that ask for payload; probes and the edge have other names. */
const clientAgents = /^(Debian APT|libdnf)/;
/** Between two looks at something that can't be awaited, ms. */
const lookEveryMs = 100;
/** Until all mirrors are up and both repositories have a snapshot, ms. */
const startDeadlineMs = 60_000;
/** The service answers within this, ms; its own deadlines for an origin are longer than any answer here takes. */
const answerMs = 20_000;
/** Lines of the service's log and of a mirror's that a failed run keeps. */
const linesKept = 30;

export class PublishField {
  readonly lab: Lab;
  readonly trees: PublishTrees;
  readonly #service: LoggedService;
  readonly #signal: AbortSignal;
  #token = "";
  #hosts = 0;

  private constructor(lab: Lab, trees: PublishTrees, service: LoggedService, signal: AbortSignal) {
    this.lab = lab;
    this.trees = trees;
    this.#service = service;
    this.#signal = signal;
  }

  /** Resolves when all mirrors are known to be up and the first edition is served from snapshots. */
  static async start(
    trees: PublishTrees,
    mirrors: number,
    signal: AbortSignal,
  ): Promise<PublishField> {
    const lab = await startLab({ trees, mirrors });
    let service: LoggedService | undefined;
    try {
      service = await startLogged({
        views: inOnePlace(labViews(lab, { verified: true })),
        vars: {
          ...labProbing,
          ...labSecretVars,
          OWN_PLACE: `${place.country} ${place.latitude} ${place.longitude}`,
          PEER_ADDRESS_HEADER: addressHeader,
          TRUSTED_PROXIES: "127.0.0.0/8",
        },
      });
      const field = new PublishField(lab, trees, service, signal);
      await field.#ready();
      field.#token = await firstToken(service.url);
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

  /** Puts a server's tree in a state. */
  put(server: string, state: TreeState): void {
    const found = server === "origin" ? this.lab.origin : this.lab.mirror(server);
    found.serve(this.trees.number(state));
  }

  /** Tells the service that the origin has something new, as push mirroring does. */
  async refresh(): Promise<void> {
    await Promise.all(
      repositories.map((name) =>
        this.#fetch(`api/v1/repositories/${name}/refresh`, posted(this.#token)).then((response) =>
          response.arrayBuffer(),
        ),
      ),
    );
  }

  /** A new host, of a network of its own: a mirror gets its share of these. */
  host(kind: RunKind): Promise<Host> {
    const number = this.#hosts++;
    return Host.start({
      kind,
      service: this.#service.url,
      address: addressIn(network(number), number),
      trees: this.trees,
      signal: this.#signal,
    });
  }

  /** Mirrors for a path below the service as the edge ranks them, and whether it takes them to have the file unasked. */
  async ranked(path: string): Promise<{ mirror: string; isProven: boolean }[]> {
    const answer = await this.#get(`${encodeURI(path)}?trace&ip=${addressIn(network(0), 0)}`);
    const mirrors: unknown = Reflect.get(Object(answer), "mirrors");
    if (!Array.isArray(mirrors)) throw new Error(`no mirrors in the trace of ${path}`);
    return mirrors.flatMap((verdict) => {
      const { mirror, rank, proof } = Object(verdict);
      if (typeof mirror !== "string" || typeof rank !== "number") return [];
      return [{ mirror, isProven: proof === "generation" || proof === "head" }];
    });
  }

  /** Requests of clients that a mirror has answered with 404 since then, Unix ms. */
  refusals(since: number): LoggedRequest[] {
    return this.lab.mirrors.flatMap(({ log }) =>
      log.requests.filter(
        ({ time, status, headers }) =>
          time >= since && status === 404 && clientAgents.test(headers["user-agent"] ?? ""),
      ),
    );
  }

  /** Snapshots that the service has made of both. */
  async snapshots(): Promise<number> {
    const counts = await Promise.all(
      repositories.map(async (name) => {
        const told = await this.#get(`api/v1/repositories/${name}/snapshots`);
        const all: unknown = Reflect.get(Object(told), "snapshots");
        return Array.isArray(all) ? all.length : 0;
      }),
    );
    return counts.reduce((total, one) => total + one, 0);
  }

  /** Whether the edge serves both roots of that edition. */
  async serves(edition: number): Promise<boolean> {
    const text = async (path: string) => (await this.#fetch(path)).text();
    const release = await text("lab/dists/stable/InRelease");
    const revision = /<revision>(\d+)</.exec(await text("lab-rpm/repodata/repomd.xml"))?.[1];
    return (
      release.includes(`\nDescription: version ${edition}\n`) &&
      this.trees.editionOfRevision(Number(revision)) === edition
    );
  }

  /** Alarms of both in force. */
  async alarms(): Promise<string[]> {
    const told = await Promise.all(
      repositories.map(async (name) => {
        const alarms: unknown = Reflect.get(
          Object(await this.#get(`api/v1/repositories/${name}`)),
          "alarms",
        );
        return (Array.isArray(alarms) ? alarms : []).map((one) => `${name}: ${Object(one).said}`);
      }),
    );
    return told.flat();
  }

  /** What else is known of a run that failed: states, the mirrors' requests, the service's log. */
  async evidence({ beganAt, evidence }: PublishRun): Promise<string[]> {
    const used = this.lab.mirrors.filter(({ url }) => evidence.some((line) => line.includes(url)));
    const told = await Promise.all(used.map(({ name }) => this.#told(name)));
    const asked = [this.lab.origin, ...used].flatMap(({ name, log }) =>
      log.requests
        .filter(({ time }) => time >= beganAt)
        .slice(-linesKept)
        .map((one) => `${name} +${one.time - beganAt} ms: ${formatRequest(one)}`),
    );
    const lines = this.#service.lines(beganAt - 1000).slice(-linesKept);
    return [
      ...evidence,
      ...(await this.alarms()),
      ...told,
      ...asked,
      ...lines.map((line) => `service: ${line}`),
    ];
  }

  async #told(mirror: string): Promise<string> {
    const told = Object(await this.#get(`api/v1/mirrors/${mirror}`));
    const { version } = this.lab.mirror(mirror);
    return `${mirror}, tree ${version}: ${JSON.stringify(told.targets)}`.slice(0, 2000);
  }

  async #ready(): Promise<void> {
    const end = Date.now() + startDeadlineMs;
    for (;;) {
      const told: unknown = await this.#get("api/v1/mirrors");
      const text = JSON.stringify(told);
      const up = text.split('"state":"up"').length - 1;
      // Being asked for is what has a repository followed, and the edge look for its snapshot.
      for (const path of ["lab/dists/stable/InRelease", "lab-rpm/repodata/repomd.xml"]) {
        await (await this.#fetch(path)).arrayBuffer();
      }
      const serving = await Promise.all(
        repositories.map((name) => this.#get(`api/v1/repositories/${name}`)),
      );
      const snapshots = serving.filter((one) => Reflect.has(Object(one), "serving")).length;
      if (up >= this.lab.mirrors.length * repositories.length && snapshots === 2) return;
      this.#signal.throwIfAborted();
      if (Date.now() > end) {
        throw new Error(
          `not ready: ${up} targets up, ${snapshots} snapshots: ${text.slice(0, 500)}`,
        );
      }
      await pause(lookEveryMs);
    }
  }

  async #get(path: string): Promise<unknown> {
    return (await this.#fetch(path)).json();
  }

  /** @throws Error when no answer begins in time. */
  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(answerMs)]);
    return fetch(this.#service.url + path, { ...init, signal });
  }
}

/** Without the images, which nobody asks for here. */
function inOnePlace({ roster, catalogue, ...rest }: Views): Views {
  return {
    ...rest,
    roster: {
      ...roster,
      mirrors: roster.mirrors.map((mirror) => ({
        ...mirror,
        ...place,
        carries: Object.fromEntries(
          Object.entries(mirror.carries).filter(([name]) => repositories.includes(name)),
        ),
      })),
    },
    catalogue: {
      ...catalogue,
      repositories: catalogue.repositories.filter(({ name }) => repositories.includes(name)),
    },
  };
}
