/** The page at `/packages`: one field, and what was found. Pure but for the searches that `searchPage` asks. */
import { type Html, html, type Piece, sentence } from "../../http/html.ts";
import type { PackageResult, PackagesAnswer } from "../../search/package-service.ts";
import { askAgainSeconds, silenceOf } from "../../search/silence.ts";
import { searchFields } from "../../search/suite-question.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { answeredSuites, pinnedNote } from "./answered.ts";
import { nothingFound, suggestions } from "./nothing-found.ts";
import type { PackagesPageSources } from "./packages-page.ts";
import { addressOf, asked, ofNow, type PackagesQuery, searchOf } from "./packages-query.ts";
import { packagesStyle } from "./packages-style.ts";
import { exactResults, isExactly, isGuess, otherResults } from "./results.ts";
import { type Chosen, chosenChips, chosenOf, searchForm } from "./search-form.ts";
import { apart, code, plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Results of a page: each takes some 0.5 KB. */
const resultsPerPage = 25;
/** Names that are offered in place of a mistyped one. */
const maxOffered = 5;

/** The page for a state of the search. */
export async function searchPage(
  visit: Visit,
  query: PackagesQuery,
  sources: PackagesPageSources,
): Promise<Page> {
  const { q } = query;
  if (q === "") return emptyPage(visit, query, sources);
  const answer = await sources.service.search(asked(query, resultsPerPage));
  const chosen = chosenOf(query, sources.repositories, visit);
  const words = wordsOf(visit);
  const { states, refused } = answer;
  const silence = silenceOf(answer, query.at);
  const isRefused = refused !== undefined && states.length === 0 && answer.results.length === 0;
  // By itself the API looks for files where a path is typed alone, and the page always does.
  const fields = query.fields.length === 0 ? searchFields : query.fields;
  const api = `/api/v1/packages?${searchOf({ ...query, fields })}`;
  const results =
    silence === undefined
      ? await resultsOf(visit, query, { answer, chosen, isRefused }, sources)
      : silent(visit, query, silence);
  const main = html`${head(visit)}
${searchForm(query, { repositories: sources.repositories, states }, visit)}
${chosenChips(chosen, q, visit)}
${pinnedNote(query.at, href(visit, addressOf(ofNow(query))), visit)}
<div id="results">
${refused !== undefined && html`<p class="note" lang="en">${plainLine(refused)}</p>`}
${results}
${answeredSuites(answer, api, visit, silence !== undefined)}
<p class="quiet">${sentence(words.programs, { api: html`<a href="${api}">/api/v1/packages</a>` })}</p>
</div>`;
  return {
    ...(isRefused && { status: 400 }),
    ...(silence === "later" && { status: 503, retryAfter: askAgainSeconds }),
    ...(silence === "never" && { status: 404 }),
    title: words.titleOf.replace("{q}", () => plainLine(q)),
    description: words.description,
    main,
    style: packagesStyle,
  };
}

/** What some suite has said. */
async function resultsOf(
  visit: Visit,
  query: PackagesQuery,
  {
    answer,
    chosen,
    isRefused,
  }: { answer: PackagesAnswer; chosen: readonly Chosen[]; isRefused: boolean },
  sources: PackagesPageSources,
): Promise<Piece> {
  if (isRefused) return "";
  const isNothing = answer.results.length === 0 && query.after === undefined;
  if (!isNothing) return found(visit, query, answer, sources);
  const other =
    answer.refused === undefined ? await suggestions(chosen, sources.service, visit) : [];
  return html`<h2>${sentence(wordsOf(visit).nothing, { q: code(query.q) })}</h2>${nothingFound(other, answer.unanswered.length > 0, visit)}`;
}

/** Nobody knows whether there is something. */
function silent(visit: Visit, { q, at = "" }: PackagesQuery, silence: "later" | "never"): Html {
  const words = wordsOf(visit);
  const past = silence === "never" ? words.noPastAnywhere : words.silentPast;
  const why = at === "" ? words.silentWhy : past;
  const title = silence === "never" ? words.noPast : words.cantTell;
  return html`<h2>${title}</h2><p>${sentence(why, { q: code(q), at: code(at) })}</p>`;
}

function head(visit: Visit): Html {
  return html`<h1>${wordsOf(visit).title}</h1>`;
}

/** Nothing is asked yet: what can be, and of whom. */
function emptyPage(visit: Visit, query: PackagesQuery, sources: PackagesPageSources): Page {
  const words = wordsOf(visit);
  const { repositories } = sources;
  const tries = words.tries.map(
    ({ q, why }) =>
      html`<li><a href="${href(visit, addressOf({ ...query, q }))}">${q}</a> <span class="quiet">${why}</span></li>`,
  );
  const main = html`${head(visit)}
<p class="lead">${words.lead}</p>
${searchForm(query, { repositories, states: [] }, visit)}
${chosenChips(chosenOf(query, repositories, visit), "", visit)}
${pinnedNote(query.at, href(visit, addressOf(ofNow(query))), visit)}
<h2>${words.tryTitle}</h2><ul class="tries">${tries}</ul>
${repositories.length > 0 && html`<h2>${words.searched}</h2><ul class="chips">${repositories.map(({ name, title }) => html`<li><a href="${href(visit, `/repositories/${encodeURIComponent(name)}`)}">${plainLine(title)}</a></li>`)}</ul>`}
<p class="quiet">${sentence(words.programs, { api: html`<a href="/api/v1/packages?q=zlib">/api/v1/packages?q=zlib</a>` })}</p>`;
  return { title: words.title, description: words.description, main, style: packagesStyle };
}

function found(
  visit: Visit,
  query: PackagesQuery,
  answer: PackagesAnswer,
  { repositories }: PackagesPageSources,
): Html {
  const words = wordsOf(visit);
  const context = { visit, repositories, ...(query.at !== undefined && { at: query.at }) };
  const exact = answer.results.filter(isExactly);
  const others = answer.results.filter((one) => !isExactly(one));
  const isGuessed = exact.length === 0 && others.length > 0 && others.every(isGuess);
  const heading = isGuessed
    ? sentence(words.nothingSure, { q: code(query.q) })
    : countOf(answer, visit);
  return html`${isGuessed ? html`<h2>${heading}</h2>${didYouMean(others, query, visit)}` : html`<p class="count">${heading}</p>`}
${exact.length > 0 && exactResults(exact, context)}
${exact.length > 0 && others.length > 0 && html`<h2>${words.otherFound}</h2>`}
${others.length > 0 && otherResults(others, context)}
${pageLinks(query, answer, visit)}`;
}

function countOf({ total, isAtLeast }: PackagesAnswer, visit: Visit): string {
  const words = wordsOf(visit);
  if (total === 1 && isAtLeast === undefined) return words.foundOne;
  const text = isAtLeast === undefined ? words.found : words.foundAtLeast;
  return text.replace("{count}", visit.shown.number(total));
}

function didYouMean(guesses: readonly PackageResult[], query: PackagesQuery, visit: Visit): Html {
  const names = [...new Set(guesses.map(({ name }) => name))].slice(0, maxOffered);
  const links = names.map(
    (name, at) =>
      html`${at > 0 && ", "}<a href="${href(visit, addressOf(query, { q: name }))}">${apart(name)}</a>`,
  );
  return html`<p class="lead">${sentence(wordsOf(visit).didYouMean, { names: links })}</p>`;
}

/** A page knows the one behind it; the one before is the browser's to go back to. */
function pageLinks(query: PackagesQuery, { next }: PackagesAnswer, visit: Visit): Html | false {
  const words = wordsOf(visit);
  const isFirst = query.after === undefined;
  return (
    (next !== undefined || !isFirst) &&
    html`<nav aria-label="${words.pages}"><p>${!isFirst && html`<a rel="start" href="${href(visit, addressOf(query))}">${words.toFirst}</a> `}${next !== undefined && html`<a class="button" rel="next" href="${href(visit, addressOf(query, { after: next }))}">${words.next}</a>`}</p></nav>`
  );
}

/** What can't be searched for. @param reason a sentence */
export function wrongSearchPage(visit: Visit, reason: string): Page {
  const words = wordsOf(visit);
  return {
    status: 400,
    title: words.wrong,
    main: html`<h1>${words.wrong}</h1>
<p lang="en">${plainLine(reason)}</p>
<p><a href="${href(visit, "/packages")}">${words.back}</a></p>`,
  };
}
