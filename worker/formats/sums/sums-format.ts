/** What repositories of listed files have in common: a list of checksums is root and list of payload in one. */

import { isRootOrSigns } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import type { RootFormat } from "../kind-format.ts";

export const sumsRoots: RootFormat = {
  datedBySignature: true,
  scope: directoryOf,
  isBeside: isRootOrSigns,
  isRootName: (name) => /^(?:SHA\d+SUMS|(?:.*-)?CHECKSUM)(?:\.(?:sign|gpg|asc|sig))?$/.test(name),
};
