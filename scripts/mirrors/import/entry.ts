import type { Family } from "../../../worker/geo/family.ts";
import type { Scheme } from "../../../worker/geo/scheme.ts";
import type { ToldPlace } from "../places/place.ts";

/** One repository as an entry of a list offers it: absolute URLs, ending in a slash. */
export interface EntryRepository {
  urls: Partial<Record<Scheme, string>>;
  /** rsync URL, for operators. */
  rsync?: string;
  architectures?: string[];
  /** Path prefixes inside the repository that the site leaves out. */
  exclude?: string[];
}

/** One entry of an upstream list: a site, or in Ubuntu's a URL. */
export interface Entry {
  /** What the list calls it, and where: `ftp.example.org (line 12)`. */
  label: string;
  /** The site's name in our list: its host. */
  name: string;
  place: ToldPlace;
  sponsor?: { name: string; url?: string };
  /** Autonomous systems the mirror is in, or for a private one, serves. */
  asns?: number[];
  prefixes?: string[];
  /** Only clients in these countries may be sent there (ISO 3166-1 alpha-2). */
  countries?: string[];
  /** Mbit/s. */
  capacity?: number;
  private?: boolean;
  /** Address families that the site answers on, where the list knows one that it lacks. */
  families?: Family[];
  /** The list's date as a person reads it, where the list is too old to be believed without a probe (`age.ts`). */
  old?: string;
  /** Why it is only for some: written into the file's note. */
  note?: string;
  repositories: Record<string, EntryRepository>;
}

/** Something in a list that doesn't become part of a mirror, or does with a doubt, and why. */
export interface Remark {
  label: string;
  why: string;
}

/** A list, read. `read` = `entries` + `notUsed`: each entry of the list is in one of the two. */
export interface ParsedList {
  /** Number of entries in the list. */
  read: number;
  /** When the list was made, Unix milliseconds, where it says so itself. */
  madeAt?: number;
  entries: Entry[];
  /** Whole entries that can't be used. */
  notUsed: Remark[];
  /** Parts of used entries that are left out (an ftp address, a repository we don't have). */
  partsNotUsed: Remark[];
  doubted: Remark[];
}

/** An empty result to collect into. */
export function emptyList(): ParsedList {
  return { read: 0, entries: [], notUsed: [], partsNotUsed: [], doubted: [] };
}

/** A URL ending in a slash, as parsed and written again; undefined when it is no URL of that scheme. */
export function tidyUrl(text: string, scheme: string): string | undefined {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.protocol !== `${scheme}:` || url.search !== "" || url.hash !== "") return undefined;
  if (url.username !== "" || url.password !== "" || url.hostname === "") return undefined;
  const path = url.pathname.replace(/\/{2,}/g, "/");
  return `${scheme}://${url.host}${path.endsWith("/") ? path : `${path}/`}`;
}

/** A file that isn't of the form that its import reads. The message says what is missing, to follow a colon. */
export class WrongForm extends Error {
  override name = "WrongForm";
}
