/** What every export tells of an image: where it is, and whether it is offered at all. Pure. */
import { fileUrl } from "../../outbound/file-url.ts";
import type { Image } from "../image.ts";
import type { CatalogueImage } from "../image-catalogue.ts";

/**
 * The image's URL here: it redirects to a mirror of the client, so that it is the same for all clients.
 *
 * `+` and `:` stay as they are. Both are allowed in a path (RFC 3986 section 3.3), this service takes no `+` for a
 * blank, and readers compare the URL's end with the name in a list of sums.
 *
 * @param base ends in `/`
 */
export function imageUrl(base: string, { repository, path }: CatalogueImage): string {
  return fileUrl(`${base}${repository}/`, path).replaceAll("%2B", "+").replaceAll("%3A", ":");
}

/** The file's own name. */
export function nameOf({ path }: Image): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder in which the file is, with its last slash; empty: the repository's root. */
export function folderOf({ path }: Image): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Of what is downloaded once: the first of several discs, and no file that no rule knows. */
export function isOffered({ type, part }: Image): boolean {
  return type !== "other" && (part ?? 1) === 1;
}

/** A day as `2026-11-30`. @param time Unix ms */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
