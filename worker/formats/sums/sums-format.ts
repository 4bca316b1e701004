/** What repositories of listed files have in common: a list of checksums is root and list of payload in one. */

import { isRootOrSigns } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import type { RootFormat } from "../kind-format.ts";
import { isSumsListOrSignature } from "./sums-names.ts";

export const sumsRoots: RootFormat = {
  datedBySignature: true,
  scope: directoryOf,
  isBeside: isRootOrSigns,
  // SHA1SUMS proves nothing, and is published with the others.
  isRootName: (name) =>
    isSumsListOrSignature(name) || /^SHA\d+SUMS(?:\.(?:sign|gpg|asc|sig))?$/.test(name),
};
