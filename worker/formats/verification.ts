/** What a repository's roots must have passed. */

export const verifications = ["signed", "checksums", "none"] as const;

/**
 * What a snapshot of a repository must have passed. `signed`: each root is signed by a pinned key. `checksums`: roots
 * are unsigned, and all that they name has the hash they tell. `none`: the same, and a root may name nothing we can
 * read. Dates never go back in any of them, unless the operator says so (`olderUntil`).
 */
export type Verification = (typeof verifications)[number];
