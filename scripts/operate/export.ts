/** `export PATH`: the running list as files. What says the same stays byte for byte, and edits keep comments. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { nameOfFile } from "../../worker/list/check.ts";
import { changesBetween, describeChanges } from "../../worker/list/diff.ts";
import { type EntryValue, folderOf, nameIn } from "../../worker/list/entries.ts";
import { readWholeList } from "../client/answers.ts";
import { clientOf } from "../client/service-client.ts";
import type { YamlSource } from "../mirrors/source.ts";
import { editedEntryText, newEntryText } from "../mirrors/write-entry.ts";
import { writeFiles } from "../mirrors/write-files.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { confirmed, Failure, misused, progress, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { type FolderList, readFolderList } from "./folder-list.ts";
import { changesText, countsText } from "./told-changes.ts";
import { refuseOptions } from "./where.ts";

export async function exportList(call: Call): Promise<number> {
  const { terminal } = call;
  const format = call.text("format");
  if (format !== undefined) {
    return await (await import("./export-form.ts")).exportInForm(call, format);
  }
  refuseOptions(call, ["list", "repository"], "without --format the whole running list is written");
  const [dir] = call.operands;
  if (dir === undefined) throw misused("Name the folder that the list's files go to.");
  const client = clientOf(call);
  progress(terminal, "Reading the list");
  const { body } = await client.ask("GET", "/api/v1/list");
  progress(terminal, "");
  const { version, entries } = readWholeList(body);
  for (const folder of ["mirrors", "repositories"])
    mkdirSync(join(dir, folder), { recursive: true });
  const before = await readFolderList(dir, terminal);
  const changes = changesBetween(before.entries, entries);
  const told = describeChanges(before.entries, changes);
  const removed = [...changes].flatMap(([place, value]) => (value === null ? [place] : []));
  if (removed.length > 0) {
    if (!call.has("json")) terminal.out(changesText(told, terminal));
    await confirmed(
      call,
      `Delete ${removed.length} files of ${dir} that the service doesn't list?`,
    );
  }
  const texts = new Map<string, string | Uint8Array>();
  for (const [place, value] of changes) {
    if (value !== null) texts.set(...fileOf(before, place, value));
  }
  for (const path of texts.keys()) mkdirSync(dirname(path), { recursive: true });
  await writeFiles(texts);
  for (const place of removed) rmSync(pathOf(before, place));
  const text = `${dir} has version ${version} of ${client.url}: ${countsText(told)}.\n`;
  report(call, text, { url: client.url, list: dir, version, changes: told });
  return exitCodes.done;
}

function fileOf(list: FolderList, place: string, value: EntryValue): [string, string | Uint8Array] {
  const path = pathOf(list, place);
  const [folder = ""] = place.split("/");
  if (typeof value === "string") {
    return [path, folder === "keys" ? Buffer.from(value, "base64") : value];
  }
  const source = sourceOf(list, place);
  return [
    path,
    source === undefined ? newEntryText(folder, value) : editedEntryText(folder, source, value),
  ];
}

/** Where an entry's file is, or goes. @throws Failure of a name that would lead out of the folder */
function pathOf(list: FolderList, place: string): string {
  const folder = folderOf(place);
  if (folder === undefined) {
    throw new Failure(
      `The service's list has ${JSON.stringify(place)}, which can't be a file: nothing was written.`,
    );
  }
  const source = sourceOf(list, place);
  if (source !== undefined) return source.file;
  const name = nameIn(place);
  if (folder === "keys" || folder === "images") return join(list.dir, folder, name);
  const short = join(list.dir, folder, `${name}.yml`);
  return existsSync(short) ? short : join(list.dir, folder, `${name}.yaml`);
}

function sourceOf({ files }: FolderList, place: string): YamlSource | undefined {
  const folder = folderOf(place);
  if (folder !== "mirrors" && folder !== "repositories") return undefined;
  return files[folder].find((source) => nameOfFile(source) === nameIn(place));
}
