/** The same thing in other distributions, and how that is known: a guess is called one. */
import { type Html, html, sentence } from "../../http/html.ts";
import type { Elsewhere, PackageDetail } from "../../search/package-service.ts";
import { href, type Visit } from "../frame/visit.ts";
import type { SearchedRepository } from "./packages-page.ts";
import { packageAddress } from "./packages-query.ts";
import { apart, code, plainLine, webAddress } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Rows of either table. */
const maxRows = 60;

/** From the surest, as the service gives them. */
export function elsewhereTable(
  { elsewhere, isElsewhereOfNow }: Pick<PackageDetail, "elsewhere" | "isElsewhereOfNow">,
  repositories: readonly SearchedRepository[],
  visit: Visit,
): Html | false {
  const words = wordsOf(visit);
  const row = ({ repository, name, version, by, what }: Elsewhere) => {
    const title = repositories.find((one) => one.name === repository)?.title ?? repository;
    const how = sentence(words.by[by], { what: code(what) });
    const isGuess = by === "name";
    return html`
<tr><th scope="row">${apart(title)}</th><td><a href="${href(visit, packageAddress(repository, name))}">${apart(name)}</a> <span class="version">${apart(version)}</span></td><td${isGuess && html` class="warn"`}>${how}</td></tr>`;
  };
  return (
    elsewhere.length > 0 &&
    html`<h2 id="elsewhere">${words.elsewhere}</h2>
${
  isElsewhereOfNow &&
  html`<p class="quiet">${words.elsewhereOfNow}</p>
`
}<div class="scroll" tabindex="0" role="region" aria-label="${words.elsewhere}"><table><thead><tr><th>${words.repository}</th><th>${words.package}</th><th>${words.how}</th></tr></thead><tbody>${elsewhere.slice(0, maxRows).map(row)}</tbody></table></div>`
  );
}

/** Newest first, as the service gives them. */
export function advisoryList(
  { advisories }: Pick<PackageDetail, "advisories">,
  visit: Visit,
): Html | false {
  const words = wordsOf(visit);
  return (
    advisories.length > 0 &&
    html`<h2 id="advisories">${words.advisories}</h2>
<ul>${advisories
      .slice(0, maxRows)
      .map(
        ({ id, type, severity, title, issued }) =>
          html`<li><strong>${apart(id)}</strong> <span class="quiet">${plainLine(severity === undefined ? type : `${type}, ${severity}`)}${issued !== undefined && ` · ${visit.shown.day(issued * 1000)}`}</span><br><bdi>${plainLine(title)}</bdi></li>`,
      )}</ul>`
  );
}

/** The address as a link where it is the web's, else as text. */
export function homepageOf(homepage: string): Html {
  const address = webAddress(homepage);
  const shown = apart(homepage);
  return address === undefined
    ? shown
    : html`<a href="${address}" rel="nofollow noopener">${shown}</a>`;
}
