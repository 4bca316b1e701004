/** What a listing is asked for: which names, in which order, which page. Pure. */
import { nearestValue } from "../../http/nearest-value.ts";

/** Orders of a listing; with a minus the other way round. Folders go first in all of them. */
export const folderSorts = ["name", "-name", "size", "-size", "date", "-date"] as const;
export type FolderSort = (typeof folderSorts)[number];

/** What a query says of a listing. */
export interface FolderQuery {
  /** As it is asked for; empty: all names. */
  q: string;
  sort: FolderSort;
  /** From 1. */
  page: number;
}

/** Characters of a search: file names have 255 at most. */
const maxSearch = 255;

/** Entries on one page for people: 1,000 are some 30 KB transferred, and a browser lays them out at once. */
export const entriesPerPage = 1_000;

/**
 * Reads a query without its `?`. A value that there isn't is a sentence for a 400, with the nearest that is allowed. Other
 * parameters, such as Apache's `C=M;O=D`, mean nothing here.
 */
export function readFolderQuery(query: string): FolderQuery | string {
  if (query === "") return { q: "", sort: "name", page: 1 };
  const given = new URLSearchParams(query);
  const q = (given.get("q") ?? "").trim();
  if (q.length > maxSearch)
    return `q= has more than ${maxSearch} characters, and no name is longer.`;
  const asked = given.get("sort") ?? "name";
  const sort = folderSorts.find((one) => one === asked);
  if (sort === undefined) {
    const nearest = nearestValue(asked, folderSorts);
    const meant = nearest === undefined ? "" : ` Nearest: sort=${nearest}.`;
    return `sort=${asked} is none of ${folderSorts.join(", ")}.${meant}`;
  }
  const page = given.get("page") ?? "1";
  if (!/^[1-9]\d{0,8}$/.test(page)) return `page=${page} is no number from 1 on. Nearest: page=1.`;
  return { q, sort, page: Number(page) };
}

/** A page of a listing. */
export interface FolderSlice<Entry> {
  entries: readonly Entry[];
  /** How many were found. */
  found: number;
  pages: number;
}

/** Those with all words of the search in their names, whatever the capitals. */
export function found<Entry extends { name: string }>(
  entries: readonly Entry[],
  q: string,
): readonly Entry[] {
  if (q === "") return entries;
  const words = q.toLowerCase().split(/\s+/);
  return entries.filter(({ name }) => {
    const lower = name.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
}

/** The page that is asked for, or a sentence for a 400 where there are not so many. */
export function sliceOf<Entry>(
  entries: readonly Entry[],
  page: number,
): FolderSlice<Entry> | string {
  const pages = Math.max(1, Math.ceil(entries.length / entriesPerPage));
  if (page > pages) return `page=${page} is behind the last. Nearest: page=${pages}.`;
  const from = (page - 1) * entriesPerPage;
  return { entries: entries.slice(from, from + entriesPerPage), found: entries.length, pages };
}
