/** `plan` and `apply`: what a folder's files would change in the running service, and changing it so. */
import type { EntryChange } from "../../worker/list/diff.ts";
import { items, readChange, readPlan, said } from "../client/answers.ts";
import { clientOf, type ServiceClient } from "../client/service-client.ts";
import { usualList } from "../mirrors/usual-list.ts";
import { exitCodes, planExitCodes } from "../program/exit-codes.ts";
import { confirmed, Failure, type PlacedFault, progress, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { type FolderList, placedInFiles, readFolderList } from "./folder-list.ts";
import { planWarnings } from "./plan-warnings.ts";
import { saidWhy } from "./said-why.ts";
import { changesText, countsText, warningsText } from "./told-changes.ts";

/** A plan, with what is told of it. */
interface Plan {
  base: number;
  changes: EntryChange[];
  warnings: PlacedFault[];
}

/** `nearmirror plan` */
export async function plan(call: Call): Promise<number> {
  const client = clientOf(call);
  const list = await readFolderList(call.text("list") ?? usualList(), call.terminal);
  const planned = await planOf(call, client, list);
  report(call, planText(call, { client, list, planned }), planJson(client, list, planned));
  if (!call.has("detailed-exitcode")) return exitCodes.done;
  return planned.changes.length === 0 ? planExitCodes.unchanged : planExitCodes.changes;
}

/** `nearmirror apply`, of a running service. */
export async function apply(call: Call): Promise<number> {
  const { terminal } = call;
  const client = clientOf(call);
  const list = await readFolderList(call.text("list") ?? usualList(), terminal);
  for (;;) {
    const planned = await planOf(call, client, list);
    if (planned.changes.length === 0) {
      const text = `${client.url} has the list of ${list.dir} already (version ${planned.base}).\n`;
      report(call, text, { version: planned.base, changes: [], warnings: planned.warnings });
      return exitCodes.done;
    }
    if (!call.has("json")) terminal.out(planText(call, { client, list, planned }));
    await confirmed(call, `Change the list of ${client.url}: ${countsText(planned.changes)}?`);
    const why = await saidWhy(call);
    try {
      progress(terminal, "Applying");
      const body = { entries: Object.fromEntries(list.entries), base: planned.base, why };
      const { body: answer } = await client.ask("POST", "/api/v1/list/apply", { body });
      progress(terminal, "");
      const { version, warnings } = readChange(answer);
      report(call, `Applied: ${client.url} has version ${version} of the list.\n`, {
        version,
        changes: planned.changes,
        warnings,
      });
      return exitCodes.done;
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 412) throw error;
      // What somebody agreed to is another change now.
      if (!terminal.isAsking || call.has("yes"))
        throw await withChangedSince(error, client, planned);
      terminal.err(`${error.message}\n${await changedSince(client, planned.base)}Planned again:\n`);
    }
  }
}

/** @throws Failure where the folder isn't one to apply, or the service would not take its list */
async function planOf(call: Call, client: ServiceClient, list: FolderList): Promise<Plan> {
  // One that isn't mounted or not checked out would take everything away from all clients.
  if (list.files.repositories.length === 0) {
    throw new Failure(
      `${list.dir} has no repository, so that nothing would be served. Is it the right folder? Where that is meant, take the repositories out by \`remove repositories/NAME\`.`,
    );
  }
  progress(call.terminal, "Comparing");
  const body = { entries: Object.fromEntries(list.entries) };
  const answer = await client.ask("POST", "/api/v1/list/plan", { body });
  progress(call.terminal, "");
  const { base, changes, errors, warnings } = readPlan(answer.body);
  if (errors.length > 0) {
    throw new Failure("The list has errors: the service would not take it.", {
      errors: placedInFiles(list, errors),
      advice: "Correct the files; `check` looks at all of them without a service.",
    });
  }
  const own = await planWarnings(call, { client, list, changes });
  return { base, changes, warnings: [...placedInFiles(list, warnings), ...own] };
}

interface Planned {
  client: ServiceClient;
  list: FolderList;
  planned: Plan;
}

function planText({ terminal }: Call, { client, list, planned }: Planned): string {
  const { base, changes, warnings } = planned;
  const head = `${list.dir} beside ${client.url} (version ${base}): ${countsText(changes)}.\n`;
  return head + changesText(changes, terminal) + warningsText(warnings, terminal);
}

function planJson({ url }: ServiceClient, { dir }: FolderList, planned: Plan) {
  return { url, list: dir, ...planned };
}

/** Versions told at most; who is further behind reads the list of them. */
const maxVersionsTold = 20;

async function versionsSince(client: ServiceClient, base: number): Promise<unknown[]> {
  const { body } = await client.ask("GET", `/api/v1/list/versions?limit=${maxVersionsTold}`);
  return items(body, "versions").filter((one) => Number(said(one, "version")) > base);
}

async function changedSince(client: ServiceClient, base: number): Promise<string> {
  const versions = await versionsSince(client, base);
  return versions
    .map((one) => `  ${said(one, "version")} by ${said(one, "by")}: ${said(one, "why")}\n`)
    .join("");
}

async function withChangedSince(
  failure: Failure,
  client: ServiceClient,
  { base }: Plan,
): Promise<Failure> {
  const versions = await versionsSince(client, base).catch(() => []);
  const { exit, advice, more } = failure;
  const errors = versions.map((one) => ({
    entry: `version ${said(one, "version")}`,
    detail: `${said(one, "by")}: ${said(one, "why")}`,
  }));
  return new Failure(failure.message, { exit, status: 412, advice, more, errors });
}
