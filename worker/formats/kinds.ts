/** The kinds of repositories. */

export const kinds = ["apt", "rpm", "pacman", "apk", "images", "files"] as const;

/** What rules a repository's paths follow. */
export type Kind = (typeof kinds)[number];

/**
 * Duplicates given beside `Location`. Who downloads an image may fetch it from several at once, though of a
 * line joined by workerd aria2 1.36 takes the first duplicate only (observed). Package managers don't look
 * at `Link`, and each duplicate costs 2 % of all redirects a core can answer (docs/performance.md), so a
 * package gets as many as help a person.
 */
export const duplicatesOf: Readonly<Record<Kind, number>> = {
  apt: 3,
  rpm: 3,
  pacman: 3,
  apk: 3,
  images: 5,
  files: 5,
};

/** Mirrors a redirect names at most. */
export const offersPerRedirect = 1 + Math.max(...Object.values(duplicatesOf));
