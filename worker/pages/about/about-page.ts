/** The page at `/about`: what this is, and with whose data it is made. */
import { html, sentence } from "../../http/html.ts";
import { dataSources, licences } from "../attribution/data-sources.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";

export function aboutPage(visit: Visit): Page {
  const { about: words } = visit.texts;
  const link = (path: string) => html`<a href="${href(visit, path)}">${path}</a>`;
  return {
    title: words.title,
    description: words.what,
    main: html`<h1>${words.title}</h1>
<p class="lead">${words.what}</p>
<p>${words.how}</p>
<p>${sentence(words.operators, { probes: link("/probes") })}</p>
<p>${sentence(words.programs, { api: html`<a href="/api/">/api/</a>` })}</p>
<p>${words.licence}</p>
<h2 id="data">${words.data}</h2>
<p>${words.dataWhy}</p>
<div class="scroll"><table><thead><tr><th>${words.of}</th><th>${words.use}</th><th>${words.terms}</th></tr></thead><tbody>${dataSources.map(
      ({ title, url, licence, use }) => html`
<tr><td><a href="${url}">${title}</a></td><td>${words.uses[use]}</td><td>${licences[licence] === undefined ? words.domain : html`<a href="${licences[licence]}">${licence}</a>`}</td></tr>`,
    )}</tbody></table></div>
<p class="quiet">${words.changes}</p>`,
  };
}
