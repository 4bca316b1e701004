/** The forms in which other programs read the image catalogue: for each its type, and how it is written. Pure. */
import { fedoraReleases } from "../images/exports/fedora-releases.ts";
import { isoinfo } from "../images/exports/isoinfo.ts";
import { type MirrorzRepository, mirrorz } from "../images/exports/mirrorz.ts";
import { osinfoArchive, osinfoSystems, osinfoXml } from "../images/exports/osinfo.ts";
import { quickgetCsv, quickgetRows } from "../images/exports/quickget.ts";
import { streamIndex, streamProducts } from "../images/exports/simplestreams.ts";
import type { CatalogueImage } from "../images/image-catalogue.ts";

/** What a form may tell besides images. */
export interface Told {
  /** What links begin with, ends in `/`. */
  base: string;
  /** Unix ms. */
  now: number;
  repositories: readonly MirrorzRepository[];
}

export type ImageBody = string | Uint8Array<ArrayBuffer>;

export interface ImageForm {
  contentType: string;
  /** Raised when the same images are written differently: clients keep what they have by its `ETag`. */
  version: number;
  /** Whether the query filters, as at `/api/v1/images`; else it means nothing. */
  isFiltered: boolean;
  write(images: readonly CatalogueImage[], told: Told): ImageBody;
}

const json = "application/json";

/** Nobody has read metadata and root of an image of LXD together, and a wrong hash is worse than none. */
const noCombinedHash = () => undefined;

export const imageForms = {
  isoinfo: {
    contentType: json,
    version: 1,
    isFiltered: true,
    write: (images, { base }) => JSON.stringify(isoinfo(images, base)),
  },
  mirrorz: {
    contentType: json,
    version: 1,
    isFiltered: false,
    write: (images, { base, repositories }) =>
      JSON.stringify(mirrorz(base, isoinfo(images, base), repositories)),
  },
  fedoraReleases: {
    contentType: json,
    version: 1,
    isFiltered: true,
    write: (images, { base }) => JSON.stringify(fedoraReleases(images, base)),
  },
  streamIndex: {
    contentType: json,
    version: 1,
    isFiltered: false,
    write: (images, { now }) =>
      JSON.stringify(streamIndex(streamProducts(images, noCombinedHash, now))),
  },
  streamProducts: {
    contentType: json,
    version: 1,
    isFiltered: false,
    write: (images, { now }) => JSON.stringify(streamProducts(images, noCombinedHash, now)),
  },
  osinfoXml: {
    contentType: "application/xml",
    version: 1,
    isFiltered: true,
    write: (images, { base }) => osinfoXml(osinfoSystems(images, base)),
  },
  osinfoArchive: {
    contentType: "application/x-tar",
    version: 1,
    isFiltered: true,
    write: (images, { base }) => osinfoArchive(osinfoSystems(images, base)),
  },
  quickgetCsv: {
    contentType: "text/csv; charset=utf-8",
    version: 1,
    isFiltered: true,
    write: (images) => quickgetCsv(quickgetRows(images)),
  },
  quickgetJson: {
    contentType: json,
    version: 1,
    isFiltered: true,
    write: (images) => JSON.stringify(quickgetRows(images)),
  },
} as const satisfies Readonly<Record<string, ImageForm>>;

export type ImageFormName = keyof typeof imageForms;
