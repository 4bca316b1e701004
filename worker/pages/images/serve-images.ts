/** Answers `/images`: pages are made once a catalogue, and each client's nearest mirrors put in when they are sent. */
import type { Clients } from "../../clients/clients.ts";
import { compressed } from "../../http/compressed.ts";
import { badRequest, notFound } from "../../http/errors.ts";
import { html, sentence } from "../../http/html.ts";
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
import type { RosterMirror } from "../../mirrors/roster.ts";
import { fileUrl } from "../../outbound/file-url.ts";
import type { ImagesAtEdge } from "../../repositories/contents/images/images-at-edge.ts";
import type { SnapshotsAtEdge } from "../../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import type { OpenViews } from "../../views/views.ts";
import { type Document, documentOf } from "../frame/document.ts";
import { href, mayName, type Visit, visitOf } from "../frame/visit.ts";
import type { SignedList } from "./image-row.ts";
import { imagesPage, nearPlace, wrongFilterPage } from "./images-page.ts";
import type { ImagesQuery } from "./images-query.ts";
import { architectureHeaders, architectureHints, ownArchitecture } from "./own-architecture.ts";

/** Pages held of one catalogue, bytes, and again as much with clients' mirrors put in: a page has 50 KB. */
const heldBytes = 4 * 1024 * 1024;
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
}

export interface ImagesPageServices {
  views: OpenViews;
  clients: Clients;
  images?: Pick<ImagesAtEdge, "catalogue">;
  snapshots?: SnapshotsAtEdge;
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
  const of = known ?? { pages: new LastUsed(heldBytes), answers: new LastUsed(heldBytes) };
  if (known === undefined) heldOf.set(catalogue, of);
  const { pages, answers } = of;
  const key = `${visit.language} ${visit.isChosen} ${own ?? ""} ${base} ${query}`;
  let held = pages.get(key);
  if (held === undefined || Math.abs(now - held.at) >= heldMs) {
    const isPart = catalogue.unread.length > 0;
    const read = readQuery(visit, query, { columns, isPart }, own);
    if (read instanceof Response) return read;
    const listOf = signedLists(catalogue, services);
    const made = imagesPage(visit, { query: read, catalogue, columns, base, now, listOf });
    const document = documentOf(visit, made.page);
    held = { ...apart(document), repositories: made.repositories, at: now };
    pages.set(key, held, document.text.length);
  }
  const mirrors = nearestOf(held.repositories, asked, services);
  // The time tells a page from the one that it was made anew of.
  const name = `${key} ${held.at} ${mirrors.map((mirror) => mirror?.name ?? "").join(" ")}`;
  const made = answers.get(name);
  if (made !== undefined) return made;
  const answer = withMirrors(held, mirrors, visit, services);
  answers.set(name, answer, answer.size);
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

/** The mirror where the client would be sent for each repository's images; undefined: to the origin. */
function nearestOf(
  images: readonly CatalogueImage[],
  { request }: ImagesPageQuestion,
  { views, clients }: ImagesPageServices,
): (RosterMirror | undefined)[] {
  if (images.length === 0) return [];
  const ranked = clients.of(request);
  const scheme = clients.scheme(request);
  return images.map(({ repository }) => {
    const opened = views.byName.get(repository);
    const top = opened && ranked.top(clients.roster, opened, scheme, "");
    return top?.find(({ drained }) => !drained)?.open.resource;
  });
}

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

const encoder = new TextEncoder();

function withMirrors(
  { before, behind, headers, repositories }: Held,
  mirrors: readonly (RosterMirror | undefined)[],
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
  mirrors: readonly (RosterMirror | undefined)[],
  visit: Visit,
  { views }: ImagesPageServices,
): string {
  const texts = visit.texts.images;
  const items = images.map((image, at) => {
    const opened = views.byName.get(image.repository);
    const mirror = mirrors[at];
    const where = mirror?.country === undefined ? "" : ` (${visit.shown.country(mirror.country)})`;
    const why = html`<a href="${href(visit, `${urlOf(image, "/")}?trace`)}">${texts.why}</a>`;
    return html`<li>${sentence(texts.nearest, {
      repository: opened?.repository.title ?? image.repository,
      mirror: mirror === undefined ? texts.origin : html`<strong>${mirror.name}</strong>${where}`,
      why,
    })}</li>`;
  });
  return html`<p class="quiet">${texts.near}</p><ul>${items}</ul>`.text;
}
