/** From the links of a page to the files and folders it lists, if it lists any. Pure. */
import { childOf, readReferences } from "./child-name.ts";
import { readDetails } from "./details.ts";
import type { PageEntry } from "./entry.ts";

/** A link of a page, texts as they are spelled there. */
export interface PageLink {
  href: string;
  /** Inside the link. */
  text: string;
  /** Behind it, up to the next link or row. */
  after: string;
  /** Numbers in attributes of cells behind it. */
  exact: number[];
}

export interface DirectoryPage {
  /** Of the page, or its first heading. */
  titles: string[];
  links: PageLink[];
}

/** What directory pages call themselves: nginx, Apache and lighttpd; Python and Jetty; Tomcat and others. */
const listingTitle = /^\s*(?:index of|directory:|directory listing|listing of)/i;

/**
 * What a page lists; undefined where it seems to be no directory page but a page with some links.
 *
 * @param folder path of the page's own URL, ends in `/`
 */
export function entriesOf(
  { titles, links }: DirectoryPage,
  folder: string,
): PageEntry[] | undefined {
  const found = new Map<string, PageEntry>();
  let others = 0;
  for (const { href, text, after, exact } of links) {
    const link = readReferences(href);
    const child = childOf(link, folder);
    if (child === undefined) {
      if (!isOfListings(link, folder)) others++;
      continue;
    }
    const { size, approximate, modified } = readDetails(readReferences(after), exact);
    const shown = readReferences(text);
    // Words in a header may link to a file too, but neither show its name nor tell of it.
    if (!shows(shown, child.name) && size === undefined && modified === undefined) {
      // An icon says nothing for a page, nor against it.
      if (shown.trim() !== "" && !found.has(child.name)) others++;
      continue;
    }
    const type = shown.trimEnd().endsWith("/") ? "folder" : child.type;
    const entry: PageEntry = { name: child.name, type };
    if (modified !== undefined) entry.modified = modified;
    if (type === "file" && size !== undefined) entry.size = size;
    if (type === "file" && approximate) entry.approximate = true;
    const before = found.get(child.name);
    // One name twice is an icon, or one word more of it: what tells more counts.
    if (before === undefined || Object.keys(entry).length > Object.keys(before).length) {
      found.set(child.name, entry);
    }
  }
  const isListing = titles.some((title) => listingTitle.test(title));
  if (!isListing && (found.size === 0 || found.size < others)) return undefined;
  return [...found.values()];
}

/** Sort orders, parents, places in the page: what every directory page has. */
function isOfListings(link: string, folder: string): boolean {
  return /^(?:[?#]|\.{0,2}\/?$)/.test(link) || (link.startsWith("/") && folder.startsWith(link));
}

/** Whether a link's text is the name, cut short perhaps: `a-very-long-na..>`. */
function shows(text: string, name: string): boolean {
  const folded = (one: string) => one.replace(/\s+/g, " ").trim();
  const shown = folded(text).replace(/\/$/, "");
  if (shown === folded(name)) return true;
  const cut = /^(.{3,}?)(?:\.\.>|\.{2,3}|\u2026)$/.exec(shown)?.[1];
  return cut !== undefined && folded(name).startsWith(cut);
}
