/** How many bytes of the store's disk are to stay free. */
import { statfsSync } from "node:fs";

/** With less than this nothing is cached: room for the databases to go on, and for the log, bytes. */
const usualMarginBytes = 1024 * 1024 * 1024;
/** On small disks the margin is this part of it: a disk of 4 GB is of use as well. */
const mostOfDisk = 0.05;

/** A gigabyte, or a part of a small disk. @throws where there is no such folder */
export function diskMarginOf(folder: string): number {
  const { bsize, blocks } = statfsSync(folder);
  return Math.min(usualMarginBytes, Math.floor(blocks * bsize * mostOfDisk));
}
