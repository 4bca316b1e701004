/** How a kind's paths are told apart. Paths are decoded, inside the repository, without a leading slash. Pure. */

/** `metadata` changes in place and is served at the edge; `payload` is bulky and immutable, and redirected. */
export type PathClass = "metadata" | "payload" | "directory";

/** What a kind's paths say of the files. */
export interface PathRules {
  /** Asked first: what looks like payload but changes in place. */
  metadata: RegExp;
  /** Everything that is neither is metadata too: the edge's bytes are always right, a redirect may not be. */
  payload: RegExp;
  /** Of payload, what its package manager installs or builds from, unless it is an image. Absent: there are none. */
  packages?: RegExp;
  /** As nearly all packages' names end, which are payload: so most files need no pattern. */
  packageEnd?: string;
  /** Metadata whose name is its hash, or that never changes under its name: may be cached for good. */
  immutable: RegExp;
  /** Where the architecture is written into a payload's path, in its first or second group. Absent: nowhere. */
  architecture?: RegExp;
  /** In names that end in `packageEnd`, what stands before the architecture, which is their last part. Absent: it varies. */
  beforeArchitecture?: string;
  /** Payload may get other bytes under the same name: none of it may be cached for good. Absent: only images may. */
  payloadChanges?: true;
  /** A payload's name may end as a list's does (`x.torrent.meta4`): such a name is first looked at as a list's. */
  payloadNamedLikeLists?: true;
}

/** Installation images and archives of them, as every distribution names them. */
export const image =
  /\.(?:iso|img|qcow2|raw|vmdk|vhd|vhdx|ova|box|squashfs|wsl|template)$|\.(?:img|raw|qcow2|ext4|vhd)\.(?:gz|xz|zst|bz2)$|(?:rootfs|cloudimg|cloud|generic|nocloud|netboot|root)[^/]*\.tar\.(?:gz|xz|zst)$/;

/** Matches no path. */
export const never = /(?!)/;

/** One pattern that matches what any of these does. */
export function any(...patterns: RegExp[]): RegExp {
  return new RegExp(patterns.map((pattern) => `(?:${pattern.source})`).join("|"));
}

/** What a path is by these rules. */
export function classifyBy(rules: PathRules, path: string): PathClass {
  if (path === "" || path.endsWith("/")) return "directory";
  const { packageEnd } = rules;
  const isPayload =
    (packageEnd !== undefined && path.endsWith(packageEnd)) || rules.payload.test(path);
  return isPayload && !rules.metadata.test(path) ? "payload" : "metadata";
}
