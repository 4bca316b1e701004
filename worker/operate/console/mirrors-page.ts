/** The console's list of mirrors: filters, states, and drain or enable for several at once. */
import { type Html, html } from "../../http/html.ts";
import type { SiteState } from "../../list/site.ts";
import { stateMark } from "../../pages/mirrors/mirror-state.ts";
import { bulkForm } from "./bulk.ts";
import { type Filter, filterOf, isWanted, type Row, rowsOf, states } from "./mirror-rows.ts";
import { allows, consolePage, type FormOutcome, formField, type Visitor } from "./visitor.ts";

/** Mirrors of a page. */
const pageSize = 100;
/** Repositories that a row names. */
const namedInRow = 3;

export async function mirrorsPage(visitor: Visitor, outcome?: FormOutcome): Promise<Response> {
  const { office, query, session, sent, visit } = visitor;
  const filter = filterOf(query);
  const { list, rows, reason } = await rowsOf(visitor);
  const all = rows.filter((row) => isWanted(row, filter));
  const pages = Math.max(1, Math.ceil(all.length / pageSize));
  const page = Math.min(pages, Math.max(1, Math.floor(Number(query.get("page"))) || 1));
  const shown = all.slice((page - 1) * pageSize, page * pageSize);
  const repositories = [...new Set(rows.flatMap((row) => row.repositories))].sort();
  const own = { mirror: session.principal.mirrors[0] ?? "any" };
  const mayDrain = allows(visitor, "mirror.drain", own);
  const chosen = new Set(sent?.getAll("mirror"));
  const alarms = allows(visitor, "alarms.read") ? office.eventStore.raised() : [];
  return consolePage(
    visitor,
    {
      title: "Mirrors",
      main: html`<h1>Mirrors</h1>
${alarms.length > 0 && html`<div class="note failed"><p><a href="/operate/events">${alarms.length === 1 ? "An alarm is on" : `${alarms.length} alarms are on`}</a></p><ul>${alarms.slice(0, 3).map(({ name, detail }) => html`<li><strong>${name}</strong>: ${detail}</li>`)}</ul></div>`}
${list === undefined && html`<p class="note">The service has the list that its script was built with, and not its entries: give it a whole list first, with <code>nearmirror apply</code>.</p>`}${reason !== undefined && html`<p class="note">${reason}</p>`}
${counts(visitor, rows, filter)}
${filterForm(filter, repositories)}
${allows(visitor, "mirror.add", { mirror: "any" }) && list !== undefined && html`<p><a class="button" href="/operate/add">Add a mirror</a></p>`}
<form method="post" action="${hereOf(query)}">${formField(visitor)}
<table><caption>${all.length} of ${rows.length} mirrors${list !== undefined && `, list of ${visit.shown.moment(list.version)}`}</caption><thead><tr>${mayDrain && html`<th class="check"><span class="only">Choose</span></th>`}<th>Mirror</th><th>State</th><th class="wide">Country</th><th class="n wide">Mbit/s</th><th class="wide">Repositories</th></tr></thead><tbody>${shown.map((row) => tableRow(visitor, row, { mayDrain, isChosen: chosen.has(row.name) }))}</tbody></table>
${all.length === 0 && html`<p>No mirror is like that. <a href="/operate/">Show all</a></p>`}
${pager(query, page, pages)}
${mayDrain && all.length > 0 && bulkForm(visitor, all.length)}
</form>`,
    },
    outcome,
  );
}

function tableRow(
  { visit }: Visitor,
  { name, state, override, site, repositories, ailing }: Row,
  { mayDrain, isChosen }: { mayDrain: boolean; isChosen: boolean },
): Html {
  const trouble = ailing.length < repositories.length ? someOf(ailing.map(([one]) => one)) : "";
  const said = override === undefined ? trouble : overrideText(override);
  return html`
<tr>${mayDrain && html`<td class="check"><label><input type="checkbox" name="mirror" value="${name}" aria-label="Choose ${name}"${isChosen && html` checked`}></label></td>`}<td><a href="/operate/mirrors/${encodeURIComponent(name)}">${name}</a>${said !== "" && html`<br><span class="quiet">${said}</span>`}</td><td>${stateMark(state, visit.texts)}</td><td class="wide">${site.country}</td><td class="n wide">${site.capacity}</td><td class="wide">${someOf(repositories)}</td></tr>`;
}

function overrideText({ by, why, until }: SiteState): string {
  return `${until === undefined ? "" : `until ${until} `}by ${by}: ${why}`;
}

/** Some of them, and how many more: a mirror may carry thirty. */
function someOf(names: readonly string[]): string {
  const more = names.length - namedInRow;
  if (more <= 1) return names.join(", ");
  return `${names.slice(0, namedInRow).join(", ")} and ${more} more`;
}

/** How many there are in each state: the way to those in trouble. */
function counts({ visit, query }: Visitor, rows: readonly Row[], filter: Filter): Html {
  const count = new Map<string, number>();
  for (const { state } of rows) count.set(state, (count.get(state) ?? 0) + 1);
  const link = (state: string, text: Html) =>
    html`<li><a href="${withQuery(query, { state, page: "" })}"${state === filter.state && html` aria-current="true"`}>${text}</a></li>`;
  return html`<ul class="counts">${link("", html`all ${rows.length}`)}${states
    .filter((state) => count.has(state))
    .map((state) => link(state, html`${stateMark(state, visit.texts)} ${count.get(state)}`))}</ul>`;
}

function filterForm(filter: Filter, repositories: readonly string[]): Html {
  const options = (all: readonly string[], chosen: string) =>
    html`<option value="">any</option>${all.map((one) => html`<option${one === chosen && html` selected`}>${one}</option>`)}`;
  return html`<form class="row" action="/operate/" role="search">
<label>Name <input type="search" name="q" value="${filter.q}" maxlength="120"></label>
<label>Country <input type="text" name="country" value="${filter.country}" maxlength="2" size="4" placeholder="DE"></label>
<label>Repository <select name="repository">${options(repositories, filter.repository)}</select></label>
<label>State <select name="state">${options(states, filter.state)}</select></label>
<button>Filter</button></form>`;
}

function pager(query: URLSearchParams, page: number, pages: number): Html | false {
  if (pages === 1) return false;
  const to = (one: number) => withQuery(query, { page: one === 1 ? "" : String(one) });
  return html`<nav class="pager" aria-label="Pages">${page > 1 && html`<a class="button" rel="prev" href="${to(page - 1)}">Previous</a>`}<span>Page ${page} of ${pages}</span>${page < pages && html`<a class="button" rel="next" href="${to(page + 1)}">Next</a>`}</nav>`;
}

function hereOf(query: URLSearchParams): string {
  return withQuery(query, {});
}

/** The list as it is filtered, but for these; an empty one goes. */
function withQuery(query: URLSearchParams, changed: Readonly<Record<string, string>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changed)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === "" ? "/operate/" : `/operate/?${text}`;
}
