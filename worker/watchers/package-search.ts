/** The Durable Object of one suite: reads its packages, and answers what is asked of them. What it does is in `search/suite/`. */
import { DurableObject } from "cloudflare:workers";
import type { SuiteState } from "../search/suite.ts";
import type { SuiteAnswer, SuiteObject, SuiteQuestion } from "../search/suite-question.ts";
import type { VariableTexts } from "../settings/table.ts";
import type { Bindings } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface PackageSearchEnv extends VariableTexts, Pick<Bindings, "BLOBS" | "REPOSITORY"> {}

/** One per repository and root, named by `suiteObjectName`. */
export class PackageSearch extends DurableObject<PackageSearchEnv> implements SuiteObject {
  /** As `SuiteObject.follow`. */
  async follow(_state: SuiteState): Promise<void> {
    await Promise.resolve();
  }

  /** As `SuiteObject.ask`. */
  async ask(_state: SuiteState, _questions: readonly SuiteQuestion[]): Promise<SuiteAnswer> {
    return { unready: "coming", why: "Its packages are not read yet." };
  }
}
