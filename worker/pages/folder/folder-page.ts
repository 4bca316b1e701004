/** The page of a folder for people, in the frame: search, order and pages work by links and a form, and at once with a script. */
import { type Html, html, raw, sentence } from "../../http/html.ts";
import type { Readme } from "../../repositories/directory-page/read-readme.ts";
import type { KnownEntry } from "../../repositories/reader/known-entries.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import type { Remark } from "./folder-entries.ts";
import type { FolderQuery, FolderSlice, FolderSort } from "./folder-query.ts";
import { rowOf } from "./folder-rows.ts";
import { folderScript } from "./folder-script.ts";
import type { FolderPage } from "./plain-folder-page.ts";

/** What the page shows besides what programs get. */
export interface ShownFolder extends Omit<FolderPage, "entries"> {
  slice: FolderSlice<KnownEntry>;
  /** Entries of the whole folder. */
  count: number;
  asked: FolderQuery;
  /** Id of the snapshot that the names are from; absent: of none. */
  snapshot?: string;
  /** Absent: there is none that can be shown. */
  readme?: Readme;
  /** Whether a file has a page of its mirrors that people look for. */
  hasMirrors(name: string): boolean;
}

const style = `
nav.path{margin:.25rem 0;overflow-wrap:anywhere}.find{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:1rem 0 .5rem}.find input{flex:1;min-width:10rem;max-width:24rem}
.list td:first-child{overflow-wrap:anywhere}.list bdi{white-space:pre-wrap}.list td.n,.list .t{white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--quiet)}
.list th a{color:inherit}.list th[aria-sort] a{font-weight:600}.list th[aria-sort=ascending] a::after{content:" \\2191"}.list th[aria-sort=descending] a::after{content:" \\2193"}
.list details{font-size:.8125rem;color:var(--quiet)}.list td:last-child>*{display:inline-block;vertical-align:top}.list td:last-child>a{margin-right:.75rem}.list tr[hidden]{display:none}
.readme pre{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.pages{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
@media(max-width:40rem){.list thead tr{display:flex;gap:1rem;border-bottom:1px solid var(--edge)}.list thead th{border:0;padding:.25rem 0}.list thead th:last-child{display:none}.list tbody tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--edge)}.list tbody tr[hidden]{display:none}.list td{display:inline-block;border:0;padding:0 .75rem 0 0}.list td:first-child,.list td:last-child{display:block}.list td:empty{display:none}}
`;

export function folderPage(visit: Visit, folder: ShownFolder): Page {
  const { segments, prefix, repository, title, remark, slice, count, asked, snapshot } = folder;
  const text = visit.texts.folder;
  const { number } = visit.shown;
  const isRoot = segments.length === 1;
  const isWhole = slice.pages === 1 && asked.q === "";
  const folderQuery = visit.isChosen ? `?lang=${visit.language}` : "";
  const rows = slice.entries.map((entry) => {
    const mirrors = entry.type === "file" && folder.hasMirrors(entry.name);
    return rowOf(entry, { folderQuery, ...(mirrors && { mirrors: text.mirrorsOfFile }) });
  });
  const links = {
    json: html`<a href="?format=json">JSON</a>`,
    names: html`<a href="?format=text">${text.names}</a>`,
  };
  const all = count === 1 ? text.entry : text.entries.replace("{count}", number(count));
  const some = text.found.replace("{count}", number(count));
  return {
    title: text.indexOf.replace("{path}", () => `/${segments.join("/")}/`),
    style,
    scripts: [folderScript],
    main: html`${crumbs(visit, segments, prefix)}
<h1><bdi>${isRoot ? title : segments.at(-1)}</bdi></h1>
<p class="quiet"><a href="${href(visit, `/repositories/${repository}`)}">${text.about.replace("{repository}", () => title)}</a> · <a href="${href(visit, "?mirrorlist")}">${text.mirrors}</a>${snapshot !== undefined && html` · ${sentence(text.snapshot, { id: html`<code>${snapshot}</code>` })}`}</p>
${remark !== undefined && html`<p class="note">${remarked(visit, remark)}</p>`}
<form class="find" role="search"><label class="only" for="q">${text.search}</label><input type="search" id="q" name="q" value="${asked.q}" placeholder="${text.search}" maxlength="255" autocomplete="off" spellcheck="false">${asked.sort !== "name" && html`<input type="hidden" name="sort" value="${asked.sort}">`}${visit.isChosen && html`<input type="hidden" name="lang" value="${visit.language}">`}<button>${text.find}</button>${asked.q !== "" && html`<a href="${address(visit, { ...asked, q: "", page: 1 })}">${text.all}</a>`}</form>
<p class="quiet" role="status" data-found="${some}">${asked.q === "" ? all : some.replace("{found}", number(slice.found))}</p>
<table class="list"${isWhole && html` data-whole`}>
<thead><tr>${heads.map((key) => head(visit, asked, key))}<th>${text.digest}</th></tr></thead>
<tbody>
<tr class="up"><td><a href="../${folderQuery}" aria-label="${text.up}">../</a></td><td></td><td></td><td></td></tr>
${raw(rows.join(""))}</tbody>
</table>
${slice.found === 0 && html`<p class="quiet">${count === 0 ? text.empty : text.nothing}</p>`}
${slice.pages > 1 && pages(visit, asked, slice.pages)}
${folder.readme !== undefined && readmeBelow(visit, folder.readme)}
<p class="quiet">${sentence(text.programs, links)}</p>`,
  };
}

/** Somebody else's text: plain, and as such. */
function readmeBelow({ texts: { folder } }: Visit, { name, text, isVerified }: Readme): Html {
  return html`<section class="readme" aria-labelledby="readme"><h2 id="readme"><bdi>${name}</bdi></h2>
<p class="quiet">${isVerified ? folder.readmeVerified : folder.readmeOrigins}</p>
<pre dir="auto">${text}</pre></section>`;
}

const heads = ["name", "size", "date"] as const;

/** A column's head: its link sorts by it, and the other way round where it is sorted so. */
function head(visit: Visit, asked: FolderQuery, key: (typeof heads)[number]): Html {
  const text = visit.texts.folder;
  const titles = { name: text.name, size: text.size, date: text.changed };
  const sorted =
    asked.sort === key ? "ascending" : asked.sort === `-${key}` ? "descending" : undefined;
  const sort: FolderSort = asked.sort === key ? `-${key}` : key;
  return html`<th${key === "size" && html` class="n"`} data-key="${key}"${sorted && html` aria-sort="${sorted}"`}><a href="${address(visit, { ...asked, sort, page: 1 })}" rel="nofollow">${titles[key]}</a></th>`;
}

function pages(visit: Visit, asked: FolderQuery, last: number): Html {
  const text = visit.texts.folder;
  const { page } = asked;
  const to = (one: number) => address(visit, { ...asked, page: one });
  const told = { page: visit.shown.number(page), pages: visit.shown.number(last) };
  return html`<nav class="pages" aria-label="${text.pages}">${page > 1 && html`<a href="${to(page - 1)}" rel="prev">${text.previous}</a>`}<span>${sentence(text.page, told)}</span>${page < last && html`<a href="${to(page + 1)}" rel="next">${text.next}</a>`}</nav>`;
}

/** This folder's address with another query. */
function address(visit: Visit, { q, sort, page }: FolderQuery): string {
  const query = new URLSearchParams();
  if (q !== "") query.set("q", q);
  if (sort !== "name") query.set("sort", sort);
  if (page > 1) query.set("page", String(page));
  return href(visit, `?${query}`);
}

/** Each part of the path with a link; the last is this page. */
function crumbs(visit: Visit, segments: readonly string[], prefix: string): Html {
  let url = "/";
  const links = segments.map((segment, at) => {
    url += `${at === 0 ? prefix : encodeURIComponent(segment)}/`;
    const shown = html`<bdi>${segment}</bdi>`;
    return at === segments.length - 1
      ? html` / <span aria-current="page">${shown}</span>`
      : html` / <a href="${href(visit, url)}">${shown}</a>`;
  });
  return html`<nav class="path" aria-label="${visit.texts.folder.path}"><a href="${href(visit, "/")}">Nearmirror</a>${links} /</nav>`;
}

/** What there is to say of the list. */
function remarked(visit: Visit, remark: Remark): Html {
  const text = visit.texts.folder;
  switch (remark.kind) {
    case "older": {
      const age = visit.shown.duration(remark.age);
      const indexed = remark.isIndexed && ` ${text.olderIndexed}`;
      return html`${sentence(text.older, { why: remark.why, age })}${indexed}`;
    }
    case "alone":
      return html`${sentence(text.alone, { why: remark.why })} ${text.fromIndexes}`;
    case "long":
      return html`${text.long} ${text.fromIndexes}`;
    case "pinned":
      return html`${text.pinned}`;
    case "today":
      return html`${text.today}`;
  }
}
