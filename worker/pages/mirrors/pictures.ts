/** Pictures of a mirror: when each repository of it was well, how fresh it was, how far each region is. */

import type { MirrorDescription } from "../../health/fleet-answers.ts";
import { type Html, html } from "../../http/html.ts";
import { bar } from "../frame/bars.ts";
import type { Visit } from "../frame/visit.ts";
import {
  type Change,
  knownSpan,
  partsOf,
  type Span,
  type Stretch,
  shareOf,
  stretches,
} from "./history-parts.ts";
import type { MirrorFacts } from "./mirror-page.ts";

const day = 86_400_000;
/** Days that pictures go back where nobody chooses: a page of the history reaches as far of nearly all mirrors. */
const spanDays = 30;

const stateLooks = { up: "up", degraded: "degraded", down: "down", unknown: "unknown" } as const;
const freshnessLooks = { fresh: "up", lagging: "degraded", stale: "down" } as const;

type Axis = "state" | "freshness";

/** A strip for each target and axis, over the last days. @param days how many */
export function pictures(
  visit: Visit,
  { described, now }: Pick<MirrorFacts, "described" | "now">,
  days = spanDays,
): Html {
  const { shown, texts } = visit;
  const { mirror: words } = texts;
  const { known = [], history = [], older = null } = described;
  // Of a mirror with more changes than a page has, what was before the oldest of them isn't known here.
  const oldest = older === null ? Number.NEGATIVE_INFINITY : timeOf(history.at(-1)?.at);
  const whole = { from: Math.max(now - days * day, oldest), until: now };
  const of = (axis: Axis) =>
    known.map(({ target, record }) => {
      const [, repository = "", scheme = "", family = ""] = target.split(" ");
      const changes = history
        .filter((one) => one.axis === axis && targetOf(one) === `${repository} ${scheme} ${family}`)
        .map(({ at, from, to }): Change => ({ at: Date.parse(at), from, to }));
      const all = stretches(changes, presentOf(axis, record), whole);
      return { name: `${repository} (${scheme})`, axis, all };
    });
  const strips = { state: of("state"), freshness: of("freshness") };
  const span = knownSpan(
    [...strips.state, ...strips.freshness].flatMap(({ all }) => all),
    whole,
  );
  return html`<h2 id="uptime">${words.uptime}</h2>
<p class="quiet">${words.pictures.replace("{days}", shown.duration(span.until - span.from))}</p>
${strips.state.map((one) => strip(visit, one, span))}
<h2 id="freshness">${words.freshness}</h2>
${strips.freshness.map((one) => strip(visit, one, span))}`;
}

/** One bar, with the share of the known time that was well. */
function strip(
  visit: Visit,
  { name, axis, all }: { name: string; axis: Axis; all: readonly Stretch[] },
  span: Span,
): Html {
  const { mirror: words } = visit.texts;
  const share = shareOf(all, axis === "state" ? ["up", "degraded"] : ["fresh"]);
  const told =
    share === undefined
      ? words.uptimeUnknown
      : words.uptimeOf.replace("{share}", visit.shown.share(share));
  const parts = partsOf(all, span, (stretch) => ({
    look: lookOf(axis, stretch.word),
    title: titleOf(visit, axis, stretch),
  }));
  return html`<div class="strip"><span>${name}</span><div>${bar(`${name}: ${told}`, parts)}<span class="quiet">${told}</span></div></div>
`;
}

type Known = MirrorDescription["known"][number];

function timeOf(iso: string | undefined): number {
  return iso === undefined ? Number.NEGATIVE_INFINITY : Date.parse(iso);
}

function targetOf({ repository, scheme, family }: MirrorDescription["history"][number]): string {
  return `${repository} ${scheme} ${family}`;
}

function presentOf(
  axis: Axis,
  record: Known["record"],
): { word: string; since: number } | undefined {
  if (record === null) return undefined;
  if (axis === "state") return { word: record.state, since: record.since };
  return record.freshness && { word: record.freshness.is, since: record.freshness.since };
}

function lookOf(axis: Axis, word: string) {
  const looks: Readonly<Record<string, "up" | "degraded" | "down" | "unknown">> =
    axis === "state" ? stateLooks : freshnessLooks;
  return Object.hasOwn(looks, word) ? (looks[word] ?? "unknown") : "unknown";
}

function titleOf({ texts, shown }: Visit, axis: Axis, { word, from, until }: Stretch): string {
  const words: Readonly<Record<string, string>> =
    axis === "state" ? texts.mirrors.states : texts.mirrors.freshness;
  return `${words[word] ?? word}: ${shown.moment(from)} – ${shown.moment(until)}`;
}

/** The region of a Prober as people know it is its code: the platform's hint, or `here`. */
export function regionBars({ texts, shown }: Visit, known: MirrorDescription["known"]): Html {
  const { mirror: words } = texts;
  const byRegion = new Map<string, { ms: number; at: number; isFailing: boolean }>();
  for (const { record } of known) {
    for (const [region, view] of Object.entries(record?.regions ?? {})) {
      const before = byRegion.get(region);
      byRegion.set(region, {
        ms: Math.min(before?.ms ?? Number.POSITIVE_INFINITY, view.ms ?? Number.POSITIVE_INFINITY),
        at: Math.max(before?.at ?? 0, view.at),
        isFailing: (before?.isFailing ?? false) || !view.ok,
      });
    }
  }
  if (byRegion.size === 0) return html`<p>${words.regionNone}</p>`;
  const all = [...byRegion].sort(([, a], [, b]) => a.ms - b.ms);
  const longest = Math.max(1, ...all.map(([, { ms }]) => (Number.isFinite(ms) ? ms : 0)));
  return html`<p class="quiet">${words.regionsWhy}</p>
${all.map(([region, { ms, at, isFailing }]) => {
  const isKnown = Number.isFinite(ms);
  const told = isKnown ? `${shown.number(Math.round(ms))} ms` : words.filesUnknown;
  const parts = isKnown ? [{ look: "plain" as const, from: 0, length: ms / longest }] : [];
  return html`<div class="strip"><span>${region} <span class="state ${isFailing ? "down" : "up"}">${isFailing ? words.failing : words.ok}</span></span><div>${bar(`${region}: ${told}`, parts)}<span class="quiet">${told} · ${words.at}: ${shown.moment(at)}</span></div></div>
`;
})}`;
}
