/** Builds image archives with real names and small contents: what pages of images and their clients are tried with. */

import { createHash } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { incompressible } from "./bytes.ts";
import type { SigningKey } from "./signing-key.ts";

/** A folder of images with its list of checksums. */
interface ImageFolder {
  /** Below the tree: the repository's name first. */
  path: string;
  /** The list's name in the folder; absent: a list for each image, named after it, `.sha256` behind. */
  sums?: string;
  /** Of the list's signature; absent: it has none. */
  signature?: string;
  images: readonly string[];
}

/** An image, bytes: above what the edge gives as bytes by default, and small enough for a hundred of them. */
const imageBytes = 300 * 1024;
/** Of version k of the tree: the minutes tell one from another. */
const dateOf = (version: number) => new Date(Date.UTC(2026, 8, 6, 12, version));

/** The archives as they are with Debian's point release 13.`point`. */
function folders(point: number): ImageFolder[] {
  const debian = (architecture: string): ImageFolder[] => [
    {
      path: `debian-cd/current/${architecture}/iso-cd`,
      sums: "SHA256SUMS",
      signature: "SHA256SUMS.sign",
      images: [
        `debian-13.${point}.0-${architecture}-netinst.iso`,
        `debian-edu-13.${point}.0-${architecture}-netinst.iso`,
      ],
    },
    {
      path: `debian-cd/current/${architecture}/iso-dvd`,
      sums: "SHA256SUMS",
      signature: "SHA256SUMS.sign",
      images: [1, 2, 3].map((part) => `debian-13.${point}.0-${architecture}-DVD-${part}.iso`),
    },
  ];
  return [
    ...debian("amd64"),
    ...debian("arm64"),
    {
      path: "debian-cd/current-live/amd64/iso-hybrid",
      sums: "SHA256SUMS",
      signature: "SHA256SUMS.sign",
      images: ["gnome", "kde", "standard", "xfce"].map(
        (desktop) => `debian-live-13.${point}.0-amd64-${desktop}.iso`,
      ),
    },
    {
      path: "raspios/raspios_lite_arm64/images/raspios_lite_arm64-2025-10-02",
      images: ["2025-10-01-raspios-trixie-arm64-lite.img.xz"],
    },
    {
      path: "raspios/raspios_arm64/images/raspios_arm64-2025-10-02",
      images: ["2025-10-01-raspios-trixie-arm64.img.xz"],
    },
    ...["noble 24.04.3", "jammy 22.04.5"].map((release): ImageFolder => {
      const [codename = "", version = ""] = release.split(" ");
      return {
        path: `ubuntu-releases/${codename}`,
        sums: "SHA256SUMS",
        signature: "SHA256SUMS.gpg",
        images: ["desktop", "live-server"].map((kind) => `ubuntu-${version}-${kind}-amd64.iso`),
      };
    }),
  ];
}

/** Lists of checksums below a repository, as its entry names them. */
export function rootsOf(repository: string): string[] {
  return folders(1)
    .filter(({ path }) => path.startsWith(`${repository}/`))
    .flatMap(({ path, sums, images }) => {
      const inside = path.slice(repository.length + 1);
      return (sums === undefined ? images.map((name) => `${name}.sha256`) : [sums]).map(
        (name) => `${inside}/${name}`,
      );
    });
}

/** Repositories of the tree, and whether their lists are signed. */
export const imageRepositories = [
  { name: "debian-cd", title: "Debian installer images", signed: true },
  { name: "raspios", title: "Raspberry Pi OS images", signed: false },
  { name: "ubuntu-releases", title: "Ubuntu installer images", signed: true },
] as const;

/**
 * Writes versions 1 to `versions` of the tree below a directory, each in a folder named by its number. Version k has
 * Debian's point release 13.k.
 */
export async function buildImagesTree(
  directory: string,
  versions: number,
  key: SigningKey,
): Promise<void> {
  for (let version = 1; version <= versions; version++) {
    for (const folder of folders(version)) await writeFolder(directory, version, folder, key);
  }
}

async function writeFolder(
  directory: string,
  version: number,
  folder: ImageFolder,
  key: SigningKey,
): Promise<void> {
  const at = join(directory, String(version), folder.path);
  mkdirSync(at, { recursive: true });
  const date = dateOf(version);
  const write = (name: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), bytes);
    utimesSync(join(at, name), date, date);
  };
  const lines = folder.images.map((name) => {
    const bytes = incompressible(name, imageBytes);
    write(name, bytes);
    return `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
  });
  if (folder.sums === undefined) {
    folder.images.forEach((name, index) => {
      write(`${name}.sha256`, lines[index] ?? "");
    });
    return;
  }
  write(folder.sums, lines.join(""));
  if (folder.signature !== undefined) {
    await key.signDetached(join(at, folder.sums), join(at, folder.signature));
    utimesSync(join(at, folder.signature), date, date);
  }
}
