/** The entrypoint of the watchers' script that answers about packages: the edge forwards what is asked of them. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { answerPackages } from "../api/packages/answer-packages.ts";
import { noPackages } from "../api/packages/no-packages.ts";
import { plain } from "../http/errors.ts";
import type { VariableTexts } from "../settings/table.ts";
import type { Bindings } from "./bindings.ts";
import { type OpenPackages, openPackages } from "./open-packages.ts";

/** What this needs of the Worker's variables and bindings. */
export interface PackagesEnv
  extends VariableTexts,
    Pick<Bindings, "VIEWS" | "BLOBS" | "REPOSITORY" | "SEARCH"> {}

/** Of the isolate: an entrypoint is made anew for each request. */
let opened: OpenPackages | undefined;

export class Packages extends WorkerEntrypoint<PackagesEnv> {
  override async fetch(request: Request): Promise<Response> {
    opened ??= openPackages(this.env);
    if (opened === undefined) {
      return noPackages(new URL(request.url).pathname);
    }
    const answer = await answerPackages(request, await opened.service(this.ctx));
    return answer ?? plain(404, "Nothing is answered about packages here.");
  }
}
