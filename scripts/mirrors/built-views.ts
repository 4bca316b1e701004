/** What a list was compiled to when it last was without errors, in files beside it. */
import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ListEntries } from "../../worker/list/entries.ts";
import { givenListText } from "../../worker/list/given-list.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { shippedText } from "../../worker/views/shipped-views.ts";
import { writeFiles } from "./write-files.ts";

/** Where the views of the list in `dir` are. The Worker's bundle is made with this file. */
export function builtViewsFile(dir: string): string {
  return join(dir, "built", "views.txt");
}

/** Where the same views are as the edge's script is shipped with them (`shippedText`). */
export function builtEdgeFile(viewsFile: string): string {
  return join(dirname(viewsFile), "edge.txt");
}

/** Where the entries are that the views in a file were compiled of (`givenListText`). */
export function builtEntriesFile(viewsFile: string): string {
  return `${viewsFile.replace(/\.txt$/, "")}.entries.json`;
}

/** Writes views, and what they were compiled of. Returns the bytes of the views. */
export async function keepBuiltViews(
  file: string,
  { views, entries }: { views: Views; entries: ListEntries },
): Promise<number> {
  const text = JSON.stringify(views);
  const { version } = views.catalogue;
  await mkdir(dirname(file), { recursive: true });
  await writeFiles(
    new Map([
      // What is no file (`--out /dev/stdout`) has none beside it.
      ...(isDevice(file)
        ? []
        : ([
            [builtEntriesFile(file), givenListText({ version, entries })],
            ...(isBundled(file) ? [[builtEdgeFile(file), shippedText(views)] as const] : []),
          ] as const)),
      [file, text],
    ]),
  );
  return Buffer.byteLength(text);
}

/** Whether a Worker's bundle may be made with them. Anywhere else, as by `--out`, an `edge.txt` is somebody else's. */
function isBundled(file: string): boolean {
  return resolve(file) === builtViewsFile(dirname(dirname(resolve(file))));
}

function isDevice(file: string): boolean {
  const there = statSync(file, { throwIfNoEntry: false });
  return there !== undefined && !there.isFile();
}
