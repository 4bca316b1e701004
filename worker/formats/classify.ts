/**
 * Tells what a path in a repository is, by the repository's kind. One readable table; patterns look at the
 * decoded path inside the repository, without a leading slash.
 */
import type { Kind } from "./kinds.ts";

/** `metadata` changes in place and is served at the edge; `payload` is bulky and immutable, and redirected. */
export type PathClass = "metadata" | "payload" | "directory";

interface KindRules {
  /** Asked first: what looks like payload but changes in place. */
  metadata: RegExp;
  /** Everything that is neither is metadata too: the edge's bytes are always right, a redirect may not be. */
  payload: RegExp;
  /** Metadata whose name is its hash, or that never changes under its name: may be cached for good. */
  immutable: RegExp;
}

/** Installation images and archives of them, as every distribution names them. */
const image =
  /\.(?:iso|img|qcow2|raw|vmdk|vhd|vhdx|ova|box|squashfs|wsl|template)$|\.(?:img|raw|qcow2|ext4|vhd)\.(?:gz|xz|zst|bz2)$|(?:rootfs|cloudimg|cloud|generic|nocloud|netboot|root)[^/]*\.tar\.(?:gz|xz|zst)$/;
const never = /(?!)/;

function any(...patterns: RegExp[]): RegExp {
  return new RegExp(patterns.map((pattern) => `(?:${pattern.source})`).join("|"));
}

export const kindRules: Readonly<Record<Kind, KindRules>> = {
  apt: {
    // Images of the installer live under dists/; those of `current/` change in place.
    metadata: /^dists\/(?!.*\/installer-[^/]+\/(?!current\/)[^/]+\/images\/)/,
    payload: any(
      /\.(?:deb|udeb|ddeb|dsc|diff\.gz)$/,
      /\.tar\.(?:gz|xz|bz2|zst|lzma)(?:\.(?:asc|sig))?$/,
      image,
      /^dists\/.*\/images\/.*\/(?:linux|vmlinuz|initrd\.gz)$/,
    ),
    immutable: /\/by-hash\/[A-Za-z0-9]+\/[0-9a-f]{32,128}$/,
  },
  rpm: {
    metadata: /(?:^|\/)repodata\//,
    payload: any(/\.d?rpm$/, image, /\/images\/.*\/(?:vmlinuz|initrd\.img)$/),
    // createrepo names indexes by their checksum unless told not to.
    immutable: /(?:^|\/)repodata\/[0-9a-f]{32,128}-[^/]+$/,
  },
  pacman: {
    metadata: /\.(?:db|files)(?:\.tar\.[a-z0-9]+)?(?:\.sig)?$/,
    // A package and its signature go to one mirror: pacman asks for .sig beside the redirected URL (observed).
    payload: any(/\.pkg\.tar(?:\.[a-z0-9]+)?(?:\.sig)?$/, image),
    immutable: never,
  },
  apk: {
    metadata: /(?:^|\/)APKINDEX\.tar\.gz$/,
    payload: any(/\.apk$/, image, /\/releases\/.*\.tar\.gz$/),
    immutable: never,
  },
  images: {
    metadata:
      /(?:^|\/)(?:[A-Z0-9]*SUMS?|CHECKSUM)(?:\.[a-z]+)*$|\.(?:sign|gpg|asc|sig|sha256|sha512|md5|torrent|manifest|list|jigdo|txt|html|json)$/,
    payload: image,
    immutable: never,
  },
  files: {
    metadata:
      /(?:^|\/)(?:[A-Z0-9]*SUMS?|CHECKSUM|README|index\.html)(?:\.[a-z]+)*$|\.(?:sign|gpg|asc|sig|sha256|sha512|md5)$/,
    payload: /\.[A-Za-z0-9]+$/,
    immutable: never,
  },
};

/** What a path is. `path` is decoded, inside the repository, without a leading slash. */
export function classify(kind: Kind, path: string): PathClass {
  if (path === "" || path.endsWith("/")) return "directory";
  const rules = kindRules[kind];
  if (rules.payload.test(path) && !rules.metadata.test(path)) return "payload";
  return "metadata";
}

/**
 * Whether a path's bytes can never change under that name: packages, whose names hold their version, and what
 * has its hash in its name. Images don't count (`AlmaLinux-10-latest-x86_64-dvd.iso`), nor does anything of `files`.
 */
export function immutable(kind: Kind, path: string): boolean {
  if (kindRules[kind].immutable.test(path)) return true;
  return kind !== "files" && !image.test(path) && classify(kind, path) === "payload";
}

/** Where each kind writes the architecture into a payload's path. */
const architecturePatterns: Readonly<Partial<Record<Kind, RegExp>>> = {
  apt: /_([a-z0-9-]+)\.(?:u|d)?deb$|\/installer-([a-z0-9-]+)\//,
  // A mirror that carries some architectures carries their trees, with the noarch and i686 packages in them.
  rpm: /(?:^|[/-])(x86_64(?:_v2)?|aarch64|ppc64le|s390x|i686|armhfp)[/.-]|\.([a-z0-9_]+)\.d?rpm$/,
  pacman: /-([a-z0-9_]+)\.pkg\.tar/,
  apk: /(?:^|\/)(x86_64|x86|aarch64|armv7|armhf|ppc64le|s390x|riscv64|loongarch64)\//,
  images:
    /(?:^|[/_-])(amd64|arm64|armel|armhf|i386|mips64el|mipsel|ppc64el|riscv64|s390x|x86_64|aarch64)(?=[/_.-])/,
};

/**
 * The architecture a payload is for, in the repository's words; empty where it is for all (`all`, `noarch`),
 * is source, or doesn't say.
 */
export function architectureOf(kind: Kind, path: string, known: readonly string[]): string {
  const match = architecturePatterns[kind]?.exec(path);
  const named = match?.[1] ?? match?.[2] ?? "";
  return known.includes(named) ? named : "";
}
