/** Search, order and pages of a listing. */
import { describe, expect, it } from "vitest";
import { sortEntries } from "../../../../worker/pages/folder/folder-order.ts";
import {
  entriesPerPage,
  type FolderSort,
  found,
  readFolderQuery,
  sliceOf,
} from "../../../../worker/pages/folder/folder-query.ts";
import type { PageEntry } from "../../../../worker/repositories/directory-page/entry.ts";

describe("a listing's query", () => {
  it.each([
    ["", { q: "", sort: "name", page: 1 }],
    ["q=linux+image&sort=-size&page=3", { q: "linux image", sort: "-size", page: 3 }],
    // Apache's, and the language of pages.
    ["C=M;O=D&lang=zh", { q: "", sort: "name", page: 1 }],
  ])("%s is read", (query, asked) => {
    expect(readFolderQuery(query)).toEqual(asked);
  });

  it.each([
    [
      "sort=sise",
      "sort=sise is none of name, -name, size, -size, date, -date. Nearest: sort=size.",
    ],
    ["sort=", "sort= is none of name, -name, size, -size, date, -date."],
    ["sort=colour", "sort=colour is none of name, -name, size, -size, date, -date."],
    ["page=0", "page=0 is no number from 1 on. Nearest: page=1."],
    ["page=-1", "page=-1 is no number from 1 on. Nearest: page=1."],
    ["page=two", "page=two is no number from 1 on. Nearest: page=1."],
    ["page=1e3", "page=1e3 is no number from 1 on. Nearest: page=1."],
    [`q=${"a".repeat(256)}`, "q= has more than 255 characters, and no name is longer."],
  ])("%s is refused", (query, why) => {
    expect(readFolderQuery(query)).toBe(why);
  });
});

describe("a search", () => {
  const entries = ["linux-image-amd64.deb", "Linux-Doc.deb", "g++.deb", "ü.deb"].map((name) => ({
    name,
  }));
  const names = (q: string) => found(entries, q).map(({ name }) => name);

  it("finds names with all of its words, whatever the capitals", () => {
    expect(names("LINUX")).toEqual(["linux-image-amd64.deb", "Linux-Doc.deb"]);
    expect(names("amd64 linux")).toEqual(["linux-image-amd64.deb"]);
    expect(names("Ü")).toEqual(["ü.deb"]);
  });

  it("takes its words as they are, not as a pattern", () => {
    expect(names("g++")).toEqual(["g++.deb"]);
    expect(names(".*")).toEqual([]);
    expect(names("")).toHaveLength(4);
  });
});

describe("an order", () => {
  const entries: PageEntry[] = [
    { name: "b10", type: "file", size: 5, modified: 300 },
    { name: "b9", type: "file", size: 7, modified: 100 },
    { name: "unknown", type: "file" },
    { name: "sub", type: "folder", modified: 200 },
    { name: "a", type: "folder" },
    { name: "same", type: "file", size: 5, modified: 300 },
  ];
  const sorted = (sort: FolderSort) => {
    const all = entries.map((entry) => ({ ...entry }));
    sortEntries(all, sort);
    return all.map(({ name }) => name).join(" ");
  };

  it.each<[FolderSort, string]>([
    ["name", "a sub b9 b10 same unknown"],
    ["-name", "sub a unknown same b10 b9"],
    ["size", "a sub b10 same b9 unknown"],
    ["-size", "a sub b9 b10 same unknown"],
    ["date", "sub a b9 b10 same unknown"],
    ["-date", "sub a b10 same b9 unknown"],
  ])("by %s: folders first, what is unknown last, equals by name", (sort, order) => {
    expect(sorted(sort)).toBe(order);
  });
});

describe("a page", () => {
  const many = Array.from({ length: 2 * entriesPerPage + 1 }, (_, at) => at);

  it("has a thousand entries; all pages together have each entry once", () => {
    const pages = [1, 2, 3].map((page) => sliceOf(many, page));
    const all = pages.flatMap((page) => (typeof page === "string" ? [] : page.entries));
    expect(all).toEqual(many);
    expect(pages[0]).toMatchObject({ found: many.length, pages: 3 });
  });

  it("is one where there is little or nothing", () => {
    expect(sliceOf([], 1)).toEqual({ entries: [], found: 0, pages: 1 });
    expect(sliceOf(many.slice(0, entriesPerPage), 1)).toMatchObject({ pages: 1 });
  });

  it("behind the last is refused with the last", () => {
    expect(sliceOf(many, 4)).toBe("page=4 is behind the last. Nearest: page=3.");
    expect(sliceOf([], 2)).toBe("page=2 is behind the last. Nearest: page=1.");
  });
});
