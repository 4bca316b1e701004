/** The page of a file's mirrors, in the client's order: what `?mirrorlist` and `.mirrorlist` are to people. */
import type { FileLists } from "../../delivery/lists/answers.ts";
import type { PricedSource } from "../../delivery/lists/file-lists.ts";
import { inOrder } from "../../delivery/lists/source.ts";
import type { Place } from "../../geo/client.ts";
import { distanceKm } from "../../geo/distance.ts";
import { type Html, html, sentence } from "../../http/html.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { mirrorsMap } from "../map/mirrors-map.ts";
import { mapStyle } from "../map/world-map.ts";
import { translated } from "../why/said.ts";

/** Lines on the map lead to so many of the first. */
const chosen = 3;

const style = `${mapStyle}
.ranked td:nth-child(2){overflow-wrap:anywhere}.ranked small{display:block;color:var(--quiet)}
@media(max-width:40rem){.ranked thead{display:none}.ranked tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--edge)}.ranked td{display:inline-block;border:0;padding:0 .75rem 0 0}.ranked td:nth-child(2){display:inline}.ranked td.proof{display:block}}
`;

/** The page. @param lists what the text and the JSON at the same address are made of */
export function fileMirrorsPage(visit: Visit, lists: FileLists): Page {
  const { texts, shown } = visit;
  const text = texts.fileMirrors;
  const { file, own, client, isWished, unproven } = lists;
  const { name, path, size, sha256, lastModified } = file;
  const sources = inOrder(lists.sources);
  const beside = (suffix: string, title: string) => html`<a href="${own}.${suffix}">${title}</a>`;
  const links = [
    beside("meta4", "Metalink 4"),
    ", ",
    beside("metalink", "Metalink 3"),
    ...(sha256 === undefined ? [] : [", ", beside("sha256", text.checksum)]),
  ];
  const folder = own.slice(0, own.lastIndexOf("/") + 1);
  // Folders have mirrors as well, and no bytes.
  const isFile = name !== "";
  const shownName = isFile ? name : `${path || "/"}`;
  return {
    title: filledName(text.title, shownName),
    style,
    main: html`<p class="quiet"><a href="${href(visit, folder)}">${text.folder}</a></p>
<h1>${sentence(text.title, { name: html`<bdi>${shownName}</bdi>` })}</h1>
${
  isFile &&
  html`<p><a class="button" href="${own}">${text.download}</a></p>
<p class="quiet">${sentence(text.several, { links })} · <a href="${href(visit, `${own}?trace=html`)}">${text.why}</a></p>
<dl class="facts">${size !== undefined && html`<dt>${text.size}</dt><dd>${sentence(text.bytes, { size: shown.size(size), count: shown.number(size) })}</dd>`}${lastModified !== undefined && html`<dt>${text.changed}</dt><dd>${changed(visit, lastModified)}</dd>`}<dt>${text.sha256}</dt><dd>${sha256 === undefined ? text.noSha256 : html`<code>${sha256}</code>`}</dd></dl>
${sha256 !== undefined && html`<figure><figcaption>${text.check}</figcaption><pre>curl -fsSL '${own.replaceAll("'", "%27")}.sha256' | sha256sum -c</pre></figure>`}`
}
<h2>${text.ranked}</h2>
${isWished && html`<p class="note">${text.wished}</p>`}${unproven && html`<p class="note">${text.unproven}</p>`}
${sources.length === 0 ? html`<p>${text.none}</p>` : ""}
${mirrorsMap(visit, client.place, sources.map(forMap), chosen)}
${
  sources.length > 0 &&
  html`<table class="ranked">
<thead><tr><th class="n">#</th><th>${text.mirror}</th><th>${text.country}</th><th class="n">${text.distance}</th><th class="n">${text.estimate}</th><th>${text.state}</th><th>${text.proof}</th></tr></thead>
<tbody>
${sources.map((source, at) => row(visit, source, at + 1, client.place))}</tbody>
</table>
<p class="quiet">${text.estimateNote}</p>`
}`,
  };
}

/** @param told as the origin sent it: what is no date is shown as it is */
function changed({ shown }: Visit, told: string): string {
  const ms = Date.parse(told);
  return Number.isNaN(ms) ? told : shown.moment(ms);
}

function forMap({ mirror, state, country, at, priority }: PricedSource) {
  return {
    name: mirror,
    state,
    rank: priority,
    ...(country !== undefined && { country }),
    ...(at !== undefined && { at }),
  };
}

function row(visit: Visit, source: PricedSource, rank: number, place: Place): Html {
  const { texts, shown } = visit;
  const text = texts.fileMirrors;
  const { url, mirror, country, costMs, why, state, proof } = source;
  return html`<tr><td class="n">${rank}</td><td><a href="${url}">${mirror}</a>${why !== undefined && html`<small>${translated(visit, why)}</small>`}</td><td>${country === undefined ? "" : shown.country(country)}</td><td class="n">${distanceInWords(visit, place, source.at)}</td><td class="n">${costMs === undefined ? "" : `${shown.number(Math.round(costMs))} ms`}</td><td><span class="state ${state}">${texts.map[state]}</span></td><td class="proof">${proof === undefined ? text.notProven : text[proof]}</td></tr>
`;
}

/** `530 km`; with `≈` where either place is a whole country's. Empty where either isn't known. */
export function distanceInWords(visit: Visit, place: Place, at: PricedSource["at"]): string {
  const { latitude, longitude } = place;
  if (at === undefined || latitude === undefined || longitude === undefined) return "";
  const km = distanceKm({ latitude, longitude }, at);
  const isRough = at.isRough || place.key === place.country;
  return `${isRough ? "≈ " : ""}${visit.shown.number(Math.round(km))} km`;
}

function filledName(text: string, name: string): string {
  return text.replace("{name}", () => name);
}
