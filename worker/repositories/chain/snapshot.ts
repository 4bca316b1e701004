/** A snapshot: one verified, immutable state of a repository's metadata. Its shape on the wire (JSON). */
import type { ManifestEntry } from "../../formats/manifest-entry.ts";

/** A file by its content. */
export interface SnapshotFile {
  /** Inside the repository, decoded, without a leading slash. */
  path: string;
  size: number;
  /** Lower-case hex; the name its bytes are stored under. */
  sha256: string;
  /** As the origin sent it: clients compare it exactly. */
  lastModified?: string;
  /** As the origin sent it. */
  contentType?: string;
  /** Of a root that is larger than a probe reads: as `lastOf`. */
  last?: string;
}

/** One part of a repository that is signed and published on its own: a suite, a channel, a folder of images. */
export interface SnapshotRoot {
  /** As in `Repository.roots`: `dists/trixie/InRelease`, `9/BaseOS/x86_64/os/repodata/repomd.xml`, `SHA256SUMS`. */
  path: string;
  /** The root itself, then what signs or repeats it: `Release`, `Release.gpg`, `repomd.xml.asc`, `SHA256SUMS.sign`. */
  files: SnapshotFile[];
  /** SHA-256 of the manifest: what the root names, as `Manifest` JSON among the stored bytes. */
  manifest: string;
  /** What the root says of its own time, Unix ms. */
  date?: number;
  /** rpm: its revision. */
  revision?: number;
  /** Unix ms; from then on clients won't take it. */
  validUntil?: number;
  /** Fingerprint of the key that signed it; absent where the repository isn't signed. */
  signedBy?: string;
}

/** Which payload files the repository has and had, as stored blobs: `presence/`. */
export interface SnapshotPresence {
  /** SHA-256 of its head, which names the rest. */
  head: string;
  /** Of the snapshot it was built with; a later one that lists the same files has the same presence. */
  generation: number;
  /** Listed in that generation. */
  files: number;
  /** Against the presence before. */
  added: number;
  removed: number;
}

/** Which names each folder has, as stored blobs: `folders/`. */
export interface SnapshotFolders {
  /** SHA-256 of its head, which names the rest. */
  head: string;
  /** Tells which names it was built from: of the same it is the same. */
  of: string;
}

/** What the files that its lists of sums name are, as a stored blob: `images/images-blob.ts`. */
export interface SnapshotImages {
  /** SHA-256 of the blob. */
  blob: string;
  /** Tells which lists it was built from, and by which rules: of the same it is the same, but for sizes. */
  of: string;
}

/** A small file that the snapshot lists: where a mirror gives its bytes rightly, its bodies are right. */
export interface Canary {
  /** Inside the repository, decoded. */
  path: string;
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** The generation that listed it first. */
  first: number;
}

export interface Snapshot {
  repository: string;
  /** Counts the repository's snapshots; each is one more than the one before. */
  generation: number;
  /** `20261123T025500Z-1a2b3c4d`: when the pointer moved, and the beginning of a hash of the roots; sorts by time. */
  id: string;
  /** When the pointer moved, Unix ms. */
  at: number;
  /** In the repository's order; one that could never be verified is absent. */
  roots: SnapshotRoot[];
  /** Absent: no index that lists payload was read yet. */
  presence?: SnapshotPresence;
  /** Absent: it isn't known which names its folders have. */
  folders?: SnapshotFolders;
  /** Absent: its kind has no images, or they aren't built yet. */
  images?: SnapshotImages;
  /** To check mirrors by before clients are sent there; absent: there are none so small. */
  lookFiles?: Canary[];
}

/** Everything a root names, by path inside the repository. */
export interface Manifest {
  root: string;
  /** Whether the archive serves its indexes under `by-hash/` too. */
  byHash: boolean;
  files: Record<string, ManifestEntry>;
}
