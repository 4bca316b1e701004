/** `add`, `edit`, `remove`: single entries of the running service's list. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../worker/runtime/canonical-json.ts";
import { asJson, type ChangeAnswer, readChange, readEntry, said } from "../client/answers.ts";
import { clientOf } from "../client/service-client.ts";
import { parseSource } from "../mirrors/source.ts";
import { newEntryText } from "../mirrors/write-entry.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { confirmed, Failure, misused, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { entryPath, placeOf } from "./mirrors.ts";
import { patchOf } from "./patch.ts";
import { whyQuery } from "./said-why.ts";
import { changesText, warningsText } from "./told-changes.ts";

/** `add FILE|-`: a mirror's or a repository's file as a new entry. */
export async function addEntry(call: Call): Promise<number> {
  const [file = "-"] = call.operands;
  const text = file === "-" ? await call.terminal.input() : fileText(file);
  const value = fieldsIn(file === "-" ? "standard input" : file, text);
  const name = said(value, "name");
  if (name === "") throw misused(`${file} has no name: it isn't a file of the mirror list.`);
  // A repository has an origin, and a mirror a base.
  const place = placeOf(`${"origin" in value ? "repositories" : "mirrors"}/${name}`);
  const client = clientOf(call);
  const { body } = await client
    .ask("PUT", `${entryPath(place)}${whyQuery(call)}`, {
      body: value,
      headers: { "If-None-Match": "*" },
    })
    .catch((error: unknown) => {
      if (!(error instanceof Failure) || error.status !== 412) throw error;
      const { status, exit, more } = error;
      const advice = `\`edit ${name}\` changes it, and \`remove ${name}\` takes it out.`;
      throw new Failure(`There is an entry ${place} already.`, { status, exit, more, advice });
    });
  return told(call, `${place} is added`, readChange(body));
}

/** @throws Failure where it can't be read */
function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    const why =
      { ENOENT: "isn't there", EISDIR: "is a folder", EACCES: "may not be read by you" }[
        String(code)
      ] ?? `can't be read (${code})`;
    throw misused(`${file} ${why}. Give a mirror's or a repository's file, as in the mirror list.`);
  }
}

/** `edit NAME`: some fields by `--set` and `--unset`, or all of it in an editor. */
export async function editEntry(call: Call): Promise<number> {
  const place = placeOf(call.operands[0] ?? "");
  const client = clientOf(call);
  const path = entryPath(place);
  const patch = patchOf(call.texts("set"), call.texts("unset"));
  const { body, headers } = await client.ask("GET", path);
  const match = { "If-Match": headers.get("ETag") ?? "*" };
  const target = `${path}${whyQuery(call)}`;
  if (patch !== undefined) {
    const type = "application/merge-patch+json";
    const answer = await client.ask("PATCH", target, { body: patch, type, headers: match });
    return toldEdit(call, place, readChange(answer.body));
  }
  const value = readEntry(body, place);
  if (typeof value === "string") {
    throw misused(`${place} is a file, not fields: change it in a folder, and \`apply\` that.`);
  }
  if (!call.terminal.isAsking) {
    throw misused("No editor can be opened here: say --set FIELD=VALUE or --unset FIELD.");
  }
  const [folder = "mirrors"] = place.split("/");
  const edited = await editedInEditor(call, place, newEntryText(folder, value));
  if (edited === undefined) {
    call.terminal.err("Nothing was changed.\n");
    return exitCodes.done;
  }
  try {
    const answer = await client.ask("PUT", target, { body: edited.value, headers: match });
    edited.remove();
    return toldEdit(call, place, readChange(answer.body));
  } catch (error) {
    call.terminal.err(`What you wrote is in ${edited.file}.\n`);
    throw error;
  }
}

interface Edited {
  value: Readonly<Record<string, Json>>;
  file: string;
  remove(): void;
}

/** @returns undefined where nothing differs */
async function editedInEditor(
  { terminal }: Call,
  place: string,
  text: string,
): Promise<Edited | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-edit-"));
  const file = join(folder, `${place.replaceAll("/", "-")}.yaml`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  writeFileSync(file, text, { mode: 0o600 });
  for (;;) {
    await terminal.edit(file);
    const now = readFileSync(file, "utf8");
    if (now === text) {
      remove();
      return undefined;
    }
    try {
      return { value: fieldsIn(file, now), file, remove };
    } catch (error) {
      terminal.err(`${error instanceof Error ? error.message : error}\n`);
      const again = await terminal.ask("Edit it again? [Y/n] ");
      if (/^n/i.test(again.trim())) throw new Failure(`What you wrote is in ${file}.`);
    }
  }
}

/** `remove NAME...` */
export async function removeEntries(call: Call): Promise<number> {
  const client = clientOf(call);
  const places = call.operands.map(placeOf);
  await confirmed(call, `Remove ${places.join(", ")} from the list of ${client.url}?`);
  for (const place of places) {
    const { headers } = await client.ask("GET", entryPath(place));
    const { body } = await client.ask("DELETE", `${entryPath(place)}${whyQuery(call)}`, {
      headers: { "If-Match": headers.get("ETag") ?? "*" },
    });
    told(call, `${place} is removed`, readChange(body));
  }
  return exitCodes.done;
}

function toldEdit(call: Call, place: string, changed: ChangeAnswer): number {
  const isNothing = changed.changes.length === 0;
  return told(call, isNothing ? `${place} is so already` : `${place} is changed`, changed);
}

function told(call: Call, text: string, changed: ChangeAnswer): number {
  const { terminal } = call;
  const fields = changed.changes.filter(({ what }) => what === "changed");
  const lines = `${text}, in the running service (version ${changed.version}).\n${changesText(fields, terminal)}${warningsText(changed.warnings, terminal)}`;
  report(call, lines, changed);
  return exitCodes.done;
}

/** The fields of a text in YAML. @throws Failure with the lines of what is wrong */
function fieldsIn(file: string, text: string): Readonly<Record<string, Json>> {
  const { problems, value } = parseSource(file, text);
  if (problems.length > 0) {
    throw new Failure(`${file} can't be read.`, {
      exit: exitCodes.misused,
      errors: problems.map(({ line, column, message }) => ({
        at: `${file}:${line}:${column}`,
        detail: message,
      })),
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw misused(`${file} has no fields: it isn't a file of the mirror list.`);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asJson(one)]));
}
