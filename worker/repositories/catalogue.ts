/**
 * The catalogue: which repositories exist, where their origin is and how their files are told apart.
 * This file is its shape on the wire (JSON), compiled from `mirror-list/repositories/*.yaml`.
 */
import type { Kind } from "../formats/kinds.ts";
import type { Verification } from "../formats/verification.ts";
import type { ImageRule } from "../images/genisolist/read-sections.ts";

/** A public key the repository's metadata is signed with. */
export interface RepositoryKey {
  /** File under `mirror-list/keys/`. */
  file: string;
  /**
   * OpenPGP v4 fingerprints, 40 upper-case hex digits, of primary keys; of an RSA key in PEM (apk), the SHA-256 of its
   * DER SubjectPublicKeyInfo, 64 upper-case hex digits.
   */
  fingerprints: string[];
}

/** Seconds since the origin published what a mirror doesn't have yet. */
export interface FreshnessLimits {
  /** Absent: 0, whoever has not the newest root is lagging. */
  laggingAfter?: number;
  /** Absent: two days. */
  staleAfter?: number;
  /** Or: so many generations behind is stale. Absent: generations don't matter. */
  staleGenerations?: number;
}

/** A new snapshot waits until so much of the mirrors' capacity has it. */
export interface PublishPolicy {
  /** Share of the capacity, above 0, at most 1. */
  when: number;
  /** Seconds after which it doesn't wait any longer. */
  atMost: number;
}

/**
 * Files smaller than this come from the edge, bytes: a redirect costs a client another connection and round trips, which
 * for a quarter of a megabyte take longer than the bytes.
 */
export const defaultMinSize = 256 * 1024;

export interface Repository {
  /** The URL prefix: `debian` is served under `/debian/`. */
  name: string;
  kind: Kind;
  /** One line for people. */
  title: string;
  /** Base URL of the authority this repository follows; ends in `/`. */
  origin: string;
  /** The architectures the repository's file names use, for telling a path's architecture. */
  architectures: string[];
  /**
   * Files at which a copy's generation is read, one for each part that is published on its own
   * (`dists/trixie/InRelease`, `10/BaseOS/x86_64/os/repodata/repomd.xml`, `SHA256SUMS`, a trace file).
   */
  roots?: string[];
  /** apt: Suite or Codename of a root that has another one than its folder, by the root's path. Absent: none has. */
  suites?: Record<string, string>;
  /** When a mirror that has not the newest root counts as `lagging` and as `stale`. */
  freshness?: FreshnessLimits;
  keys: RepositoryKey[];
  /** Absent: `signed` where there are keys; without keys no snapshots are made. */
  verify?: Verification;
  /** Seconds between two questions to the origin; absent: 60. */
  poll?: number;
  /** `always`: followed as often while nobody asks for it. */
  follow?: "always";
  /** Unix ms until which a root may be older than the one before: the operator says that the origin really went back. */
  olderUntil?: number;
  /** Architectures whose indexes are had with each new state of a root, asked for or not; absent: none. */
  ahead?: string[];
  /** When a new snapshot becomes the current one; absent: at once. */
  publish?: PublishPolicy;
  /** What is redirected. */
  redirect?: {
    /** Bytes; smaller files come from the edge itself. Absent: `defaultMinSize`. */
    minSize?: number;
  };
  /** Rules for images that none of ours knows, from the operator's `genisolist.ini`. Absent: there are none. */
  images?: { rules: ImageRule[] };
  /** Images whose torrents the operator wants, as `isMarked` matches them; absent: those that are asked for often. */
  torrents?: string[];
  /** What the page's copyable set-up lines need, by kind. */
  setup: {
    /** apt: suites and components, e.g. `trixie trixie-updates` and `main`. */
    suites?: string;
    components?: string;
    /** apt: keyring on the client's machine. rpm: URL or path for `gpgkey=`. */
    signedBy?: string;
    /** rpm: repository ids with their path, e.g. `baseos` -> `$releasever/BaseOS/$basearch/os/`. */
    channels?: Record<string, string>;
    /** images, files: one path worth trying. */
    example?: string;
    /** It is no distribution's own: no script offers to put it in place of a distribution's entries. */
    script?: false;
  };
}

export interface CatalogueView {
  /** The mirror list's: Unix ms of its compilation, and greater than that of every list before. */
  version: number;
  repositories: Repository[];
}
