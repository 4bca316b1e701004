/** The Durable Object of one Prober, which asks the mirrors of one region and shard. What it does is `Probing`'s. */
import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";
import type { Assignment } from "../health/assignment.ts";
import { ProberStore } from "../health/prober-store.ts";
import { Probing } from "../health/probing.ts";
import { askByFetch } from "../outbound/ask-by-fetch.ts";
import { comingThrough } from "../outbound/cdn-loop.ts";
import { durableAlarm } from "../runtime/durable-alarm.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { readOwn, readProbeSettings } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import { type Bindings, fleetStub } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface ProberEnv extends VariableTexts, Pick<Bindings, "FLEET" | "REPOSITORY"> {}

/** One per region and shard, named so: `weur-0`. */
export class Prober extends DurableObject<ProberEnv> {
  readonly #probing: Probing;

  constructor(state: DurableObjectState, env: ProberEnv) {
    super(state, env);
    const own = readOwn(env);
    const { FLEET, REPOSITORY } = env;
    this.#probing = new Probing({
      settings: readProbeSettings(env),
      store: new ProberStore(durableSql(state.storage)),
      alarm: durableAlarm(state.storage),
      background: state,
      ask: askByFetch(comingThrough((url, init) => fetch(url, init), own.id)),
      connect,
      ...(REPOSITORY && { origin: (name) => REPOSITORY.get(REPOSITORY.idFromName(name)) }),
      ...(FLEET && { report: async (report) => await fleetStub(FLEET).report(report) }),
      ownHosts: own.hosts,
      now: () => Date.now(),
      random: () => Math.random(),
      log: (sentence) => console.warn(sentence),
    });
  }

  /** As `Probing.follow`. */
  async follow(name: string, assignment: Assignment): Promise<void> {
    await this.#probing.follow(name, assignment);
  }

  /** As `Probing.probeNow`. */
  async probeNow(mirrors: readonly string[]): Promise<void> {
    this.#probing.probeNow(mirrors);
  }

  override async alarm(): Promise<void> {
    await this.#probing.alarm();
  }
}
