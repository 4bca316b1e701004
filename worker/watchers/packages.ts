/** The entrypoint of the watchers' script that answers about packages: the edge forwards what is asked of them. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { answerPackages } from "../api/packages/answer-packages.ts";
import { noPackages } from "../api/packages/no-packages.ts";
import { baseHeader } from "../http/caller-header.ts";
import { notFound } from "../http/errors.ts";
import { servePackages } from "../pages/packages/serve-packages.ts";
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
    const { pathname: path, search } = new URL(request.url);
    if (opened === undefined) return noPackages(path);
    const sources = await opened.sources(this.ctx);
    const answer = await answerPackages(request, sources.service);
    if (answer !== undefined) return answer;
    const base = request.headers.get(baseHeader) ?? "/";
    const asked = { request, path, query: search.slice(1), base, now: Date.now() };
    const page = await servePackages(asked, sources);
    return page ?? notFound(path, "Packages are searched at /packages.");
  }
}
