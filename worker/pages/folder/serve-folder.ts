/** The answer at a repository's folders: a page, JSON or names, from the indexes and the origin's directory page. */

import { acceptOf, readAccept } from "../../delivery/lists/asked-list.ts";
import { type BytesRequest, serveBytes, unreachable } from "../../delivery/origin-bytes.ts";
import { classify } from "../../formats/classify.ts";
import { kinds } from "../../formats/kinds.ts";
import { notModified } from "../../http/conditional.ts";
import { badRequest, plain } from "../../http/errors.ts";
import { pageHeaders } from "../../http/page-style.ts";
import { askerOf } from "../../outbound/asker.ts";
import type { BytesContext } from "../../outbound/bytes-context.ts";
import { hrefOf, type PageEntry } from "../../repositories/directory-page/entry.ts";
import { readReadme } from "../../repositories/directory-page/read-readme.ts";
import type { Indexes, KnownEntry } from "../../repositories/reader/known-entries.ts";
import type { Background } from "../../runtime/background.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { documentOf } from "../frame/document.ts";
import { type VisitRequest, visitOf } from "../frame/visit.ts";
import { folderEntries, type OriginsOwn, type Remark } from "./folder-entries.ts";
import { sortEntries } from "./folder-order.ts";
import { folderPage } from "./folder-page.ts";
import { found, readFolderQuery, sliceOf } from "./folder-query.ts";
import { timeForPrograms } from "./folder-text.ts";
import { type FolderPage, plainFolderPage } from "./plain-folder-page.ts";

/** A folder asked for: `path` is empty or ends in `/`. */
export interface FolderRequest extends BytesRequest {
  /** What follows `?`, without it. */
  query: string;
  /** The URL's first segment as asked: the repository's name, with `@` and a snapshot where one is asked for. */
  prefix: string;
  /** Unix ms. */
  now: number;
}

/** What showing folders takes. */
export interface FolderServices extends Indexes {
  bytes: BytesContext;
}

/** `page`: for people, in the frame; `html`: whole on one page, for programs that follow links. */
type Form = "page" | "html" | "json" | "text";

/** Of an entry, for programs. */
interface ToldEntry {
  name: string;
  type: PageEntry["type"];
  size?: number;
  /** The size is rounded. */
  approximate?: true;
  /** ISO 8601, UTC. */
  modified?: string;
  sha256?: string;
  /** From the service's root, escaped. */
  path: string;
}

const types: Readonly<Record<Exclude<Form, "page">, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  text: "text/plain; charset=utf-8",
};

/**
 * Shows the folder. Where no index knows it, and the origin has a page that is no directory page, that page as it is;
 * where the origin has nothing there, or can't be reached, 404 or 503 as for its files. Never throws for what an origin
 * does.
 */
export async function serveFolder(
  folder: FolderRequest,
  edge: FolderServices,
  background: Background,
): Promise<Response> {
  const form = formOf(folder.query, acceptOf(folder.request.headers));
  if (form === undefined) return badRequest(400, "format= is one of html, json and text.");
  const asked = readFolderQuery(folder.query);
  if (typeof asked === "string") return badRequest(400, asked);
  const visit = form === "page" ? visitOf(visitRequestOf(folder)) : undefined;
  if (typeof visit === "string") return badRequest(400, visit);
  const { now } = folder;
  const listed = await folderEntries(folder, edge, now, background);
  if ("answer" in listed) {
    const page = await originsOwn(folder, form, listed, edge.bytes);
    return page instanceof Response ? page : serveBytes(folder, page, background);
  }
  const { entries, from, remark } = listed;
  sortEntries(entries, asked.sort);
  const left = found(entries, asked.q);
  const shown = pageOf(folder, left, remark);
  const headers = new Headers({ "Nearmirror-Listing": from.join(", ") });
  if (remark?.kind === "older") {
    headers.set("Age", String(Math.max(0, Math.round(remark.age / 1000))));
  }
  if (visit === undefined || form !== "page") {
    const text = textOf(form === "page" ? "html" : form, folder, shown);
    const type = types[form === "page" ? "html" : form];
    const all = { ...pageHeaders, "Content-Type": type, Vary: "Accept" };
    return answerText(folder.request, text, all, headers);
  }
  const slice = sliceOf(left, asked.page);
  if (typeof slice === "string") return badRequest(400, slice);
  const isIndexed = from.includes("index");
  const snapshot = isIndexed ? await snapshotOf(folder, edge, background) : undefined;
  // Of the origin's state that the list is of: not where that is an older one, or a snapshot's.
  const origins = { url: folder.repository.origin + folder.path, asker: askerOf(folder.request) };
  const readme =
    remark === undefined && asked.page === 1 && asked.q === ""
      ? await readReadme({ ...origins, entries }, edge.bytes, background)
      : undefined;
  const { kind } = folder.repository;
  const isDescribed = kinds[kind].lists.atFile === "described";
  const document = documentOf(
    visit,
    folderPage(visit, {
      ...shown,
      slice,
      asked,
      count: entries.length,
      hasMirrors: (name) => isDescribed && classify(kind, folder.decoded + name) === "payload",
      ...(snapshot !== undefined && { snapshot }),
      ...(readme !== undefined && { readme }),
    }),
  );
  const vary = visit.isChosen ? "Accept" : "Accept, Accept-Language";
  return answerText(folder.request, document.text, { ...document.headers, Vary: vary }, headers);
}

function visitRequestOf({ request, prefix, path, query }: FolderRequest): VisitRequest {
  const takes = ["q", "sort", "page"];
  return { path: `/${prefix}/${path}`, query, takes, headers: request.headers };
}

/** Id of the snapshot that the names are from; what can't be read now isn't told. */
async function snapshotOf(
  { repository, now }: FolderRequest,
  { snapshot, snapshots }: FolderServices,
  background: Background,
): Promise<string | undefined> {
  try {
    return (snapshot ?? (await snapshots?.current.of(repository, now, background)))?.id;
  } catch {
    return undefined;
  }
}

/** The world in which the folder's bytes are served as the origin has them, or why they aren't. */
async function originsOwn(
  folder: FolderRequest,
  form: Form,
  { answer }: OriginsOwn,
  bytes: BytesContext,
): Promise<BytesContext | Response> {
  if ("failed" in answer) return unreachable(folder.repository, answer.failed);
  if ("refused" in answer) return answeredBefore(answer.refused, bytes);
  const { answer: unread } = answer;
  if (form === "html" || form === "page")
    return unread === undefined ? bytes : answeredBefore(unread, bytes);
  await unread?.body?.cancel();
  return notReadable(folder);
}

/**
 * By what the query says, else by what the client names: a page in the frame for who names HTML, as browsers do. Programs
 * that follow links in HTML send no more than `*\/*` (wget, lftp); one that names HTML finds all by the pages' links.
 */
function formOf(query: string, accept: string | null): Form | undefined {
  const asked = new URLSearchParams(query).get("format");
  if (asked !== null)
    return asked === "html" || asked === "json" || asked === "text" ? asked : undefined;
  const named = readAccept(accept);
  const quality = (type: string) => named.find((one) => one.type === type)?.quality ?? 0;
  const page = Math.max(quality("text/html"), quality("application/xhtml+xml"));
  const json = quality("application/json");
  const text = quality("text/plain");
  if (json > page && json >= text) return "json";
  if (text > page) return "text";
  return page > 0 ? "page" : "html";
}

function textOf(
  form: Exclude<Form, "page">,
  { path, prefix }: FolderRequest,
  page: FolderPage,
): string {
  const { entries } = page;
  if (form === "text") {
    return entries.map(({ name, type }) => `${name}${type === "folder" ? "/" : ""}\n`).join("");
  }
  if (form === "json") {
    return `${JSON.stringify(entries.map((entry) => toldOf(entry, `/${prefix}/${path}`)))}\n`;
  }
  return plainFolderPage(page);
}

function pageOf(
  { repository, decoded, prefix }: FolderRequest,
  entries: readonly KnownEntry[],
  remark: Remark | undefined,
): FolderPage {
  const inside = decoded.split("/").slice(0, -1);
  return {
    // The pin may be asked for with escapes.
    segments: [decodeURIComponent(prefix), ...inside],
    prefix,
    repository: repository.name,
    title: repository.title,
    entries,
    ...(remark && { remark }),
  };
}

function toldOf(entry: KnownEntry, folder: string): ToldEntry {
  const { name, type, size, approximate, modified, sha256 } = entry;
  return {
    name,
    type,
    ...(size !== undefined && { size }),
    ...(approximate && { approximate }),
    ...(modified !== undefined && { modified: timeForPrograms(modified) }),
    ...(sha256 !== undefined && { sha256 }),
    path: folder + hrefOf(entry),
  };
}

function answerText(
  request: Request,
  text: string,
  all: Readonly<Record<string, string>>,
  more: Headers,
): Response {
  const bytes = new TextEncoder().encode(text);
  const etag = `"${shortHash(bytes)}"`;
  const headers = new Headers({
    ...all,
    // The same for all clients, but asked for anew each time.
    "Cache-Control": "public, no-cache",
    ETag: etag,
  });
  for (const [name, value] of more) headers.set(name, value);
  if (notModified(request.headers, { etag, lastModified: null })) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("Content-Length", String(bytes.byteLength));
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

/** 128 bits of SHA-256, hex: for telling versions of one page apart. */
function shortHash(bytes: Uint8Array): string {
  return sha256Of(bytes).slice(0, 32);
}

/** A program that asked for a form of ours can do nothing with a page of the origin's. */
function notReadable({ repository, prefix, path }: FolderRequest): Response {
  return plain(
    406,
    `What ${repository.name}'s origin has at /${prefix}/${path} can't be read as a listing, or is too long. Ask for it with ?format=html for the origin's own page.`,
  );
}

/** The world as it was when the origin was asked: its answer isn't asked for twice. */
function answeredBefore(response: Response, context: BytesContext): BytesContext {
  const { fetch } = context;
  let given: Response | undefined = response;
  return {
    ...context,
    fetch: (url, init) => {
      const now = given;
      given = undefined;
      return now === undefined ? fetch(url, init) : Promise.resolve(now);
    },
  };
}
