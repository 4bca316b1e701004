/** An image as the catalogue has it: a file that a verified list of sums names, and what its name says. */

/** What an image is for. `other`: no rule knows the file. */
export const imageTypes = [
  "installer",
  "netinst",
  "live",
  "cloud",
  "container",
  "rootfs",
  "boot",
  "firmware",
  "other",
] as const;

export type ImageType = (typeof imageTypes)[number];

/** What is known of one file, all of it of one snapshot. */
export interface Image {
  /** Inside the repository, decoded, without a leading slash. */
  path: string;
  /** Of the file as it is served, lower-case hex; absent: its list has only the other one. */
  sha256?: string | undefined;
  sha512?: string | undefined;
  /** Bytes; absent: the origin didn't tell. */
  size?: number | undefined;
  /** When the origin says that the file changed, else when its list was signed, Unix ms. */
  date?: number | undefined;
  /** `debian`, `ubuntu`, `fedora`; where no rule knows the file: the repository's name. */
  distribution: string;
  /** As its name has it: `13.2.0`, `24.04.3`, `43`, `2026.11.01`; empty: it names none. */
  version: string;
  /** What a permanent link calls it, and what has an end of support: `13`, `24.04`, `43`, `rolling`; empty: none. */
  series: string;
  /** Lower case: `trixie`, `noble`. */
  codename?: string | undefined;
  /** As dpkg calls it: `amd64`, `arm64`; `all`: the same for each; empty: not told. */
  architecture: string;
  type: ImageType;
  /** Lower case: `gnome`, `workstation`, `server`, `raspberry-pi`; absent: there is only one. */
  edition?: string | undefined;
  /** Without the first dot: `iso`, `qcow2`, `raw.xz`, `tar.xz`, `img.xz`, `vmdk`, `wsl`. */
  format: string;
  /** One of several that belong together: DVD 2 is 2. Only the first is offered for the set. */
  part?: number | undefined;
  /** alpha, beta, rc, daily: `latest` passes over it. */
  isPreview?: true | undefined;
  /** When the series was released, Unix ms. */
  released?: number | undefined;
  /** The end of its support, and of its longer support where there is one, Unix ms. */
  endOfLife?: number | undefined;
  endOfLongSupport?: number | undefined;
}

/** The images of one repository's snapshot, as the blob that the snapshot names. */
export interface RepositoryImages {
  repository: string;
  images: readonly Image[];
}

/** At a moment: supported by its project, for longer by others, not any more; undefined: nobody says. */
export type Support = "yes" | "lts" | "eol";

/** @param now Unix ms */
export function supportOf(image: Image, now: number): Support | undefined {
  const { endOfLife, endOfLongSupport } = image;
  if (endOfLife === undefined) return undefined;
  if (now < endOfLife) return "yes";
  return endOfLongSupport !== undefined && now < endOfLongSupport ? "lts" : "eol";
}
