/** How repositories of listed files are read: a list of checksums is root and list of payload in one. */
import type { KindReading } from "../kind-reading.ts";
import { classifyBy, type PathRules } from "../path-rules.ts";
import { filesPaths } from "./files.ts";
import { imagePaths } from "./image-paths.ts";
import { readSumsRoot } from "./read-sums-root.ts";
import { sumsKind } from "./signed-sums.ts";
import { SumsReader } from "./sums-reader.ts";

export const imagesReading = sumsReading(imagePaths);
export const filesReading = sumsReading(filesPaths);

/** @param paths the kind's: lists of images have what describes them, too */
function sumsReading(paths: PathRules): KindReading {
  return {
    rootReader: (path) => {
      const kind = sumsKind(path);
      return kind && ((reading, root, known) => readSumsRoot(reading, root, kind, known));
    },
    contents: {
      rootReader: (root) =>
        sumsKind(root) === undefined
          ? undefined
          : (sink) =>
              new SumsReader(root, (file) =>
                classifyBy(paths, file.path) === "payload" ? sink(file) : undefined,
              ),
    },
  };
}
