/**
 * A visit: in which language a page is asked for, and under which address. A choice of language is in the address
 * (`?lang=zh`), as there are no cookies, and `href` keeps it in links to our own pages.
 */
import { type Language, languageNames, languages, type Texts } from "../texts/languages.ts";
import { languageAccepted } from "./choose-language.ts";
import { type Shown, shownIn } from "./shown.ts";

export interface Visit {
  language: Language;
  /** The address names the language: the answer depends on no header. */
  isChosen: boolean;
  texts: Texts;
  /** Numbers, times and names as the language writes them. */
  shown: Shown;
  /** As it is asked for, with the client's escapes: `/mirrors/ftp.acc.umu.se`. */
  path: string;
  /** Without its `?`, without `lang`, and without what the page doesn't take. */
  query: string;
}

/** What of a request decides how a page is shown. */
export interface VisitRequest {
  path: string;
  /** Without its `?`. */
  query: string;
  /** What of the query the page takes besides `lang`; absent: nothing. */
  takes?: readonly string[];
  headers: { get(name: string): string | null };
}

/** The visit, or a sentence on what is wrong with `lang=`, for a 400. */
export function visitOf({ path, query, takes = [], headers }: VisitRequest): Visit | string {
  const named = mayName(query, "lang")
    ? (new URLSearchParams(query).get("lang") ?? undefined)
    : undefined;
  const chosen = languageNames.find((one) => one === named);
  if (named !== undefined && chosen === undefined) {
    return `lang=${named} is none of ${languageNames.join(", ")}.`;
  }
  // Made when it is asked for: an answer that is held doesn't ask.
  let taken: string | undefined;
  const language = chosen ?? languageAccepted(headers.get("Accept-Language"));
  return {
    language,
    isChosen: chosen !== undefined,
    texts: languages[language].texts,
    shown: shownIn(language),
    path,
    get query() {
      taken ??= takenOf(query, takes);
      return taken;
    },
  };
}

/** Whether a query may have that name. Reading a query is a call out of the engine, and most have neither name nor escape. */
export function mayName(query: string, name: string): boolean {
  return query.includes(name) || query.includes("%");
}

function takenOf(query: string, takes: readonly string[]): string {
  if (query === "" || takes.length === 0) return "";
  const taken = [...new URLSearchParams(query)].filter(([name]) => takes.includes(name));
  return new URLSearchParams(taken).toString();
}

/**
 * The address of one of our own pages, in the language that was chosen. Escape it as any other text (`html` does).
 *
 * @param path absolute, escaped as a URL; it may have a query and a fragment
 */
export function href({ isChosen, language }: Visit, path: string): string {
  return isChosen ? inLanguage(path, language) : path;
}

/** The same page in that language. */
export function otherLanguage({ path, query }: Visit, language: Language): string {
  return inLanguage(query === "" ? path : `${path}?${query}`, language);
}

function inLanguage(path: string, language: Language): string {
  const [address = "", fragment] = path.split("#", 2);
  const told = `${address}${address.includes("?") ? "&" : "?"}lang=${language}`;
  return fragment === undefined ? told : `${told}#${fragment}`;
}
