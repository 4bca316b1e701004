/** The page at `/mirrors`: the state of the service. What is wrong, all repositories, all mirrors by country. */

import type { Alarm } from "../../api/alarms.ts";
import type { State } from "../../directory/resource.ts";
import type { FleetChange } from "../../health/fleet-answers.ts";
import { escaped, type Html, html, raw } from "../../http/html.ts";
import type { RosterMirror } from "../../mirrors/roster.ts";
import type { OpenViews } from "../../views/views.ts";
import { alarmCount, alarmList } from "../alarm-list.ts";
import { bar, barStyle, stacked } from "../frame/bars.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { changeRows } from "./changes.ts";
import { carriedState, stateMark, wholeState } from "./mirror-state.ts";

const mirrorsStyle = `
.countries details{border-top:1px solid var(--edge)}.countries summary{padding:.5rem 0}.countries ul{list-style:none;padding:0 0 .5rem 1rem;margin:0;max-width:none}.countries li{padding:.25rem 0}
form.find{display:flex;flex-wrap:wrap;gap:.5rem;margin:.75rem 0;align-items:center}form.find input{flex:1 1 14rem;max-width:26rem}
td svg.bar{min-width:8rem}
`;

/** Longest text to look for, characters: a host name has at most 253. */
export const maxSearch = 255;

/**
 * Looks for what is typed at once, in the rows that are there; without scripts the form asks the server. Rows say all
 * that is looked at in their text.
 */
export const findScript = `
const input = document.querySelector("form.find input");
const groups = [...document.querySelectorAll(".countries details")];
const count = document.querySelector("form.find output");
if (!input.value) input.oninput = () => {
  const wanted = input.value.trim().toLowerCase();
  let found = 0;
  for (const group of groups) {
    const country = group.querySelector("summary").textContent.toLowerCase().includes(wanted);
    let here = 0;
    for (const row of group.querySelectorAll("li")) {
      row.hidden = !country && !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) here++;
    }
    group.hidden = here === 0;
    group.open = wanted !== "" && here > 0;
    found += here;
  }
  count.textContent = wanted === "" ? "" : count.dataset.found.replace("{count}", found);
};
`;

export interface MirrorsFacts {
  views: Pick<OpenViews, "roster" | "repositories">;
  /** All that are on. */
  alarms: readonly Alarm[];
  /** Newest first; absent: nothing is probed; `null`: they could not be asked for. */
  changes?: readonly FleetChange[] | null;
  /** Look for this alone; empty: all. */
  search: string;
}

export function mirrorsPage(visit: Visit, facts: MirrorsFacts): Page {
  const { mirrors: words } = visit.texts;
  const { views, alarms, changes } = facts;
  const all = views.roster.mirrors.map(({ resource }) => seenOf(resource));
  return {
    title: words.title,
    description: words.description,
    style: barStyle + mirrorsStyle,
    scripts: [findScript],
    main: html`<h1>${words.title}</h1>
<h2 id="incidents">${words.incidents}</h2>
${alarms.length === 0 ? html`<p><span class="state up">${words.well}</span></p>` : incidents(visit, facts)}
<h2 id="mirrors">${words.byCountry}</h2>
${changes === undefined && html`<p class="quiet">${words.notProbed}</p>`}
${countries(visit, all, facts)}
<h2 id="repositories">${words.repositories}</h2>
${repositories(visit, views, all)}
${changed(visit, changes)}`,
  };
}

/** Those of the service at once; a repository's are behind its name, as one that fails has one for each root. */
function incidents(visit: Visit, { alarms, views }: MirrorsFacts): Html {
  const listed = new Set(views.repositories.map(({ name }) => name));
  const ofService = alarms.filter(({ repository = "" }) => !listed.has(repository));
  const ofRepositories = views.repositories.flatMap(({ name, title }) => {
    const own = alarms.filter(({ repository }) => repository === name);
    return own.length === 0 ? [] : [{ title, own }];
  });
  return html`<div class="note">${ofService.length > 0 && alarmList(ofService, visit)}${ofRepositories.map(
    ({ title, own }) =>
      html`<details><summary>${title}: ${alarmCount(own, visit)}</summary>${alarmList(own, visit)}</details>`,
  )}</div>`;
}

/** A mirror with its state, and that of each repository. */
interface Seen {
  mirror: RosterMirror;
  state: State;
  carried: readonly (readonly [repository: string, state: State])[];
  /** Its row, by what else is in it: the texts, and whether links name the language. */
  rows: Map<string, string>;
}

/** Of each mirror as the roster has it: one that didn't change is the same object in the next roster. */
const seen = new WeakMap<RosterMirror, Seen>();

function seenOf(mirror: RosterMirror): Seen {
  const known = seen.get(mirror);
  if (known !== undefined) return known;
  const carried = Object.entries(mirror.carries).map(
    ([name, one]) => [name, carriedState(mirror, one)] as const,
  );
  const made = { mirror, state: wholeState(mirror.state, carried), carried, rows: new Map() };
  seen.set(mirror, made);
  return made;
}

function countries(visit: Visit, all: readonly Seen[], { search, changes }: MirrorsFacts): Html {
  const isProbed = changes !== undefined;
  const { mirrors: words } = visit.texts;
  const { shown, language } = visit;
  const wanted = search.trim().toLowerCase();
  const groups = new Map<string, Seen[]>();
  let found = 0;
  for (const seen of all) {
    const code = seen.mirror.country ?? "";
    if (wanted !== "" && !says(seen.mirror, shown.country(code), wanted)) continue;
    found++;
    const group = groups.get(code);
    if (group === undefined) groups.set(code, [seen]);
    else group.push(seen);
  }
  const named = [...groups].map(
    ([code, inside]) => [code === "" ? words.unplaced : shown.country(code), inside] as const,
  );
  const sorted = named.sort(([a], [b]) => shown.compare(a, b));
  const told = wanted === "" ? "" : words.found.replace("{count}", shown.number(found));
  return html`<form class="find" action="/mirrors" role="search"><label for="q">${words.find}</label><input type="search" id="q" name="q" value="${search}" maxlength="${maxSearch}" placeholder="${words.findWhy}">${visit.isChosen && html`<input type="hidden" name="lang" value="${language}">`}<button>${words.search}</button><output data-found="${words.found}">${told}</output></form>
<div class="countries">${sorted.map(([country, inside]) => {
    const up = inside.filter(({ state }) => state === "up").length;
    const summary = (isProbed ? words.summary : "{count}")
      .replace("{count}", shown.number(inside.length))
      .replace("{up}", shown.number(up));
    return html`
<details${wanted !== "" && html` open`}><summary>${country} <span class="quiet">${summary}</span></summary><ul>${raw(inside.map((one) => rowOf(visit, one)).join(""))}</ul></details>`;
  })}</div>`;
}

/** What the script looks at as well: name, country, repositories. */
function says(
  { name, country = "", carries }: RosterMirror,
  shown: string,
  wanted: string,
): boolean {
  return (
    name.toLowerCase().includes(wanted) ||
    shown.toLowerCase().includes(wanted) ||
    country.toLowerCase() === wanted ||
    Object.keys(carries).some((repository) => repository.includes(wanted))
  );
}

/** Held as long as the mirror: of a roster's mirrors few differ from the one before. */
function rowOf(visit: Visit, one: Seen): string {
  const key = visit.isChosen ? `${visit.language}!` : visit.language;
  let told = one.rows.get(key);
  if (told === undefined) {
    told = row(visit, one);
    one.rows.set(key, told);
  }
  return told;
}

/**
 * One of more than a thousand: short, and put together by hand, as templates take three times as long. A repository that
 * differs from the whole says so.
 */
function row(visit: Visit, { mirror: { name }, state, carried }: Seen): string {
  const { texts } = visit;
  let told = "";
  for (const [repository, own] of carried) {
    if (told !== "") told += ", ";
    told += escaped(repository);
    if (own !== state) told += ` ${stateMark(own, texts).text}`;
  }
  const link = escaped(href(visit, `/mirrors/${encodeURIComponent(name)}`));
  return `<li><a href="${link}">${escaped(name)}</a> ${stateMark(state, texts).text} ${told}</li>`;
}

const counted = ["up", "degraded", "down", "unknown", "drained", "disabled"] as const;

function repositories(
  visit: Visit,
  { repositories: listed }: MirrorsFacts["views"],
  all: readonly Seen[],
): Html {
  const { mirrors: words } = visit.texts;
  const { shown } = visit;
  const counts = new Map(listed.map(({ name }) => [name, new Map<State, number>()]));
  for (const { carried } of all) {
    for (const [name, state] of carried) {
      const own = counts.get(name);
      own?.set(state, (own.get(state) ?? 0) + 1);
    }
  }
  return html`<div class="scroll"><table><thead><tr><th>${words.repository}</th><th>${visit.texts.repository.mirrors}</th></tr></thead><tbody>${listed.map(
    ({ name, title }) => {
      const own = counted.flatMap((is) => {
        const count = counts.get(name)?.get(is) ?? 0;
        const look = is === "drained" || is === "disabled" ? "unknown" : is;
        const told = `${words.states[is]}: ${shown.number(count)}`;
        return count === 0 ? [] : [[look, count, told] as const];
      });
      const label = own.map(([, , told]) => told).join(", ");
      return html`
<tr><td><a href="${href(visit, `/repositories/${name}`)}">${title}</a></td><td>${own.length === 0 ? visit.texts.repository.noMirrors : html`${bar(label, stacked(own))}<span class="quiet">${label}</span>`}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

function changed(visit: Visit, changes: MirrorsFacts["changes"]): Html | false {
  const { mirrors: words } = visit.texts;
  if (changes === undefined) return false;
  const told =
    changes === null
      ? html`<p>${words.changesUnknown}</p>`
      : changes.length === 0
        ? html`<p>${words.noChanges}</p>`
        : changeRows(visit, changes, true);
  return html`<h2 id="changes">${words.changes}</h2>
${told}`;
}
