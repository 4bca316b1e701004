/** How repositories of listed files are read: a list of checksums is root and list of payload in one. */
import { directoryOf } from "../index-reader.ts";
import type { KindReading } from "../kind-reading.ts";
import { classifyBy, type PathRules } from "../path-rules.ts";
import { filesPaths } from "./files.ts";
import { imagePaths } from "./image-paths.ts";
import { readSumsRoot } from "./read-sums-root.ts";
import { readSums } from "./sums-index.ts";
import { isSumsList } from "./sums-names.ts";
import { SumsReader } from "./sums-reader.ts";

export const imagesReading = sumsReading(imagePaths);
export const filesReading = sumsReading(filesPaths);

/** @param paths the kind's: lists of images have what describes them, too */
function sumsReading(paths: PathRules): KindReading {
  return {
    rootReader: (path) => (isSumsList(path) ? readSumsRoot : undefined),
    rootsAre: "a list of SHA-256 or SHA-512: SHA256SUMS, CHECKSUM, sha256sum.txt, NAME.iso.sha256",
    contents: {
      rootReader: (root) =>
        isSumsList(root)
          ? (sink) =>
              new SumsReader(root, (file) =>
                classifyBy(paths, file.path) === "payload" ? sink(file) : undefined,
              )
          : undefined,
      samples: (root, text) => {
        if (!isSumsList(root)) return `${root} names no index we read`;
        const files = readSums(root, text);
        return typeof files === "string" ? files : { files, base: directoryOf(root) };
      },
    },
  };
}
