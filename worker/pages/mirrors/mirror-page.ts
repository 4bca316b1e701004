/** The page at `/mirrors/{name}`: where a mirror is, what it carries, and how it did, in pictures. */

import type { MirrorDescription, TargetSummary } from "../../health/fleet-answers.ts";
import { type Html, html, sentence } from "../../http/html.ts";
import type { RosterMirror } from "../../mirrors/roster.ts";
import { barStyle } from "../frame/bars.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { changeRows } from "./changes.ts";
import { freshnessMark, mirrorState, stateMark } from "./mirror-state.ts";
import { pictures, regionBars } from "./pictures.ts";

const mirrorStyle = `
.strip{display:grid;grid-template-columns:minmax(6rem,12rem) 1fr;gap:.25rem 1rem;align-items:center;margin:.375rem 0}.strip svg.bar{height:1.25rem}
@media(max-width:30rem){.strip{grid-template-columns:1fr}}
`;

/** What is known of a mirror. */
export interface MirrorFacts {
  mirror: RosterMirror;
  /** As Fleet or the list describes it. */
  described: Pick<MirrorDescription, "targets"> &
    Partial<Pick<MirrorDescription, "known" | "history" | "older" | "operator">>;
  /** The history before this entry is shown, not the newest. */
  isOlder: boolean;
  /** Why Fleet could not be asked. */
  reason?: string;
  /** Unix ms. */
  now: number;
}

export function mirrorPage(visit: Visit, facts: MirrorFacts): Page {
  const { mirror, described, reason, isOlder } = facts;
  const { mirror: words } = visit.texts;
  const { name } = mirror;
  const { known = [], history = [] } = described;
  return {
    title: name,
    description: words.description.replace("{name}", name),
    style: barStyle + mirrorStyle,
    head: html`<link rel="alternate" type="application/rss+xml" title="${name}" href="${feedPath(name)}">\n`,
    main: html`<h1>${name} ${stateMark(mirrorState(mirror), visit.texts)}</h1>
${reason !== undefined && html`<p class="note">${sentence(words.unreachable, { reason })}</p>\n`}${place(visit, facts)}
${!isOlder && known.length > 0 && pictures(visit, facts)}
<h2 id="carries">${words.carries}</h2>
${carries(visit, described.targets)}
${known.length > 0 && html`<h2 id="latency">${words.regions}</h2>\n${regionBars(visit, known)}\n`}<h2 id="history">${words.history}</h2>
${
  history.length === 0
    ? html`<p>${words.noHistory}</p>`
    : changeRows(
        visit,
        history.map((one) => ({ ...one, mirror: name })),
        false,
      )
}
${pages(visit, facts)}
<p class="quiet"><a href="${feedPath(name)}">${words.feed}</a> · <a href="/api/v1/mirrors/${encodeURIComponent(name)}">${words.api}</a></p>`,
  };
}

/** The changes as RSS, for whoever looks after the mirror. */
function feedPath(name: string): string {
  return `/mirrors/${encodeURIComponent(name)}/feed.xml`;
}

function place({ texts, shown }: Visit, { mirror, described }: MirrorFacts): Html {
  const { mirror: words } = texts;
  const { country, latitude, longitude, approximate, asn, capacity, families } = mirror;
  const point =
    latitude !== undefined && longitude !== undefined && !approximate
      ? ` (${latitude.toFixed(2)}, ${longitude.toFixed(2)})`
      : approximate
        ? ` (${words.approximate})`
        : "";
  const where = country === undefined ? words.placeUnknown : shown.country(country) + point;
  const overrides = Object.values(described.operator ?? {});
  return html`<dl class="facts">
<dt>${words.place}</dt><dd>${where}</dd>
${asn !== undefined && html`<dt>${words.network}</dt><dd>AS${asn}</dd>\n`}<dt>${words.capacity}</dt><dd>${words.capacityUnit.replace("{mbits}", shown.number(capacity))}</dd>
${families !== undefined && html`<dt>${words.reach}</dt><dd>${families.map((one) => one.replace("ipv", "IPv")).join(", ")}</dd>\n`}${overrides.map(
  ({ is, why, by, until }) =>
    html`<dt>${words.override}</dt><dd>${texts.mirrors.states[is]}: ${sentence(words.overrideBy, { why, by })}${until !== undefined && `, ${words.until.replace("{time}", until)}`}</dd>\n`,
)}</dl>
${mirror.private && html`<p class="note">${words.private}</p>`}`;
}

function carries(visit: Visit, targets: readonly TargetSummary[]): Html {
  const { texts, shown } = visit;
  const { mirror: words } = texts;
  return html`<div class="scroll"><table><thead><tr><th>${words.repository}</th><th>${words.state}</th><th>${words.freshness}</th><th>${words.files}</th></tr></thead><tbody>${targets.map(
    ({ repository, scheme, family, url, state, since, freshness, ...rest }) => {
      const { generation, patchy, without, ramp } = rest;
      const told = [
        generation === undefined ? words.filesUnknown : shown.number(generation),
        ...(patchy ? [words.patchy] : []),
        ...(without === undefined ? [] : [words.without.replace("{count}", shown.number(without))]),
        ...(ramp === undefined ? [] : [words.ramp.replace("{share}", shown.share(ramp))]),
      ];
      const over = family === "any" ? scheme : `${scheme}, ${family.replace("ipv", "IPv")}`;
      const time =
        since !== undefined &&
        texts.mirrors.since.replace("{time}", shown.moment(Date.parse(since)));
      return html`
<tr><td><a href="${url}" rel="nofollow">${repository}</a> (${over})</td><td>${stateMark(state, texts)}${time !== false && html` <span class="quiet">${time}</span>`}</td><td>${freshnessMark(freshness, texts)}</td><td>${told.join(", ")}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

function pages(visit: Visit, { mirror, described, isOlder }: MirrorFacts): Html | false {
  const { mirror: words } = visit.texts;
  const { older } = described;
  const path = `/mirrors/${encodeURIComponent(mirror.name)}`;
  const links = [
    isOlder && html`<a href="${href(visit, `${path}#history`)}">${words.newest}</a> `,
    typeof older === "number" &&
      html`<a href="${href(visit, `${path}?before=${older}#history`)}">${words.older}</a>`,
  ];
  return links.some((one) => one !== false) && html`<p>${links}</p>`;
}
