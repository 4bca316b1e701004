/**
 * The folders of one index with their names, as they are stored: a blob of parts (`parts-blob.ts`) that begins with
 * `NMN1`, whose records are folders, as in `folder-record.ts`.
 */
import { PartsBlob, PartsHead, partsHeadBytes } from "../../../blobs/segmented/parts-blob.ts";
import { BytesOut } from "../../../runtime/bytes-out.ts";
import type { Records } from "../file-record.ts";
import { writeFolder } from "./folder-record.ts";
import type { IndexFolders } from "./index-folders.ts";

const magic = 0x4e4d4e31;

/**
 * What is stored of an index's names; undefined: there are more than are kept.
 * @param records of the same index, in the order in which its files were found
 */
export function namesBlob(names: IndexFolders, records: Records): Uint8Array | undefined {
  if (names.tooMany) return undefined;
  const out = new BytesOut(partsHeadBytes + names.storedBytes);
  const blob = new PartsBlob(out);
  names.forEach(records, (hash, path, entries) => {
    blob.begin(hash);
    writeFolder(out, path, entries);
  });
  return blob.end(magic);
}

/** Where in the blob which folders are; from its first bytes. Undefined for what can't be that. */
export function readNamesHead(bytes: Uint8Array): PartsHead | undefined {
  return PartsHead.read(bytes, magic);
}
