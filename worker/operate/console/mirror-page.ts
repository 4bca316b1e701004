/** The console's page of one mirror: what operators do with it, its entry, evidence and the last days in pictures. */
import type { MirrorDescription } from "../../health/fleet-answers.ts";
import { type Html, html } from "../../http/html.ts";
import type { Site, SiteState } from "../../list/site.ts";
import { toRosterMirror } from "../../list/to-views.ts";
import { barStyle } from "../../pages/frame/bars.ts";
import { changeRows } from "../../pages/mirrors/changes.ts";
import {
  freshnessMark,
  mirrorState,
  stateMark,
  wholeState,
} from "../../pages/mirrors/mirror-state.ts";
import { pictures, regionBars } from "../../pages/mirrors/pictures.ts";
import { latencyPicture, latencyStyle } from "./latency-picture.ts";
import { actions, entryForms } from "./mirror-actions.ts";
import { holding } from "./mirror-rows.ts";
import { allows, consolePage, type FormOutcome, type Visitor } from "./visitor.ts";

const mirrorStyle = `${barStyle}${latencyStyle}
.strip{display:grid;grid-template-columns:minmax(6rem,12rem) 1fr;gap:.25rem 1rem;align-items:center;margin:.375rem 0}.strip svg.bar{height:1.25rem}
@media(max-width:30rem){.strip{grid-template-columns:1fr}}
details{margin:.5rem 0}summary{padding:.375rem 0}
`;

/** Days that pictures may go back; the first where nobody chooses. */
const spans = [7, 30] as const;
/** Changes whose evidence is shown. */
const evidenceShown = 5;

export async function mirrorPage(
  visitor: Visitor,
  name: string,
  outcome?: FormOutcome,
): Promise<Response> {
  const { office, visit } = visitor;
  const place = `mirrors/${name}`;
  const list = await office.list.inForce();
  const value = list?.entries.get(place);
  if (!allows(visitor, "mirror.read", { mirror: name })) {
    return consolePage(visitor, {
      status: 403,
      title: name,
      main: html`<h1>${name}</h1><p>Your account may not see this mirror.</p>`,
    });
  }
  if (list === undefined || value === undefined) {
    return consolePage(
      visitor,
      {
        status: 404,
        title: name,
        main: html`<h1>${name}</h1><p>There is no such mirror in the list.</p><p><a href="/operate/">All mirrors</a></p>`,
      },
      outcome,
    );
  }
  const site = value as unknown as Site;
  const { described, reason } = await descriptionOf(visitor, name);
  const changed = office.listStore.changed(place) ?? list.version;
  const shown = { name, site, changed, entries: list.entries };
  const carried = (described?.targets ?? []).map((one) => [one.repository, one.state] as const);
  const now = office.now();
  const state =
    described === undefined
      ? mirrorState(toRosterMirror(site, now))
      : wholeState("unknown", carried);
  return consolePage(
    visitor,
    {
      title: name,
      style: mirrorStyle,
      main: html`<h1>${name} ${stateMark(state, visit.texts)}</h1>
${stateNote(holding(site.state, now))}
${reason !== undefined && html`<p class="note">${reason}</p>`}
${actions(visitor, shown)}
${described !== undefined && targetTable(visitor, described)}
${described !== undefined && seen(visitor, described)}
${entryForms(visitor, shown, outcome)}
${described !== undefined && evidence(visitor, described)}
<p class="quiet"><a href="/mirrors/${encodeURIComponent(name)}">Its public page</a> · <a href="/mirrors/${encodeURIComponent(name)}/feed.xml">Feed of its changes</a>${allows(visitor, "audit.read") && html` · <a href="/operate/audit?resource=${encodeURIComponent(`mirror/${name}`)}">What was done with it</a>`}</p>`,
    },
    outcome,
  );
}

interface Described {
  described?: MirrorDescription;
  /** Why there is none. */
  reason?: string;
}

async function descriptionOf({ office }: Visitor, name: string): Promise<Described> {
  if (office.others.mirror === undefined) return { reason: "Nothing is probed here." };
  try {
    const described = await office.others.mirror(name);
    return described === null
      ? { reason: "Fleet doesn't have it yet: load the page again in some seconds." }
      : { described };
  } catch {
    return { reason: "Fleet can't be reached just now." };
  }
}

function targetTable({ visit }: Visitor, { targets }: MirrorDescription): Html | false {
  if (targets.length === 0) return false;
  return html`<h2>Now</h2><table class="stack"><thead><tr><th>Repository</th><th>Scheme</th><th>State</th><th>Freshness</th><th class="n">Round trip</th></tr></thead><tbody>${targets.map(
    ({ repository, scheme, state, since, freshness, ms }) => html`
<tr><td>${repository}</td><td data-is="Scheme">${scheme}</td><td data-is="State">${stateMark(state, visit.texts)}${since !== undefined && html` <span class="quiet">since ${visit.shown.moment(Date.parse(since))}</span>`}</td><td data-is="Freshness">${freshnessMark(freshness, visit.texts)}</td><td class="n" data-is="Round trip">${roundTrips(ms)}</td></tr>`,
  )}</tbody></table>`;
}

/** Uptime, freshness and latency, over the days that are chosen. */
function seen({ office, visit, query, path }: Visitor, described: MirrorDescription): Html | false {
  const { known } = described;
  if (known.length === 0) return false;
  const now = office.now();
  const days = spans.find((one) => String(one) === query.get("days")) ?? spans[0];
  return html`<p class="row" role="group" aria-label="How far back">${spans.map((one) => html`<a class="button" href="${path}${one === spans[0] ? "" : `?days=${one}`}"${one === days && html` aria-current="true"`}>${one} days</a> `)}</p>
${pictures(visit, { described, now }, days)}
<h2 id="latency">Latency</h2>${described.roundTrips !== undefined && latencyPicture(visit, described.roundTrips)}
${regionBars(visit, known)}`;
}

function evidence({ visit }: Visitor, { name, history }: MirrorDescription): Html {
  if (history.length === 0) return html`<h2>Changes</h2><p>Nothing has changed yet.</p>`;
  const rows = history.map((one) => ({ ...one, mirror: name }));
  return html`<h2>Changes</h2>
${changeRows(visit, rows, false)}
${history.slice(0, evidenceShown).map((one) => html`<details><summary>Evidence of ${visit.shown.moment(Date.parse(one.at))}: ${one.axis} ${one.from} to ${one.to}</summary><pre tabindex="0">${JSON.stringify(one.evidence, null, 1)}</pre></details>`)}`;
}

function roundTrips(ms: Record<string, number> = {}): string {
  return Object.entries(ms)
    .map(([region, one]) => `${region} ${one} ms`)
    .join(", ");
}

function stateNote(state: SiteState | undefined): Html | false {
  if (state === undefined) return false;
  const until = state.until === undefined ? "until it is enabled" : `until ${state.until}`;
  return html`<p class="note">${state.is} by ${state.by}, ${until}: ${state.why}</p>`;
}
