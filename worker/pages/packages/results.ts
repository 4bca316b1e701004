/** What was found: packages of exactly the name first and large, then the rest. */
import { type Html, html, type Piece } from "../../http/html.ts";
import type { PackageResult } from "../../search/package-service.ts";
import { href, type Visit } from "../frame/visit.ts";
import { linesFor } from "./get-package.ts";
import type { SearchedRepository } from "./packages-page.ts";
import { packageAddress } from "./packages-query.ts";
import { apart, plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";
import { whyFound } from "./why-found.ts";

/** Suites and architectures named of one result. */
const maxNamed = 6;

/** What results are shown with. */
export interface ResultContext {
  visit: Visit;
  repositories: readonly SearchedRepository[];
  /** The past state that is looked at. */
  at?: string;
}

/** It has the very name that was typed. */
export function isExactly({ why }: PackageResult): boolean {
  return why.some(({ by }) => by === "name");
}

/** Only a name like what was typed was found. */
export function isGuess({ why }: PackageResult): boolean {
  return why.length > 0 && why.every(({ by }) => by === "typo");
}

/** Results of exactly the name, as cards. */
export function exactResults(results: readonly PackageResult[], context: ResultContext): Html {
  const words = wordsOf(context.visit);
  return html`<section class="exact"><h2>${words.exactTitle}</h2><ul class="cards">${results.map((one) => card(one, context))}</ul></section>`;
}

function card(result: PackageResult, context: ResultContext): Html {
  const { visit } = context;
  const [first] = result.places;
  const lines = first === undefined ? [] : linesFor(first);
  return html`
<li class="card"><h3>${nameLink(result, context)} <span class="version">${first && apart(first.record.version)}</span></h3>
<p class="quiet">${placesOf(result, context)}</p>
${first?.record.summary !== undefined && html`<p dir="auto">${plainLine(first.record.summary)}</p>`}${whyFound(
  result.why.filter(({ by }) => by !== "name"),
  visit,
)}${lines.length > 0 && html`<pre>${lines.join("\n")}</pre>`}</li>`;
}

/** The rest, one below the other. */
export function otherResults(results: readonly PackageResult[], context: ResultContext): Html {
  return html`<ul class="packages">${results.map((one) => row(one, context))}</ul>`;
}

function row(result: PackageResult, context: ResultContext): Html {
  const [first] = result.places;
  return html`
<li><h3>${nameLink(result, context)} <span class="version">${first && apart(first.record.version)}</span></h3>
${first?.record.summary !== undefined && html`<p dir="auto">${plainLine(first.record.summary)}</p>`}<p class="quiet">${placesOf(result, context)}</p>
${whyFound(result.why, context.visit)}</li>`;
}

function nameLink({ repository, name }: PackageResult, { visit, at }: ResultContext): Html {
  return html`<a href="${href(visit, packageAddress(repository, name, at))}">${apart(name)}</a>`;
}

/** Repository, suites, architectures. */
function placesOf(
  { repository, places }: PackageResult,
  { visit, repositories }: ResultContext,
): Piece[] {
  const title = repositories.find(({ name }) => name === repository)?.title ?? repository;
  const suites = some(
    places.map(({ suite }) => suite),
    visit,
  );
  const architectures = some(
    places.map(({ record }) => record.architecture),
    visit,
  );
  return [html`<strong>${plainLine(title)}</strong>`, " · ", suites, " · ", architectures];
}

function some(values: readonly string[], visit: Visit): Piece {
  const all = [...new Set(values)];
  const named = apart(all.slice(0, maxNamed).join(", "));
  const more = all.length - maxNamed;
  const words = wordsOf(visit).more.replace("{count}", visit.shown.number(more));
  return more <= 0 ? named : [named, ", ", words];
}
