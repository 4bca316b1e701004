/** The image catalogue as other programs read it (`image-forms.ts`): filtered, conditional, the same for every client. */
import { notModified } from "../http/conditional.ts";
import { notFound, plain, unavailable } from "../http/errors.ts";
import { dayOf } from "../images/exports/image-names.ts";
import type { MirrorzRepository } from "../images/exports/mirrorz.ts";
import { filterImages } from "../images/filter/filter-images.ts";
import { columnsFor } from "../images/filter/image-columns.ts";
import { isFault, readFilter } from "../images/filter/read-filter.ts";
import type { CatalogueImage, ImageCatalogue } from "../images/image-catalogue.ts";
import type { ImagesAtEdge } from "../repositories/contents/images/images-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { sha256Of } from "../runtime/sha256.ts";
import type { OpenViews } from "../views/views.ts";
import { type ImageBody, type ImageForm, type ImageFormName, imageForms } from "./image-forms.ts";

export interface ExportServices {
  views: Pick<OpenViews, "repositories">;
  images?: Pick<ImagesAtEdge, "catalogue">;
  now: () => number;
}

export interface ExportAsked {
  /** The URL under which clients reach the service, ends in `/`. */
  base: string;
  /** With the client's escapes. */
  path: string;
  /** Without its `?`. */
  query: string;
  request: Request;
  background: Background;
}

/**
 * What of one catalogue was written last is held, UTF-16 units or bytes: writing 20,000 images takes up to 40 ms of CPU,
 * and the largest form of them is 1.1 MB.
 */
const heldRoom = 1280 * 1024;
/** By the catalogue's images, so that all of it goes with them. */
const held = new WeakMap<readonly CatalogueImage[], LastUsed<ImageBody>>();

/**
 * The images in one form. 400 for a filter that is none, 404 where no snapshots are made, 503 until the first images are
 * read: an empty list would have sites show that there are none.
 */
export async function imageExport(
  name: ImageFormName,
  asked: ExportAsked,
  services: ExportServices,
): Promise<Response> {
  const form: ImageForm = imageForms[name];
  const { views, images, now } = services;
  const at = now();
  if (images === undefined) {
    return notFound(asked.path, "No snapshots are made here.");
  }
  const catalogue = await images.catalogue(views.repositories, at, asked.background);
  if (catalogue.images.length === 0 && catalogue.unread.length > 0) {
    return unavailable("No repository's images are read yet.");
  }
  const chosen = form.isFiltered ? filtered(catalogue, asked.query, at) : catalogue.images;
  if (chosen instanceof Response) return chosen;
  const told = { base: asked.base, now: at, repositories: served(views, catalogue) };
  const etag = etagOf(name, catalogue, [form.isFiltered ? asked.query : "", told]);
  const headers = {
    "Content-Type": form.contentType,
    // To be asked for each time, as a snapshot may be published at any.
    "Cache-Control": "public, no-cache",
    ETag: etag,
    // MirrorZ and others read these from their own pages.
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
  };
  if (notModified(asked.request.headers, { etag, lastModified: null })) {
    return new Response(null, { status: 304, headers });
  }
  const bodies = held.get(catalogue.images) ?? new LastUsed<ImageBody>(heldRoom);
  held.set(catalogue.images, bodies);
  const body = bodies.get(etag) ?? form.write(chosen, told);
  if (body.length <= heldRoom) bodies.set(etag, body, body.length);
  return new Response(body, { headers });
}

function filtered(
  catalogue: ImageCatalogue,
  query: string,
  now: number,
): readonly CatalogueImage[] | Response {
  if (query === "") return catalogue.images;
  const columns = columnsFor(catalogue);
  const isPart = catalogue.unread.length > 0;
  const read = readFilter(query, { columns, isPart });
  if (isFault(read)) return plain(400, read.reason);
  const { rows } = filterImages(columns, read.filter, now);
  if (rows.length === 0 && isPart) return unavailable("Not all repositories' images are read yet.");
  return rows.flatMap(({ image, parts }) => [image, ...parts]);
}

/** All repositories; of those with images also since when they are served as they are, as the catalogue says it. */
function served(
  { repositories }: ExportServices["views"],
  { snapshots }: ImageCatalogue,
): MirrorzRepository[] {
  const since = new Map(snapshots.map(({ repository, at }) => [repository, at]));
  return repositories.map(({ name, title, origin }) => {
    const servedSince = since.get(name);
    return { name, title, origin, ...(servedSince !== undefined && { servedSince }) };
  });
}

/**
 * Of everything that the answer depends on, in place of the answer: it is known before that is written. Support ends with
 * a day, so that the day stands for the time.
 */
function etagOf(
  name: ImageFormName,
  { snapshots, unread }: ImageCatalogue,
  [query, told]: [
    string,
    { base: string; now: number; repositories: readonly MirrorzRepository[] },
  ],
): string {
  const states = snapshots.map(({ repository, id }) => `${repository}@${id}`);
  const known = [
    name,
    imageForms[name].version,
    query,
    told.base,
    dayOf(told.now),
    states,
    unread.map(({ repository }) => repository),
    // Only one form tells of repositories that aren't of images.
    name === "mirrorz" ? told.repositories : [],
  ];
  return `W/"${sha256Of(JSON.stringify(known)).slice(0, 32)}"`;
}
