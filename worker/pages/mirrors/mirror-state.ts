/** What a mirror's states add up to on a page. Pure. */

import type { State } from "../../directory/resource.ts";
import { type Html, html } from "../../http/html.ts";
import type { Carried, Freshness, RosterMirror } from "../../mirrors/roster.ts";
import type { Texts } from "../texts/languages.ts";

/** The best first: a repository is as well as the best scheme that it is reached over. */
const order: readonly State[] = ["up", "degraded", "unknown", "drained", "down", "disabled"];

function best(states: readonly State[]): State {
  return order.find((one) => states.includes(one)) ?? "unknown";
}

/** The state of one repository at a mirror. An operator's override goes before what probes say. */
export function carriedState(mirror: RosterMirror, carried: Carried): State {
  for (const state of [mirror.state, carried.state]) {
    if (state === "drained" || state === "disabled") return state;
  }
  const fallback = carried.state ?? mirror.state;
  const schemes = (["https", "http"] as const).filter((scheme) => carried[scheme] !== undefined);
  return best(schemes.map((scheme) => carried.states?.[scheme] ?? fallback));
}

/** A mirror as a whole: what all of its repositories agree on, else degraded. */
export function mirrorState(mirror: RosterMirror): State {
  const states = new Set(
    Object.values(mirror.carries).map((carried) => carriedState(mirror, carried)),
  );
  const [only] = states;
  if (only === undefined) return mirror.state;
  if (states.size === 1) return only;
  // One that nobody has probed yet says nothing against the others.
  states.delete("unknown");
  return states.size === 1 ? best([...states]) : "degraded";
}

const shownAs: Readonly<Record<State, string>> = {
  up: "up",
  degraded: "degraded",
  down: "down",
  unknown: "unknown",
  drained: "unknown",
  disabled: "unknown",
};

/** The state in words, with its sign: colour alone says nothing to many. */
export function stateMark(state: State, { mirrors }: Texts): Html {
  return html`<span class="state ${shownAs[state]}">${mirrors.states[state]}</span>`;
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
