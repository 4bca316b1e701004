/** Visits for tests of pages. */
import { type Visit, visitOf } from "../../../worker/pages/frame/visit.ts";
import type { Language } from "../../../worker/pages/texts/languages.ts";

/** A visit of a browser that speaks the language. */
export function visitIn(language: Language = "en", path = "/debian/a.deb", query = ""): Visit {
  const headers = new Headers({ "Accept-Language": language });
  const visit = visitOf({ path, query, headers });
  if (typeof visit === "string") throw new Error(visit);
  return visit;
}

/** What somebody reads of a page: markup is gone, references are characters. */
export function shownText(page: string): string {
  return page
    .replace(/<(?:script|style|title|desc)\b[\s\S]*?<\/(?:script|style|title|desc)>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}
