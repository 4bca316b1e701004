/** How many blobs there are, and how large. */
import type { DiskFiles } from "./disk-files.ts";
import { keysAfter } from "./list-files.ts";

/** Questions to the disk at a time. */
const atOnce = 32;

/** Asks for each file: a tenth of a millisecond each. */
export async function blobUsage(files: DiskFiles): Promise<{ count: number; bytes: number }> {
  let [count, bytes] = [0, 0];
  let asked: Promise<void>[] = [];
  for await (const { path } of keysAfter(files, "", "")) {
    const ask = async () => {
      const facts = await files.facts(path);
      if (facts === undefined) return;
      count++;
      bytes += facts.size;
    };
    asked.push(ask());
    if (asked.length < atOnce) continue;
    await Promise.all(asked);
    asked = [];
  }
  await Promise.all(asked);
  return { count, bytes };
}
