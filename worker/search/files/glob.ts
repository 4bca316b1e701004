/** Which patterns can be asked for, and where on the shelf they look. Pure. */
import { mergedUsr } from "./path-hash.ts";
import { type Place, places, programFolders, type ShelfEntry } from "./shelf.ts";
import { matchesPath, matchesWildcard, plainBeginning } from "./wildcard.ts";

/** Longest pattern taken, characters: matching takes as many steps for each character of a name. */
const maxPattern = 256;

export interface Glob {
  /** Beginnings of entries of the shelf that may match. */
  beginnings: string[];
  matches(entry: ShelfEntry): boolean;
}

/** Reads a pattern; a sentence: why it can't be asked for. */
export function globOf(written: string): Glob | string {
  const pattern = written.replace(/^\/+/, "");
  if (pattern.length > maxPattern) {
    return `The pattern has ${pattern.length} characters: at most ${maxPattern} are looked for. Shorten it.`;
  }
  const slash = pattern.lastIndexOf("/");
  const name = pattern.slice(slash + 1);
  if (name === "")
    return `The pattern "${written}" has no name behind its last slash. Add one, such as *.`;
  const folder = slash < 0 ? undefined : mergedUsr(pattern.slice(0, slash));
  const found = folder === undefined ? inOrder(name) : placesOf(folder, name);
  if (found.length === 0) {
    return `The pattern "${written}" is of a folder whose names can't be searched by pattern. Those of commands (bin, sbin, games), headers (include), pkg-config (pkgconfig) and shared libraries (*.so*) can. Ask for the whole path, its end or its name instead.`;
  }
  return {
    beginnings: found.map((place) => place + plainBeginning(name)),
    matches: (entry) =>
      matchesWildcard(name, entry.name) &&
      (folder === undefined || matchesPath(folder, mergedUsr(entry.folder))),
  };
}

/** Where files of folders that match may be on the shelf. */
function placesOf(folder: string, name: string): Place[] {
  // An entry is where its path fits first: a library in a folder of programs is there.
  if (isOfLibraries(name)) return inOrder(name);
  const segments = folder.split("/");
  const last = segments.at(-1) ?? "";
  if (segments.includes("include")) {
    return [places.programs, places.pkgconfig, places.include];
  }
  if (programFolders.some((one) => one === last)) return [places.command, places.programs];
  return last === "pkgconfig" ? [places.pkgconfig] : [];
}

function isOfLibraries(name: string): boolean {
  return /\.so(?:[.*?]|$)/.test(name);
}

/** All places, first those where most of such names are: a page looks at a part of the shelf alone. */
function inOrder(name: string): Place[] {
  const likely = likelyPlace(name);
  const others = Object.values(places).filter((place) => place !== likely);
  return likely === undefined ? others : [likely, ...others];
}

function likelyPlace(name: string): Place | undefined {
  if (isOfLibraries(name)) return places.library;
  if (name.endsWith(".pc")) return places.pkgconfig;
  return /\.h(?:h|pp|xx)?$/.test(name) ? places.include : undefined;
}
