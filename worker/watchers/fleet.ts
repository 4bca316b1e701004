/** The Durable Object of the one Fleet, which knows all mirrors. What it does is `FleetWatch`'s. */
import { DurableObject } from "cloudflare:workers";
import shipped from "../../mirror-list/built/views.txt";
import { regionOf } from "../health/assignment.ts";
import type { FleetFilter } from "../health/fleet-answers.ts";
import { FleetStore } from "../health/fleet-store.ts";
import { FleetWatch } from "../health/fleet-watch.ts";
import type { ClientReport } from "../health/repeat-reports.ts";
import type { Orders, Report } from "../health/report.ts";
import { regions } from "../health/settings.ts";
import { durableAlarm } from "../runtime/durable-alarm.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { reasonOf } from "../runtime/reason.ts";
import { readProbeSettings } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import { readViews } from "../views/views.ts";
import { publishedKey, viewsKey } from "../views/views-key.ts";
import { publishedText } from "../views/views-text.ts";
import { type Bindings, operationsStub, statisticsStub } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface FleetEnv
  extends VariableTexts,
    Pick<Bindings, "VIEWS" | "PROBER" | "OPERATIONS" | "STATISTICS"> {}

/** There is one, named `fleet`. */
export class Fleet extends DurableObject<FleetEnv> {
  readonly #watch: FleetWatch;

  constructor(state: DurableObjectState, env: FleetEnv) {
    super(state, env);
    const { VIEWS, PROBER, OPERATIONS, STATISTICS } = env;
    this.#watch = new FleetWatch({
      settings: readProbeSettings(env),
      store: new FleetStore(durableSql(state.storage)),
      alarm: durableAlarm(state.storage),
      background: state,
      shipped: readViews(shipped),
      readList: readViews,
      ...(VIEWS && { applied: () => VIEWS.get(viewsKey) }),
      ...(STATISTICS && { totals: async () => await statisticsStub(STATISTICS).totals() }),
      encode: publishedText,
      ...(VIEWS && {
        keep: async (text) => {
          await VIEWS.put(publishedKey, text);
          // Who watches is told of changes now; what is missed is heard within a minute.
          if (OPERATIONS !== undefined) {
            state.waitUntil(
              operationsStub(OPERATIONS)
                .look()
                .catch(() => undefined),
            );
          }
        },
      }),
      prober: (name) => PROBER && proberStub(PROBER, name),
      now: () => Date.now(),
      log: (sentence) => console.warn(sentence),
    });
    if (OPERATIONS !== undefined) state.waitUntil(tellShipped(OPERATIONS));
  }

  /** As `FleetWatch.views`. */
  async views(known: number): Promise<string | null> {
    return this.#watch.views(known);
  }

  /** As `FleetWatch.rosterAt`. */
  async rosterAt(time: number) {
    return this.#watch.rosterAt(time);
  }

  /** As `FleetWatch.wake`. */
  async wake(): Promise<void> {
    await this.#watch.wake();
  }

  /** As `FleetWatch.report`. */
  async report(report: Report): Promise<Orders> {
    return this.#watch.report(report);
  }

  /** As `FleetWatch.clients`. */
  async clients(reports: readonly ClientReport[]): Promise<void> {
    await this.#watch.clients(reports);
  }

  /** As `FleetWatch.probeNow`. */
  async probeNow(mirrors: readonly string[]): Promise<void> {
    this.#watch.probeNow(mirrors);
  }

  /** As `FleetWatch.changesBehind`. */
  async changesBehind(behind: number | undefined, limit: number) {
    return this.#watch.changesBehind(behind, limit);
  }

  /** As `FleetWatch.endingCertificates`. */
  async endingCertificates() {
    return this.#watch.endingCertificates();
  }

  /** As `FleetWatch.listApplied`. */
  async listApplied(): Promise<void> {
    await this.#watch.listApplied();
  }

  /** As `FleetWatch.offered`. */
  async offered(mirrors: readonly string[]): Promise<void> {
    await this.#watch.offered(mirrors);
  }

  /** For `/api/v1/mirrors`. */
  async mirrors(filter: FleetFilter) {
    return this.#watch.mirrors(filter);
  }

  /** As `FleetWatch.states`. */
  async states(): Promise<string> {
    return this.#watch.states();
  }

  /** For `/api/v1/mirrors/{name}`; `null` where no such mirror is listed. */
  async mirror(name: string, before: number) {
    return this.#watch.mirror(name, before);
  }

  /** For the page at `/mirrors`. */
  async changes() {
    return this.#watch.changes();
  }

  /** For `/api/v1/health`. */
  async health() {
    return this.#watch.health();
  }

  /** As `FleetWatch.capacityWith`. */
  async capacityWith(repository: string, generation: number): Promise<number | undefined> {
    return this.#watch.capacityWith(repository, generation);
  }

  /** For `/metrics`. */
  async metrics(): Promise<string> {
    return this.#watch.metrics();
  }

  override async alarm(): Promise<void> {
    await this.#watch.alarm();
  }
}

/** Fleet takes the list in the script where it is the newest, and that may be the wrong one: who keeps lists looks. */
async function tellShipped(operations: NonNullable<Bindings["OPERATIONS"]>): Promise<void> {
  try {
    await operationsStub(operations).listShipped();
  } catch (error) {
    console.warn(`Operations not told of the list in the script: ${reasonOf(error)}`);
  }
}

/** A Prober's stub, near the region in its name; a stub whose call failed fails for good. */
function proberStub(
  namespace: NonNullable<FleetEnv["PROBER"]>,
  name: string,
): ReturnType<NonNullable<FleetEnv["PROBER"]>["get"]> {
  const region = regions.find((known) => known === regionOf(name));
  const id = namespace.idFromName(name);
  return region === undefined || region === "here"
    ? namespace.get(id)
    : namespace.get(id, { locationHint: region });
}
