/** What is told of one file: its checksum, and its places as text, JSON and a page for people. */
import { html, raw } from "hono/html";
import { style } from "../../http/page-style.ts";
import { type DescribedFile, inOrder, type Source } from "./source.ts";

/** A place with what it costs this client. */
export interface PricedSource extends Source {
  /** Estimated round trip with all that is added to it, milliseconds. */
  costMs?: number;
  /** Why it stands where it stands, where the cost alone doesn't tell. */
  why?: string;
}

/**
 * `sha256sum`'s line, with the name alone, so that `sha256sum -c` works where the file was saved. A name with
 * a backslash or a line end is escaped and marked as coreutils does it.
 */
export function checksumLine(name: string, sha256: string): string {
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${escaped === name ? "" : "\\"}${sha256}  ${escaped}\n`;
}

/** URLs, one a line, best first; a comment where there are none. */
export function urlList(sources: readonly Source[]): string {
  if (sources.length === 0) return "# No mirror serves this to you; ask for the file itself.\n";
  return `${inOrder(sources)
    .map(({ url }) => url)
    .join("\n")}\n`;
}

/** The same with what is known of each, as JSON. libzypp takes this as well, and looks at `url` alone. */
export function jsonList(sources: readonly PricedSource[]): string {
  const entries = inOrder(sources).map(({ url, priority, mirror, country, costMs, why }) => ({
    url,
    priority,
    mirror,
    country,
    costMs: rounded(costMs),
    why,
  }));
  return `${JSON.stringify(entries)}\n`;
}

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

/** A country's English name; the code where it is none. */
function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}

function rounded(costMs: number | undefined): number | undefined {
  return costMs === undefined ? undefined : Math.round(costMs);
}

/** URL of one of the file's lists, from the file's own. */
function beside(own: string, suffix: string): string {
  return `${own}.${suffix}`;
}

function row({ country, mirror, costMs, url, why = "" }: PricedSource, at: number) {
  return html`<tr><td>${at + 1}</td><td>${country === undefined ? "" : countryName(country)}</td><td>${mirror}</td><td>${costMs === undefined ? "" : `${Math.round(costMs)} ms`}</td><td><a href="${url}">${url}</a></td><td>${why}</td></tr>
`;
}

const tableStyle = `table{border-collapse:collapse;font-size:.875rem;display:block;overflow-x:auto}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--edge);white-space:nowrap}`;

/**
 * The page for people.
 *
 * @param own our own URL of the file, for the links to its other lists
 * @param isWished the client said which mirrors it wants
 */
export async function mirrorPage(
  file: DescribedFile,
  sources: readonly PricedSource[],
  own: string,
  isWished = false,
): Promise<string> {
  const { name, size, sha256, lastModified } = file;
  const told = [
    ...(size === undefined ? [] : [html`<tr><th>Size</th><td>${size} bytes</td></tr>`]),
    ...(lastModified === undefined
      ? []
      : [html`<tr><th>Changed</th><td>${lastModified}</td></tr>`]),
    ...(sha256 === undefined
      ? []
      : [html`<tr><th>SHA-256</th><td><code>${sha256}</code></td></tr>`]),
  ];
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mirrors of ${name} · Nearmirror</title>
<style>${raw(style + tableStyle)}</style>
</head>
<body>
<h1>${name}</h1>
<p><a href="${own}">Download</a> from the best mirror, or with a downloader that takes several at once: <a href="${beside(own, "meta4")}">Metalink 4</a>, <a href="${beside(own, "metalink")}">Metalink 3</a>${sha256 === undefined ? "" : html`; <a href="${beside(own, "sha256")}">checksum</a>`}.</p>
${told.length === 0 ? "" : html`<table>${told}</table>`}
<h2>Mirrors, best first</h2>
${
  sources.length === 0
    ? html`<p>No mirror is known to have this file for you. It comes from here.</p>`
    : html`<table>
<thead><tr><th></th><th>Country</th><th>Mirror</th><th>Estimate</th><th>URL</th><th>Why there</th></tr></thead>
<tbody>
${inOrder(sources).map(row)}</tbody>
</table>
<p class="quiet">The estimate is a round trip's milliseconds from where you were taken to be, with what the mirror's health and network add. The order goes by it; where it doesn't, the last column says why.${isWished ? " Only mirrors that you wished for are here." : ""}</p>`
}
<p class="quiet"><a href="/">Nearmirror</a></p>
</body>
</html>
`;
  return body.toString();
}
