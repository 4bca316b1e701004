/** One image of the list: what it is, and how to get and check it. */
import { shellQuote } from "../../formats/setup-quote.ts";
import { type Html, html, type Piece, sentence } from "../../http/html.ts";
import { urlOf } from "../../images/described-image.ts";
import type { ImageRow } from "../../images/filter/image-rows.ts";
import { supportOf } from "../../images/image.ts";
import type { CatalogueImage } from "../../images/image-catalogue.ts";
import { href, type Visit } from "../frame/visit.ts";
import { shownValue } from "./images-form.ts";

/** The list that names an image, as it was verified. */
export interface SignedList {
  /** Our pinned URLs; without a signature of its own, the list has it in itself, or has none. */
  list: string;
  signature?: string;
  /** Fingerprint of the key that it was verified with; absent: it isn't signed. */
  key?: string;
}

/**
 * What a link to an image's torrent leads to: `made`: one of ours. `coming`: it is made in its turn. `ask`: whoever goes
 * there asks for it; the distribution's own is there at once. `own`: only the distribution may have one.
 */
export type TorrentState = "made" | "coming" | "ask" | "own";

/** What a row is made with. */
export interface RowContext {
  visit: Visit;
  /** The service's own URL, ends in `/`. */
  base: string;
  /** Unix ms. */
  now: number;
  /** The path of an image's permanent link behind `/images/`. */
  permanent(image: CatalogueImage): string | undefined;
  /** The same image for other architectures, as addresses of their files. */
  others(image: CatalogueImage): readonly { architecture: string; url: string }[];
  listOf(image: CatalogueImage): SignedList | undefined;
  torrentOf(image: CatalogueImage): TorrentState;
}

export function nameOf({ path }: CatalogueImage): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function imageRow({ image, parts }: ImageRow, context: RowContext): Html {
  const { visit } = context;
  const { images } = visit.texts;
  const others = context.others(image);
  return html`<li><h3><a href="${urlOf(image, "/")}">${nameOf(image)}</a></h3>
<p class="quiet">${facts(image, context)}</p>
<p class="quiet">${image.sha256 === undefined ? images.noDigest : html`SHA-256 <code>${image.sha256}</code>`}</p>
${parts.length > 0 && html`<p>${sentence(images.parts, { parts: parts.map((one) => partLink(one, visit)) })}</p>`}${
  others.length > 0 &&
  html`<p>${sentence(images.others, {
    links: others.map(
      ({ architecture, url }, at) => html`${at > 0 && ", "}<a href="${url}">${architecture}</a>`,
    ),
  })}</p>`
}<details><summary>${images.more}</summary>${checks(image, context)}</details></li>
`;
}

function partLink(part: CatalogueImage, { texts }: Visit): Html {
  const number = texts.images.part.replace("{number}", String(part.part ?? ""));
  return html`<a href="${urlOf(part, "/")}">${number}</a> `;
}

/** What it is, in the order in which people look for it. */
function facts(image: CatalogueImage, context: RowContext): Piece[] {
  const { visit } = context;
  const { texts, shown } = visit;
  const { title, version, codename, architecture, type, edition, size, date, isPreview } = image;
  const name = [title, version, codename === undefined ? "" : `(${codename})`];
  const told: Piece[] = [
    name.filter((one) => one !== "").join(" "),
    architecture,
    shownValue("type", type, visit),
    edition,
    size === undefined ? undefined : shown.size(size),
    date === undefined ? undefined : shown.day(date),
    isPreview && html`<span class="warn">${texts.images.preview}</span>`,
    supportOfImage(image, context),
  ];
  return told
    .filter((one) => one !== undefined && one !== "" && one !== false)
    .map((one, at) => (at === 0 ? one : [" · ", one]));
}

/** In words, with the day that decides. */
function supportOfImage(image: CatalogueImage, { visit, now }: RowContext): Html | undefined {
  const { texts, shown } = visit;
  const { supported, until, ended } = texts.images;
  const support = supportOf(image, now);
  if (support === undefined) return undefined;
  const { endOfLife = now, endOfLongSupport } = image;
  const end = support === "yes" ? endOfLife : (endOfLongSupport ?? endOfLife);
  const words = (support === "eol" ? ended : until)
    .replace("{support}", supported[support])
    .replace("{day}", shown.day(end));
  const style = { yes: "good", lts: "warn", eol: "bad" } as const;
  return html`<span class="${style[support]}">${words}</span>`;
}

function command(caption: string, lines: readonly string[], below?: Piece): Html {
  return html`<figure><figcaption>${caption}</figcaption><pre>${lines.join("\n")}</pre>${below}</figure>`;
}

function checks(image: CatalogueImage, context: RowContext): Piece[] {
  const { visit, base } = context;
  const { images } = visit.texts;
  const url = urlOf(image, "/");
  const link = context.permanent(image);
  const list = context.listOf(image);
  const links: Piece[] = [
    link !== undefined && html`<a href="/images/${link}">${images.permanent}</a> · `,
    html`<a href="${url}.torrent">${images.torrents[context.torrentOf(image)]}</a> · <a href="${url}.meta4">${images.metalink}</a> · <a href="${href(visit, `${url}.mirrorlist`)}">${images.mirrors}</a>`,
    list && html` · <a href="${list.list}">${images.list}</a>`,
    list?.signature !== undefined && html` · <a href="${list.signature}">${images.signature}</a>`,
  ];
  return [
    html`<p>${links}</p>`,
    download(image, link, base, images.download),
    list && signed(list, context),
  ];
}

/** Two downloads and a comparison; where its list has only SHA-512, by that. */
function download(
  image: CatalogueImage,
  link: string | undefined,
  base: string,
  caption: string,
): Html {
  const form = image.sha256 === undefined && image.sha512 !== undefined ? "sha512" : "sha256";
  const file = shellQuote(`${nameOf(image)}.${form}`);
  const own = urlOf(image, base);
  const compare = `${form}sum -c ${file}`;
  if (link === undefined) {
    return command(caption, [`curl -fOL ${own}`, `curl -fOL ${own}.${form}`, compare]);
  }
  const permanent = `${base}images/${link}`;
  return command(caption, [`curl -fOJL ${permanent}`, `curl -fOJ ${permanent}.${form}`, compare]);
}

function signed({ list, signature, key }: SignedList, { visit, base }: RowContext): Piece {
  const { images } = visit.texts;
  if (key === undefined) return html`<p class="quiet">${images.noKey}</p>`;
  const address = (path: string) => shellQuote(base + path.slice(1));
  const file = (path: string) =>
    shellQuote(decodeURIComponent(path.slice(path.lastIndexOf("/") + 1)));
  const lines =
    signature === undefined
      ? [`curl -fOL ${address(list)}`, `gpg --verify ${file(list)}`]
      : [
          `curl -fOL ${address(list)}`,
          `curl -fOL ${address(signature)}`,
          `gpg --verify ${file(signature)} ${file(list)}`,
        ];
  const grouped = key.replace(/(.{4})(?=.)/g, "$1 ");
  return command(
    images.verify,
    lines,
    html`<p class="quiet">${sentence(images.key, { key: html`<code>${grouped}</code>` })}</p>`,
  );
}
