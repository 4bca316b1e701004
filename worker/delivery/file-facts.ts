/** What a repository's index says of a file that is asked for. */
import type { FoundFile, IndexedFiles } from "../repositories/reader/snapshots-at-edge.ts";
import type { NowOrLater } from "../runtime/now-or-later.ts";
import type { FileRequest } from "./file-request.ts";

/** No index lists it. */
export const unlisted: FoundFile = { file: null, served: 0 };

/** The file without awaiting; undefined: `indexedFile` has to look for it. */
export function fileAtHand(
  { opened: { repository }, decoded, now, background }: FileRequest,
  files: IndexedFiles | undefined,
): FoundFile | undefined {
  if (files === undefined) return unlisted;
  const file = files.fileAtHand(repository, decoded, now, background);
  return file === undefined ? undefined : { file, served: files.served(repository) };
}

/** The file at hand, or as soon as it is read. */
export function foundFile(
  asked: FileRequest,
  files: IndexedFiles | undefined,
): NowOrLater<FoundFile> {
  return fileAtHand(asked, files) ?? indexedFile(asked, files);
}

/** The file as its repository lists it; as if it didn't, where that can't be read now. Never rejects. */
export async function indexedFile(
  { opened: { repository }, decoded, now, background }: FileRequest,
  files: IndexedFiles | undefined,
): Promise<FoundFile> {
  try {
    return (await files?.findFile(repository, decoded, now, background)) ?? unlisted;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    // As unlisted it still is served: proven by HEAD, only not hash-checked here.
    console.warn(`which files ${repository.name} has could not be read: ${why}`);
    return unlisted;
  }
}
