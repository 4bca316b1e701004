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

const harmlessPath = /^(?:[a-z0-9._~-]+\/){3}[a-z0-9._~-]+$/;

/** Which path names all that an image is; undefined: no link leads there by its series. */
function pathOf(image: Image): string | undefined {
  const { distribution, series, architecture, type, edition, part, isPreview } = image;
  const isNamed = series !== "" && architecture !== "" && type !== "other";
  if (!isNamed || isPreview === true || (part !== undefined && part > 1)) return undefined;
  const what = edition === undefined ? type : `${type}-${edition}`;
  const path = `${distribution}/${series}/${architecture}/${what}`.toLowerCase();
  // A dot would be read as the beginning of a format, a slash as another segment; and links are typed.
  return harmlessPath.test(path) && !what.includes(".") ? path : undefined;
}

/**
 * The permanent links of images, behind `/images/`: of each image the one that leads to it, for as long as nothing newer
 * takes its place. An image that none leads to (an older version, a preview) has none.
 *
 * @param images in the canonical order
 */
export function permanentPaths<One extends Image>(images: readonly One[]): Map<One, string> {
  const paths = new Map<One, string>();
  /** The version that a path leads to, which is that of the first image in the order. */
  const versions = new Map<string, string>();
  for (const image of images) {
    const path = pathOf(image);
    if (path === undefined) continue;
    const version = versions.get(path);
    const withFormat = `${path}.${image.format}`;
    if (version === undefined) {
      versions.set(path, image.version);
      versions.set(withFormat, image.version);
      paths.set(image, path);
    } else if (version === image.version && !versions.has(withFormat)) {
      versions.set(withFormat, image.version);
      paths.set(image, withFormat);
    }
  }
  return paths;
}
