/** Alpine's repositories: `APKINDEX.tar.gz` is root and list of payload in one. */

import { isRootOrSigns } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import { type KindFormat, packageDuplicates } from "../kind-format.ts";
import { any, image, never } from "../path-rules.ts";
import { apkSetup } from "./setup.ts";

const rootName = "APKINDEX.tar.gz";

export const apk: KindFormat = {
  paths: {
    metadata: /(?:^|\/)APKINDEX\.tar\.gz$/,
    payload: any(/\.apk$/, image, /\/releases\/.*\.tar\.gz$/),
    packages: /\.apk$/,
    packageEnd: ".apk",
    immutable: never,
    architecture: /(?:^|\/)(x86_64|x86|aarch64|armv7|armhf|ppc64le|s390x|riscv64|loongarch64)\//,
  },
  duplicates: packageDuplicates,
  roots: {
    scope: directoryOf,
    isBeside: isRootOrSigns,
    isRootName: (name) => name === rootName,
  },
  lists: {},
  setup: apkSetup,
};
