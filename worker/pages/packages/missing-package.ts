/** A package that there isn't, or that can't be told of now: with what it could have been. */
import { type Html, html, sentence } from "../../http/html.ts";
import { searchFields } from "../../search/suite-question.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import type { PackagesPageSources } from "./packages-page.ts";
import { addressOf } from "./packages-query.ts";
import { packagesStyle } from "./packages-style.ts";
import { otherResults } from "./results.ts";
import { apart, code } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Packages that are offered in its place. */
const maxOffered = 5;

/** @param lacks the repository, the name within it, or an answer of its suites */
export async function missingPackage(
  visit: Visit,
  { repository, name }: { repository: string; name: string },
  { service, repositories }: PackagesPageSources,
  lacks: "repository" | "name" | "answer",
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
  const title = lacks === "answer" ? words.cantTell : words.noPackage;
  const why = {
    repository: words.noRepository,
    name: words.noPackageWhy,
    answer: words.cantTellWhy,
  }[lacks];
  const listed = repositories.find((one) => one.name === repository)?.title ?? repository;
  const link: Html = html`<a href="${href(visit, addressOf({ q: name }))}">${sentence(words.searchIt, { name: apart(name) })}</a>`;
  return {
    status: lacks === "answer" ? 503 : 404,
    title,
    main: html`<h1>${title}</h1>
<p>${sentence(why, { repository: apart(listed), name: code(name) })}</p>
${results.length > 0 && html`<h2>${words.couldBe}</h2>${otherResults(results, { visit, repositories })}`}
<p>${link}</p>`,
    style: packagesStyle,
  };
}
