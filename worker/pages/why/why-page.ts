/** The page of a decision: who the client was taken for, and what each mirror costs it. `?trace` for people. */
import type { Trace, TracedMirror } from "../../delivery/trace.ts";
import type { PastTold } from "../../delivery/trace-past.ts";
import { placeAt, placeOfCountry } from "../../geo/client.ts";
import { type Html, html, type Piece, sentence } from "../../http/html.ts";
import type { MirrorPlace } from "../../mirrors/mirror-place.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { mirrorsMap, placeInWords } from "../map/mirrors-map.ts";
import { mapStyle } from "../map/world-map.ts";
import { barStyle, costBar, costParts } from "./cost-bar.ts";
import { type ExcludedGroup, excludedGroups } from "./excluded-groups.ts";
import { translated } from "./said.ts";

/** What the page is made of besides the decision. */
export interface WhyQuestion {
  trace: Trace;
  /** Another address that is asked about. */
  ip: string | undefined;
  /** Where mirrors are, by their names. */
  placeOf(mirror: string): MirrorPlace | undefined;
  /** Id of the snapshot that is served; absent: there is none. */
  snapshot?: string;
}

/** Ranked mirrors with bars; the others are names in a list. */
const shownMirrors = 10;
/** Names of mirrors that one reason shows, and of the ranked behind the first: JSON has all. */
const shownNames = 30;
/** Lines on the map: to the redirect's own mirror and its duplicates. */
const mostChosen = 3;

const style = `${mapStyle}${barStyle}
.costs td{vertical-align:middle}.costs .bars{width:40%}.bars>div{display:flex;gap:.5rem;align-items:center}.bars .n{min-width:4.5em}.costs small{display:block;color:var(--quiet)}
.ask{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.75rem 0}
.part::before{content:"";display:inline-block;width:.75rem;height:.75rem;margin-right:.35rem;vertical-align:-.06rem}
.part.way::before{background:var(--link)}.part.border::before{background:var(--brand);opacity:.65}.part.state::before{background:var(--warn);border-radius:0}
@media(max-width:40rem){.costs thead{display:none}.costs tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--edge)}.costs td{display:inline-block;border:0;padding:0 .5rem 0 0}.costs td.bars,.costs td.part-in{display:block;width:100%}}
`;

export function whyPage(visit: Visit, question: WhyQuestion): Page {
  const { trace, ip, placeOf } = question;
  const text = visit.texts.why;
  const { client, mirrors } = trace;
  const ranked = mirrors.filter(({ rank }) => rank !== undefined);
  const first = ranked.slice(0, shownMirrors);
  const others = ranked.slice(shownMirrors);
  const place = placeOfTrace(client);
  const onMap = mirrors.map(({ mirror, state, rank, country }) => {
    const at = placeOf(mirror);
    return {
      name: mirror,
      state: stateOf(state),
      ...(rank !== undefined && { rank }),
      ...(country !== undefined && { country }),
      ...(at !== undefined && { at }),
    };
  });
  const { decision } = trace;
  const chosen =
    decision !== undefined && "redirect" in decision
      ? Math.min(mostChosen, decision.redirect.length)
      : 0;
  return {
    title: text.title,
    style,
    main: html`<h1>${text.title}</h1>
<p><code>${trace.path}</code></p>
${ip !== undefined && html`<p class="note">${sentence(text.otherClient, { address: html`<code>${ip}</code>` })}</p>`}
${pastNotes(visit, trace.past)}
${facts(visit, question)}
${mirrorsMap(visit, place, onMap, chosen)}
${askForm(visit, ip, trace.past)}
<h2>${text.ranked}</h2>
${first.length === 0 ? html`<p>${text.noRanked}</p>` : costTable(visit, first)}
${
  others.length > 0 &&
  html`<details><summary>${filledText(text.others, { count: visit.shown.number(others.length) })}</summary><p class="quiet">${names(
    visit,
    others.map(({ mirror, costMs }) => `${mirror} (${Math.round(costMs ?? 0)} ms)`),
  )}</p></details>`
}
<h2>${text.excluded}</h2>
${excludedTable(visit, excludedGroups(mirrors))}
<p class="quiet">${text.forPrograms}: <a href="${again(question, "json")}">JSON</a>, <a href="${again(question, "text")}">${text.text}</a>${trace.class === "payload" && html` · <a href="${href(visit, `${trace.path}?mirrorlist`)}">${text.mirrorsOf}</a>`}</p>`,
  };
}

/** This address in another form. */
function again({ ip, trace: { past } }: WhyQuestion, form: string): string {
  const at = past === undefined ? "" : `&at=${past.at}`;
  return `?trace=${form}${ip === undefined ? "" : `&ip=${encodeURIComponent(ip)}`}${at}`;
}

/** That it is of a past moment, and how far that is known. */
function pastNotes(visit: Visit, past: PastTold | undefined): Html | undefined {
  if (past === undefined) return undefined;
  const text = visit.texts.why;
  const moment = (iso: string) => visit.shown.moment(Date.parse(iso));
  const { coarse } = past;
  return html`<p class="note">${sentence(text.pastMoment, { time: moment(past.at) })} ${sentence(text.pastOldest, { oldest: moment(past.oldest) })}</p>
${coarse !== undefined && html`<p class="note">${sentence(text.pastCoarse, { since: moment(coarse.since), count: visit.shown.number(coarse.publications) })}</p>`}
<details><summary>${text.pastUnknown}</summary><ul>${past.unknown.map((one) => html`<li>${translated(visit, one)}</li>`)}</ul></details>`;
}

function rosterOfPast(visit: Visit, { from, until }: PastTold): Html {
  const text = visit.texts.why;
  const moment = (iso: string) => visit.shown.moment(Date.parse(iso));
  if (until === null) return sentence(text.inForceStill, { from: moment(from) });
  return sentence(text.inForce, { from: moment(from), until: moment(until) });
}

function facts(visit: Visit, { trace, snapshot }: WhyQuestion): Html {
  const { shown, texts } = visit;
  const text = texts.why;
  const { client, file, wish, wished, avoids = [] } = trace;
  const place = placeInWords(visit, placeOfTrace(client));
  const from: Readonly<Record<string, string>> = {
    platform: text["from platform"],
    database: text["from database"],
    "own place": text["from own place"],
    unknown: text["from unknown"],
  };
  return html`<dl class="facts">
<dt>${text.decision}</dt><dd><strong>${decided(visit, trace)}</strong></dd>
<dt>${text.client}</dt><dd>${sentence(text.clientIs, { address: client.address || "?", family: client.family, scheme: client.scheme })}</dd>
<dt>${text.takenFor}</dt><dd>${place ?? text.nobodyKnows}</dd>
<dt>${text.placeFrom}</dt><dd>${from[client.placeFrom] ?? client.placeFrom}</dd>
${client.asn !== undefined && html`<dt>${text.network}</dt><dd>AS${client.asn}</dd>`}
${trace.class === "payload" && html`<dt>${text.size}</dt><dd>${file === undefined ? text.unlisted : html`${file.size !== undefined && html`${shown.size(file.size)}, `}${sentence(text.generation, { generation: file.first })}${file.sha256 !== undefined && html`<br><code>${file.sha256}</code>`}`}</dd>`}
${trace.past !== undefined && html`<dt>${text.pastRoster}</dt><dd>${rosterOfPast(visit, trace.past)}</dd>`}
${snapshot !== undefined && html`<dt>${text.snapshot}</dt><dd><code>${snapshot}</code></dd>`}
${wish !== undefined && html`<dt></dt><dd>${sentence(text.wish, { mirrors: names(visit, wished ?? []) })}</dd>`}
${avoids.map(({ mirror, until }) => html`<dt></dt><dd>${sentence(text.avoids, { mirror, until: shown.moment(Date.parse(until)) })}</dd>`)}
</dl>
${trace.class !== "payload" && html`<p class="note">${text.noPayload}</p>`}`;
}

function decided(visit: Visit, { decision }: Trace): Html {
  const text = visit.texts.why;
  if (decision === undefined) return sentence(text.bytes, { because: "–" });
  if ("redirect" in decision) {
    const { redirect, though } = decision;
    const but = { "last resort": text.lastResort, avoided: text.avoided };
    return html`${sentence(text.redirect, { mirrors: names(visit, redirect) })}${though !== undefined && html`, ${but[though]}`}`;
  }
  if ("ask" in decision) {
    const asked = decision.ask.map((one) => (one === "origin" ? text.origin : one));
    const what = translated(visit, decision.for);
    return sentence(text.asks, { mirrors: names(visit, asked), what });
  }
  if ("bytes" in decision) {
    return sentence(text.bytes, { because: translated(visit, decision.bytes) });
  }
  return html`${text.refuse}`;
}

function names(visit: Visit, all: readonly string[]): Piece {
  if (all.length === 0) return visit.texts.why.nobody;
  const more = all.length - shownNames;
  const told = all.slice(0, shownNames).join(", ");
  if (more <= 0) return told;
  return `${told}, ${filledText(visit.texts.why.more, { count: visit.shown.number(more) })}`;
}

function askForm(visit: Visit, ip: string | undefined, past: PastTold | undefined): Html {
  const text = visit.texts.why;
  return html`<form class="ask"><input type="hidden" name="trace" value="html">${visit.isChosen && html`<input type="hidden" name="lang" value="${visit.language}">`}<label for="ip">${text.another}</label><input type="text" id="ip" name="ip" value="${ip ?? ""}" placeholder="192.0.2.1" maxlength="45" autocomplete="off" spellcheck="false"><label for="at">${text.moment}</label><input type="text" id="at" name="at" value="${past?.at ?? ""}" placeholder="${text.momentHint}" maxlength="40" autocomplete="off" spellcheck="false"><button>${text.ask}</button></form>`;
}

function costTable(visit: Visit, first: readonly TracedMirror[]): Html {
  const text = visit.texts.why;
  // A drained one costs a thousand seconds: the others would have no bars beside it.
  const most = Math.max(
    ...first.map(({ costMs = 0, duplicateOnly }) => (duplicateOnly ? 0 : costMs)),
  );
  return html`<table class="costs">
<thead><tr><th class="n">#</th><th>${text.mirror}</th><th>${text.cost}</th><th>${text.part}</th></tr></thead>
<tbody>
${first.map((mirror) => costRow(visit, mirror, most))}</tbody>
</table>
<p class="quiet"><span class="part way">${text.way}</span> <span class="part border">${text.border}</span> <span class="part state">${text.state}</span></p>
`;
}

function costRow(visit: Visit, mirror: TracedMirror, most: number): Html {
  const { shown, texts } = visit;
  const text = texts.why;
  const parts = costParts(mirror);
  const { costMs = 0, country, verdict, why, nearEqual, rank } = mirror;
  const ms = (value: number) => shown.number(Math.round(value));
  const label =
    parts &&
    filledText(text.costLabel, {
      total: ms(costMs),
      way: ms(parts.way),
      border: ms(parts.border),
      state: ms(parts.state),
    });
  const remarks = [
    ...(why === undefined ? [] : [translated(visit, why)]),
    ...(why === undefined && nearEqual === true && rank !== 1 ? [text.equal] : []),
    ...(parts !== undefined && parts.saved >= 1
      ? [filledText(text.saved, { ms: ms(parts.saved) })]
      : []),
  ];
  return html`<tr><td class="n">${rank ?? ""}</td><td><a href="${href(visit, `/mirrors/${encodeURIComponent(mirror.mirror)}`)}">${mirror.mirror}</a><small>${country !== undefined && shown.country(country)} <span class="state ${mirror.state}">${texts.map[stateOf(mirror.state)]}</span></small></td><td class="bars"><div>${parts !== undefined && costBar(parts, most, label ?? "")}<span class="n">${mirror.duplicateOnly ? "–" : `${ms(costMs)} ms`}</span></div></td><td class="part-in">${verdict !== undefined && translated(visit, verdict)}<small>${proofOf(visit, mirror)}${remarks.map((one) => html` · ${one}`)}</small></td></tr>
`;
}

function proofOf(visit: Visit, { proof, generation }: TracedMirror): Piece {
  const text = visit.texts.why;
  if (proof === undefined) return "";
  const told =
    proof === "generation"
      ? filledText(text["proof generation"], { generation: String(generation ?? "?") })
      : proof === "head"
        ? text["proof head"]
        : text["proof none"];
  return filledText(text.proof, { proof: told });
}

function excludedTable(visit: Visit, groups: readonly ExcludedGroup[]): Html {
  const text = visit.texts.why;
  if (groups.length === 0) return html`<p>${text.noExcluded}</p>`;
  return html`<table><thead><tr><th>${text.reason}</th><th class="n">${text.count}</th></tr></thead>
<tbody>
${groups.map(
  ({
    because,
    what,
    mirrors,
  }) => html`<tr><td><details><summary>${filledText(text[`because ${because}`], { what })}</summary><p class="quiet">${names(visit, mirrors)}</p></details></td><td class="n">${visit.shown.number(mirrors.length)}</td></tr>
`,
)}</tbody></table>`;
}

function placeOfTrace({ country, latitude, longitude }: Trace["client"]) {
  return latitude === undefined || longitude === undefined
    ? placeOfCountry(country)
    : placeAt(country, latitude, longitude);
}

const states = ["unknown", "up", "degraded", "down", "drained", "disabled"] as const;

/** A verdict has the state as text. */
function stateOf(state: string): (typeof states)[number] {
  return states.find((one) => one === state) ?? "unknown";
}

/** A sentence as text, for where no markup is; it is escaped where it is shown. */
function filledText(text: string, pieces: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(pieces, name) ? (pieces[name] ?? whole) : whole,
  );
}
