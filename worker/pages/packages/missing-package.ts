/** A package that there isn't, or that can't be told of now: with what it could have been. */
import { type Html, html, sentence } from "../../http/html.ts";
import type { ToldSuites } from "../../search/package-service.ts";
import { askAgainSeconds } from "../../search/silence.ts";
import { searchFields } from "../../search/suite-question.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { unansweredList } from "./answered.ts";
import type { PackagesPageSources } from "./packages-page.ts";
import { addressOf } from "./packages-query.ts";
import { packagesStyle } from "./packages-style.ts";
import { otherResults } from "./results.ts";
import { apart, code } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Packages that are offered in its place. */
const maxOffered = 5;

/** What isn't there: the repository, the name within it, its past state, or an answer of its suites. */
export type Lacking = "repository" | "name" | "past" | "answer";

/** @param unanswered of the repository's suites */
export async function missingPackage(
  visit: Visit,
  { repository, name, at }: { repository: string; name: string; at?: string },
  { service, repositories }: PackagesPageSources,
  { lacks, unanswered = [] }: { lacks: Lacking; unanswered?: ToldSuites["unanswered"] },
): Promise<Page> {
  const words = wordsOf(visit);
  const everywhere = { repositories: [], suites: [], kinds: [], architectures: [] };
  const { results } = await service.search({
    ...everywhere,
    q: name,
    fields: searchFields,
    isBrief: true,
    limit: maxOffered,
  });
  const title = {
    repository: words.noPackage,
    name: words.noPackage,
    past: words.noPast,
    answer: words.cantTell,
  }[lacks];
  const why = {
    repository: words.noRepository,
    name: words.noPackageWhy,
    past: words.noPastWhy,
    answer: at === undefined ? words.cantTellWhy : words.cantTellPast,
  }[lacks];
  const listed = repositories.find((one) => one.name === repository)?.title ?? repository;
  const link: Html = html`<a href="${href(visit, addressOf({ q: name }))}">${sentence(words.searchIt, { name: apart(name) })}</a>`;
  return {
    ...(lacks === "answer" ? { status: 503, retryAfter: askAgainSeconds } : { status: 404 }),
    title,
    main: html`<h1>${title}</h1>
<p>${sentence(why, { repository: apart(listed), name: code(name), at: code(at ?? "") })}</p>
${unanswered.length > 0 && unansweredList(unanswered)}
${results.length > 0 && html`<h2>${words.couldBe}</h2>${otherResults(results, { visit, repositories })}`}
<p>${link}</p>`,
    style: packagesStyle,
  };
}
