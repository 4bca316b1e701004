/** The search as a form that needs no script, and what is chosen. */
import { type Html, html } from "../../http/html.ts";
import type { PackagesAnswer } from "../../search/package-service.ts";
import { searchFields } from "../../search/suite-question.ts";
import { href, type Visit } from "../frame/visit.ts";
import type { SearchedRepository } from "./packages-page.ts";
import {
  addressOf,
  type Choice,
  choices,
  maxSearch,
  ofNow,
  type PackagesQuery,
} from "./packages-query.ts";
import { plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Values that a list offers; of more suites the repository is chosen first. */
const maxOffered = 80;

/** What there is to choose from. */
export interface Offered {
  repositories: readonly SearchedRepository[];
  /** Of the suites that answered. */
  states: PackagesAnswer["states"];
}

interface Option {
  value: string;
  shown: string;
}

function optionsOf(choice: Choice, { repositories, states }: Offered): Option[] {
  if (choice === "repositories") {
    return repositories.map(({ name, title }) => ({ value: name, shown: title }));
  }
  const values =
    choice === "suites"
      ? states.map(({ suite }) => suite)
      : repositories.flatMap(({ architectures }) => architectures);
  return [...new Set(values)].sort().map((value) => ({ value, shown: value }));
}

function selectOf(
  choice: "repositories" | "suites" | "architectures",
  query: PackagesQuery,
  offered: Offered,
  visit: Visit,
): Html | false {
  const words = wordsOf(visit);
  const names = { repositories: "repository", suites: "suite", architectures: "architecture" };
  const titles = {
    repositories: words.repository,
    suites: words.suite,
    architectures: words.architecture,
  };
  const chosen = query[choice];
  const known = optionsOf(choice, offered).slice(0, maxOffered);
  // Which suites there are is known once something was searched for.
  if (known.length === 0 && chosen.length === 0) return false;
  // Several are chosen by addresses alone, and stay chosen; so does what isn't offered.
  const [only] = chosen;
  const isOffered = chosen.length === 1 && known.some(({ value }) => value === only);
  const joined = chosen.join(",");
  return html`<label>${titles[choice]}<select name="${names[choice]}"><option value="">${words.any}</option>${
    chosen.length > 0 &&
    !isOffered &&
    html`<option value="${joined}" selected>${plainLine(chosen.join(", "))}</option>`
  }${known.map(
    ({ value, shown }) =>
      html`<option value="${value}"${isOffered && value === only && html` selected`}>${plainLine(shown)}</option>`,
  )}</select></label>`;
}

/** The form: one field for what is looked for, the rest behind it. */
export function searchForm(query: PackagesQuery, offered: Offered, visit: Visit): Html {
  const words = wordsOf(visit);
  const { language, isChosen } = visit;
  const { q, fields, kinds, isExact, at, after } = query;
  // Whoever turned to another page reads on.
  const focus = after === undefined && html` autofocus`;
  const isFiltered = choices.some((choice) => query[choice].length > 0);
  const hidden: readonly (readonly [string, string])[] = [
    ...kinds.map((kind) => ["kind", kind] as const),
    ...(at === undefined ? [] : [["at", at] as const]),
    ...(isChosen ? [["lang", language] as const] : []),
  ];
  return html`<form class="find" action="/packages" role="search">
<div class="ask"><label class="only" for="q">${words.search}</label><input type="search" id="q" name="q" value="${q}" placeholder="${words.searchHint}" maxlength="${maxSearch}" autocapitalize="none" autocomplete="off" spellcheck="false"${focus}><button>${words.show}</button></div>
<fieldset><legend>${words.fieldsTitle}</legend>${searchFields.map(
    (field) =>
      html`<label><input type="checkbox" name="in" value="${field}"${(fields.length === 0 || fields.includes(field)) && html` checked`}> ${words.fields[field]}</label>`,
  )}</fieldset>
<details${(isFiltered || isExact) && html` open`}><summary>${words.filters}</summary><div class="filters">${(
    ["repositories", "suites", "architectures"] as const
  ).map((choice) =>
    selectOf(choice, query, offered, visit),
  )}</div><p><label><input type="checkbox" name="exact" value="1"${isExact && html` checked`}> ${words.exact}</label></p></details>
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}</form>`;
}

/** A value that was chosen, and the state without it. */
export interface Chosen {
  shown: string;
  without: PackagesQuery;
}

/** All that was chosen besides the words. */
export function chosenOf(
  query: PackagesQuery,
  repositories: readonly SearchedRepository[],
  visit: Visit,
): Chosen[] {
  const words = wordsOf(visit);
  const { fields, isExact, at } = query;
  const titleOf = (value: string) =>
    repositories.find(({ name }) => name === value)?.title ?? value;
  const chosen: Chosen[] = choices.flatMap((choice) => {
    const values = query[choice];
    if (values.length === 0) return [];
    const shown = values.map((one) => (choice === "repositories" ? titleOf(one) : one)).join(", ");
    return [{ shown, without: { ...query, [choice]: [] } }];
  });
  if (fields.length > 0) {
    const joined = fields.map((field) => words.fields[field]).join(", ");
    const shown = words.lookedIn.replace("{fields}", () => joined);
    chosen.push({ shown, without: { ...query, fields: [] } });
  }
  if (isExact) chosen.push({ shown: words.exact, without: { ...query, isExact: false } });
  if (at !== undefined) {
    chosen.push({ shown: words.stateOf.replace("{at}", () => at), without: ofNow(query) });
  }
  return chosen;
}

/** Each with a link that takes it back. */
export function chosenChips(chosen: readonly Chosen[], q: string, visit: Visit): Html | false {
  const words = wordsOf(visit);
  const [before = "", after = ""] = words.remove.split("{value}");
  return (
    chosen.length > 0 &&
    html`<ul class="chips" aria-label="${words.chosen}">${chosen.map(
      ({ shown, without }) =>
        html`<li><a href="${href(visit, addressOf(without))}"><span class="only">${before}</span><bdi>${plainLine(shown)}</bdi><span class="only">${after}</span> <span aria-hidden="true">×</span></a></li>`,
    )}${chosen.length > 1 && html`<li><a href="${href(visit, addressOf({ q }))}">${words.clear}</a></li>`}</ul>`
  );
}
