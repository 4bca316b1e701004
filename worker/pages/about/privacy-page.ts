/** The page at `/privacy`: what is kept of clients, where, and for how long. */
import { html, sentence } from "../../http/html.ts";
import type { Page } from "../frame/document.ts";
import type { Visit } from "../frame/visit.ts";

export function privacyPage(visit: Visit): Page {
  const { privacy: words } = visit.texts;
  return {
    title: words.title,
    description: words.lead,
    main: html`<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<h2>${words.keptTitle}</h2>
<div class="scroll"><table><thead><tr><th>${words.what}</th><th>${words.where}</th><th>${words.long}</th></tr></thead><tbody>${words.kept.map(
      (cells) => html`
<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
    )}</tbody></table></div>
<h2>${words.notTitle}</h2>
<ul>${words.not.map((one) => html`<li>${one}</li>`)}</ul>
<p>${sentence(words.mirrors, { bytes: html`<code>/setup/NAME/bytes</code>` })}</p>
<p>${words.referrer}</p>`,
  };
}
