/** Reads an HTML page as it streams. Runs where HTMLRewriter is: workerd. */
import type { PageEntry } from "./entry.ts";
import { maxEntries } from "./limits.ts";
import { type DirectoryPage, entriesOf, type PageLink } from "./links.ts";

/** What is kept of a title, a link's text and the text behind it, characters each: a row is far shorter. */
const maxText = 2048;
/** Links that a page may have besides those to what the folder holds: each name twice, sort orders, a footer. */
const maxLinks = 2 * maxEntries + 1000;
/** Where a row ends without another link. */
const rowEnds = "tr, li, hr, p, address, footer, form, h1, h2, h3";
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
      // Thrown, it would be logged as uncaught.
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
    this.#silent += by;
  }

  title(text: string, isNew: boolean): void {
    if (isNew) this.titles.push("");
    const last = this.titles.length - 1;
    const known = this.titles[last];
    if (known !== undefined && known.length < maxText) this.titles[last] = known + text;
  }
}

/**
 * What an HTML page lists; undefined where it is no directory page, or has too many links. Rejects as the body does.
 *
 * @param folder path of the page's own URL, ends in `/`
 */
export async function readHtmlPage(
  body: ReadableStream<Uint8Array>,
  folder: string,
): Promise<PageEntry[] | undefined> {
  const page = new Gathered();
  let titles = 0;
  const heading = {
    element() {
      titles++;
      // A page of headings only is no directory page.
      if (titles <= 10) page.title("", true);
    },
    text({ text }: { text: string }) {
      if (titles <= 10) page.title(text, false);
    },
  };
  const rewriter = new HTMLRewriter()
    .on("title", heading)
    .on("h1", heading)
    .on(rowEnds, { element: () => page.endRow() })
    .on("script, style, svg", {
      element(element) {
        try {
          element.onEndTag(() => page.silence(-1));
        } catch {
          // `<svg/>`: it has no end to wait for.
          return;
        }
        page.silence(1);
      },
    })
    .on("td, th, div, span, time, br", {
      element(element) {
        const exact = exactAttributes.map((name) => element.getAttribute(name));
        page.gap(exact.find((value) => value !== null) ?? undefined);
        const moment = element.tagName === "time" ? element.getAttribute("datetime") : null;
        if (moment !== null) page.add(`${moment} `);
      },
    })
    .on("a[href]", {
      element(element) {
        page.begin(element.getAttribute("href") ?? "");
        element.onEndTag(() => page.end());
      },
    })
    .onDocument({ text: ({ text }) => page.add(text) });
  // Nothing is rewritten: reading to the end is what makes it meet everything.
  await rewriter.transform(new Response(body)).body?.pipeTo(new WritableStream());
  return page.hasTooMany ? undefined : entriesOf(page, folder);
}
