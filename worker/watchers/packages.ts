/** The entrypoint of the watchers' script that answers about packages: the edge forwards what is asked of them. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { plain } from "../http/errors.ts";
import type { VariableTexts } from "../settings/table.ts";
import type { Bindings } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface PackagesEnv
  extends VariableTexts,
    Pick<Bindings, "VIEWS" | "BLOBS" | "REPOSITORY" | "SEARCH"> {}

export class Packages extends WorkerEntrypoint<PackagesEnv> {
  override async fetch(_request: Request): Promise<Response> {
    return plain(404, "Nothing is answered about packages here.");
  }
}
