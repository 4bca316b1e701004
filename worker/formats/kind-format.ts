/**
 * What a kind of repository is: all that the Worker asks of `kinds[repository.kind]`. How its roots and indexes are read
 * is in `kind-reading.ts`, as no request needs that: the edge's script is lean without it.
 */

import type { PathRules } from "./path-rules.ts";
import type { SetupFormat } from "./setup-format.ts";

/** A kind of repository. */
export interface KindFormat {
  readonly paths: PathRules;
  /** Mirrors that a redirect names besides `Location`'s: `packageDuplicates` or `imageDuplicates`. */
  readonly duplicates: number;
  /**
   * Its clients come back to the service within one run when a mirror fails them, so that programs are distinguished
   * from their first request on. Absent: none do (apt), or nobody has seen it (apk); reading a header costs 2 % of a
   * redirect.
   */
  readonly comesBack?: true;
  /** Its payload is images, which the image catalogue has. */
  readonly hasImages?: true;
  /** What stands behind a payload file's name in the name of its signature, which clients ask for where the file came from. */
  readonly signatureEnd?: string;
  readonly roots: RootFormat;
  readonly lists: ListFormat;
  readonly setup: SetupFormat;
}

/**
 * Other mirrors that a package's redirect names. Package managers don't look at `Link`, and each link costs 2 % of all
 * redirects a core can answer (docs/performance.md), so a package gets as many as help a person: three links with that
 * of `Location`'s own mirror.
 */
export const packageDuplicates = 2;

/**
 * Other mirrors that an image's redirect names. Who downloads an image may fetch it from several at once, though of a line joined by workerd
 * aria2 1.36 takes the first duplicate only (observed).
 */
export const imageDuplicates = 5;

/** The files that speak for a repository, or for a part of it. */
export interface RootFormat {
  /** When a root's own text says that it was made, Unix ms. Absent: only the server tells. */
  dateInText?(text: string): number | undefined;
  /** A root's date is that of its signature: an unsigned one has none, and none to compare with. */
  datedBySignature?: true;
  /**
   * What shows that a file isn't the root its name says, a sentence for people. Absent: any text that isn't empty may
   * be one.
   *
   * @param name the last segment of its path
   */
  contentFault?(name: string, text: string): string | undefined;
  /** What the paths that a root speaks for begin with, ends in `/`, or is empty. */
  scope(root: string): string;
  /** Whether a path is that root, signs it or repeats it: it must come from where the root does. */
  isBeside(root: string, path: string): boolean;
  /** Whether a file of this name (the last segment of a path) is a root somewhere, signs one or repeats one. */
  isRootName(name: string): boolean;
}

/** One place that has a repository. */
export interface ListedPlace {
  /** Base URL of the repository there, ends in `/`. */
  url: string;
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
}

/** What a kind's clients read of where files are, besides redirects. */
export interface ListFormat {
  /**
   * The list at `/mirrorlist/{kind}/{repository}`, as it is typed into a client's own list of places. Absent: there is
   * none.
   *
   * @param own our base URL of the repository, ends in `/`
   * @param places the best first
   */
  ofPlaces?(own: string, places: readonly ListedPlace[]): string;
  /** Its channels are asked for by `repo=` and `arch=`, at `/mirrorlist` and `/metalink`. */
  byChannel?: true;
  /**
   * What clients are told at a file's own URL: `negotiated`, a metalink in place of the redirect for a client that
   * takes one; `described`, a link to the metalink beside the redirect. Absent: the redirect alone.
   */
  atFile?: "negotiated" | "described";
  /** Torrents are made of its payload: files that are large, and listed with their SHA-256. */
  torrents?: true;
}
