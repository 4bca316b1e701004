/** Changes of states as a table: the history of one mirror, or the latest of all. */

import type { FleetChange } from "../../health/fleet-answers.ts";
import { type Html, html } from "../../http/html.ts";
import { href, type Visit } from "../frame/visit.ts";
import type { Texts } from "../texts/languages.ts";

/** A state or freshness in the page's language; any other word, such as a file's, as it is. */
function inWords(axis: string, word: string, { mirrors }: Texts): string {
  const table: Readonly<Record<string, string>> =
    axis === "freshness" ? mirrors.freshness : mirrors.states;
  return Object.hasOwn(table, word) ? (table[word] ?? word) : word;
}

/** @param isOfAll each row names its mirror. What a Prober said of the reason is in English. */
export function changeRows(visit: Visit, changes: readonly FleetChange[], isOfAll: boolean): Html {
  const { mirror: words } = visit.texts;
  const { texts, shown } = visit;
  return html`<div class="scroll"><table><thead><tr><th>${words.when}</th>${isOfAll && html`<th>${texts.frame.mirrors}</th>`}<th>${words.repository}</th><th>${words.change}</th><th>${words.why}</th></tr></thead><tbody>${changes.map(
    ({ at, mirror, repository, scheme, axis, from, to, why }) => html`
<tr><td><time datetime="${at}">${shown.moment(Date.parse(at))}</time></td>${isOfAll && html`<td><a href="${href(visit, `/mirrors/${encodeURIComponent(mirror)}`)}">${mirror}</a></td>`}<td>${repository === "" ? words.whole : `${repository} (${scheme})`}</td><td>${axisWord(axis, texts)}: ${inWords(axis, from, texts)} &rarr; ${inWords(axis, to, texts)}</td><td lang="en">${why}</td></tr>`,
  )}</tbody></table></div>`;
}

function axisWord(axis: string, { mirror }: Texts): string {
  const table: Readonly<Record<string, string>> = mirror.axes;
  return Object.hasOwn(table, axis) ? (table[axis] ?? axis) : axis;
}
