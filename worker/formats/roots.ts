/** What the bytes of a root tell: when it was made, and whether it is a root at all. Pure. */
import type { Kind } from "./kinds.ts";

/** The largest root read. Ubuntu's and Debian's InRelease have 150 to 400 KB. */
export const maxRootBytes = 2 * 1024 * 1024;

/** Unix seconds that a repomd's `revision` may be: from 2001-09-09 on; smaller ones are counters. */
const leastRevisionSeconds = 1e9;
/** Ten digits, up to 2286; longer ones are dates written as a number (`20261123...`). */
const mostRevisionSeconds = 1e10;

/** When a root says it was made, Unix ms: from its own text where its kind has that, else `Last-Modified`. */
export function rootDate(kind: Kind, body: Uint8Array, headers: Headers): number | undefined {
  return dateInText(kind, body) ?? dateOf(headers.get("Last-Modified"));
}

/** When a root's own text says it was made, Unix ms; undefined where its kind doesn't tell. */
export function dateInText(kind: Kind, body: Uint8Array): number | undefined {
  if (kind !== "apt" && kind !== "rpm") return undefined;
  const text = new TextDecoder("latin1").decode(body);
  return kind === "apt" ? releaseDate(text) : repomdDate(text);
}

/** `Date:` of a Release or of the clear-signed InRelease (RFC 4880 section 7: the signature's armour follows). */
function releaseDate(text: string): number | undefined {
  const signature = text.indexOf("\n-----BEGIN PGP SIGNATURE");
  const signed = signature < 0 ? text : text.slice(0, signature);
  return dateOf(/^Date:[ \t]*([^\r\n]{1,64})/m.exec(signed)?.[1]);
}

/** `<revision>` where it is a Unix time, else the newest `<timestamp>` of the listed indexes. */
function repomdDate(text: string): number | undefined {
  const revision = Number(/<revision>\s*(\d{1,15})\s*<\/revision>/.exec(text)?.[1] ?? "NaN");
  const date = revisionDate(revision);
  if (date !== undefined) return date;
  let newest: number | undefined;
  for (const [, digits] of text.matchAll(
    /<timestamp>\s*(\d{1,15})(?:\.\d{0,12})?\s*<\/timestamp>/g,
  )) {
    const seconds = Number(digits);
    if (isRevisionTime(seconds) && seconds * 1000 > (newest ?? 0)) newest = seconds * 1000;
  }
  return newest;
}

/** The moment that a repomd's revision is, Unix ms; undefined where it is a counter, or none. */
export function revisionDate(revision: number): number | undefined {
  return isRevisionTime(revision) ? revision * 1000 : undefined;
}

function isRevisionTime(seconds: number): boolean {
  return seconds >= leastRevisionSeconds && seconds < mostRevisionSeconds;
}

function dateOf(text: string | null | undefined): number | undefined {
  const date = Date.parse(text ?? "");
  return Number.isNaN(date) ? undefined : date;
}

/** How much of a body is looked at for the beginning of a page, bytes. */
const pageBytes = 512;

/** Whether bytes are a web page: what a captive portal, a hoster or a parked name puts in place of a file. */
export function looksLikePage(body: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(body.subarray(0, pageBytes));
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b/i.test(text);
}
