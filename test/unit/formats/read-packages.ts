/** Reads an index by one of a kind's readers, in pieces as a stream brings them. */
import type { IndexReader } from "../../../worker/formats/index-reader.ts";
import type { PackageIndex, PackageReading } from "../../../worker/formats/package-reading.ts";
import type { PackageRecord } from "../../../worker/formats/package-record.ts";
import { readIndexStream } from "../../../worker/formats/read-index-stream.ts";
import { inPieces, xz } from "./packed.ts";

/** Readers need no more of an index than that there is one. */
export const anyIndex: PackageIndex = { role: "packages", name: "index", variants: [] };

export interface Read<Entry> {
  entries: Entry[];
  refused?: string;
  leftOut?: { count: number; first: string };
}

/** @param make makes the reader, which gives entries to `take` */
export async function readEntries<Entry>(
  make: (take: (entry: Entry) => undefined) => IndexReader,
  bytes: Uint8Array | string,
  pieceLength = bytes.length > 100_000 ? 65_536 : 1000,
): Promise<Read<Entry>> {
  const entries: Entry[] = [];
  const reader = make((entry) => {
    entries.push(entry);
    return undefined;
  });
  const end = await readIndexStream(inPieces(Buffer.from(bytes), pieceLength), reader, { xz });
  if ("refused" in end) return { entries, refused: end.refused };
  return { entries, ...(end.leftOut && { leftOut: end.leftOut }) };
}

export function readPackages(
  reading: PackageReading,
  root: string,
  bytes: Uint8Array | string,
): Promise<Read<PackageRecord>> {
  return readEntries((take) => reading.packages(root, anyIndex, take), bytes);
}

/** A path of an index of files, with its owners in one word. */
export function readFiles(
  reading: PackageReading,
  bytes: Uint8Array | string,
): Promise<Read<string>> {
  return readEntries<string>((take) => {
    const reader = reading.files?.("r", anyIndex, (path, owners) =>
      take(`${owners.join()} ${path}`),
    );
    if (reader === undefined) throw new Error("The kind reads no files.");
    return reader;
  }, bytes);
}
