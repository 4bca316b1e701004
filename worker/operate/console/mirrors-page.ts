/** The console's list of mirrors: filters, states, and drain or enable for several at once. */

import type { State } from "../../directory/resource.ts";
import type { MirrorSummary } from "../../health/fleet-answers.ts";
import { type Html, html } from "../../http/html.ts";
import { nameIn } from "../../list/entries.ts";
import type { Site } from "../../list/site.ts";
import { stateMark, wholeState } from "../../pages/mirrors/mirror-state.ts";
import {
  allows,
  byApi,
  consolePage,
  type FormOutcome,
  formField,
  type Visitor,
} from "./visitor.ts";

/** Mirrors of a page. */
const pageSize = 100;

/** A mirror as the list and probes have it. */
interface Row {
  name: string;
  site: Site;
  state: State;
  repositories: string[];
}

const states: readonly State[] = ["up", "degraded", "down", "unknown", "drained", "disabled"];

/** What of the list is wanted. */
interface Filter {
  q: string;
  country: string;
  repository: string;
  state: string;
  after: string;
}

function filterOf(query: URLSearchParams): Filter {
  const text = (name: string) => (query.get(name) ?? "").trim().slice(0, 120);
  return {
    q: text("q").toLowerCase(),
    country: text("country").toUpperCase(),
    repository: text("repository"),
    state: text("state"),
    after: text("after"),
  };
}

export async function mirrorsPage(visitor: Visitor, outcome?: FormOutcome): Promise<Response> {
  const { office, query, visit } = visitor;
  const filter = filterOf(query);
  const list = await office.list.inForce();
  const { rows, reason } = await rowsOf(visitor, list?.entries ?? new Map());
  const all = rows.filter((row) => isWanted(row, filter));
  const from = filter.after === "" ? 0 : all.findIndex(({ name }) => name > filter.after);
  const shown = from < 0 ? [] : all.slice(from, from + pageSize);
  const last = shown.at(-1);
  const hasMore = last !== undefined && all.at(-1) !== last;
  const repositories = [...new Set(rows.flatMap((row) => row.repositories))].sort();
  const mayDrain = allows(visitor, "mirror.drain", {
    mirror: visitor.session.principal.mirrors[0] ?? "any",
  });
  return consolePage(
    visitor,
    {
      title: "Mirrors",
      main: html`<h1>Mirrors</h1>
${list === undefined && html`<p class="note">The service has the list that its script was built with, and not its entries: give it a whole list first, with <code>nearmirror apply</code>.</p>`}${reason !== undefined && html`<p class="note">${reason}</p>`}
${filterForm(filter, repositories)}
<form method="post" action="${here(query)}">${formField(visitor)}
<div class="scroll"><table><caption>${all.length} of ${rows.length} mirrors${list !== undefined && `, list ${list.version}`}</caption><thead><tr>${mayDrain && html`<th class="check"><span class="only">Choose</span></th>`}<th>Mirror</th><th>State</th><th>Country</th><th class="n">Mbit/s</th><th>Repositories</th></tr></thead><tbody>${shown.map(
        ({ name, state, site, repositories: own }) => html`
<tr>${mayDrain && html`<td class="check"><input type="checkbox" name="mirror" value="${name}" aria-label="Choose ${name}"></td>`}<td><a href="/operate/mirrors/${encodeURIComponent(name)}">${name}</a></td><td>${stateMark(state, visit.texts)}</td><td>${site.country}</td><td class="n">${site.capacity}</td><td>${own.join(", ")}</td></tr>`,
      )}</tbody></table></div>
${mayDrain && bulkForm()}
</form>
${hasMore && html`<p><a href="${nextOf(query, last?.name ?? "")}">The next mirrors</a></p>`}`,
    },
    outcome,
  );
}

function filterForm(filter: Filter, repositories: readonly string[]): Html {
  const options = (all: readonly string[], chosen: string) =>
    html`<option value="">any</option>${all.map((one) => html`<option${one === chosen && html` selected`}>${one}</option>`)}`;
  return html`<form class="row" action="/operate/" role="search">
<label>Name <input type="search" name="q" value="${filter.q}" maxlength="120"></label>
<label>Country <input type="text" name="country" value="${filter.country}" maxlength="2" size="4"></label>
<label>Repository <select name="repository">${options(repositories, filter.repository)}</select></label>
<label>State <select name="state">${options(states, filter.state)}</select></label>
<button>Filter</button></form>`;
}

function bulkForm(): Html {
  return html`<fieldset><legend>With those that are chosen</legend><div class="row">
<label class="field">Why <input type="text" name="why" required maxlength="1000" size="40"></label>
<label class="field">Until <input type="text" name="until" placeholder="2h, 3d, 2026-12-01T06:00Z" maxlength="40"></label>
<button name="do" value="drain">Drain</button> <button name="do" value="enable" formnovalidate>Enable</button></div></fieldset>`;
}

/** Drains or enables each that was chosen, by its own request: one that fails stops no other. */
export async function changeMirrors(visitor: Visitor, form: URLSearchParams): Promise<FormOutcome> {
  const names = form.getAll("mirror").slice(0, pageSize);
  const verb = form.get("do") === "enable" ? "enable" : "drain";
  if (names.length === 0) return { ok: false, says: "No mirror was chosen.", body: undefined };
  const why = (form.get("why") ?? "").trim();
  const until = (form.get("until") ?? "").trim();
  const failed: string[] = [];
  for (const name of names) {
    const outcome = await byApi(visitor, {
      method: "POST",
      path: `/api/v1/mirrors/${encodeURIComponent(name)}/${verb}`,
      body: {
        why: why === "" ? "From the console." : why,
        ...(verb === "drain" && until !== "" && { until }),
      },
    });
    if (!outcome.ok) failed.push(`${name}: ${outcome.says}`);
  }
  const done = names.length - failed.length;
  const past = verb === "drain" ? "drained" : "enabled";
  return {
    ok: failed.length === 0,
    says: [`${done} of ${names.length} mirrors ${past}.`, ...failed].join(" "),
    body: undefined,
  };
}

/** The list's mirrors with what probes say of them; those that the visitor may see. */
async function rowsOf(
  visitor: Visitor,
  entries: ReadonlyMap<string, unknown>,
): Promise<{ rows: Row[]; reason?: string }> {
  const { office } = visitor;
  let reason: string | undefined;
  let summaries: MirrorSummary[] = [];
  try {
    summaries = (await office.others.mirrors?.({})) ?? [];
    if (office.others.mirrors === undefined)
      reason = "Nothing is probed here: states are those of the list.";
  } catch {
    reason = "Fleet can't be reached just now: states are those of the list.";
  }
  const known = new Map(summaries.map((summary) => [summary.name, summary]));
  const rows: Row[] = [];
  for (const [place, value] of entries) {
    if (!place.startsWith("mirrors/")) continue;
    const name = nameIn(place);
    if (!allows(visitor, "mirror.read", { mirror: name })) continue;
    const site = value as Site;
    const carried = (known.get(name)?.targets ?? []).map(
      (target) => [target.repository, target.state] as const,
    );
    const state = site.state?.is ?? wholeState("unknown", carried);
    rows.push({ name, site, state, repositories: Object.keys(site.repositories) });
  }
  return { rows, ...(reason !== undefined && { reason }) };
}

function isWanted({ name, site, state, repositories }: Row, filter: Filter): boolean {
  return (
    (filter.q === "" || name.includes(filter.q)) &&
    (filter.country === "" || site.country === filter.country) &&
    (filter.repository === "" || repositories.includes(filter.repository)) &&
    (filter.state === "" || state === filter.state)
  );
}

function here(query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? "/operate/" : `/operate/?${text}`;
}

function nextOf(query: URLSearchParams, after: string): string {
  const next = new URLSearchParams(query);
  next.set("after", after);
  return `/operate/?${next}`;
}
