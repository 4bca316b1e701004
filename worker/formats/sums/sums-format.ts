/** What repositories of listed files have in common: a list of checksums is root and list of payload in one. */

import { isRootOrSigns } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import type { ContentsFormat, RootFormat } from "../kind-format.ts";
import { classifyBy, type PathRules } from "../path-rules.ts";
import { readSumsRoot } from "./read-sums-root.ts";
import { sumsKind } from "./signed-sums.ts";
import { readSums } from "./sums-index.ts";
import { SumsReader } from "./sums-reader.ts";

export const sumsRoots: RootFormat = {
  reader: (path) => {
    const kind = sumsKind(path);
    return kind && ((reading, root, known) => readSumsRoot(reading, root, kind, known));
  },
  datedBySignature: true,
  scope: directoryOf,
  isBeside: isRootOrSigns,
  isRootName: (name) => /^(?:SHA\d+SUMS|(?:.*-)?CHECKSUM)(?:\.(?:sign|gpg|asc|sig))?$/.test(name),
};

/** @param paths the kind's: lists of images have what describes them, too */
export function sumsContents(paths: PathRules): ContentsFormat {
  return {
    rootReader: (root) =>
      sumsKind(root) === undefined
        ? undefined
        : (sink) =>
            new SumsReader(root, (file) =>
              classifyBy(paths, file.path) === "payload" ? sink(file) : undefined,
            ),
    samples: (root, text) => {
      if (!/(?:SUMS|CHECKSUM)$/i.test(root)) return `${root} names no index we read`;
      const files = readSums(root, text);
      return typeof files === "string" ? files : { files, base: directoryOf(root) };
    },
  };
}
