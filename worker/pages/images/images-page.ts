/** The page at `/images`, for a state of the filter: the same for everybody, but for one place (`nearPlace`). Pure. */
import { type Html, html, raw, sentence } from "../../http/html.ts";
import { urlOf } from "../../images/described-image.ts";
import { filterImages } from "../../images/filter/filter-images.ts";
import type { ImageColumns } from "../../images/filter/image-columns.ts";
import type { ImageRow } from "../../images/filter/image-rows.ts";
import type { FilterFault } from "../../images/filter/read-filter.ts";
import type { CatalogueImage, ImageCatalogue } from "../../images/image-catalogue.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { fewerChoices } from "./fewer-choices.ts";
import { imageRow, type RowContext, type SignedList, type TorrentState } from "./image-row.ts";
import { chosenChips, filterForm, newestReleases } from "./images-form.ts";
import { addressOf, type ImagesQuery, isPlain } from "./images-query.ts";
import { imagesScript } from "./images-script.ts";
import { imagesStyle } from "./images-style.ts";

/** Rows of a page: with their commands they are 1.7 KB each. */
export const rowsPerPage = 20;
/** Where the client's own mirrors are told, which no other client may get. */
export const nearPlace = "<!--near-->";
/** Other architectures named in a row. */
const maxOthers = 8;

/** What the page is made of. */
export interface ImagesPage {
  query: ImagesQuery;
  catalogue: ImageCatalogue;
  columns: ImageColumns;
  /** The service's own URL, ends in `/`. */
  base: string;
  /** Unix ms. */
  now: number;
  listOf(image: CatalogueImage): SignedList | undefined;
  torrentOf(image: CatalogueImage): TorrentState;
}

/** The page, and the first image of each repository that it shows: by these its mirrors are told. */
export interface MadePage {
  page: Page;
  repositories: readonly CatalogueImage[];
}

export function imagesPage(visit: Visit, made: ImagesPage): MadePage {
  const { query, columns, catalogue, now } = made;
  const { images } = visit.texts;
  const { rows, facets } = filterImages(columns, query.filter, now);
  const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage));
  const page = Math.min(query.page, pages);
  const shown = rows.slice((page - 1) * rowsPerPage, page * rowsPerPage);
  const context = contextOf(visit, made);
  const main = html`<h1>${images.title}</h1>
<p class="lead">${images.lead}</p>
${catalogue.unread.map(({ repository, why }) => html`<p class="note">${sentence(images.unread, { repository, why })}</p>`)}
${filterForm(query, facets, visit)}
${chosenChips(query, visit)}
<div id="results" aria-live="polite">
${isPlain(query) && page === 1 && columns.rows.length > 0 && newestReleases(columns, now, visit)}
<h2>${heading(rows.length, visit)}</h2>
${columns.rows.length === 0 ? html`<p>${images.empty}</p>` : rows.length === 0 && html`<p>${images.foundNone}</p>${fewerChoices(query, { columns, now, visit })}`}
${raw(nearPlace)}
<ul class="images">${shown.map((row) => imageRow(row, context))}</ul>
${pages > 1 && pageLinks(query, { page, pages }, visit)}
<p class="quiet">${sentence(images.programs, { api: html`<a href="/api/v1/images">/api/v1/images</a>` })}</p>
</div>`;
  const title = page === 1 ? images.title : `${images.title} (${page})`;
  return {
    page: {
      title,
      description: images.description,
      main,
      style: imagesStyle,
      scripts: [imagesScript],
      fetches: true,
    },
    repositories: firstOfEach(shown),
  };
}

function heading(count: number, { texts, shown }: Visit): string {
  const { found, foundOne } = texts.images;
  return count === 1 ? foundOne : found.replace("{count}", shown.number(count));
}

function contextOf(
  visit: Visit,
  { columns, base, now, listOf, torrentOf }: ImagesPage,
): RowContext {
  return {
    visit,
    base,
    now,
    permanent: (image) => columns.permanent.get(image),
    others: (image) => othersOf(image, columns),
    listOf,
    torrentOf,
  };
}

/** Images that differ from one by their architecture alone, the usual first. */
function othersOf(
  image: CatalogueImage,
  { byDistribution }: ImageColumns,
): { architecture: string; url: string }[] {
  const found = new Map<string, string>();
  for (const other of byDistribution.get(image.distribution.toLowerCase()) ?? []) {
    const isLike =
      other.version === image.version &&
      other.type === image.type &&
      other.edition === image.edition &&
      other.format === image.format &&
      other.architecture !== image.architecture &&
      other.architecture !== "";
    if (isLike && !found.has(other.architecture)) {
      found.set(other.architecture, urlOf(other, "/"));
    }
    if (found.size >= maxOthers) break;
  }
  return [...found].map(([architecture, url]) => ({ architecture, url }));
}

function firstOfEach(rows: readonly ImageRow[]): CatalogueImage[] {
  const first = new Map<string, CatalogueImage>();
  for (const { image } of rows)
    if (!first.has(image.repository)) first.set(image.repository, image);
  return [...first.values()];
}

function pageLinks(
  query: ImagesQuery,
  { page, pages }: { page: number; pages: number },
  visit: Visit,
): Html {
  const { images } = visit.texts;
  const link = (to: number, title: string, rel: string) =>
    html`<a rel="${rel}" href="${href(visit, addressOf(query, { page: to }))}">${title}</a>`;
  const where = images.page.replace("{page}", String(page)).replace("{pages}", String(pages));
  return html`<nav aria-label="${images.pages}"><p>${page > 1 && link(page - 1, images.previous, "prev")} ${where} ${page < pages && link(page + 1, images.next, "next")}</p></nav>`;
}

/** What can't be filtered by, for people: with the nearest as a link. @param query as asked, without its `?` */
export function wrongFilterPage(visit: Visit, fault: FilterFault, query: string): Page {
  const { images } = visit.texts;
  const { nearest, name, value } = fault;
  const mended = new URLSearchParams(query);
  if (nearest !== undefined && value !== undefined) mended.set(name, nearest);
  const address = href(visit, `/images?${mended}`);
  const link =
    nearest !== undefined && value !== undefined && html`<a href="${address}">${nearest}</a>`;
  return {
    title: images.wrong,
    main: html`<h1>${images.wrong}</h1>
<p lang="en">${fault.reason}</p>
${link !== false && html`<p>${sentence(images.did, { nearest: link })}</p>`}
<p><a href="${href(visit, "/images?architecture=")}">${images.back}</a></p>`,
  };
}
