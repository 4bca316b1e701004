/** Places of a list's entries: `mirrors/a.example`, `repositories/debian`, `keys/debian.gpg`, `images/own.ini`. */

/** The folders that entries are in. */
export const entryFolders = ["mirrors", "repositories", "keys", "images"] as const;
export type EntryFolder = (typeof entryFolders)[number];

/** Characters of an entry's place at most: a mirror's name has 120 at most, and paths of images a few folders. */
export const maxPlace = 200;

/** The folder of an entry's place; undefined where it is none. */
export function folderOf(place: string): EntryFolder | undefined {
  const slash = place.indexOf("/");
  const folder = entryFolders.find((one) => one === place.slice(0, slash));
  const name = place.slice(slash + 1);
  if (folder === undefined || place.length > maxPlace) return undefined;
  return namePattern[folder].test(name) ? folder : undefined;
}

/** As the schemas and the file system have names; nothing that leads out of the folder. */
const namePattern: Record<EntryFolder, RegExp> = {
  mirrors: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
  repositories: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
  keys: /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/,
  images: /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
};

/** The name in an entry's place: `a.example` of `mirrors/a.example`. */
export function nameIn(place: string): string {
  return place.slice(place.indexOf("/") + 1);
}

/** Where files of rules are. */
const rulesFolder: EntryFolder = "images";

/** Whether a path in the list's folder can be that of a file of rules. */
export function isRulesPlace(path: string): boolean {
  return folderOf(path) === rulesFolder;
}
