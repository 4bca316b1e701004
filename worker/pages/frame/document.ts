/**
 * The frame of every page. To make a page:
 *
 * 1. `visitOf` tells the language (or why the query is wrong, for a 400); `visit.texts.AREA` has the texts. A new area
 *    is a file in each folder of `texts/`, and a line in each `texts.ts` there.
 * 2. Write the page's `main` with `html` (`http/html.ts`), links to our own pages by `href(visit, "/mirrors")`,
 *    numbers and times by `visit.shown`. No `style` attributes: the policy refuses them. A bar is an SVG, or `meter`.
 * 3. `documentOf(visit, page)` makes the whole document with its headers; `heldPages(views).answer` (`held-pages.ts`)
 *    holds it, and answers conditional requests.
 *
 * The main heading (`h1`) is the page's own. Scripts are constants of ours that only make a page quicker to use.
 */
import { type Html, html, raw, sentence } from "../../http/html.ts";
import { dataSources, licences } from "../attribution/data-sources.ts";
import { languageNames, languages } from "../texts/languages.ts";
import { copyScript } from "./copy-script.ts";
import { type Allowed, policyOf } from "./policy.ts";
import { style } from "./style.ts";
import { href, otherLanguage, type Visit } from "./visit.ts";

/** What is a page's own. */
export interface Page {
  /** Absent: 200. Any other is sent once and not held. */
  status?: number;
  /** With a status: seconds until it may be asked again. */
  retryAfter?: number;
  /** Without the service's name. Absent: the service's name alone, as of the first page. */
  title?: string;
  /** One sentence, for search engines. */
  description?: string;
  /** What stands in `main`, with its `h1`. */
  main: Html;
  /** Rules behind those of all pages: a constant. */
  style?: string;
  /** Run at the end of the page, in this order: constants, as each is allowed by its hash. `copyScript` is always there. */
  scripts?: readonly string[];
  /** Scripts ask this service for more (`connect-src 'self'`). */
  fetches?: true;
  /** It is for people who have signed in by a cookie: the footer doesn't say that there are none. */
  hasCookie?: true;
  /** It is in English alone: no links to other languages. */
  oneLanguage?: true;
  /** Behind the service's own links: those of a part. */
  nav?: Html;
  /** More of `head`, such as links to the same as JSON. */
  head?: Html;
}

/** A document, ready to be sent. */
export interface Document {
  text: string;
  headers: Readonly<Record<string, string>>;
}

const name = "Nearmirror";

/** Two arrows to the nearest of three points. */
const sign = raw(
  '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M3 3v14L17 3v14" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>',
);

/** In the page itself: without it browsers ask for /favicon.ico. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path d="M3 3v14L17 3v14" fill="none" stroke="#b03fa2" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`;

/** The whole document. */
export function documentOf(visit: Visit, page: Page): Document {
  const { language, isChosen, texts } = visit;
  const { tag } = languages[language];
  const { frame } = texts;
  const title = page.title === undefined ? name : `${page.title} · ${name}`;
  const styles = [style, ...(page.style === undefined ? [] : [page.style])];
  const scripts = [copyScript, ...(page.scripts ?? [])];
  const allowed: Allowed = { styles, scripts, ...(page.fetches && { fetches: true }) };
  const document = html`<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${page.description !== undefined && html`<meta name="description" content="${page.description}">\n`}<link rel="icon" href="${icon}">
${page.oneLanguage === undefined && languageNames.map((one) => html`<link rel="alternate" hreflang="${languages[one].tag}" href="${otherLanguage(visit, one)}">\n`)}${styles.map((one) => html`<style>${raw(one)}</style>\n`)}${page.head}</head>
<body data-copy="${frame.copy}|${frame.copied}|${frame.selected}">
<a class="skip" href="#main">${frame.skip}</a>
${header(visit, page.oneLanguage ?? false)}
${page.nav}<main id="main" tabindex="-1">
${page.main}
</main>
${footer(visit, page.hasCookie ?? false)}
${scripts.map((one) => html`<script>${raw(one)}</script>\n`)}</body>
</html>
`;
  return {
    text: document.text,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Language": tag,
      ...(!isChosen && { Vary: "Accept-Language" }),
      // The same for all clients of this address, and asked about each time.
      "Cache-Control": "public, no-cache",
      "Content-Security-Policy": policyOf(allowed),
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    },
  };
}

function header(visit: Visit, isOneLanguage: boolean): Html {
  const { frame } = visit.texts;
  const items: readonly (readonly [path: string, title: string])[] = [
    ["/", frame.home],
    ["/images", frame.images],
    ["/packages", frame.packages],
    ["/mirrors", frame.mirrors],
    ["/about", frame.about],
  ];
  return html`<header>
<a class="brand" href="${href(visit, "/")}">${sign}${name}</a>
<nav aria-label="${frame.navigation}">${items.map(([path, title]) => html`<a href="${href(visit, path)}"${isCurrent(visit, path)}>${title}</a>`)}</nav>
${
  !isOneLanguage &&
  html`<div class="languages" role="group" aria-label="${frame.language}">${languageNames
    .filter((one) => one !== visit.language)
    .map((one) => {
      const { tag, title } = languages[one];
      return html`<a href="${otherLanguage(visit, one)}" lang="${tag}" hreflang="${tag}">${title}</a>`;
    })}</div>`
}
</header>`;
}

/** Of a part's other pages the part's own link is marked as an ancestor. */
function isCurrent({ path }: Visit, link: string): Html | false {
  if (path === link) return html` aria-current="page"`;
  return link !== "/" && path.startsWith(`${link}/`) && html` aria-current="true"`;
}

const named = dataSources.filter(({ onPages }) => onPages);

/** Links without `rel`: no-referrer is the whole page's policy. */
function footer(visit: Visit, hasCookie: boolean): Html {
  const { frame } = visit.texts;
  const sources = named.map(
    ({ title, url }, at) => html`${at > 0 && ", "}<a href="${url}">${title}</a>`,
  );
  const licence = html`<a href="${licences["CC-BY-4.0"]}">CC BY 4.0</a>`;
  return html`<footer>
<p><a href="${href(visit, "/about")}">${frame.about}</a> · <a href="${href(visit, "/privacy")}">${frame.privacy}</a> · <a href="${href(visit, "/statistics")}">${frame.statistics}</a> · <a href="${href(visit, "/probes")}">${frame.probes}</a>${!hasCookie && html` · ${frame.noTracking}`}</p>
<p>${sentence(frame.attribution, { sources, licence })}</p>
</footer>`;
}
