/** The list in a folder as entries, quickly: what is planned and applied. */
import { join } from "node:path";
import { checkList } from "../../worker/list/check.ts";
import type { ListEntries } from "../../worker/list/entries.ts";
import { imageRules } from "../../worker/list/image-rules.ts";
import type { ValuePath } from "../../worker/list/source.ts";
import { entriesOfFiles, rememberingTexts } from "../mirrors/entries-of-files.ts";
import { type ListFiles, readListFiles } from "../mirrors/read-list.ts";
import { textFilesIn } from "../mirrors/text-files.ts";
import { ValueCache, valueCacheFile } from "../mirrors/value-cache.ts";
import { Failure, type PlacedFault } from "../program/report.ts";
import type { Terminal } from "../program/terminal.ts";

export interface FolderList {
  dir: string;
  files: ListFiles;
  entries: ListEntries;
}

/**
 * Reads a folder. Whether the entries are right is judged by the service, with the list that is in force.
 * @throws Failure where files can't be read as YAML
 */
export async function readFolderList(dir: string, terminal: Terminal): Promise<FolderList> {
  const cache = new ValueCache(valueCacheFile(dir, terminal.environment, terminal.home));
  const files = await readListFiles(dir, cache);
  const sources = [...files.repositories, ...files.mirrors];
  const errors = sources.flatMap(({ problems }) =>
    problems.map(({ file, line, column, message }) => ({
      at: `${file}:${line}:${column}`,
      detail: message,
    })),
  );
  if (errors.length > 0) throw new Failure("The list's files can't be read.", { errors });
  await cache.keep();
  const texts = rememberingTexts(textFilesIn(dir));
  // Which keys and rules belong to the list is said by its repositories.
  const { repositories } = checkList({ ...files, mirrors: [] }, terminal.now());
  imageRules(texts.files, files.repositories, repositories);
  const entries = await entriesOfFiles(dir, { ...files, texts: texts.read }, repositories);
  return { dir, files, entries };
}

/** Faults with their places in files, where the entry has one. */
export function placedInFiles(
  { files, dir }: FolderList,
  faults: readonly PlacedFault[],
): PlacedFault[] {
  return faults.map((fault) => {
    const { entry = "", pointer = "", detail } = fault;
    const source = [...files.mirrors, ...files.repositories].find(
      ({ file }) => file.replace(/\.ya?ml$/, "") === join(dir, entry),
    );
    if (source === undefined) return fault;
    const { file, line, column } = source.problemAt(stepsOf(pointer, source.value), detail);
    return { ...fault, at: `${file}:${line}:${column}` };
  });
}

/** Steps of a JSON pointer; those into lists are numbers. */
function stepsOf(pointer: string, value: unknown): ValuePath {
  const steps: (string | number)[] = [];
  let at: unknown = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    steps.push(Array.isArray(at) ? Number(name) : name);
    at = Reflect.get(Object(at), name);
  }
  return steps;
}
