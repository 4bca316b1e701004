/** Ids of repositories, as they stand in the heading of a `.repo` file's section. */

/** All but what dnf takes in an id (dnf 4.14, `_REPOID_CHARS`); a bracket would end the heading. */
const strange = /[^A-Za-z0-9\-_.:]/g;

/** The id with `_` in the place of each character that dnf refuses: one bad id, and dnf reads nothing of the file. */
export function repositoryId(id: string): string {
  return id.replace(strange, "_");
}
