/**
 * The list as entries: what is planned, applied, kept, edited and exported. An entry is what one file of the list holds,
 * by the file's place: `mirrors/a.example`, `repositories/debian`, `keys/debian.gpg`, `images/own.ini`.
 */

import type { Views } from "../mirrors/compiled-list.ts";
import type { Json } from "../runtime/canonical-json.ts";
import { checkList } from "./check.ts";
import { checkKeys } from "./check-keys.ts";
import { type EntryFolder, entryFolders, folderOf, nameIn } from "./entry-place.ts";
import { imageRules, type TextFiles } from "./image-rules.ts";
import { bytesOfBase64 } from "./key-bytes.ts";
import { byPlace, type Problem } from "./problem.ts";
import type { RepositoryFile, Site } from "./site.ts";
import { type Source, valueSource } from "./source.ts";
import { toViews } from "./to-views.ts";

export { type EntryFolder, entryFolders, folderOf, maxPlace, nameIn } from "./entry-place.ts";

/** Fields of a mirror or a repository, a key file's bytes in Base64, or a text. */
export type EntryValue = { readonly [field: string]: Json | undefined } | string;

/** A whole list, by the entries' places. */
export type ListEntries = ReadonlyMap<string, EntryValue>;

/** What changes of a list, by the entries' places; `null`: the entry goes. */
export type EntryChanges = ReadonlyMap<string, EntryValue | null>;

/** Bytes of an entry's value as JSON at most: the longest of a real list has 4 kB, key files 40 kB. */
export const maxEntryBytes = 256 * 1024;

/** Entries of a list at most: ten times the mirrors that all public lists name. */
export const maxEntries = 20_000;

/** Folders whose entries are texts. */
const textFolders: ReadonlySet<EntryFolder> = new Set<EntryFolder>(["keys"]).add("images");

/** The list with its changes, in the order of places. */
export function withChanges(entries: ListEntries, changes: EntryChanges): Map<string, EntryValue> {
  const after = new Map(entries);
  for (const [place, value] of changes) {
    if (value === null) after.delete(place);
    else after.set(place, value);
  }
  const isLonger = [...changes].some(([place, value]) => value !== null && !entries.has(place));
  return isLonger ? new Map([...after].sort(byFirst)) : after;
}

/** A list that was judged. */
export interface JudgedEntries {
  sites: Site[];
  repositories: RepositoryFile[];
  /** With the entry's place as the file, and the place in the value as a JSON pointer. */
  errors: Problem[];
  warnings: Problem[];
  /** The views it becomes; undefined where it has errors. @param version of the list */
  views?: (version: number) => Views;
}

/**
 * Judges a list by the rules that files are judged by. Rejects never but for a fault of ours.
 *
 * @param now Unix ms: tells which operators' states have run out
 */
export async function judgeEntries(entries: ListEntries, now: number): Promise<JudgedEntries> {
  const inFolder = (folder: EntryFolder) =>
    [...entries].filter(([place]) => folderOf(place) === folder).sort(byFirst);
  const sources = (folder: EntryFolder): Source[] =>
    inFolder(folder).map(([place, value]) => valueSource(place, value));
  const repositorySources = sources("repositories");
  const keys = new Map(inFolder("keys").map(([place, value]) => [nameIn(place), String(value)]));
  const { repositories, sites, errors, warnings } = checkList(
    { repositories: repositorySources, mirrors: sources("mirrors"), keys: new Set(keys.keys()) },
    now,
  );
  const keyBytes = (name: string) => bytesOfBase64(keys.get(name) ?? "");
  errors.push(...badPlaces(entries), ...badKeys(keys));
  if (errors.length === 0) {
    errors.push(...(await checkKeys(repositorySources, repositories, keyBytes)));
  }
  const images = imageRules(textFilesOf(entries), repositorySources, repositories);
  errors.push(...images.problems);
  if (errors.length > 0) return { sites, repositories, errors: errors.sort(byPlace), warnings };
  const views = (version: number): Views => {
    const named = new Set(repositories.flatMap((one) => (one.keys ?? []).map(({ file }) => file)));
    const used = [...keys].filter(([name]) => named.has(name));
    return {
      ...toViews(sites, repositories, version, images.rules),
      ...(used.length > 0 && { keys: Object.fromEntries(used) }),
    };
  };
  return { sites, repositories, errors, warnings, views };
}

function badPlaces(entries: ListEntries): Problem[] {
  return [...entries].flatMap(([place, value]) => {
    const folder = folderOf(place);
    const at = { file: place, line: 1, column: 1, pointer: "" };
    if (folder === undefined) {
      const message = `There is no such entry of a list. Name it FOLDER/NAME, of the folders ${entryFolders.join(", ")}.`;
      return [{ ...at, message }];
    }
    const isText = textFolders.has(folder);
    if (isText === (typeof value === "string")) return [];
    const message = isText ? "This has to be text." : "This has to be an object with fields.";
    return [{ ...at, message }];
  });
}

function badKeys(keys: ReadonlyMap<string, string>): Problem[] {
  return [...keys].flatMap(([name, value]) =>
    /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0
      ? []
      : [
          {
            file: `keys/${name}`,
            line: 1,
            column: 1,
            pointer: "",
            message: "This is no Base64 (RFC 4648, section 4) of a key file's bytes.",
          },
        ],
  );
}

function textFilesOf(entries: ListEntries): TextFiles {
  return {
    read(path) {
      const value = path.startsWith("images/") ? entries.get(path) : undefined;
      return typeof value === "string" ? value : undefined;
    },
    below: (folder) => {
      const begin = folder === "" ? "" : `${folder}/`;
      return [...entries.keys()].filter(
        (place) => place.startsWith("images/") && place.startsWith(begin),
      );
    },
    called: (path) => path,
  };
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
