/** The rows of a folder page, for people and for programs. Each byte of a row is sent a thousand times: no templates. */
import { escaped } from "../../http/html.ts";
import { hrefOf } from "../../repositories/directory-page/entry.ts";
import type { KnownEntry } from "../../repositories/reader/known-entries.ts";
import { sizeForPeople, timeForPeople, timeForPrograms } from "./folder-text.ts";

/** What a row has besides what all have. */
export interface RowMore {
  /** Behind the address of a folder: the language that was chosen. */
  folderQuery?: string;
  /** The words of a link to the file's page of mirrors. */
  mirrors?: string;
}

/** One row, with a line end. */
export function rowOf(entry: KnownEntry, { folderQuery = "", mirrors }: RowMore = {}): string {
  const { name, type, size, approximate, modified, sha256 } = entry;
  const isFolder = type === "folder";
  const shown = escaped(isFolder ? `${name}/` : name);
  const href = escaped(hrefOf(entry));
  const exact = size === undefined ? "" : ` data-${approximate ? "about" : "size"}="${size}"`;
  const told = size === undefined ? "" : (approximate ? "≈ " : "") + sizeForPeople(size);
  const time = modified === undefined ? "" : timeOf(modified);
  const hash =
    sha256 === undefined
      ? ""
      : `<details><summary>SHA-256</summary><code>${escaped(sha256)}</code></details>`;
  const list = mirrors === undefined ? "" : `<a href="${href}.mirrorlist">${escaped(mirrors)}</a>`;
  return `<tr><td><a href="${href}${isFolder ? folderQuery : ""}"><bdi>${shown}</bdi></a></td><td class="n"${exact}>${told}</td><td class="t">${time}</td><td>${list}${hash}</td></tr>\n`;
}

function timeOf(ms: number): string {
  const told = timeForPrograms(ms);
  return `<time datetime="${told}">${timeForPeople(told)}</time>`;
}
