/**
 * `releases.json` as Fedora's own site has it, which quickget and others read: one entry a file, of Fedora alone. Its
 * `variant` is the folder of a compose, its `subvariant` what the file's name says between `Fedora-` and its kind.
 * Pure.
 */
import { unameOf } from "../architectures.ts";
import type { CatalogueImage } from "../image-catalogue.ts";
import { imageUrl, nameOf } from "./image-names.ts";

/** Of one file. All values are texts, the size too. */
export interface FedoraRelease {
  /** `43`; of a preview `43 Beta`. */
  version: string;
  /** As `uname -m` says it. */
  arch: string;
  link: string;
  /** `Workstation`, `Server`, `Spins`. */
  variant: string;
  /** `Workstation`, `Xfce`, `Cloud_Base`. */
  subvariant: string;
  sha256: string;
  /** Bytes. */
  size?: string;
}

/**
 * Fedora's images, in the order in which they are given. Those without a SHA-256 aren't there, as the format has no
 * other digest.
 *
 * @param base what links begin with, ends in `/`
 */
export function fedoraReleases(images: readonly CatalogueImage[], base: string): FedoraRelease[] {
  return images.flatMap((image) => {
    const { distribution, version, architecture, isPreview, sha256, size } = image;
    if (distribution !== "fedora" || sha256 === undefined) return [];
    const folder = /(?:^|\/)releases\/(?:test\/)?[^/]+\/(\w+)\//.exec(image.path)?.[1];
    const subvariant = subvariantOf(nameOf(image));
    if (subvariant === "") return [];
    return {
      version: isPreview === undefined ? version : `${/^\d+/.exec(version)?.[0] ?? version} Beta`,
      arch: unameOf(architecture),
      link: imageUrl(base, image),
      variant: folder ?? subvariant,
      subvariant,
      sha256,
      ...(size !== undefined && { size: String(size) }),
    };
  });
}

/** Words of a file's name that end what it is of: the medium, the target, the machine, the version. */
const end =
  /^(Live|dvd|netinst|boot|ostree|Disk|Generic|Minimal|UEFI|UKI|AmazonEC2|AmazonVHD|Azure|GCE|GCP|Vagrant|Guest|Host|KVM|osb|x86_64|aarch64|armhfp|ppc64le|s390x|i386|riscv64|[\d._]+.*)$/;

/** `Fedora-MATE_Compiz-Live-43-1.6.x86_64.iso` is `MATE_Compiz`; empty: the name isn't Fedora's. */
function subvariantOf(name: string): string {
  const [first, ...words] = name.split("-");
  if (first !== "Fedora") return "";
  const until = words.findIndex((word) => end.test(word));
  const own = words.slice(0, until < 0 ? words.length : until);
  // An image for virtual machines is a variant of its own there.
  const isGuest = words[until] === "Guest" || words[until] === "KVM";
  // KDE's medium is called `KDE-Desktop-Live`, its subvariant `KDE`.
  const parts = own.at(-1) === "Desktop" ? own.slice(0, -1) : own;
  return isGuest ? `${parts.join("_")}_KVM` : parts.join("_");
}
