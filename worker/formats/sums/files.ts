/** Any files: what has an ending is payload, but for lists of checksums, signatures and pages. */

import { imageDuplicates, type KindFormat } from "../kind-format.ts";
import { never, type PathRules } from "../path-rules.ts";
import { filesSetup } from "./setup.ts";
import { sumsRoots } from "./sums-format.ts";

export const filesPaths: PathRules = {
  metadata:
    /(?:^|\/)(?:[A-Z0-9]*SUMS?|CHECKSUM|README|index\.html|(?:[^/]*[-_.])?sha\d+sums?\.txt)(?:\.[a-z]+)*$|\.(?:sign|gpg|asc|sig|sha256|sha512|md5)$/,
  payload: /\.[A-Za-z0-9]+$/,
  immutable: never,
  payloadChanges: true,
  payloadNamedLikeLists: true,
};

export const files: KindFormat = {
  paths: filesPaths,
  duplicates: imageDuplicates,
  comesBack: true,
  roots: sumsRoots,
  lists: { atFile: "described" },
  setup: filesSetup,
};
