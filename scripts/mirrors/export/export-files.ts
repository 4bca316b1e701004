/** The list of a folder's files in another form. */
import { checkList } from "../../../worker/list/check.ts";
import type { Problem } from "../../../worker/list/problem.ts";
import type { ListFiles } from "../read-list.ts";
import { formOf } from "./forms.ts";
import { type ExportTarget, runExport } from "./run-export.ts";

/** What `export` was told. */
export interface FilesExport {
  format: string;
  json: boolean;
  /** A file or a folder; absent: the standard output. */
  path?: string;
  repository?: string;
}

/**
 * @param on where it is told, and the moment, Unix milliseconds
 * @returns a sentence on what is wrong with the command, or the list's errors; then nothing was written
 */
export async function exportFiles(
  files: ListFiles,
  { format, json, path, repository }: FilesExport,
  { now, out, err }: Pick<ExportTarget, "out" | "err"> & { now: number },
): Promise<{ fault: string } | { errors: Problem[] } | undefined> {
  const form = formOf(format);
  if ("fault" in form) return form;
  const list = checkList(files, now);
  if (list.errors.length > 0) return { errors: list.errors };
  const asked = { format, form, now, ...(repository !== undefined && { repository }) };
  const target = { isJson: json, out, err, ...(path !== undefined && { path }) };
  return await runExport(list, asked, target);
}
