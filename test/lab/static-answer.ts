/**
 * What a correct static server answers (RFC 9110): the healthy behaviour that faults then change.
 * Pure but for reading the file's size and date.
 */

import { readdirSync, type Stats, statSync } from "node:fs";
import { extname, join } from "node:path";

/** What was asked. `path` is decoded, relative to the tree, without a leading slash. */
export interface Asked {
  method: string;
  scheme: "http" | "https";
  /** The request target as it arrived. */
  target: string;
  path: string;
  headers: Record<string, string>;
}

/** What to send. Offsets are in the file: `end` is exclusive. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: { file: string; start: number; end: number } | { text: string };
  /** Deliver the body no faster than this. */
  bytesPerSecond?: number;
  /** Break the connection after this many bytes of body, whatever `content-length` said. */
  cutAfterBytes?: number;
  /** Flip a bit in each byte whose offset in the file is a multiple of this. */
  flipEveryBytes?: number;
  /** Go on with other bytes after the body, for ever. */
  endless?: boolean;
  /** Send nothing at all, ever. */
  silent?: boolean;
}

const contentTypes: Record<string, string> = {
  ".deb": "application/vnd.debian.binary-package",
  ".rpm": "application/x-rpm",
  ".iso": "application/x-iso9660-image",
  ".gz": "application/gzip",
  ".xz": "application/x-xz",
  ".xml": "application/xml",
};

/** A complete answer of plain text, as servers send with an error. */
export function textAnswer(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-length": String(Buffer.byteLength(text)),
      ...headers,
    },
    body: { text },
  };
}

/**
 * Answers from a directory tree: GET and HEAD, conditional (If-None-Match before If-Modified-Since), single
 * ranges (206, 416, If-Range by date or ETag), a listing for a directory, 404 for what isn't there.
 * @param root the directory the tree is in.
 */
export function staticAnswer(root: string, asked: Asked): Answer {
  if (asked.method !== "GET" && asked.method !== "HEAD") {
    return textAnswer(405, "Only GET and HEAD.\n", { allow: "GET, HEAD" });
  }
  if (asked.path.split("/").includes("..") || asked.path.includes("\0")) {
    return textAnswer(400, "Not a path.\n");
  }
  const file = join(root, asked.path);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return textAnswer(404, "Not found.\n");
  if (stats.isDirectory()) return directoryAnswer(file, asked);
  return fileAnswer(file, stats, asked.method, asked.headers);
}

function directoryAnswer(directory: string, asked: Asked): Answer {
  const [pathOnly = "/"] = asked.target.split("?");
  if (!pathOnly.endsWith("/")) return textAnswer(301, "Moved.\n", { location: `${pathOnly}/` });
  const names = readdirSync(directory, { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
  const items = names.map((name) => `<a href="./${encodeURI(name)}">${escapeHtml(name)}</a>`);
  const listing = textAnswer(200, `<pre>\n${items.join("\n")}\n</pre>\n`);
  listing.headers["content-type"] = "text/html; charset=utf-8";
  return listing;
}

function fileAnswer(
  file: string,
  stats: Stats,
  method: string,
  asked: Record<string, string>,
): Answer {
  // HTTP dates have whole seconds, so that is also the precision of every comparison.
  const modifiedMs = Math.floor(stats.mtimeMs / 1000) * 1000;
  const etag = `"${(modifiedMs / 1000).toString(16)}-${stats.size.toString(16)}"`;
  const headers: Record<string, string> = {
    "content-type": contentTypes[extname(file)] ?? "application/octet-stream",
    "last-modified": new Date(modifiedMs).toUTCString(),
    etag,
    "accept-ranges": "bytes",
  };
  if (notModified(asked, etag, modifiedMs)) return { status: 304, headers };

  // RFC 9110 14.2: a Range is defined for GET only.
  const range = method === "GET" && rangeStillFits(asked, etag, modifiedMs) ? asked.range : "";
  const wanted = parseRange(range ?? "", stats.size);
  if (wanted === "unsatisfiable") {
    return textAnswer(416, "No such range.\n", { "content-range": `bytes */${stats.size}` });
  }
  const { start, end } = wanted ?? { start: 0, end: stats.size };
  headers["content-length"] = String(end - start);
  if (wanted) headers["content-range"] = `bytes ${start}-${end - 1}/${stats.size}`;
  return { status: wanted ? 206 : 200, headers, body: { file, start, end } };
}

function notModified(asked: Record<string, string>, etag: string, modifiedMs: number): boolean {
  const tags = asked["if-none-match"];
  if (tags !== undefined) {
    return tags.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
  }
  const since = Date.parse(asked["if-modified-since"] ?? "");
  return !Number.isNaN(since) && modifiedMs <= since;
}

function rangeStillFits(asked: Record<string, string>, etag: string, modifiedMs: number): boolean {
  const condition = asked["if-range"];
  if (condition === undefined) return true;
  // RFC 9110 13.1.5: a date must match exactly, a tag strongly.
  return condition.startsWith('"') ? condition === etag : Date.parse(condition) === modifiedMs;
}

function parseRange(
  header: string,
  sizeBytes: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  // Several ranges, other units and bad syntax may be ignored (RFC 9110 14.2), and are.
  const found = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!found || (found[1] === "" && found[2] === "")) return undefined;
  if (found[1] === "") {
    const suffix = Math.min(Number(found[2]), sizeBytes);
    return suffix === 0 ? "unsatisfiable" : { start: sizeBytes - suffix, end: sizeBytes };
  }
  const start = Number(found[1]);
  const last = found[2] === "" ? sizeBytes - 1 : Math.min(Number(found[2]), sizeBytes - 1);
  if (start >= sizeBytes) return "unsatisfiable";
  return last < start ? undefined : { start, end: last + 1 };
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
