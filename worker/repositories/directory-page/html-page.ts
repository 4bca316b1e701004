/** Reads an HTML page: its links, and what stands behind each. Pure. */
import type { PageEntry } from "./entry.ts";
import { readTokens } from "./html-tokens.ts";
import { maxEntries } from "./limits.ts";
import { type DirectoryPage, entriesOf, type PageLink } from "./links.ts";

/** What is kept of a title, a link's text and the text behind it, characters each: a row is far shorter. */
const maxText = 2048;
/** Links that a page may have besides those to what the folder holds: each name twice, sort orders, a footer. */
const maxLinks = 2 * maxEntries + 1000;
/** Where a row ends without another link. */
const rowEnds = new Set([
  ...["tr", "li", "hr", "p", "address", "footer", "form"],
  ...["h1", "h2", "h3"],
]);
/** What separates texts. */
const cells = new Set(["td", "th", "div", "span", "time", "br"]);
/** What is in them is no text of the page. */
const silent = new Set(["script", "style", "svg"]);
/** Titles and headings read of one page. */
const maxTitles = 10;
/** Attributes in which servers write a cell's number to sort by. */
const exactAttributes = ["data-size", "data-order", "data-sort", "data-sort-value"];

/** Gathers links from what the rewriter meets, in the page's order. */
class Gathered implements DirectoryPage {
  readonly titles: string[] = [];
  readonly links: PageLink[] = [];
  hasTooMany = false;
  #link: PageLink | undefined;
  #inside: "text" | "after" = "after";
  #silent = 0;

  begin(href: string): void {
    if (this.links.length >= maxLinks) {
      this.hasTooMany = true;
      this.#link = undefined;
      return;
    }
    this.#link = { href, text: "", after: "", exact: [] };
    this.#inside = "text";
    this.links.push(this.#link);
  }

  end(): void {
    this.#inside = "after";
  }

  endRow(): void {
    this.#link = undefined;
  }

  add(text: string): void {
    const link = this.#link;
    if (link === undefined || this.#silent > 0) return;
    if (link[this.#inside].length < maxText) link[this.#inside] += text;
  }

  /** A cell or the like: a gap in the text. */
  gap(exact: string | undefined): void {
    this.add(" ");
    if (exact !== undefined && /^\d{1,15}$/.test(exact)) this.#link?.exact.push(Number(exact));
  }

  silence(by: 1 | -1): void {
    // An end without its beginning is passed over.
    this.#silent = Math.max(0, this.#silent + by);
  }

  title(text: string, isNew: boolean): void {
    if (isNew) this.titles.push("");
    const last = this.titles.length - 1;
    const known = this.titles[last];
    if (known !== undefined && known.length < maxText) this.titles[last] = known + text;
  }
}

/**
 * What an HTML page lists; undefined where it is no directory page, or has too many links.
 *
 * @param folder path of the page's own URL, ends in `/`
 */
export function readHtmlPage(html: string, folder: string): PageEntry[] | undefined {
  const page = new Gathered();
  let titles = 0;
  /** The heading that texts are in now; empty: none. */
  let heading = "";
  const isHeading = (name: string) => name === "title" || name === "h1";
  readTokens(html, {
    text(text) {
      // A page of headings only is no directory page.
      if (heading !== "" && titles <= maxTitles) page.title(text, false);
      page.add(text);
    },
    start(name, attributes, isClosed) {
      if (isHeading(name)) {
        heading = name;
        if (++titles <= maxTitles) page.title("", true);
      }
      if (rowEnds.has(name)) page.endRow();
      // `<svg/>` has no end to wait for.
      if (silent.has(name) && !(isClosed && name === "svg")) page.silence(1);
      if (cells.has(name)) {
        const exact = exactAttributes.map((one) => attributes.get(one));
        page.gap(exact.find((value) => value !== undefined));
        const moment = name === "time" ? attributes.get("datetime") : undefined;
        if (moment !== undefined) page.add(`${moment} `);
      }
      const target = name === "a" ? attributes.get("href") : undefined;
      if (target !== undefined) page.begin(target);
    },
    end(name) {
      if (name === heading) heading = "";
      if (silent.has(name)) page.silence(-1);
      if (name === "a") page.end();
    },
  });
  return page.hasTooMany ? undefined : entriesOf(page, folder);
}
