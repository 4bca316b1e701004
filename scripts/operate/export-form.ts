/** `export --format`: the list in another form, of the running service or of files. */
import { judgeEntries } from "../../worker/list/entries.ts";
import { items, readWholeList, said } from "../client/answers.ts";
import { clientOf, type ServiceClient } from "../client/service-client.ts";
import type { ExportForm } from "../mirrors/export/form.ts";
import { formOf } from "../mirrors/export/forms.ts";
import type { ListedMirror, WholeList } from "../mirrors/export/listed-mirror.ts";
import { runExport } from "../mirrors/export/run-export.ts";
import type { AskedExport } from "../mirrors/export/write-list.ts";
import { usualList } from "../mirrors/usual-list.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { Failure, misused, progress } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { readFolderList } from "./folder-list.ts";
import { readMirrors } from "./mirrors.ts";
import { whereOf } from "./where.ts";

/** @param format the form's name */
export async function exportInForm(call: Call, format: string): Promise<number> {
  const { terminal } = call;
  const form = formOf(format);
  if ("fault" in form) throw misused(form.fault);
  const repository = call.text("repository");
  const where = whereOf(call);
  const client = "files" in where ? undefined : clientOf(call);
  progress(terminal, "Reading the list");
  const list = await readList(call, client);
  const checks = client === undefined ? undefined : await readChecks(client, form, repository);
  progress(terminal, "");
  const [path] = call.operands;
  const asked: AskedExport = {
    format,
    form,
    now: terminal.now(),
    ...(repository !== undefined && { repository }),
    ...(checks !== undefined && { checks }),
  };
  const refused = await runExport(list, asked, {
    isJson: call.has("json"),
    out: terminal.out,
    err: terminal.err,
    ...(path !== undefined && { path }),
  });
  if (refused !== undefined) throw misused(refused.fault);
  return exitCodes.done;
}

/** @throws Failure where the list has errors: what is written would lack mirrors without saying so */
async function readList(call: Call, client: ServiceClient | undefined): Promise<WholeList> {
  const { terminal } = call;
  const entries =
    client === undefined
      ? (await readFolderList(call.text("list") ?? usualList(), terminal)).entries
      : readWholeList((await client.ask("GET", "/api/v1/list")).body).entries;
  const { sites, repositories, errors } = await judgeEntries(entries, terminal.now());
  if (errors.length === 0) return { sites, repositories };
  throw new Failure("The list has errors: nothing was written.", {
    errors: errors.map(({ file, pointer = "", message }) => ({
      entry: file,
      pointer,
      detail: message,
    })),
  });
}

/** What the service's probes found, for a form that tells it. */
async function readChecks(
  client: ServiceClient,
  form: ExportForm,
  repository: string | undefined,
): Promise<AskedExport["checks"]> {
  if (!form.needsChecks || repository === undefined) return undefined;
  const checks = new Map<string, NonNullable<ListedMirror["checks"]>>();
  for (const mirror of await readMirrors(client, { repository })) {
    const found: NonNullable<ListedMirror["checks"]> = {};
    for (const target of items(mirror, "targets")) {
      const scheme = said(target, "scheme") === "https" ? "https" : "http";
      if (said(target, "repository") !== repository) continue;
      // One family that has it is enough: what clients of the other find is another question.
      const isFresh = said(target, "freshness") === "fresh" || found[scheme]?.isFresh === true;
      found[scheme] = { isFresh };
    }
    checks.set(`${said(mirror, "name")} ${repository}`, found);
  }
  return checks;
}
