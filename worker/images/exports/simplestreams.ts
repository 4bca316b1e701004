/**
 * Simplestreams, by which LXD and Incus find images: an index, and one file of products. The rules are those of their
 * readers (canonical/lxd `shared/simplestreams/products.go`, lxc/incus the same file, both of August 2026). Pure.
 */
import type { Support } from "../image.ts";
import { supportOf } from "../image.ts";
import type { CatalogueImage } from "../image-catalogue.ts";
import { dayOf } from "./image-names.ts";
import { type StreamFile, type StreamVersion, streamVersions } from "./stream-versions.ts";

/**
 * The SHA-256 of a metadata file with a root file behind it, by which LXD and Incus name an image. Both compare it with
 * what they downloaded, so that it is left out where nobody has read both files; they then pass over the image.
 *
 * @param metadata SHA-256 of the file, as is `root`
 */
export type CombinedHash = (metadata: string, root: string) => string | undefined;

export interface StreamItem {
  ftype: string;
  path: string;
  size: number;
  sha256: string;
  /** `combined_*sha256`, by the root file's kind. */
  [combined: `combined_${string}`]: string;
}

export interface StreamProduct {
  aliases: string;
  arch: string;
  os: string;
  release: string;
  release_title: string;
  release_codename?: string;
  version?: string;
  variant?: string;
  supported?: boolean;
  support_eol?: string;
  versions: Record<string, { items: Record<string, StreamItem> }>;
}

/** `streams/v1/images.json`. */
export interface StreamProducts {
  content_id: "images";
  datatype: "image-downloads";
  format: "products:1.0";
  products: Record<string, StreamProduct>;
}

/** `streams/v1/index.json`. */
export interface StreamIndex {
  format: "index:1.0";
  index: Record<
    string,
    { datatype: string; format: string; path: string; products: readonly string[] }
  >;
}

/** Where a root file's combined hash stands in the item of its metadata. */
const combinedNames: Readonly<Record<string, `combined_${string}`>> = {
  "root.tar.xz": "combined_rootxz_sha256",
  squashfs: "combined_squashfs_sha256",
  "disk-kvm.img": "combined_disk-kvm-img_sha256",
  "disk1.img": "combined_disk1-img_sha256",
  "uefi1.img": "combined_uefi1-img_sha256",
};

/**
 * The images that LXD and Incus can use. Paths are relative to the service's root, so that each file redirects by
 * itself.
 *
 * @param now Unix ms: what is supported
 */
export function streamProducts(
  images: readonly CatalogueImage[],
  combined: CombinedHash,
  now: number,
): StreamProducts {
  const products = new Map<string, StreamProduct>();
  for (const version of streamVersions(images)) {
    const { of: image, variant } = version;
    const key = productKey(image, variant);
    const product = products.get(key) ?? productOf(image, variant, supportOf(image, now));
    products.set(key, product);
    // The same serial twice is a folder and its alias: the first stays.
    product.versions[version.serial] ??= { items: itemsOf(version, combined) };
  }
  return {
    content_id: "images",
    datatype: "image-downloads",
    format: "products:1.0",
    products: Object.fromEntries(products),
  };
}

/** The index of one file of products. */
export function streamIndex({ products }: StreamProducts): StreamIndex {
  const path = "streams/v1/images.json";
  const images = {
    datatype: "image-downloads",
    format: "products:1.0",
    path,
    products: Object.keys(products),
  };
  return { format: "index:1.0", index: { images } };
}

function productKey(image: CatalogueImage, variant: string): string {
  return [image.distribution, image.series, image.architecture, variant].join(":");
}

function productOf(
  image: CatalogueImage,
  variant: string,
  support: Support | undefined,
): StreamProduct {
  const { distribution, series, codename, architecture, title, endOfLife } = image;
  return {
    aliases: aliasesOf(image, variant).join(","),
    arch: architecture,
    os: title,
    release: codename ?? series,
    release_title: series,
    ...(codename !== undefined && { release_codename: codename }),
    ...(series !== "" && { version: series }),
    variant,
    ...(support !== undefined && { supported: support !== "eol" }),
    ...(endOfLife !== undefined && { support_eol: dayOf(endOfLife) }),
    versions: {},
  };

  /** `debian/13`, `debian/trixie`, `debian/13/cloud`; only the usual variant has the short ones. */
  function aliasesOf(of: CatalogueImage, own: string): string[] {
    const releases = [of.series, ...(of.codename === undefined ? [] : [of.codename])];
    const names = releases.map((one) => (one === "" ? distribution : `${distribution}/${one}`));
    const long = names.map((name) => `${name}/${own}`);
    return own === usualVariant ? [...names, ...long] : long;
  }
}

/** What a variant is called that has no name. */
const usualVariant = "default";

function itemsOf(version: StreamVersion, combined: CombinedHash): Record<string, StreamItem> {
  const items: Record<string, StreamItem> = {};
  for (const file of version.files) {
    const { ftype, path, size, sha256 } = file;
    items[ftype] = {
      ftype,
      path,
      size,
      sha256,
      ...(file.role === "metadata" && combinedOf(file, version, combined)),
    };
  }
  return items;
}

function combinedOf(
  metadata: StreamFile,
  version: StreamVersion,
  combined: CombinedHash,
): Record<`combined_${string}`, string> {
  const hashes: Record<`combined_${string}`, string> = {};
  for (const root of version.files) {
    const name = combinedNames[root.ftype];
    const hash = name === undefined ? undefined : combined(metadata.sha256, root.sha256);
    if (name !== undefined && hash !== undefined) hashes[name] = hash;
  }
  return hashes;
}
