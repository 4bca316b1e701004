/** The Durable Object that operators talk to: it keeps the list, accounts and the audit log. What it does is `operate/`'s. */
import { DurableObject } from "cloudflare:workers";
import type { SeenAlarm } from "../events/alarm-changes.ts";
import { readGivenList } from "../list/given-list.ts";
import { answerOperators } from "../operate/answer.ts";
import { Office } from "../operate/office.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { listEntriesKey, listOwnerKey, viewsKey } from "../views/views-key.ts";
import { type Bindings, fleetStub } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface OperationsEnv extends Pick<Bindings, "VIEWS" | "FLEET"> {
  /** For the first sign-in; a secret of the deployment. */
  BOOTSTRAP_SECRET?: string;
}

/** There is one, named `operations`. */
export class Operations extends DurableObject<OperationsEnv> {
  readonly #office: Office;

  constructor(state: DurableObjectState, env: OperationsEnv) {
    super(state, env);
    const { VIEWS, FLEET, BOOTSTRAP_SECRET } = env;
    this.#office = new Office({
      sql: durableSql(state.storage),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      ...(BOOTSTRAP_SECRET !== undefined &&
        BOOTSTRAP_SECRET !== "" && { bootstrapSecret: BOOTSTRAP_SECRET }),
      given: async () => {
        const text = await VIEWS?.get(listEntriesKey);
        return text === null || text === undefined ? undefined : readGivenList(text);
      },
      publish: async (views, version) => {
        if (VIEWS === undefined) throw new Error("there is no store to put it into");
        // First whose the list is, so that no launcher puts its own over it.
        await VIEWS.put(listOwnerKey, JSON.stringify({ owner: "service", version }));
        await VIEWS.put(viewsKey, JSON.stringify(views));
        if (FLEET !== undefined) await fleetStub(FLEET).listApplied();
      },
      others: {
        probe: async (mirrors) => {
          if (FLEET === undefined) throw new Error("nothing is probed here");
          await fleetStub(FLEET).probeNow(mirrors);
        },
        ...(FLEET !== undefined && {
          mirrors: async (filter) => await fleetStub(FLEET).mirrors(filter),
          mirror: async (name) => await fleetStub(FLEET).mirror(name, Number.MAX_SAFE_INTEGER),
          changes: async (behind, limit) => await fleetStub(FLEET).changesBehind(behind, limit),
        }),
        fetch: (url, init) => fetch(url, init),
        ring: async (at) => {
          const set = await state.storage.getAlarm();
          if (set === null || set > at) await state.storage.setAlarm(at);
        },
      },
      now: () => Date.now(),
      log: (sentence) => console.warn(sentence),
    });
  }

  /** Requests of operators, as the edge passes them on. */
  override async fetch(request: Request): Promise<Response> {
    return await answerOperators(request, this.#office);
  }

  /** Once a minute. @param alarms that are on */
  async minute(alarms?: readonly SeenAlarm[]): Promise<void> {
    await this.#office.minute(alarms);
  }

  /** Fleet has news. */
  async look(): Promise<void> {
    await this.#office.look();
  }

  override async alarm(): Promise<void> {
    await this.#office.deliver();
  }
}
