/** apt's `Packages` (binary packages) and `Sources`: deb822 stanzas (Debian policy, chapter 5). */
import type { IndexReader } from "../index-reader.ts";
import { type FileSink, type IndexedFile, isSha256, pathFault, sizeOf } from "../indexed-file.ts";
import { aptField, fromBytes, StanzaReader } from "../stanzas.ts";

/**
 * Reads `Packages`; what has a SHA-512 and no SHA-256 is listed without a hash. `base`: the repository's directory,
 * which file names are relative to.
 */
export function packagesReader(base: string, sink: FileSink): IndexReader {
  return new StanzaReader((stanza) => {
    const name = aptField(stanza, "Filename");
    if (name === undefined) return "has no Filename";
    const path = fromBytes(name.replace(/^(?:\.\/)+/, ""));
    const fault = pathFault(path, "Filename");
    if (fault !== undefined) return `has ${fault}`;
    const size = sizeOf(aptField(stanza, "Size") ?? "");
    if (size === undefined) return "has no Size, or an absurd one";
    const sha256 = aptField(stanza, "SHA256");
    if (sha256 !== undefined && !isSha256(sha256)) return "has a SHA256 that is none";
    return sink({ path: base + path, size, ...(sha256 !== undefined && { sha256 }) });
  });
}

/**
 * Reads `Sources`: several files each, in `Checksums-Sha256`. Where a stanza has no such field, in
 * `Checksums-Sha512`, or as in old archives in `Files` with MD5; then without a hash.
 */
export function sourcesReader(base: string, sink: FileSink): IndexReader {
  return new StanzaReader((stanza) => {
    // apt-ftparchive writes none for what lies beside the index.
    const directory = (aptField(stanza, "Directory") ?? "").replace(/^(?:\.\/)+|\/+$/g, "");
    const folder = directory === "." || directory === "" ? "" : `${directory}/`;
    const marks = ["\nChecksums-Sha256:", "\nChecksums-Sha512:", "\nFiles:"] as const;
    const mark = marks.find((one) => stanza.includes(one));
    const lines = mark && linesOf(stanza, mark);
    if (lines === undefined) return "has no checksums of files and no Files, or several";
    const hashed = mark === marks[0];
    const files: IndexedFile[] = [];
    for (const line of lines) {
      const [, hash = "", bytes = "", name = ""] =
        /^ ([0-9a-f]+) (\d+) ([^\s/]+)$/.exec(line) ?? [];
      if (name === "") return "has a file without hash, size and name";
      const path = fromBytes(folder + name);
      const fault = pathFault(path, "Directory or file");
      if (fault !== undefined) return `has ${fault}`;
      const size = sizeOf(bytes);
      if (size === undefined) return "has an absurd size";
      if (hashed && !isSha256(hash)) return "has a SHA-256 that is none";
      files.push({ path: base + path, size, ...(hashed && { sha256: hash }) });
    }
    // What is wrong with one of its files is wrong with the source.
    return files.map(sink).find((refused) => refused !== undefined);
  });
}

/** The lines that continue a field which has nothing on its own, but for blanks: reprepro 5.3 writes one. */
function linesOf(stanza: string, mark: string): string[] | undefined {
  const at = stanza.indexOf(mark);
  if (at < 0 || stanza.indexOf(mark, at + 1) >= 0) return undefined;
  const [own = "", ...lines] = stanza.slice(at + mark.length).split("\n");
  if (own.trim() !== "") return undefined;
  return lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith(" ")),
  );
}
