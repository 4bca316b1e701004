/** Answers `/images`: pages are made once a catalogue, and each client's nearest mirrors put in when they are sent. */
import type { Foreseen } from "../../delivery/foreseen.ts";
import type { TorrentsAtEdge } from "../../delivery/torrents-at-edge.ts";
import { compressed } from "../../http/compressed.ts";
import { badRequest, notFound } from "../../http/errors.ts";
import { type Html, html, sentence } from "../../http/html.ts";
import { ReadyAnswer } from "../../http/ready-answer.ts";
import { urlOf } from "../../images/described-image.ts";
import { columnsFor, type ImageColumns } from "../../images/filter/image-columns.ts";
import {
  type FilterFault,
  isFault,
  type Known,
  readFilter,
} from "../../images/filter/read-filter.ts";
import type { CatalogueImage, ImageCatalogue } from "../../images/image-catalogue.ts";
import { fileUrl } from "../../outbound/file-url.ts";
import type { ImagesAtEdge } from "../../repositories/contents/images/images-at-edge.ts";
import type { SnapshotsAtEdge } from "../../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import type { KnownTorrents } from "../../torrents/torrent-answer.ts";
import type { OpenViews } from "../../views/views.ts";
import { type Document, documentOf } from "../frame/document.ts";
import { href, mayName, type Visit, visitOf } from "../frame/visit.ts";
import type { SignedList, TorrentState } from "./image-row.ts";
import { imagesPage, nearPlace, wrongFilterPage } from "./images-page.ts";
import type { ImagesQuery } from "./images-query.ts";
import { architectureHeaders, architectureHints, ownArchitecture } from "./own-architecture.ts";

/** Of one catalogue, bytes of pages held, and of those with clients' mirrors put in: a page has 50 KB. */
const heldPageBytes = 2 * 1024 * 1024;
const heldAnswerBytes = 3 * 1024 * 1024;
/** A page is given again for so long, ms: what is supported changes by days. */
const heldMs = 60_000;
const takes = [
  "q",
  "distribution",
  "version",
  "codename",
  "architecture",
  "type",
  "edition",
  "format",
  "supported",
  "latest",
  "page",
];

export interface ImagesPageQuestion {
  request: Request;
  /** Without its `?`. */
  query: string;
  /** The service's own URL as it is printed, ends in `/`. */
  base: string;
  /** Where the client would be sent for an image; undefined: its repository has gone. Never rejects. */
  foresee(image: CatalogueImage): Foreseen | undefined | Promise<Foreseen>;
}

export interface ImagesPageServices {
  views: OpenViews;
  images?: Pick<ImagesAtEdge, "catalogue">;
  snapshots?: SnapshotsAtEdge;
  /** Where torrents are known. */
  payload?: { torrents?: Pick<TorrentsAtEdge, "known"> };
  /** Of the machine that the service runs on. Absent: a platform compresses what is sent. */
  machine?: unknown;
  /** Unix ms. */
  now(): number;
}

interface Held {
  /** The document's bytes before and behind the nearest mirrors. */
  before: Uint8Array;
  behind: Uint8Array;
  headers: Document["headers"];
  /** An image of each repository that the page has images of. */
  repositories: readonly CatalogueImage[];
  /** Unix ms. */
  at: number;
}

/** What is held of a catalogue, and goes with it. */
interface HeldOfCatalogue {
  pages: LastUsed<Held>;
  /** With mirrors put in, by page and mirrors: the same for all clients that have the same nearest ones. */
  answers: LastUsed<ReadyAnswer>;
}

const heldOf = new WeakMap<ImageCatalogue, HeldOfCatalogue>();

/** Whoever asks gets it compressed, where no platform does that. */
export async function serveImages(
  asked: ImagesPageQuestion,
  services: ImagesPageServices,
  background: Background,
): Promise<Response> {
  const { headers } = asked.request;
  const compresses = services.machine !== undefined;
  const answer = await answered(asked, services, background);
  if (answer instanceof ReadyAnswer) return answer.send({ headers, compresses });
  return compresses ? compressed(headers.get("Accept-Encoding"), answer) : answer;
}

async function answered(
  asked: ImagesPageQuestion,
  services: ImagesPageServices,
  background: Background,
): Promise<ReadyAnswer | Response> {
  const { request, query, base } = asked;
  const visit = visitOf({ path: "/images", query, takes, headers: request.headers });
  if (typeof visit === "string") return badRequest(400, visit);
  if (services.images === undefined) {
    return notFound("/images", "No snapshots are made here, so no images are known.");
  }
  const now = services.now();
  const catalogue = await services.images.catalogue(services.views.repositories, now, background);
  const columns = columnsFor(catalogue);
  const own = tellsArchitecture(query) ? undefined : ownOf(request, columns);
  const known = heldOf.get(catalogue);
  const of = known ?? {
    pages: new LastUsed(heldPageBytes),
    answers: new LastUsed(heldAnswerBytes),
  };
  if (known === undefined) heldOf.set(catalogue, of);
  const { pages, answers } = of;
  const key = `${visit.language} ${visit.isChosen} ${own ?? ""} ${base} ${query}`;
  let held = pages.get(key);
  if (held === undefined || Math.abs(now - held.at) >= heldMs) {
    const isPart = catalogue.unread.length > 0;
    const read = readQuery(visit, query, { columns, isPart }, own);
    if (read instanceof Response) return read;
    const listOf = signedLists(catalogue, services);
    const torrents = await services.payload?.torrents?.known(now, background);
    const torrentOf = torrentStates(torrents);
    const from = { query: read, catalogue, columns, base, now, listOf, torrentOf };
    const made = imagesPage(visit, from);
    const document = documentOf(visit, made.page);
    held = { ...apart(document), repositories: made.repositories, at: now };
    pages.set(key, held, key.length + document.text.length);
  }
  const foreseen = held.repositories.map((image) => asked.foresee(image));
  // Nearly always all are known at once.
  const mirrors = foreseen.every(isKnown) ? foreseen : await Promise.all(foreseen);
  // The time tells a page from the one that it was made anew of.
  const name = `${key} ${held.at} ${mirrors.map(nameOf).join(" ")}`;
  const made = answers.get(name);
  if (made !== undefined) return made;
  const answer = withMirrors(held, mirrors, visit, services);
  answers.set(name, answer, name.length + answer.size);
  return answer;
}

/** Whether the query says which architecture, if only by an empty value. */
function tellsArchitecture(query: string): boolean {
  return mayName(query, "architecture") && new URLSearchParams(query).has("architecture");
}

/** The browser's architecture, where there is an image for it. */
function ownOf({ headers }: Request, columns: ImageColumns): string | undefined {
  const own = ownArchitecture(headers);
  return own !== undefined && columns.lasting.architecture.values.includes(own) ? own : undefined;
}

function readQuery(
  visit: Visit,
  query: string,
  known: Known,
  own: string | undefined,
): ImagesQuery | Response {
  const read = readFilter(query, known, ["page", "lang"]);
  if (isFault(read)) return refused(visit, read);
  const { filter, others } = read;
  const page = others.get("page") ?? "1";
  if (!/^[1-9]\d{0,8}$/.test(page)) return refused(visit, wrongPage(page));
  const chosen = own === undefined ? filter.chosen : { ...filter.chosen, architecture: [own] };
  return {
    filter: { ...filter, chosen },
    isOwn: own !== undefined,
    tellsArchitecture: own !== undefined || tellsArchitecture(query),
    page: Number(page),
  };
}

function wrongPage(value: string): FilterFault {
  const reason = `page=${value} is no number from 1 on.`;
  return { name: "page", value, nearest: "1", allowed: [], reason };
}

function refused(visit: Visit, fault: FilterFault): Response {
  const { text, headers } = documentOf(visit, wrongFilterPage(visit, fault, visit.query));
  return new Response(text, { status: 400, headers: { ...headers, "Cache-Control": "no-store" } });
}

/** The verified lists by which the catalogue's images are known, at their pinned addresses. */
function signedLists(
  { snapshots: of }: ImageCatalogue,
  { snapshots }: ImagesPageServices,
): (image: CatalogueImage) => SignedList | undefined {
  return ({ repository, path }) => {
    const id = of.find((one) => one.repository === repository)?.id;
    const open = snapshots?.current.atHand(repository).find((one) => one.id === id);
    const root = open?.scopes(path)[0]?.root;
    const [list, signature] = root?.files ?? [];
    if (root === undefined || list === undefined) return undefined;
    const at = (file: string) => fileUrl(`/${repository}@${id}/`, file);
    return {
      list: at(list.path),
      ...(signature !== undefined && { signature: at(signature.path) }),
      ...(root.signedBy !== undefined && { key: root.signedBy }),
    };
  };
}

/** @param known undefined: nobody has told */
function torrentStates(known: KnownTorrents | undefined): (image: CatalogueImage) => TorrentState {
  const made = new Set(known?.made);
  const coming = new Set(known?.coming);
  return ({ sha256 }) => {
    // Ours are made by the file's SHA-256.
    if (sha256 === undefined) return "own";
    if (made.has(sha256)) return "made";
    if (coming.has(sha256)) return "coming";
    return known?.isOff === true ? "own" : "ask";
  };
}

/** What the redirect of each repository's images would be. */
type Nearest = Awaited<ReturnType<ImagesPageQuestion["foresee"]>>;

/** No cache may keep it for another: which mirrors are nearest depends on the client. */
function apart({ text, headers }: Document): Pick<Held, "before" | "behind" | "headers"> {
  const [before = "", behind = ""] = text.split(nearPlace);
  const language = headers.Vary === undefined ? "" : `${headers.Vary}, `;
  return {
    before: encoder.encode(before),
    behind: encoder.encode(behind),
    headers: {
      ...headers,
      "Cache-Control": "private, no-cache",
      "Accept-CH": architectureHints,
      Vary: language + architectureHeaders,
    },
  };
}

function isKnown(nearest: Nearest | Promise<Nearest>): nearest is Nearest {
  return !(nearest instanceof Promise);
}

/** What of the nearest mirrors an answer has, so that another client's isn't sent. */
function nameOf(nearest: Nearest): string {
  if (nearest === undefined || typeof nearest === "string") return String(nearest);
  return `${nearest.mirror.name}${nearest.isCertain ? "" : "?"}`;
}

const encoder = new TextEncoder();

function withMirrors(
  { before, behind, headers, repositories }: Held,
  mirrors: readonly Nearest[],
  visit: Visit,
  services: ImagesPageServices,
): ReadyAnswer {
  const near = repositories.length === 0 ? "" : told(repositories, mirrors, visit, services);
  const between = encoder.encode(near);
  const bytes = new Uint8Array(before.length + between.length + behind.length);
  bytes.set(before);
  bytes.set(between, before.length);
  bytes.set(behind, before.length + between.length);
  return new ReadyAnswer(bytes, headers);
}

/** The mirrors for people, each with the address that says why. */
function told(
  images: readonly CatalogueImage[],
  mirrors: readonly Nearest[],
  visit: Visit,
  { views }: ImagesPageServices,
): string {
  const items = images.map((image, at) => nearItem(image, mirrors[at], visit, views));
  return html`<p class="quiet">${visit.texts.images.near}</p><ul>${items}</ul>`.text;
}

/** Where the client would be sent for an image of a repository. */
function nearItem(image: CatalogueImage, to: Nearest, visit: Visit, { byName }: OpenViews): Html {
  const texts = visit.texts.images;
  const repository = byName.get(image.repository)?.repository.title ?? image.repository;
  const why = html`<a href="${href(visit, `${urlOf(image, "/")}?trace`)}">${texts.why}</a>`;
  if (to === undefined || typeof to === "string") {
    const mirror = to === "here" ? texts.origin : texts.nowhere;
    return html`<li>${sentence(texts.nearest, { repository, mirror, why })}</li>`;
  }
  const { name, country } = to.mirror;
  const where = country === undefined ? "" : ` (${visit.shown.country(country)})`;
  const mirror = html`<strong>${name}</strong>${where}`;
  const said = to.isCertain ? texts.nearest : texts.probable;
  return html`<li>${sentence(said, { repository, mirror, why })}</li>`;
}
