/** What a mirror's states add up to on a page. Pure. */

import type { State } from "../../directory/resource.ts";
import { type Html, html } from "../../http/html.ts";
import type { Carried, Freshness, RosterMirror } from "../../mirrors/roster.ts";
import type { Texts } from "../texts/languages.ts";

/** The best first: a repository is as well as the best scheme that it is reached over. */
const order: readonly State[] = ["up", "degraded", "unknown", "drained", "down", "disabled"];

function better(one: State, other: State): State {
  return order.indexOf(one) <= order.indexOf(other) ? one : other;
}

/** The state of one repository at a mirror. An operator's override goes before what probes say. */
export function carriedState(mirror: RosterMirror, carried: Carried): State {
  for (const state of [mirror.state, carried.state]) {
    if (state === "drained" || state === "disabled") return state;
  }
  const fallback = carried.state ?? mirror.state;
  const { https, http, states } = carried;
  if (states === undefined) return fallback;
  if (https === undefined) return states.http ?? fallback;
  if (http === undefined) return states.https ?? fallback;
  return better(states.https ?? fallback, states.http ?? fallback);
}

/** A mirror as a whole: what all of its repositories agree on, else degraded. */
export function mirrorState(mirror: RosterMirror): State {
  const carried = Object.entries(mirror.carries).map(
    ([name, one]) => [name, carriedState(mirror, one)] as const,
  );
  return wholeState(mirror.state, carried);
}

/**
 * The same of states that are known. One that nobody has probed yet says nothing against the others.
 *
 * @param otherwise of a mirror that carries nothing
 */
export function wholeState(
  otherwise: State,
  carried: readonly (readonly [repository: string, state: State])[],
): State {
  let whole: State | undefined;
  for (const [, state] of carried) {
    if (whole === undefined || whole === "unknown") whole = state;
    else if (state !== whole && state !== "unknown") return "degraded";
  }
  return whole ?? otherwise;
}

const shownAs: Readonly<Record<State, string>> = {
  up: "up",
  degraded: "degraded",
  down: "down",
  unknown: "unknown",
  drained: "unknown",
  disabled: "unknown",
};

/** Marks of each language's texts: a page has a thousand of them. */
const marks = new WeakMap<Texts, Partial<Record<State, Html>>>();

/** The state in words, with its sign: colour alone says nothing to many. */
export function stateMark(state: State, texts: Texts): Html {
  const held = marks.get(texts) ?? {};
  marks.set(texts, held);
  const mark =
    held[state] ??
    html`<span class="state ${shownAs[state]}">${texts.mirrors.states[state]}</span>`;
  held[state] = mark;
  return mark;
}

const freshnessAs: Readonly<Record<Freshness, string>> = {
  fresh: "up",
  lagging: "degraded",
  stale: "down",
};

/** How far behind, in words with its sign; absent: not known. */
export function freshnessMark(freshness: Freshness | undefined, { mirrors }: Texts): Html {
  const shown = freshness === undefined ? "unknown" : freshnessAs[freshness];
  return html`<span class="state ${shown}">${mirrors.freshness[freshness ?? "unknown"]}</span>`;
}
