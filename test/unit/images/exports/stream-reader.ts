/**
 * A reader of simplestreams that goes by the rules of LXD's and Incus' `shared/simplestreams` (both of August 2026):
 * what they need of an index and of products, what they pass over, what they call an image, and which files they fetch.
 */

export interface ReadImage {
  /** By which it is named: of both files together. */
  fingerprint: string;
  /** As `uname -m` says it. */
  architecture: string;
  type: "container" | "virtual-machine";
  /** `debian/13`, and with the architecture behind it. */
  aliases: string[];
  /** Unix ms. */
  created: number;
  expires: number;
  description: string;
  size: number;
  /** From the server's root, in the order of download. */
  files: { path: string; sha256: string; size: number }[];
}

/** Which metadata a program knows. */
const metadata = {
  lxd: { split: "lxd.tar.xz", whole: "lxd_combined.tar.gz" },
  incus: { split: "incus.tar.xz", whole: "incus_combined.tar.gz" },
} as const;

/** Of LXD's `shared/osarch`; others are passed over. */
const machines: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  arm64: "aarch64",
  i386: "i686",
  armhf: "armv7l",
  armel: "armv6l",
  ppc64el: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
  loong64: "loongarch64",
};

/** Best first, for one alias of one type. */
const roots = ["squashfs", "root.tar.xz", "disk-kvm.img", "uefi1.img", "disk1.img"];
const combinedNames: Readonly<Record<string, string>> = {
  squashfs: "combined_squashfs_sha256",
  "root.tar.xz": "combined_rootxz_sha256",
  "disk-kvm.img": "combined_disk-kvm-img_sha256",
  "uefi1.img": "combined_uefi1-img_sha256",
  "disk1.img": "combined_disk1-img_sha256",
};

type Fields = ReadonlyMap<string, unknown>;

function fields(value: unknown): Fields {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function text(of: Fields, name: string): string {
  const value = of.get(name);
  return typeof value === "string" ? value : "";
}

function count(of: Fields, name: string): number {
  const value = of.get(name);
  return typeof value === "number" ? value : 0;
}

/** A version's name is a time, or begins with a day; undefined: the version is passed over. */
function createdOf(name: string): number | undefined {
  const said = /^(\d{4})(\d\d)(\d\d)(?:_(\d\d)(\d\d)$)?/.exec(name);
  if (said === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00"] = said;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** All images that the program would show. @param get the text at a path from the server's root */
export function readStreams(
  get: (path: string) => string,
  program: keyof typeof metadata,
): ReadImage[] {
  const images: ReadImage[] = [];
  for (const entry of fields(
    fields(JSON.parse(get("streams/v1/index.json"))).get("index"),
  ).values()) {
    const index = fields(entry);
    const products = index.get("products");
    if (text(index, "datatype") !== "image-downloads") continue;
    if (!Array.isArray(products) || products.length === 0) continue;
    const file = fields(JSON.parse(get(text(index, "path"))));
    for (const product of fields(file.get("products")).values()) {
      images.push(...imagesOf(fields(product), program));
    }
  }
  return withFreeAliases(images);
}

function imagesOf(product: Fields, program: keyof typeof metadata): ReadImage[] {
  const architecture = machines[text(product, "arch")];
  if (architecture === undefined) return [];
  const images: ReadImage[] = [];
  for (const [name, version] of fields(product.get("versions"))) {
    const created = createdOf(name);
    if (created === undefined) continue;
    const items = [...fields(fields(version).get("items")).values()].map(fields);
    const sorted = roots.flatMap((ftype) => items.filter((one) => text(one, "ftype") === ftype));
    for (const item of items) {
      const ftype = text(item, "ftype");
      const { split, whole } = metadata[program];
      const found: (Fields | undefined)[] =
        ftype === split ? sorted : ftype === whole ? [undefined] : [];
      for (const root of found) {
        const fingerprint =
          root === undefined
            ? text(item, "sha256")
            : text(item, combinedNames[text(root, "ftype")] ?? "");
        if (fingerprint === "" || text(item, "path") === "") continue;
        const isDisk = root !== undefined && text(root, "ftype").endsWith(".img");
        const variant = text(product, "variant");
        images.push({
          fingerprint,
          architecture,
          type: isDisk ? "virtual-machine" : "container",
          aliases: text(product, "aliases")
            .split(",")
            .flatMap((alias) => [alias, `${alias}/${text(product, "arch")}`]),
          created,
          expires: Date.parse(text(product, "support_eol")),
          description: `${text(product, "os")} ${text(product, "release_title")} (${variant})`,
          size: count(item, "size") + (root === undefined ? 0 : count(root, "size")),
          files: [item, ...(root === undefined ? [] : [root])].map((one) => ({
            path: text(one, "path"),
            sha256: text(one, "sha256"),
            size: count(one, "size"),
          })),
        });
      }
    }
  }
  return images;
}

/** The newest image keeps an alias; for another type or architecture the same alias is free. */
function withFreeAliases(images: readonly ReadImage[]): ReadImage[] {
  const taken = new Set<string>();
  return images
    .toSorted((one, other) => other.created - one.created)
    .map((image) => ({
      ...image,
      aliases: image.aliases.filter((alias) => {
        const key = [alias, image.type, image.architecture].join(" ");
        if (taken.has(key)) return false;
        taken.add(key);
        return true;
      }),
    }));
}
