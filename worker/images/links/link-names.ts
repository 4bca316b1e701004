/** What permanent links call an image. Pure. */
import type { Image } from "../image.ts";

/** What an image may be called as the last segment of a link, the plainest first. */
export function callableAs({ type, edition }: Image): string[] {
  return edition === undefined
    ? [type]
    : [type, edition, `${type}-${edition}`, `${edition}-${type}`];
}

/** Where nothing tells which edition is meant, these are, in this order; then none, then by name. */
const usualEditions = [
  "",
  "standard",
  "gnome",
  "workstation",
  "desktop",
  "server",
  "dvd",
  "generic",
];

/** Above 0: `one` is less likely meant. */
export function compareEditions(one = "", other = ""): number {
  const place = (edition: string) => {
    const at = usualEditions.indexOf(edition);
    return at < 0 ? usualEditions.length : at;
  };
  const usual = place(one) - place(other);
  if (usual !== 0 || one === other) return usual;
  return one < other ? -1 : 1;
}

/**
 * The link that leads to an image and names all that it is: what a page shows as permanent. Undefined: it names no
 * version or architecture, no rule knows the file, or it is a preview or a later part, which links by series pass over.
 */
export function permanentPath(image: Image): string | undefined {
  const { distribution, series, architecture, type, edition, part, isPreview } = image;
  const isPlain = series !== "" && architecture !== "" && type !== "other";
  if (!isPlain || isPreview === true || (part !== undefined && part > 1)) return undefined;
  const what = edition === undefined ? type : `${type}-${edition}`;
  return `${distribution}/${series}/${architecture}/${what}`;
}
