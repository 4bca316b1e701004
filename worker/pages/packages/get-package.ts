/** How a package is had: by its clients, and as a file whose checksum is compared. */
import { installLines } from "../../formats/install-lines.ts";
import { shellQuote } from "../../formats/setup-quote.ts";
import { type Html, html, sentence } from "../../http/html.ts";
import type { PlacedPackage } from "../../search/package-service.ts";
import { href, type Visit } from "../frame/visit.ts";
import { apart, code, isPlain, plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Files whose digests are listed. */
const maxDigests = 60;

/** The path at this service; whatever an index says, it stays one of this service. */
export function pathOf({ href: address }: PlacedPackage): string | undefined {
  return address === undefined ? undefined : `/${address.replace(/^[/\\]+/, "")}`;
}

/** The name that the file is saved by. */
function fileName({ record }: PlacedPackage): string {
  const path = record.path ?? "";
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A line for each client; none for a name that is shown otherwise than it is copied, which no client has. */
export function linesFor({ kind, record }: PlacedPackage): string[] {
  return isPlain(record.name) ? installLines(kind, record.name) : [];
}

/** The lines, and what has to be set up before. @param title of the repository, for people */
export function install(place: PlacedPackage, title: string, visit: Visit): Html | false {
  const words = wordsOf(visit);
  const lines = linesFor(place);
  const address = `/repositories/${encodeURIComponent(place.repository)}`;
  const link = html`<a href="${href(visit, address)}">${words.setUpLink.replace("{repository}", () => plainLine(title))}</a>`;
  return (
    lines.length > 0 &&
    html`<h2 id="install">${words.installTitle}</h2>
${lines.map((line) => html`<figure><figcaption>${line.split(" ", 1)}</figcaption><pre>${line}</pre></figure>`)}
<p class="quiet">${sentence(words.setUp, { link })}</p>`
  );
}

/** The file of the version that is installed first. @param base the service's own URL, ends in `/` */
export function download(place: PlacedPackage, base: string, visit: Visit): Html {
  const words = wordsOf(visit);
  const path = pathOf(place);
  const { size, sha256 } = place.record;
  if (path === undefined) return html`<p>${words.noFile}</p>`;
  const name = fileName(place);
  const text = size === undefined ? "{file}" : words.downloadOf;
  const told = sentence(text, { file: apart(name), size: visit.shown.size(size ?? 0) });
  return html`<h2 id="download">${words.downloadTitle}</h2>
<p class="get"><a class="button" href="${path}">${words.download}</a> <span class="quiet">${told}</span></p>
${sha256 === undefined ? html`<p class="quiet">${words.noDigest}</p>` : html`<p class="quiet">SHA-256 ${code(sha256)}</p>${checks(place, { url: base + path.slice(1), name, sha256 }, visit)}`}`;
}

function checks(
  { record }: PlacedPackage,
  { url, name, sha256 }: { url: string; name: string; sha256: string },
  visit: Visit,
): Html | false {
  // sha256sum reads a name with a backslash otherwise, and no package has one.
  if (name.includes("\\") || !isPlain(name) || record.path === undefined) return false;
  const lines = [
    `curl -fL -o ${shellQuote(name)} ${shellQuote(url)}`,
    `echo ${shellQuote(`${sha256}  ${name}`)} | sha256sum -c`,
  ];
  return html`<figure><figcaption>${wordsOf(visit).check}</figcaption><pre>${lines.join("\n")}</pre></figure>`;
}

/** All files with their digests, as `sha256sum` writes them; nothing where there is one. */
export function digests(places: readonly PlacedPackage[], visit: Visit): Html | false {
  const lines = new Set<string>();
  for (const place of places.slice(0, maxDigests)) {
    const { sha256 } = place.record;
    const name = fileName(place);
    if (sha256 !== undefined && name !== "") lines.add(plainLine(`${sha256}  ${name}`));
  }
  return (
    lines.size > 1 &&
    html`<details><summary>${wordsOf(visit).allDigests}</summary><pre>${[...lines].join("\n")}</pre></details>`
  );
}
