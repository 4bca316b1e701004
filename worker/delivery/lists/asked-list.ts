/** Which list of a file is asked for: by what follows its name, and by what the client would rather have. Pure. */

export const listForms = ["meta4", "metalink", "sha256", "mirrorlist", "torrent"] as const;
/** What may follow a file's name behind a dot, as MirrorBrain and MirrorCache have it. `torrent`: of images alone. */
export type ListForm = (typeof listForms)[number];

/** Those that are made of what is known already. */
export type FileListForm = Exclude<ListForm, "torrent">;

export interface AskedList {
  /** The file's path, decoded. */
  path: string;
  /** The same with escapes as asked. */
  asked: string;
  form: ListForm;
}

/**
 * The file and the list of it that a path names; undefined where it names none.
 *
 * Ask only where the path itself is no listed file: a real file may end in `.sha256`.
 *
 * @param decoded path, escapes decoded
 * @param asked the same as asked, for URLs; one that escapes the suffix itself names no list
 */
export function askedList(decoded: string, asked = decoded): AskedList | undefined {
  const dot = decoded.lastIndexOf(".");
  const ending = decoded.slice(dot + 1);
  const form = listForms.find((one) => ending === one);
  if (dot < 1 || form === undefined || decoded[dot - 1] === "/") return undefined;
  if (!asked.endsWith(`.${form}`)) return undefined;
  return { path: decoded.slice(0, dot), asked: asked.slice(0, -form.length - 1), form };
}

/** One entry of an `Accept` header. */
export interface Accepted {
  /** Lower case, without parameters. */
  type: string;
  /** 0 to 1. */
  quality: number;
}

/** Reads `Accept` (RFC 9110 section 12.5.1). A quality that can't be read is 1, as if it weren't there. */
export function readAccept(header: string | null): Accepted[] {
  if (header === null) return [];
  return header.split(",").flatMap((entry) => {
    const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    if (type === "") return [];
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const quality = weight === undefined ? 1 : Number(weight.slice(weight.indexOf("=") + 1));
    return [{ type, quality: quality >= 0 && quality <= 1 ? quality : 1 }];
  });
}

/**
 * What a client accepts. wget2 sends a browser's `Accept` (`text/html` first, observed with 1.99), and is none: it is taken
 * as if it sent nothing, as wget's `*\/*`. Answers that depend on it are asked about each time, and have ETags of their
 * own, so that no cache gives one the other's.
 */
export function acceptOf(headers: { get(name: string): string | null }): string | null {
  const accept = headers.get("Accept");
  if (accept === null) return null;
  return /^wget2\//i.test(headers.get("User-Agent") ?? "") ? null : accept;
}

/** As what the places of a file are shown. */
export type ShownAs = "html" | "json" | "text";

/**
 * A page for who names `text/html`, as browsers do; JSON for who names it; else text. `*\/*`, which every program
 * sends, names nothing.
 */
export function shownAs(accept: string | null): ShownAs {
  // Nearly every program's: it names neither.
  if (accept === null || !/html|json/i.test(accept)) return "text";
  const named = readAccept(accept).filter(({ quality }) => quality > 0);
  const best = (matches: RegExp) =>
    Math.max(0, ...named.filter(({ type }) => matches.test(type)).map(({ quality }) => quality));
  const page = best(/^(?:text\/html|application\/xhtml\+xml)$/);
  const json = best(/^application\/(?:[a-z.-]+\+)?json$/);
  const text = best(/^text\/plain$/);
  if (page > 0 && page >= json && page >= text) return "html";
  return json > text ? "json" : "text";
}
