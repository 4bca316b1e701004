/**
 * Processes are killed around the moment at which the service takes the files' list over, and around later changes. Its
 * list is the old one or the new one, and once a client has seen the service's list no client sees another one again.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { oneOf, seeded } from "../../scripts/random.ts";
import { freePort } from "../../scripts/service/free-port.ts";
import { isRunning, type NpmStart, signal } from "../lab/npm-start.ts";
import { firstToken, posted } from "../lab/operator.ts";
import { nameOf } from "./process-name.ts";
import { type StartedField, startedField } from "./started-field.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const seed = 20_261_201;
/** Services; each is taken over once and changed once more, with a kill at both. */
const rounds = { short: 3, whole: 16 } as const;
const victims = ["workerd", "all"] as const;
/** A change takes a tenth of a second: a kill comes at any moment of it, ms after it was asked for. */
const killWithinMs = 150;
/** A service is there again, and gives its list out again, ms; a start takes two seconds on a free processor. */
const backWithinMs = 30_000;
const answerMs = 5_000;
/** What clients are looked at for, once the service answers again, ms. */
const lookedMs = 2_500;

interface Seen {
  list: number;
  mirrors: readonly string[];
}

class TakingOver {
  readonly #field: StartedField;
  readonly #store: string;
  readonly #port: number;
  readonly #probing: string;
  readonly evidence: string[] = [];
  #service: NpmStart | undefined;
  #token = "";
  /** Names that a client has seen, and the API has said are in the list. */
  readonly #certain = new Set<string>();
  /** Changes that were asked for: they may have been made. */
  readonly #asked = new Set<string>();
  /** The list is the service's own, as a client or an operator was told. */
  isOwn = false;

  constructor(field: StartedField, store: string, port: number, probing: string) {
    this.#field = field;
    this.#store = store;
    this.#port = port;
    this.#probing = probing;
  }

  async start(): Promise<void> {
    const args = ["--port", String(this.#port), "--probing", this.#probing];
    // A location goes by what it last heard for longer than a start takes.
    args.push("--set", "ROSTER_AGE_SECONDS=10");
    this.#service = await this.#field.start(this.#store, { args });
  }

  async begin(): Promise<void> {
    await this.start();
    this.#token = await firstToken(this.#running().url);
  }

  /** A change, and a kill at a moment of it; then what clients and operators see. */
  async change(name: string, victim: (typeof victims)[number], afterMs: number): Promise<void> {
    this.#asked.add(name);
    const changing = this.#add(name).catch(() => undefined);
    const looking = this.#lookUntil(changing.then(() => pause(100)));
    await pause(afterMs);
    const processes = this.#running().processes();
    const killed =
      victim === "all" ? processes : processes.filter((pid) => nameOf(pid) === "workerd");
    for (const pid of killed) signal(pid, "SIGKILL");
    await Promise.all([changing, looking]);
    const what = `${name}, ${victim} killed after ${Math.round(afterMs)} ms`;
    if (victim === "all") {
      const end = Date.now() + answerMs;
      while (processes.some(isRunning) && Date.now() < end) await pause(20);
      // From the first answer on, which comes before the greeting.
      await Promise.all([this.start(), this.#look(what)]);
    } else {
      await this.#look(what);
    }
    await this.#agree(what);
  }

  /** Files say something else by now, which nobody may see. */
  async touchFiles(name: string): Promise<void> {
    const text = `name: ${name}\nbase:\n  http: http://127.0.0.1:9/${name}/\nrepositories:\n  small:\n    path: ""\n`;
    writeFileSync(join(this.#field.list, `mirrors/${name}.yaml`), text);
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
  }

  async #add(name: string): Promise<void> {
    const { url } = this.#running();
    const { version } = await this.#list();
    const { method, headers } = posted(this.#token);
    const site = {
      name,
      base: { http: `http://127.0.0.1:9/${name}/` },
      repositories: { small: { path: "" } },
    };
    const answer = await fetch(`${url}api/v1/list/apply`, {
      method,
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({
        base: version,
        why: "a trial",
        changes: { [`mirrors/${name}`]: site },
      }),
      signal: AbortSignal.timeout(answerMs),
    });
    await answer.text();
    if (answer.status !== 200) return;
    this.#certain.add(name);
    this.isOwn = true;
  }

  async #list(): Promise<{ version: number; owner: string; entries: Record<string, unknown> }> {
    const answer = await fetch(`${this.#running().url}api/v1/list`, {
      headers: { Authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(answerMs),
    });
    if (answer.status !== 200) throw new Error(`the list: ${answer.status}`);
    const list: { version: number; owner: string; entries: Record<string, unknown> } =
      await answer.json();
    return list;
  }

  /** What a client is answered by. */
  async #edge(): Promise<Seen> {
    const { url } = this.#running();
    const get = async (path: string) =>
      (await fetch(url + path, { signal: AbortSignal.timeout(answerMs) })).text();
    const trace = await get(`${this.#field.packages[0]}?trace=json`);
    const health: { roster: { list: number } } = JSON.parse(await get("api/v1/health"));
    const mirrors = [...trace.matchAll(/"mirror": ?"([^"]+)"/g)].map(([, name = ""]) => name);
    return { list: health.roster.list, mirrors: [...new Set(mirrors)] };
  }

  /** Whoever sees a mirror that the API alone has added has seen the service's list. */
  #note({ mirrors }: Seen): void {
    for (const name of mirrors) {
      if (!this.#asked.has(name)) continue;
      this.#certain.add(name);
      this.isOwn = true;
    }
  }

  async #lookUntil(ended: Promise<unknown>): Promise<void> {
    let isOver = false;
    void ended.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.#edge().then(
        (seen) => this.#note(seen),
        () => undefined,
      );
      await pause(5);
    }
  }

  /** From the first answer on. */
  async #look(what: string): Promise<void> {
    const end = Date.now() + backWithinMs;
    let until = 0;
    while (Date.now() < (until === 0 ? end : until)) {
      const before = [...this.#certain];
      const wasOwn = this.isOwn;
      const seen = await this.#edge().catch(() => undefined);
      if (seen === undefined || seen.mirrors.length === 0) {
        await pause(10);
        continue;
      }
      if (until === 0) until = Date.now() + lookedMs;
      const missing = before.filter((name) => !seen.mirrors.includes(name));
      if (missing.length > 0) {
        this.evidence.push(`${what}: a client saw a list without ${missing.join(", ")}`);
      }
      const ofFiles = seen.mirrors.filter((name) => name.startsWith("file-"));
      if (wasOwn && ofFiles.length > 0) {
        this.evidence.push(`${what}: a client saw the files' list again`);
      }
      this.#note(seen);
      await pause(10);
    }
    if (until === 0) this.evidence.push(`${what}: nobody is served`);
  }

  /** Operators' list and clients' list are one. */
  async #agree(what: string): Promise<void> {
    const { entries, owner } = await this.#list();
    const named = Object.keys(entries)
      .filter((place) => place.startsWith("mirrors/"))
      .map((place) => place.slice("mirrors/".length))
      .sort();
    if (this.isOwn && owner !== "service")
      this.evidence.push(`${what}: the list is the ${owner}'s`);
    if (owner === "service") this.isOwn = true;
    const end = Date.now() + backWithinMs;
    let seen: readonly string[] = [];
    do {
      seen = (await this.#edge().catch(() => ({ mirrors: [] }))).mirrors.toSorted();
      if (seen.join() === named.join()) return;
      await pause(50);
    } while (Date.now() < end);
    this.evidence.push(`${what}: clients see ${seen.join(" ")}, the list has ${named.join(" ")}`);
  }

  #running(): NpmStart {
    if (this.#service === undefined) throw new Error("nothing is started");
    return this.#service;
  }
}

async function run({ length, progress, signal: ending }: TrialContext): Promise<TrialResult> {
  const random = seeded(seed);
  const evidence: string[] = [];
  let tookOver = 0;
  for (let round = 0; round < rounds[length]; round++) {
    ending.throwIfAborted();
    const field = await startedField({ large: 1_000 });
    const probing = oneOf(random, ["off", "asked"]);
    const store = join(field.scratch.directory, "store");
    const taking = new TakingOver(field, store, await freePort(), probing);
    try {
      await taking.begin();
      for (const name of ["own-1", "own-2"]) {
        const victim = oneOf(random, victims);
        progress(`service ${round + 1} of ${rounds[length]}: ${name}, ${victim} killed`);
        await taking.change(name, victim, random() * killWithinMs);
        if (taking.isOwn) await taking.touchFiles(`file-${name}`);
      }
      if (taking.isOwn) tookOver += 1;
    } finally {
      await taking.stop();
      await field.stop();
    }
    evidence.push(...taking.evidence);
  }
  const kills = 2 * rounds[length];
  return {
    trial: "take-over",
    passed: evidence.length === 0,
    why:
      evidence[0] ??
      `${kills} kills at changes of the list; ${tookOver} of ${rounds[length]} services keep their list, and no client saw an older one`,
    figures: { kills, tookOver },
    evidence: evidence.slice(0, 20),
  };
}

export const takeOverTrial: Trial = {
  name: "take-over",
  says: "processes are killed while the service takes its list over from files, and while it changes it",
  deadlineMs: { short: 300_000, whole: 1_200_000 },
  run,
};
