/** Hosts that use the service all the time, several at once, and what is counted of their runs. */

import { Tally } from "./faults-tally.ts";
import type { PublishField } from "./publish-field.ts";
import type { PublishRun, RunKind } from "./publish-host.ts";

export interface LoadOptions {
  field: PublishField;
  /** Hosts at a time. */
  atOnce: number;
  random(): number;
  /** A run is ended after this, ms; asked when it begins. */
  deadlineMs(): number;
  /** Half of the runs rest between indexes and packages, at most so long, ms: people do, and time passes meanwhile. */
  mostRestMs: number;
  /** No run is begun when it says so. */
  over(): boolean;
  /** Is given each run. */
  done(run: PublishRun): Promise<void>;
}

/** Of four hosts one installs, two download, one is dnf's. */
const kinds: readonly RunKind[] = ["apt-download", "dnf-download", "apt-download", "apt-install"];
/** A host's runs: the first begins with nothing, the next know what the one before had. */
const runsPerHost = 3;
/** A run's deadline where all is well, ms: twenty times what one takes on two busy processors. */
export const runDeadlineMs = 60_000;

/** Runs hosts until it is over. */
export async function load(options: LoadOptions): Promise<void> {
  const { field, atOnce, random, deadlineMs, mostRestMs, over, done } = options;
  let begun = 0;
  const worker = async () => {
    while (!over()) {
      const kind = kinds[begun++ % kinds.length] ?? "apt-download";
      const host = await field.host(kind);
      try {
        for (let at = 0; at < runsPerHost && !over(); at++) {
          const restMs = random() < 0.5 ? 0 : random() * mostRestMs;
          const run = await host.run({ restMs, deadlineMs: deadlineMs() });
          await done(run);
          if (run.failed !== undefined) break;
        }
      } finally {
        await host.stop();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** What came of the runs. */
export class PublishTally extends Tally {
  readonly #field: PublishField;
  readonly #refused = new Set<unknown>();
  readonly #editions = new Set<number>();

  constructor(field: PublishField) {
    super();
    this.#field = field;
  }

  /** A run that may not fail, nor meet a mirror that hasn't what it is asked for. */
  async ran(run: PublishRun, when: string): Promise<void> {
    this.#count(run, "");
    if (run.edition !== undefined) this.#editions.add(run.edition);
    this.time(`${run.kind}`, (run.endedAt - run.beganAt) / 1000);
    await this.#fail(run, when, "");
    for (const refusal of this.#field.refusals(run.beganAt)) {
      if (this.#refused.has(refusal)) continue;
      this.#refused.add(refusal);
      this.count("notFoundAtMirrors");
      if (run.failed === undefined) {
        const lines = await this.#field.evidence(run);
        this.fault(`${when}: ${refusal.server} has no ${refusal.path}`, lines);
      }
    }
  }

  /** A run that began before the service had reacted to an attack. */
  async ranBefore(run: PublishRun): Promise<void> {
    this.#count(run, "BeforeReaction");
    await this.#fail(run, undefined, "BeforeReaction");
    for (const refusal of this.#field.refusals(run.beganAt)) this.#refused.add(refusal);
  }

  override summary(): Record<string, number> {
    return { ...super.summary(), editionsHad: this.#editions.size };
  }

  #count({ kind, payload }: PublishRun, suffix: string): void {
    this.count(`runs${suffix}`);
    this.count(`${kind}${suffix}`);
    this.count(`payloadRedirects${suffix}`, payload.redirects);
    this.count(`payloadBytesByEdge${suffix}`, payload.bytes);
  }

  async #fail(run: PublishRun, when: string | undefined, suffix: string): Promise<void> {
    this.count(`failures${suffix}`, run.failed === undefined ? 0 : 1);
    if (run.failed === undefined) return;
    this.count(`failures${suffix}: ${wordFor(run)}`);
    if (when === undefined) return;
    this.fault(`${when}: ${run.kind}: ${run.failed}`, await this.#field.evidence(run));
  }
}

/** A failure's class, for counting. */
function wordFor({ failed = "", evidence }: PublishRun): string {
  const said = `${failed}\n${evidence.join("\n")}`;
  if (/hash sum mismatch|checksum/i.test(said)) return "hash sum mismatch";
  if (/unexpected size/i.test(said)) return "unexpected size";
  if (/\b404\b/.test(said)) return "404";
  if (/with indexes of edition|apt has InRelease/.test(failed)) return "mixed";
  return "other";
}
