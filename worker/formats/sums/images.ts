/** Installation images, listed by `SHA256SUMS` or `CHECKSUM`. */

import { imageDuplicates, type KindFormat } from "../kind-format.ts";
import { imagePaths } from "./image-paths.ts";
import { filesSetup } from "./setup.ts";
import { sumsRoots } from "./sums-format.ts";

export const images: KindFormat = {
  paths: imagePaths,
  duplicates: imageDuplicates,
  comesBack: true,
  hasImages: true,
  roots: sumsRoots,
  lists: { atFile: "described", torrents: true },
  setup: filesSetup,
};
