/** Where nothing was found: what could be done, and how much each choice hides. */
import { type Html, html } from "../../http/html.ts";
import type { PackageService } from "../../search/package-service.ts";
import { href, type Visit } from "../frame/visit.ts";
import { addressOf, asked } from "./packages-query.ts";
import type { Chosen } from "./search-form.ts";
import { plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Other searches that are tried for one that found nothing. */
const maxTried = 6;

/** A search that finds more. */
export interface Suggestion {
  text: string;
  address: string;
}

/** What would be found without each of the choices: searches of their own. */
export async function suggestions(
  chosen: readonly Chosen[],
  service: Pick<PackageService, "search">,
  visit: Visit,
): Promise<Suggestion[]> {
  const tried = chosen.slice(0, maxTried).map(async ({ shown, without }) => {
    const { after: _, ...first } = without;
    const { total } = await service.search(asked(first, 1));
    return total === 0 ? [] : [{ text: textOf(shown, total, visit), address: addressOf(first) }];
  });
  return (await Promise.all(tried)).flat();
}

function textOf(shown: string, total: number, visit: Visit): string {
  const words = wordsOf(visit);
  const text = total === 1 ? words.withoutOne : words.without;
  return text.replace("{count}", visit.shown.number(total)).replace("{value}", () => shown);
}

/** @param isPart not all suites have answered */
export function nothingFound(found: readonly Suggestion[], isPart: boolean, visit: Visit): Html {
  const words = wordsOf(visit);
  return html`<h3>${words.couldBe}</h3>
<ul>${found.map(({ text, address }) => html`<li><a href="${href(visit, address)}">${plainLine(text)}</a></li>`)}<li>${words.fewer}</li>${isPart && html`<li class="warn">${words.notAll}</li>`}</ul>`;
}
