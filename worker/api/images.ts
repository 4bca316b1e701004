/** `/api/v1/images`: the image catalogue with its filter, in pages. */
import { notModified } from "../http/conditional.ts";
import { badRequest, notFound } from "../http/errors.ts";
import { describedImage } from "../images/described-image.ts";
import { filterImages } from "../images/filter/filter-images.ts";
import { columnsFor, type ImageColumns } from "../images/filter/image-columns.ts";
import type { ImageRow } from "../images/filter/image-rows.ts";
import { isFault, readFilter } from "../images/filter/read-filter.ts";
import type { ImageCatalogue } from "../images/image-catalogue.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { ImagesAtEdge } from "../repositories/contents/images/images-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { sha256Of } from "../runtime/sha256.ts";

export const defaultLimit = 100;
export const maxLimit = 500;
/** Answers held of one catalogue, bytes: a page of a hundred images has 100 KB. */
const heldBytes = 768 * 1024;
/** An answer is given again for so long, ms: what is supported changes with time, by days. */
const heldMs = 60_000;

/** What is asked, and for whom. */
export interface ImagesQuestion {
  /** Without its `?`. */
  query: string;
  /** The service's own URL, ends in `/`. */
  base: string;
  request: { readonly headers: Headers };
}

/** What answering takes. */
export interface ImagesServices {
  /** Absent: there are no snapshots here, and no images are known. */
  images?: Pick<ImagesAtEdge, "catalogue">;
  views: { repositories: readonly Repository[] };
  /** Unix ms. */
  now(): number;
}

interface Held {
  text: string;
  /** With its quotes. */
  etag: string;
  /** Unix ms. */
  at: number;
}

/** Of each catalogue: they go with it. */
const answersOf = new WeakMap<ImageCatalogue, LastUsed<Held>>();

/** The images that the filter leaves, with the counts of all values and the snapshots that they are of. */
export async function images(
  { query, base, request }: ImagesQuestion,
  services: ImagesServices,
  background: Background,
): Promise<Response> {
  if (services.images === undefined) {
    return notFound("/api/v1/images", "No snapshots are made here, so no images are known.");
  }
  const now = services.now();
  const catalogue = await services.images.catalogue(services.views.repositories, now, background);
  const answers = answersOf.get(catalogue) ?? new LastUsed<Held>(heldBytes);
  answersOf.set(catalogue, answers);
  const key = `${base} ${query}`;
  const known = answers.get(key);
  if (known !== undefined && Math.abs(now - known.at) < heldMs) return send(known, request);
  const made = answerText(catalogue, { query, base, now });
  if ("reason" in made) return badRequest(400, made.reason);
  const held = { text: made.text, etag: `"${sha256Of(made.text).slice(0, 32)}"`, at: now };
  answers.set(key, held, key.length + made.text.length);
  return send(held, request);
}

/** The same for every client of that address; kept by whomever, and asked about each time. */
function send({ text, etag }: Held, { headers }: ImagesQuestion["request"]): Response {
  const told = { "Content-Type": "application/json", "Cache-Control": "no-cache", ETag: etag };
  if (notModified(headers, { etag, lastModified: null })) {
    return new Response(null, { status: 304, headers: told });
  }
  return new Response(text, { headers: told });
}

function answerText(
  catalogue: ImageCatalogue,
  { query, base, now }: { query: string; base: string; now: number },
): { text: string } | { reason: string } {
  const columns = columnsFor(catalogue);
  const read = readFilter(query, { columns, isPart: catalogue.unread.length > 0 }, [
    "limit",
    "after",
  ]);
  if (isFault(read)) return read;
  const page = readPage(read.others);
  if ("reason" in page) return page;
  const { rows, facets } = filterImages(columns, read.filter, now);
  const from = page.after === "" ? 0 : 1 + placeOf(rows, page.after);
  if (from === 0 && page.after !== "") {
    return {
      reason: `after=${page.after} is no image that this filter leaves in the present snapshots. Begin anew without after=.`,
    };
  }
  const shown = rows.slice(from, from + page.limit);
  const last = shown.at(-1);
  const next = new URLSearchParams(query);
  next.set("after", last === undefined ? "" : keyOf(last));
  const text = JSON.stringify({
    snapshots: catalogue.snapshots.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
    unread: catalogue.unread,
    total: rows.length,
    facets: Object.fromEntries(
      Object.entries(facets).map(([axis, values]) => [
        axis,
        values.map(({ value, count, isChosen }) => ({
          value,
          count,
          ...(isChosen && { chosen: true }),
        })),
      ]),
    ),
    images: shown.map((row) => described(row, columns, base, now)),
    next: from + shown.length < rows.length ? `/api/v1/images?${next}` : null,
  });
  return { text };
}

function described(row: ImageRow, { permanent }: ImageColumns, base: string, now: number) {
  return describedImage(row, { base, permanent: permanent.get(row.image), now });
}

/** What `after=` calls a row. */
function keyOf({ image: { repository, path } }: ImageRow): string {
  return `${repository}/${path}`;
}

function placeOf(rows: readonly ImageRow[], key: string): number {
  return rows.findIndex((row) => keyOf(row) === key);
}

function readPage(
  others: ReadonlyMap<string, string>,
): { limit: number; after: string } | { reason: string } {
  const given = others.get("limit");
  const limit = given === undefined ? defaultLimit : /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > maxLimit) {
    return { reason: `limit=${given} is not a number from 1 to ${maxLimit}.` };
  }
  return { limit, after: others.get("after") ?? "" };
}
