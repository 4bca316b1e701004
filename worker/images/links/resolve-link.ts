/**
 * The image that a permanent link means in a catalogue. Pure: of the same catalogue it is always the same, and of
 * several that fit the first by rules that don't look at the order of their coming.
 */
import { nearestValue } from "../../http/nearest-value.ts";
import { architectures } from "../architectures.ts";
import type { ImageColumns } from "../filter/image-columns.ts";
import { meantBy } from "../filter/read-filter.ts";
import type { CatalogueImage } from "../image-catalogue.ts";
import { callableAs, compareEditions } from "./link-names.ts";
import type { PermanentLink } from "./read-link.ts";

/** The link leads nowhere. */
export interface LinkFault {
  /** Which part of it there isn't. */
  part: "distribution" | "version" | "architecture" | "type" | "format";
  value: string;
  nearest?: string;
  /** What there is in its place, with what stands before it in the link. */
  allowed: readonly string[];
}

export function isLinkFault(found: CatalogueImage | LinkFault): found is LinkFault {
  return "allowed" in found;
}

/** Newest first; where nothing is told, what most mean. */
export const newestWord = "latest";

/**
 * Of the images of that distribution, version, architecture and type or edition:
 *
 * 1. previews only where their whole version is named;
 * 2. the newest series that has such an image (`latest`), and of a series its newest version;
 * 3. the first part of a set, and the usual edition where the link names none;
 * 4. the first in the catalogue's order: usual formats first, then by path.
 */
export function resolveLink(
  link: PermanentLink,
  columns: ImageColumns,
): CatalogueImage | LinkFault {
  const own = columns.byDistribution.get(link.distribution) ?? [];
  if (own.length === 0) {
    return fault("distribution", link.distribution, { words: [...columns.byDistribution.keys()] });
  }
  const versions = own.filter((image) => isOfVersion(image, link.version));
  if (versions.length === 0) {
    return fault("version", link.version, {
      images: own,
      namesOf: versionsOf,
      words: [newestWord],
    });
  }
  const architecture = meantBy("architecture", link.architecture, columns) ?? link.architecture;
  const fitting = versions.filter(
    (image) => image.architecture === architecture || image.architecture === "all",
  );
  if (fitting.length === 0) {
    const aliases = architectures.flatMap(({ dpkg, uname, aliases }) => [dpkg, uname, ...aliases]);
    return fault("architecture", link.architecture, {
      images: versions,
      namesOf: architectureOf,
      aliases,
    });
  }
  const called = fitting.filter((image) => callableAs(image).includes(link.what));
  if (called.length === 0)
    return fault("type", link.what, { images: fitting, namesOf: callableAs });
  const { format } = link;
  const formed = format === undefined ? called : called.filter((image) => image.format === format);
  const [first] = formed;
  if (first === undefined)
    return fault("format", format ?? "", { images: called, namesOf: formatOf });
  return best(formed, first);
}

/** Of the newest version among them, which is the first's. */
function best(fitting: readonly CatalogueImage[], first: CatalogueImage): CatalogueImage {
  const newest = fitting.filter(
    ({ series, version }) => series === first.series && version === first.version,
  );
  return newest.reduce((one, other) =>
    compareEditions(other.edition, one.edition) < 0 ? other : one,
  );
}

function isOfVersion(image: CatalogueImage, asked: string): boolean {
  const { series, version, codename, isPreview } = image;
  if (version.toLowerCase() === asked) return true;
  if (isPreview === true) return false;
  return asked === newestWord || series.toLowerCase() === asked || codename === asked;
}

const architectureOf = ({ architecture }: CatalogueImage) =>
  architecture === "" ? [] : [architecture];
const formatOf = ({ format }: CatalogueImage) => [format];
/** Names by which `isOfVersion` finds it. */
const versionsOf = ({ series, version, codename, isPreview }: CatalogueImage) =>
  isPreview === true
    ? [version.toLowerCase()]
    : [series === "" ? version : series, codename ?? ""].filter((one) => one !== "");

/** What a part of a link can be: words of its own, and what the images have. */
interface Choice {
  images?: readonly CatalogueImage[];
  namesOf?(image: CatalogueImage): readonly string[];
  words?: readonly string[];
  /** Other names for the same, which a slip may be of as well. */
  aliases?: readonly string[];
}

function fault(
  part: LinkFault["part"],
  value: string,
  { images = [], namesOf = () => [], words = [], aliases = [] }: Choice,
): LinkFault {
  const allowed = [...new Set([...words, ...images.flatMap(namesOf)])];
  // A right name of what isn't there is no slip.
  const isName = aliases.includes(value);
  const nearest = isName ? undefined : nearestValue(value, [...allowed, ...aliases]);
  return { part, value, allowed, ...(nearest !== undefined && { nearest }) };
}
