/** How many bytes of the store's disk are to stay free. */
import { statfsSync } from "node:fs";
import { defaultDiskMarginBytes, mostOfDisk } from "./machine-watch.ts";

/** A gigabyte, or a part of a small disk. @throws where there is no such folder */
export function diskMarginOf(folder: string): number {
  const { bsize, blocks } = statfsSync(folder);
  return Math.min(defaultDiskMarginBytes, Math.floor(blocks * bsize * mostOfDisk));
}
