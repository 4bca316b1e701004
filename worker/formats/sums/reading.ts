/** How repositories of listed files are read: a list of checksums is root and list of payload in one. */
import type { KindReading } from "../kind-reading.ts";
import { classifyBy, type PathRules } from "../path-rules.ts";
import { filesPaths } from "./files.ts";
import { imagePaths } from "./image-paths.ts";
import { listedBySums } from "./listed-files.ts";
import { readSumsRoot } from "./read-sums-root.ts";
import { isSumsList } from "./sums-names.ts";
import { SumsReader } from "./sums-reader.ts";

export const imagesReading: KindReading = { ...sumsReading(imagePaths), imagesIn: listedBySums };
export const filesReading = sumsReading(filesPaths);

/**
 * Lists by other names, as `sha256sums`: none of them can be verified, but where nobody wants that, what they list is
 * known. Weaker hashes than SHA-256 say nothing.
 */
const otherList = /(?<!MD5|SHA1)SUMS$/i;

/** @param paths the kind's: lists of images have what describes them, too */
function sumsReading(paths: PathRules): KindReading {
  return {
    rootReader: (path) => (isSumsList(path) ? readSumsRoot : undefined),
    rootsAre: "a list of SHA-256 or SHA-512: SHA256SUMS, CHECKSUM, sha256sum.txt, NAME.iso.sha256",
    signedWith: "OpenPGP",
    contents: {
      rootReader: (root) =>
        !isSumsList(root) && !otherList.test(root)
          ? undefined
          : (sink) =>
              new SumsReader(root, (file) =>
                classifyBy(paths, file.path) === "payload" ? sink(file) : undefined,
              ),
    },
  };
}
