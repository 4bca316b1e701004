/** What is known of a file asked for: by the repository's index, and by what servers said of it. */
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import type { FoundFile, IndexedFiles } from "../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import { agreedSize, type FileCheck, type FileFacts, isLive } from "./choice.ts";
import type { FileChecks } from "./file-checks.ts";
import type { FileRequest } from "./file-request.ts";

const unlisted: FoundFile = { file: null, served: 0 };

/** The file as its repository lists it; as if it didn't, where that can't be read now. Never rejects. */
export async function indexedFile(
  { opened: { repository }, decoded, now }: FileRequest,
  files: IndexedFiles | undefined,
  background: Background,
): Promise<FoundFile> {
  try {
    return (await files?.findFile(repository, decoded, now, background)) ?? unlisted;
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    // As unlisted it still is served: proven by HEAD, only not hash-checked here.
    console.warn(`which files ${repository.name} has could not be read: ${why}`);
    return unlisted;
  }
}

/**
 * What is known of a file without asking anybody.
 *
 * @param served generation of the snapshot that lists it
 * @param offers whose words count where nobody else tells its size
 */
export function fileFacts(
  asked: FileRequest,
  file: PresentFile | null,
  served: number,
  sightings: FileChecks,
  offers: readonly MirrorOffer[],
): FileFacts {
  const { opened, decoded, now } = asked;
  const seen = sightings.of({ repository: opened.repository.name, path: decoded });
  const size = file?.size ?? atOrigin(asked, seen)?.size ?? agreedSize(offers, seen, now);
  return { listed: file ?? undefined, served, size, sightings: seen, now };
}

/** What the origin said of a file lately. */
export function atOrigin(
  { opened: { repository }, now }: FileRequest,
  seen: ReadonlyMap<string, FileCheck> | undefined,
): FileCheck | undefined {
  const sighting = seen?.get(repository.origin);
  return sighting !== undefined && isLive(sighting, undefined, now) ? sighting : undefined;
}
