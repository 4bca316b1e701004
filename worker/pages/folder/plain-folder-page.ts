/**
 * The page of a folder for programs that follow its links, as `wget -r` and lftp do: all entries on one page, no script,
 * and no links but to entries, folders above and this listing's other forms. People get `folder-page.ts`.
 */
import { html, raw } from "../../http/html.ts";
import { style } from "../../http/page-style.ts";
import type { KnownEntry } from "../../repositories/reader/known-entries.ts";
import type { Remark } from "./folder-entries.ts";
import { rowOf } from "./folder-rows.ts";
import { ageForPeople } from "./folder-text.ts";

/** What a folder's page shows. */
export interface FolderPage {
  /** The path's segments, decoded; the first is the repository's name, with its snapshot where one is asked for. */
  segments: readonly string[];
  /** The first segment as it is asked for. */
  prefix: string;
  /** The repository's name, for the link to its set-up. */
  repository: string;
  title: string;
  entries: readonly KnownEntry[];
  remark?: Remark;
}

const listingStyle = `
nav.path{display:block;margin:0 0 1rem;overflow-wrap:anywhere}nav.path a{border:0;padding:0;text-decoration:underline;color:LinkText}
h1{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--edge)}
th{color:var(--quiet);font-weight:normal;font-size:.875rem}
td:first-child{overflow-wrap:anywhere}bdi{white-space:pre-wrap}
td.n,td.t{white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--quiet)}td.n,th.n{text-align:right}
details{font-size:.8125rem;color:var(--quiet)}details code{overflow-wrap:anywhere}
p.gone{padding:.5rem .75rem;background:var(--soft);border:1px solid var(--edge);border-radius:.375rem}
@media(max-width:36rem){th{display:none}tr{display:block;padding:.4rem 0;border-bottom:1px solid var(--edge)}td{display:inline-block;border:0;padding:0 .75rem 0 0}td:first-child,td:last-child{display:block}}
`;

const fromIndexes =
  "These are the files that the repository's verified indexes list, as far as they were read here; there may be others.";

/** What there is to say of the list. */
function sentence(remark: Remark): string {
  switch (remark.kind) {
    case "older": {
      const indexed = remark.isIndexed
        ? " Of files with a SHA-256, it is what indexes list now."
        : "";
      return `The origin could not be asked just now (${remark.why}). This is what it listed ${ageForPeople(remark.age)} ago.${indexed}`;
    }
    case "alone":
      return `The origin's own listing could not be had (${remark.why}). ${fromIndexes}`;
    case "long":
      return `The origin's own listing of so many names is not read. ${fromIndexes}`;
    case "pinned":
      return "This is what the snapshot's verified indexes list, as far as they were read here. Files that none of them tells of are not shown.";
    case "today":
      return "What this folder held then is not known here. These are the origin's names of today.";
  }
}

/** Each part of the path with a link; the last is this page. */
function crumbs(segments: readonly string[], prefix: string) {
  let url = "/";
  const links = segments.map((segment, at) => {
    url += `${at === 0 ? prefix : encodeURIComponent(segment)}/`;
    const shown = html`<bdi>${segment}</bdi>`;
    return at === segments.length - 1 ? html` / ${shown}` : html` / <a href="${url}">${shown}</a>`;
  });
  return html`<nav class="path" aria-label="Path"><a href="/">Nearmirror</a>${links} /</nav>`;
}

/** The whole document. */
export function plainFolderPage(page: FolderPage): string {
  const { segments, prefix, repository, title, entries, remark } = page;
  const path = `/${segments.join("/")}/`;
  const isRoot = segments.length === 1;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Index of ${path}</title>
<style>${raw(style)}${raw(listingStyle)}</style>
</head>
<body>
${crumbs(segments, prefix)}
<h1>${isRoot ? title : segments.at(-1)}</h1>
${isRoot ? html`<p class="quiet">Set a host up for it: <a href="/setup/${repository}">/setup/${repository}</a></p>` : ""}
${remark === undefined ? "" : html`<p class="gone">${sentence(remark)}</p>`}
<table>
<thead><tr><th>Name</th><th class="n">Size</th><th>Changed (UTC)</th><th></th></tr></thead>
<tbody>
<tr><td><a href="../">../</a></td><td class="n"></td><td class="t"></td><td></td></tr>
${raw(entries.map((entry) => rowOf(entry)).join(""))}</tbody>
</table>
${entries.length === 0 ? html`<p class="quiet">The folder is empty.</p>` : ""}
<p class="quiet">${entries.length} ${entries.length === 1 ? "entry" : "entries"} · for programs: <a href="?format=json">JSON</a>, <a href="?format=text">names</a></p>
</body>
</html>
`;
  return body.text;
}
