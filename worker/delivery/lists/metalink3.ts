/** Metalink 3.0 (Metalinker project, 2007): what clients older than RFC 5854 read. */

import { attributes, declaration, element, escapeXml, nameForXml } from "../../runtime/xml.ts";
import type { AboutList } from "./metalink4.ts";
import { type DescribedFile, generator, inOrder, type Source, schemeOf } from "./source.ts";

export const metalink3Type = "application/metalink+xml";

/** The best preference; they fall by one for each place in the ranking. */
export const bestPreference = 100;

/** Preference of a priority: 100 for the first, and never below 2, which leaves 1 to what is tried last. */
export function preferenceOf(priority: number): number {
  return Math.max(bestPreference + 1 - priority, 2);
}

/** `Mon, 23 Nov 2026 02:55:00 GMT` (RFC 822, as the format wants it). */
export function mailDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/**
 * The document. Our own URL is the last to be tried, as in `metalink4`.
 *
 * @param sources may be empty where `about.own` is there
 */
export function metalink3(
  file: DescribedFile,
  sources: readonly Source[],
  { own, origin, publishedAt }: AboutList,
): string {
  const { size, sha256, pieces } = file;
  const root = attributes({
    version: "3.0",
    xmlns: "http://www.metalinker.org/",
    type: "dynamic",
    origin,
    generator,
    pubdate: publishedAt === undefined ? undefined : mailDate(publishedAt),
  });
  let urls = "";
  for (const { url, priority, country } of inOrder(sources)) {
    urls += urlLine(url, preferenceOf(priority), country);
  }
  if (own !== undefined) urls += urlLine(own, 1);
  const hashes = [
    ...(sha256 === undefined ? [] : [`        ${element("hash", sha256, { type: "sha256" })}\n`]),
    ...(pieces === undefined || pieces.sha256.length === 0 ? [] : [piecesOf(pieces)]),
  ];
  return `${declaration}
<metalink${root}>
  <files>
    <file${attributes({ name: nameForXml(file.name) })}>
${size === undefined ? "" : `      ${element("size", size)}\n`}${
  hashes.length === 0 ? "" : `      <verification>\n${hashes.join("")}      </verification>\n`
}      <resources>
${urls}      </resources>
    </file>
  </files>
</metalink>
`;
}

/** As `element` writes it: there are dozens of them. */
function urlLine(url: string, preference: number, country?: string): string {
  const location = country === undefined ? "" : ` location="${escapeXml(country.toLowerCase())}"`;
  return `        <url type="${escapeXml(schemeOf(url))}"${location} preference="${preference}">${escapeXml(url)}</url>\n`;
}

function piecesOf({ length, sha256 }: { length: number; sha256: string[] }): string {
  const hashes = sha256.map((hash, piece) => `          ${element("hash", hash, { piece })}\n`);
  return `        <pieces length="${length}" type="sha256">\n${hashes.join("")}        </pieces>\n`;
}
