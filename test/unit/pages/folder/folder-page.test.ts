/** The page of a folder for people, beside that for programs. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sortEntries } from "../../../../worker/pages/folder/folder-order.ts";
import { folderPage, type ShownFolder } from "../../../../worker/pages/folder/folder-page.ts";
import { entriesPerPage, found, sliceOf } from "../../../../worker/pages/folder/folder-query.ts";
import {
  type FolderPage,
  plainFolderPage,
} from "../../../../worker/pages/folder/plain-folder-page.ts";
import { documentOf } from "../../../../worker/pages/frame/document.ts";
import type { KnownEntry } from "../../../../worker/repositories/reader/known-entries.ts";
import { sha256Of } from "../../../../worker/runtime/sha256.ts";
import { shownText, visitIn } from "../visits.ts";

const plain: FolderPage = {
  segments: ["debian", "pool"],
  prefix: "debian",
  repository: "debian",
  title: "Debian",
  entries: [],
};

const folderOf = (
  entries: readonly KnownEntry[],
  more: Partial<ShownFolder> = {},
): ShownFolder => ({
  ...plain,
  slice: { entries, found: entries.length, pages: 1 },
  count: entries.length,
  asked: { q: "", sort: "name", page: 1 },
  hasMirrors: () => false,
  ...more,
});
const shown = (
  entries: readonly KnownEntry[],
  more: Partial<ShownFolder> = {},
  visit = visitIn("en", "/debian/pool/"),
) => folderPage(visit, folderOf(entries, more)).main.text;

/** As Debian's pool has them. */
const packages = (count: number): KnownEntry[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `lib${sha256Of(new TextEncoder().encode(`n${at}`)).slice(0, 8)}-dev_1.${at}-3_amd64.deb`,
    type: "file",
    size: 1000 + at * 977,
    modified: Date.UTC(2026, at % 12, 1 + (at % 28), at % 24, at % 60),
    sha256: sha256Of(new TextEncoder().encode(`${at}`)),
  }));

describe("the page of a folder", () => {
  it("has sizes, times and digests, and links to what is there and above", () => {
    const page = shown([
      { name: "main", type: "folder" },
      {
        name: "a b.deb",
        type: "file",
        size: 1_500_000,
        modified: Date.UTC(2025, 5, 7, 9, 12),
        sha256: "ab".repeat(32),
      },
    ]);
    expect(page).toContain('<a href="main/"><bdi>main/</bdi></a>');
    expect(page).toContain('<a href="a%20b.deb">');
    expect(page).toContain('<a href="/debian/"><bdi>debian</bdi></a>');
    expect(page).toContain('href="/repositories/debian"');
    expect(shownText(page)).toMatch(/a b\.deb 1\.4 MiB 2025-06-07 09:12 SHA-256 (?:ab){32}/);
    expect(shownText(page)).toContain("2 entries");
  });

  it("names the snapshot that its names are from", () => {
    expect(shownText(shown([], { snapshot: "20261129T233457Z-b38deb35" }))).toContain(
      "Snapshot 20261129T233457Z-b38deb35",
    );
    expect(shownText(shown([]))).not.toContain("Snapshot");
  });

  it("leads from an image to its mirrors", () => {
    const page = shown([{ name: "a b.iso", type: "file" }], { hasMirrors: () => true });
    expect(page).toContain('<a href="a%20b.iso.mirrorlist">Mirrors</a>');
  });

  it("keeps search and language in its links, and begins anew on the first page", () => {
    const visit = visitIn("en", "/debian/pool/", "lang=zh");
    const page = shown(
      [{ name: "sub", type: "folder" }],
      {
        asked: { q: 'a"b', sort: "size", page: 2 },
        slice: { entries: [], found: 2500, pages: 3 },
        count: 5000,
      },
      visit,
    );
    expect(page).toContain('href="?q=a%22b&amp;sort=-size&amp;lang=zh"');
    expect(page).toContain('href="?q=a%22b&amp;sort=size&amp;page=3&amp;lang=zh" rel="next"');
    expect(page).toContain('href="?q=a%22b&amp;sort=size&amp;lang=zh" rel="prev"');
    expect(page).toContain('value="a&quot;b"');
    expect(page).toContain('<input type="hidden" name="lang" value="zh">');
    expect(page).toContain('<a href="../?lang=zh"');
    expect(shown([{ name: "sub", type: "folder" }], {}, visit)).toContain(
      '<a href="sub/?lang=zh">',
    );
    expect(shownText(page)).toContain("5,000 项中的 2,500 项");
  });

  it("tells a column's order to who doesn't see it", () => {
    expect(shown([])).toMatch(/<th data-key="name" aria-sort="ascending">/);
    const asked = { q: "", sort: "-date", page: 1 } as const;
    const page = shown([], { asked });
    expect(page.match(/aria-sort/g)).toHaveLength(1);
    expect(page).toMatch(/<th data-key="date" aria-sort="descending">/);
  });

  it("lets the script find and sort only where all entries are on the page", () => {
    expect(shown([])).toContain("data-whole");
    const slice = { entries: [], found: 1001, pages: 2 };
    expect(shown([], { slice })).not.toContain("data-whole");
    expect(shown([], { asked: { q: "a", sort: "name", page: 1 } })).not.toContain("data-whole");
  });

  it("makes no markup of names, titles and reasons", () => {
    const evil = `"><img src=x onerror=alert(1)>'&`;
    const page = documentOf(
      visitIn("en", "/debian/pool/"),
      folderPage(
        visitIn("en", "/debian/pool/"),
        folderOf([{ name: evil, type: "file", sha256: evil }], {
          segments: ["debian", evil],
          title: evil,
          snapshot: evil,
          asked: { q: evil, sort: "name", page: 1 },
          remark: { kind: "alone", why: evil },
          hasMirrors: () => true,
        }),
      ),
    ).text;
    expect(page).not.toContain("<img");
    expect(page).not.toContain(" style=");
  });

  it("costs a row at most 25 bytes more than programs' page, and 5,000 entries below 50 ms", () => {
    const few = packages(100);
    const many = packages(entriesPerPage);
    const document = (entries: readonly KnownEntry[], hasMirrors: boolean) =>
      documentOf(
        visitIn("en", "/debian/pool/"),
        folderPage(
          visitIn("en", "/debian/pool/"),
          folderOf(entries, { hasMirrors: () => hasMirrors }),
        ),
      ).text;
    const perRow = (page: (entries: readonly KnownEntry[]) => string) =>
      (gzipSync(page(many)).length - gzipSync(page(few)).length) / (many.length - few.length);
    const ofPrograms = perRow((entries) => plainFolderPage({ ...plain, entries }));
    expect(perRow((entries) => document(entries, false)) - ofPrograms).toBeLessThan(25);
    expect(perRow((entries) => document(entries, true)) - ofPrograms).toBeLessThan(25);
    const all = packages(5000);
    const times = Array.from({ length: 5 }, () => {
      const began = process.cpuUsage();
      const entries = all.map((entry) => ({ ...entry }));
      sortEntries(entries, "name");
      const slice = sliceOf(found(entries, "dev amd64"), 2);
      if (typeof slice === "string") throw new Error(slice);
      documentOf(
        visitIn("en", "/debian/pool/"),
        folderPage(visitIn("en", "/debian/pool/"), folderOf([], { slice, count: 5000 })),
      );
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    });
    // The best of five: what else the machine does is not the page's.
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
