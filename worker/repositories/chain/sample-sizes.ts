/** Asks an origin for the sizes of files whose index doesn't tell them. */

import { askOrigin, type OriginAccess } from "../../outbound/origin-access.ts";
import type { SampleFile } from "../baseline/baseline.ts";
import type { Repository } from "../catalogue.ts";

/** Sizes asked for where a list of checksums has none: as many questions to the origin. */
const maxSizesAsked = 16;
/** Asked at a time: half of what a Worker may have waiting. */
const sizesAtOnce = 3;

/**
 * Some of the files, those the origin tells the size of: recent ones first, the others by chance. Never rejects.
 *
 * @param files their own sizes aren't looked at
 */
export async function withSizes(
  files: readonly SampleFile[],
  repository: Repository,
  access: OriginAccess,
  random: () => number,
): Promise<SampleFile[]> {
  const waiting = drawn(files, maxSizesAsked, random);
  const sized: SampleFile[] = [];
  const askNext = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const size = await sizeAtOrigin(repository, file.path, access);
      if (size !== undefined) sized.push({ ...file, size });
    }
  };
  await Promise.all(Array.from({ length: sizesAtOnce }, askNext));
  return sized;
}

/** Recent ones first, the others in random order. */
function drawn(files: readonly SampleFile[], count: number, random: () => number): SampleFile[] {
  return files
    .map((file) => ({ file, order: file.recent ? -1 : random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ file }) => file);
}

async function sizeAtOrigin(
  repository: Repository,
  path: string,
  access: OriginAccess,
): Promise<number | undefined> {
  const answer = await askOrigin(access, repository, path, { method: "HEAD", maxBodyBytes: 0 });
  if ("failed" in answer || answer.status !== 200) return undefined;
  const type = answer.headers.get("Content-Type") ?? "";
  const length = answer.headers.get("Content-Length") ?? "";
  return /^\d{1,15}$/.test(length) && !/^text\/html/i.test(type) ? Number(length) : undefined;
}
