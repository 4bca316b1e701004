/** Where a repository's current snapshot stands in KV. */

/** The current snapshot of a repository as JSON: for edges that can't reach its object. */
export const snapshotKey = (repository: string): string => `snapshot/${repository}`;
