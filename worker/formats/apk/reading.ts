/** How apk's repositories are read. */
import { lastSegment } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import type { KindReading } from "../kind-reading.ts";
import { apkReader } from "./apk-index.ts";
import { apkPackages } from "./packages.ts";
import { readApkRoot } from "./read-apk-root.ts";

const rootName = "APKINDEX.tar.gz";

export const apkReading: KindReading = {
  rootReader: (path) => (lastSegment(path) === rootName ? readApkRoot : undefined),
  rootsAre: "APKINDEX.tar.gz",
  signedWith: "RSA",
  contents: { rootReader: (root) => (sink) => apkReader(directoryOf(root), sink) },
  packages: apkPackages,
};
