/** Which suites have answered and by which of their indexes, and which haven't: nothing is left out in silence. */
import { type Html, html, type Piece, raw, sentence } from "../../http/html.ts";
import type { ToldSuites } from "../../search/package-service.ts";
import type { AnsweredState, ToldIndex } from "../../search/suite.ts";
import type { Visit } from "../frame/visit.ts";
import { apart, plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Suites whose indexes are told: the rest programs read. */
const maxStates = 40;

/**
 * One line that opens into the whole.
 *
 * @param api address of the same for programs
 * @param isOpen it is open at once
 */
export function answeredSuites(
  { states, unanswered }: ToldSuites,
  api: string,
  visit: Visit,
  isOpen = false,
): Html | false {
  if (states.length === 0 && unanswered.length === 0) return false;
  const words = wordsOf(visit);
  const { number } = visit.shown;
  const count = (one: string, many: string, of: number) =>
    of === 1 ? one : many.replace("{count}", number(of));
  const told = [
    states.length > 0 && count(words.answeredOne, words.answered, states.length),
    unanswered.length > 0 &&
      html`<strong class="warn">${count(words.unansweredOne, words.unansweredTitle, unanswered.length)}</strong>`,
  ].filter((one) => one !== false);
  const untold = [...new Set(states.flatMap((one) => one.untold))];
  const further = states.length - maxStates;
  const link = html`<a href="${api}">${plainLine(api)}</a>`;
  return html`<details class="answered"${isOpen && html` open`}><summary>${sentence(words.statesTitle, { told: told.map((one, at) => [at > 0 && ", ", one]) })}</summary>
${unanswered.length > 0 && unansweredList(unanswered)}
${states.length > 0 && html`<ul class="states">${states.slice(0, maxStates).map((one) => stateItem(one, visit))}</ul>`}
${further > 0 && html`<p>${sentence(words.furtherStates, { count: number(further), api: link })}</p>`}
${untold.length > 0 && html`<p>${words.untold}:</p><ul lang="en">${untold.map((one) => html`<li>${plainLine(one)}</li>`)}</ul>`}</details>`;
}

/** Who hasn't answered, and why. */
export function unansweredList(unanswered: ToldSuites["unanswered"]): Html {
  return html`<ul>${unanswered.map(
    ({ repository, suite, why }) =>
      html`<li><strong>${apart(repository)}${suite !== undefined && html` ${apart(suite)}`}</strong>: <span lang="en">${plainLine(why)}</span></li>`,
  )}</ul>`;
}

function stateItem(state: AnsweredState, visit: Visit): Html {
  const words = wordsOf(visit);
  const { repository, suite, snapshot, at, isFormer, indexes } = state;
  return html`
<li><strong>${apart(repository)} ${apart(suite)}</strong> <span class="quiet">${words.snapshot} <code>${plainLine(snapshot)}</code>, ${visit.shown.moment(at)}</span>${
    isFormer && html` <span class="warn">${words.former}</span>`
  }<br>${indexes.map((one, at) => [at > 0 && raw(" · "), indexText(one, visit)])}</li>`;
}

function indexText({ name, entries, why }: ToldIndex, visit: Visit): Piece {
  const words = wordsOf(visit);
  const count =
    entries === undefined
      ? html`<span class="warn">${words.notRead}</span>`
      : words.indexesRead.replace("{count}", visit.shown.number(entries));
  return html`<span>${apart(name)}: ${count}${why !== undefined && html` (<span lang="en">${plainLine(why)}</span>)`}</span>`;
}

/** A note where the past is shown, with the way to now. */
export function pinnedNote(at: string | undefined, newest: string, visit: Visit): Html | false {
  if (at === undefined) return false;
  const words = wordsOf(visit);
  const link = html`<a href="${newest}">${words.newest}</a>`;
  return html`<p class="note">${sentence(words.pinned, { at: apart(at), newest: link })}</p>`;
}
