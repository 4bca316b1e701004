/** The Durable Object of one suite: reads its packages, and answers what is asked of them. What it does is in `search/suite/`. */
import { DurableObject } from "cloudflare:workers";
import { r2Blobs } from "../blobs/r2-blobs.ts";
import { xzModule } from "../formats/compression/xz-module.ts";
import { readings } from "../formats/readings.ts";
import { durableAlarm } from "../runtime/durable-alarm.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import type { PackageSet } from "../search/sets/package-set.ts";
import { BuildGate } from "../search/suite/build-gate.ts";
import { countedSql } from "../search/suite/counted-sql.ts";
import { SearchedSuite } from "../search/suite/searched-suite.ts";
import { suiteStores } from "../search/suite/suite-stores.ts";
import type { SuiteState } from "../search/suite.ts";
import type { SuiteAnswer, SuiteObject, SuiteQuestion } from "../search/suite-question.ts";
import { readPackageSearch } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import type { Bindings } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface PackageSearchEnv extends VariableTexts, Pick<Bindings, "BLOBS" | "REPOSITORY"> {}

/** The isolate's: the objects of all suites that live in it share its memory. */
const gate = new BuildGate();

/** One per repository and root, named by `suiteObjectName`. */
export class PackageSearch extends DurableObject<PackageSearchEnv> implements SuiteObject {
  readonly #suite: SearchedSuite<PackageSet>;

  constructor(state: DurableObjectState, env: PackageSearchEnv) {
    super(state, env);
    const { storage } = state;
    const sql = countedSql(durableSql(storage));
    const read = readPackageSearch(env);
    const off = whyOff(env);
    this.#suite = new SearchedSuite({
      sql,
      stores: suiteStores(sql),
      files: read === "all",
      ...(off !== undefined && { off }),
      blobs: (repository) => {
        if (env.BLOBS === undefined) throw new Error("there is no store of metadata");
        return r2Blobs(env.BLOBS, repository);
      },
      pull: async (repository, path, sha256) => {
        const objects = env.REPOSITORY;
        if (objects === undefined) return "absent";
        // A stub that failed once fails for good: one each time.
        return await objects.get(objects.idFromName(repository)).searchIndex(path, sha256);
      },
      alarm: durableAlarm(storage),
      gate,
      pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
      readingOf: (kind) => readings[kind].packages,
      xz: xzModule,
      databaseBytes: () => storage.sql.databaseSize,
      now: () => Date.now(),
      log: (sentence) => console.warn(sentence),
    });
  }

  /** As `SuiteObject.follow`. */
  async follow(state: SuiteState): Promise<void> {
    await this.#suite.follow(state);
  }

  /** As `SuiteObject.ask`. */
  async ask(state: SuiteState, questions: readonly SuiteQuestion[]): Promise<SuiteAnswer> {
    return await this.#suite.ask(state, questions);
  }

  override async alarm(): Promise<void> {
    await this.#suite.alarm();
  }
}

/** Why packages aren't read here, for people; undefined: they are. */
function whyOff(env: PackageSearchEnv): string | undefined {
  if (readPackageSearch(env) === "off") {
    return "Packages aren't searched at this service: its operator has switched that off.";
  }
  if (env.BLOBS === undefined) {
    return "Packages aren't searched at this service: it has no store of metadata.";
  }
  return undefined;
}
