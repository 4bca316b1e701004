/** Metalink 4 (RFC 5854): one file, its digests and its ranked URLs. */

import { attributes, declaration, element, escapeXml, nameForXml } from "../../runtime/xml.ts";
import { type DescribedFile, generator, inOrder, type Source } from "./source.ts";

export const metalink4Type = "application/metalink4+xml";

/** The largest number a priority may have (RFC 5854 section 4.2.16.2), and so the last to be tried. */
const lastPriority = 999_999;

/** What a document says of itself. */
export interface AboutList {
  /** Our own URL of the file, which answers with a redirect or the bytes; absent: not among the URLs. */
  own?: string;
  /** Our URL of this document. */
  origin: string;
  /** When its content was published, Unix ms; absent: not told. */
  publishedAt?: number;
}

/** Elements of one level, one a line. */
function lines(indent: string, elements: readonly string[]): string {
  return elements.map((one) => `${indent}${one}\n`).join("");
}

/**
 * The document. Our own URL is the last to be tried: it answers with bytes where no mirror has the file, so that
 * a downloader whose mirrors all fail still gets it.
 *
 * @param sources may be empty where `about.own` is there: a document without URLs is none
 */
export function metalink4(
  file: DescribedFile,
  sources: readonly Source[],
  { own, origin, publishedAt }: AboutList,
): string {
  const { size, sha256, pieces } = file;
  const head = [
    element("generator", generator),
    // Asked again, the document may list other mirrors (section 4.2.9.1).
    element("origin", origin, { dynamic: "true" }),
    ...(publishedAt === undefined ? [] : [element("published", isoSecond(publishedAt))]),
  ];
  const described = [
    ...(size === undefined ? [] : [element("size", size)]),
    ...(sha256 === undefined ? [] : [element("hash", sha256, { type: "sha-256" })]),
  ];
  let urls = "";
  for (const source of inOrder(sources)) urls += urlLine(source);
  if (own !== undefined) urls += urlLine({ url: own, priority: lastPriority });
  return `${declaration}
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
${lines("  ", head)}  <file${attributes({ name: nameForXml(file.name) })}>
${lines("    ", described)}${piecesOf(pieces)}${urls}  </file>
</metalink>
`;
}

/** As `element` writes it: there are dozens of them. */
function urlLine({ url, priority, country }: Pick<Source, "url" | "priority" | "country">): string {
  const location = country === undefined ? "" : ` location="${escapeXml(country.toLowerCase())}"`;
  return `    <url${location} priority="${priority}">${escapeXml(url)}</url>\n`;
}

function piecesOf(pieces: DescribedFile["pieces"]): string {
  if (pieces === undefined || pieces.sha256.length === 0) return "";
  return `    <pieces length="${pieces.length}" type="sha-256">
${lines(
  "      ",
  pieces.sha256.map((hash) => element("hash", hash)),
)}    </pieces>
`;
}

/** RFC 3339, to the second. */
function isoSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
