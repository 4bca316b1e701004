/** The Durable Object that operators talk to: it keeps the list, accounts and the audit log. What it does is `operate/`'s. */
import { DurableObject } from "cloudflare:workers";
import shipped from "../../mirror-list/built/views.txt";
import type { SeenAlarm } from "../events/alarm-changes.ts";
import { readProbedStates } from "../health/probed-states.ts";
import { type GivenList, readGivenList } from "../list/given-list.ts";
import { listOwnerText } from "../list/list-owner.ts";
import { answerOperators } from "../operate/answer.ts";
import { OpenIdSignIn } from "../operate/console/openid.ts";
import { Office } from "../operate/office.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { readBootstrapSecret, readOpenId, readProbeSettings } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import type { Listed } from "../statistics/question.ts";
import { readViews } from "../views/views.ts";
import { listEntriesKey, listOwnerKey, viewsKey } from "../views/views-key.ts";
import { type Bindings, fleetStub, statisticsStub } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface OperationsEnv
  extends VariableTexts,
    Pick<Bindings, "VIEWS" | "FLEET" | "STATISTICS"> {}

/** The files' list is read again after this, ms: it has 700 kB, and somebody who looks through a list asks often. */
const givenMs = 1000;

/** Of the list in the script, once somebody asked. */
let shippedVersion: number | undefined;

/** There is one, named `operations`. */
export class Operations extends DurableObject<OperationsEnv> {
  readonly #office: Office;
  #hasLooked = false;
  /** The files' list as it was read last: as long as it is in force, each request asks for it. */
  #given: { text: string; list: GivenList; until: number } | undefined;

  constructor(state: DurableObjectState, env: OperationsEnv) {
    super(state, env);
    const { VIEWS, FLEET, STATISTICS } = env;
    const bootstrapSecret = settingOr("", () => readBootstrapSecret(env));
    const isProbed = settingOr(false, () => readProbeSettings(env).probing !== "off");
    const openId = settingOr(undefined, () => readOpenId(env));
    this.#office = new Office({
      ...(openId && { openId: new OpenIdSignIn(openId, (url, init) => fetch(url, init)) }),
      sql: durableSql(state.storage),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      ...(bootstrapSecret !== "" && { bootstrapSecret }),
      given: async (isRead) => {
        if (!isRead && this.#given !== undefined && Date.now() < this.#given.until) {
          return this.#given.list;
        }
        const text = await VIEWS?.get(listEntriesKey);
        if (text === null || text === undefined) return undefined;
        const list = this.#given?.text === text ? this.#given.list : readGivenList(text);
        this.#given = { text, list, until: Date.now() + givenMs };
        return list;
      },
      publish: async (views, version) => {
        if (VIEWS === undefined) throw new Error("there is no store to put it into");
        // First whose the list is, so that no launcher puts its own over it.
        await VIEWS.put(listOwnerKey, listOwnerText(version));
        await VIEWS.put(viewsKey, JSON.stringify(views));
        if (FLEET !== undefined) await fleetStub(FLEET).listApplied();
        this.#given = undefined;
      },
      lists: async () => {
        shippedVersion ??= versionOf(shipped);
        return { shipped: shippedVersion, stored: versionOf(await VIEWS?.get(viewsKey)) };
      },
      others: {
        ...(FLEET !== undefined &&
          isProbed && {
            probe: async (mirrors: readonly string[]) => await fleetStub(FLEET).probeNow(mirrors),
          }),
        ...(FLEET !== undefined && {
          states: async () => readProbedStates(await fleetStub(FLEET).states()),
          mirror: async (name) => await fleetStub(FLEET).mirror(name, Number.MAX_SAFE_INTEGER),
        }),
        // Once a minute: where nothing is probed, Fleet isn't begun for it, which holds the whole list.
        ...(FLEET !== undefined &&
          isProbed && {
            certificates: async () => await fleetStub(FLEET).endingCertificates(),
            changes: async (behind: number | undefined, limit: number) =>
              await fleetStub(FLEET).changesBehind(behind, limit),
          }),
        ...(STATISTICS !== undefined && {
          statistics: async (query: string, listed: Listed) =>
            await statisticsStub(STATISTICS).fullText(query, listed),
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
    if (!this.#hasLooked) {
      this.#hasLooked = true;
      // Its script may be another one than before, with another list.
      this.ctx.waitUntil(this.listShipped());
    }
    return await answerOperators(request, this.#office);
  }

  /** A script begins anew, maybe with another list in it: where the list is the service's own, that one stays in force. */
  async listShipped(): Promise<void> {
    await this.#office.list.publishDue();
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

/** The version of views as JSON; 0: there are none, or none that can be read. */
function versionOf(text: string | null | undefined): number {
  if (text === null || text === undefined) return 0;
  try {
    return readViews(text).catalogue.version;
  } catch {
    return 0;
  }
}

/** A setting that can't be taken is told, and takes nothing else away: operators must get at their service. */
function settingOr<Value>(otherwise: Value, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    console.warn(error instanceof Error ? error.message : String(error));
    return otherwise;
  }
}
