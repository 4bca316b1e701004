/** Alpine's APKINDEX.tar.gz: a signature and the list of packages, each a gzip member, together one tar archive. */

import { tarFraming } from "../compression/tar.ts";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused, rawByte } from "../index-refused.ts";
import { type FileSink, pathFault, secondsOf, sizeOf } from "../indexed-file.ts";
import { field, fromBytes, type OnStanza, StanzaReader } from "../stanzas.ts";

/** Takes the times in an index, Unix seconds, in any order: `made` of the list itself, once, `built` of each package. */
export type OnTime = (seconds: number, of: "made" | "built") => void;

/**
 * `base`: the directory of the index, which is that of the packages. Files come without a SHA-256, as `C:` is the
 * SHA-1 of a package's control part, not of the file.
 */
export function apkReader(base: string, sink: FileSink, onTime?: OnTime): IndexReader {
  return apkStanzas(
    (stanza) => {
      const [name, version] = [field(stanza, "\nP:"), field(stanza, "\nV:")];
      if (name === undefined || version === undefined) return "has no name and version, or several";
      const file = fromBytes(`${name}-${version}.apk`);
      const fault = file.includes("/") ? "a name with a slash" : pathFault(file, "name");
      if (fault !== undefined) return `has ${fault}`;
      const size = sizeOf(field(stanza, "\nS:") ?? "");
      if (size === undefined) return "has no size, or an absurd one";
      const built = onTime && secondsOf(field(stanza, "\nt:"));
      if (built !== undefined) onTime?.(built, "built");
      return sink({ path: base + file, size });
    },
    (seconds) => onTime?.(seconds, "made"),
  );
}

/**
 * The stanzas of the one list that an index has.
 *
 * @param onMade takes when the list was packed, Unix seconds
 */
export function apkStanzas(onStanza: OnStanza, onMade?: (seconds: number) => void): IndexReader {
  let lists = 0;
  let list: IndexReader | undefined;
  const tar = tarFraming((name, _, modified) => {
    if (name !== "APKINDEX") return undefined;
    lists++;
    if (modified !== undefined) onMade?.(modified);
    if (lists > 1) throw new IndexRefused("a second APKINDEX in it", rawByte(0));
    const stanzas = new StanzaReader(onStanza, "of APKINDEX");
    list = stanzas;
    return { each: (piece) => stanzas.push(piece), end: () => stanzas.end() };
  });
  return {
    push: (bytes) => void tar.push(bytes),
    end() {
      tar.end();
      if (lists === 0) throw new IndexRefused("no APKINDEX in it", rawByte(0));
    },
    get leftOut() {
      return list?.leftOut;
    },
  };
}
