/** What a repository's roots must have passed. */

export const verifications = ["signed", "checksums", "none"] as const;

/**
 * What a snapshot of a repository must have passed. `signed`: each root is signed by a pinned key. `checksums`: roots
 * are unsigned, and all that they name has the hash they tell. `none`: the same, and a root may name nothing we can
 * read. Dates never go back in any of them, unless the operator says so (`olderUntil`).
 */
export type Verification = (typeof verifications)[number];

/**
 * How a root is read: by what a snapshot of it must have passed; or `watched`: only to compare mirrors' copies with it, as
 * nothing of it is served. Then it is one file, that may be signed or not, and whatever else clients make of it.
 */
export type ReadAs = Verification | "watched";
