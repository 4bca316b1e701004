/** Which files of the catalogue are one image of LXD or Incus: metadata and roots of one build. Pure. */
import type { CatalogueImage } from "../image-catalogue.ts";
import { folderOf, imageUrl, nameOf } from "./image-names.ts";

/** A root without metadata is none that can be started; a `whole` file has both. */
type StreamRole = "metadata" | "root" | "whole";

/** A file of one build. */
export interface StreamFile {
  /** What LXD and Incus call it: `incus.tar.xz`, `squashfs`, `disk-kvm.img`. */
  ftype: string;
  role: StreamRole;
  /** From the service's root, with escapes. */
  path: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

/** One build of one product. */
export interface StreamVersion {
  /** Any image of it, for what all have in common. */
  of: CatalogueImage;
  variant: string;
  /** Begins with a day, as LXD and Incus pass over any other: `20261129_05:24`. */
  serial: string;
  files: StreamFile[];
}

interface Kind {
  ftype: string;
  /** The file's name, after what all files of a build begin with. */
  name: RegExp;
  role: StreamRole;
}

/**
 * Names of the image server of Linux Containers (`images/debian/trixie/amd64/default/20261129_05:24/incus.tar.xz`), and
 * of Ubuntu's cloud images (`noble/20261120/noble-server-cloudimg-amd64-lxd.tar.xz`). The group is what the files of a
 * build have in common.
 */
const kinds: readonly Kind[] = [
  { ftype: "incus.tar.xz", name: /^(?:(.+)-)?incus\.tar\.xz$/, role: "metadata" },
  { ftype: "lxd.tar.xz", name: /^(?:(.+)-)?lxd\.tar\.xz$/, role: "metadata" },
  { ftype: "incus_combined.tar.gz", name: /^(?:(.+)[.-])?incus_combined\.tar\.gz$/, role: "whole" },
  { ftype: "lxd_combined.tar.gz", name: /^(?:(.+)[.-])?lxd_combined\.tar\.gz$/, role: "whole" },
  { ftype: "squashfs", name: /^rootfs\.squashfs$|^(.+)\.squashfs$/, role: "root" },
  { ftype: "root.tar.xz", name: /^rootfs\.tar\.xz$|^(.+)-root\.tar\.xz$/, role: "root" },
  { ftype: "disk-kvm.img", name: /^disk\.qcow2$|^(.+)-disk-kvm\.img$/, role: "root" },
  { ftype: "uefi1.img", name: /^(.+)-uefi1\.img$/, role: "root" },
  { ftype: "disk1.img", name: /^(.+?)(?:-disk1)?\.img$/, role: "root" },
];

/**
 * All builds that can be started, each file with digest and size; in the order of their first files. Of a build in parts
 * the whole isn't there: LXD takes any of both (canonical/lxd#12829).
 */
export function streamVersions(images: readonly CatalogueImage[]): StreamVersion[] {
  const builds = new Map<string, StreamVersion>();
  for (const image of images) {
    const found = kindOf(nameOf(image));
    const { sha256, size } = image;
    if (found === undefined || sha256 === undefined || size === undefined) continue;
    const folder = folderOf(image);
    const serial = serialOf(folder, image.date);
    if (serial === undefined) continue;
    const { ftype, stem, role } = found;
    const key = [image.repository, folder, stem].join("\n");
    const build = builds.get(key) ?? { of: image, variant: "default", serial, files: [] };
    builds.set(key, build);
    if (build.files.some((file) => file.ftype === ftype)) continue;
    // What tells the variant may be in one name alone.
    if (image.edition !== undefined) build.variant = image.edition;
    build.files.push({ ftype, role, path: imageUrl("", image), size, sha256 });
  }
  return [...builds.values()].flatMap((build) => {
    const parts = build.files.filter(({ role }) => role !== "whole");
    const has = (role: StreamRole) => build.files.some((file) => file.role === role);
    if (has("metadata") && has("root")) return { ...build, files: parts };
    return has("whole")
      ? { ...build, files: build.files.filter(({ role }) => role === "whole") }
      : [];
  });
}

/** Most files are something else: this tells most of them apart at once. */
const mayBe = /\.(?:tar\.[xg]z|squashfs|qcow2|img)$/;

function kindOf(name: string): { ftype: string; stem: string; role: StreamRole } | undefined {
  if (!mayBe.test(name)) return undefined;
  for (const { ftype, name: pattern, role } of kinds) {
    const match = pattern.exec(name);
    if (match !== null) return { ftype, stem: match[1] ?? "", role };
  }
  return undefined;
}

/**
 * The build's day and time: what its folder says, else when the file changed. Undefined: nobody says.
 *
 * @param date Unix ms
 */
function serialOf(folder: string, date: number | undefined): string | undefined {
  const said = /(?:^|[/-])(20\d{6}(?:[._]?\d[\d:.]*)?)\/$/.exec(folder)?.[1];
  if (said !== undefined) return said;
  if (date === undefined) return undefined;
  const [day = "", time = ""] = new Date(date).toISOString().split("T");
  return `${day.replaceAll("-", "")}_${time.slice(0, 5).replace(":", "")}`;
}
