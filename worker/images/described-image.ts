/** An image as programs read it. Pure. */
import { fileUrl } from "../outbound/file-url.ts";
import { unameOf } from "./architectures.ts";
import type { ImageRow } from "./filter/image-rows.ts";
import { supportOf } from "./image.ts";
import type { CatalogueImage } from "./image-catalogue.ts";

function isoDay(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 10);
}

function nameOf({ path }: CatalogueImage): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Our own URL of an image. @param base the service's, ends in `/` */
export function urlOf({ repository, path }: CatalogueImage, base: string): string {
  return fileUrl(`${base}${repository}/`, path);
}

/**
 * What is known of an image, with where it is, its lists, and its parts. What isn't known is left out; JSON drops it.
 *
 * @param base the service's own URL, ends in `/`
 * @param permanent as `permanentPaths` has it
 * @param now Unix ms, for its support
 */
export function describedImage(
  { image, parts }: ImageRow,
  { base, permanent, now }: { base: string; permanent: string | undefined; now: number },
) {
  const { repository, distribution, title, version, series, codename, architecture } = image;
  const { type, edition, format, part, size, sha256, sha512, isPreview } = image;
  const url = urlOf(image, base);
  const link = permanent === undefined ? undefined : `${base}images/${permanent}`;
  return {
    repository,
    name: nameOf(image),
    path: image.path,
    distribution,
    title,
    version,
    series,
    codename,
    architecture,
    uname: unameOf(architecture),
    type,
    edition,
    format,
    part,
    preview: isPreview,
    size,
    date: image.date === undefined ? undefined : new Date(image.date).toISOString(),
    sha256,
    sha512,
    supported: supportOf(image, now),
    endOfLife: isoDay(image.endOfLife),
    endOfLongSupport: isoDay(image.endOfLongSupport),
    url,
    link,
    metalink: `${url}.meta4`,
    torrent: `${url}.torrent`,
    parts:
      parts.length === 0
        ? undefined
        : parts.map((one) => ({
            name: nameOf(one),
            part: one.part,
            size: one.size,
            sha256: one.sha256,
            sha512: one.sha512,
            url: urlOf(one, base),
          })),
  };
}
