/** Writes a list in another form: to the standard output, a file, or a folder. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFiles } from "../write-files.ts";
import type { WholeList } from "./listed-mirror.ts";
import { type AskedExport, lossText, writeList } from "./write-list.ts";

/** Where it is written. */
export interface ExportTarget {
  /** A file, or of a form of many files a folder; absent: the standard output. */
  path?: string;
  /** The result as one JSON document in place of text. */
  isJson: boolean;
  out(text: string): void;
  err(text: string): void;
}

/**
 * Writes all of it or nothing. Files of a folder that aren't of this list stay.
 * @returns a sentence where nothing was written
 * @throws the file system's error
 */
export async function runExport(
  list: WholeList,
  asked: AskedExport,
  target: ExportTarget,
): Promise<{ fault: string } | undefined> {
  const { format, form } = asked;
  const { path, isJson, out, err } = target;
  if (form.isFolder && path === undefined) {
    const fault = `${form.called} are many files: name the folder that they go to.`;
    return { fault };
  }
  const written = writeList(list, asked);
  if ("fault" in written) return written;
  const [text = ""] = written.files.values();
  const files = new Map<string, string>();
  if (path !== undefined && form.isFolder) {
    for (const [name, one] of written.files) files.set(join(path, name), one);
  } else if (path !== undefined) files.set(path, text);
  for (const folder of new Set([...files.keys()].map((file) => dirname(file)))) {
    await mkdir(folder, { recursive: true });
  }
  await writeFiles(files);
  const { mirrors, leftOut, lost } = written;
  if (isJson) {
    const where = path === undefined ? { text } : { files: [...files.keys()] };
    out(`${JSON.stringify({ format, mirrors, leftOut, lost, ...where })}\n`);
  } else if (path === undefined) out(text);
  else out(`${path}: ${mirrors} mirrors as ${form.called}\n`);
  const loss = lossText(format, written);
  if (loss !== undefined && !isJson) err(`${loss}\n`);
  return undefined;
}
