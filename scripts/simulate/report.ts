/** The simulation's result as text. */
import type { Judgement, Verdict } from "./judge.ts";
import type { Summary } from "./statistics.ts";

/** What stands above one field's tables. */
export interface Heading {
  repository: string;
  scheme: string;
  /** Mirrors left out, as nothing is known of where they are. */
  unplaced: number;
}

/** How to read the tables; goes before the first. */
export function explanation(clients: number, ipv6Share: number, seed: number): string {
  return `${clients} clients, seed ${seed}. Every announced address is as likely as any other (${percent(ipv6Share)} of clients with
IPv6), so countries count by address space and not by people; "each country once" evens that out. A client
is in a town of its country: half of them in any, half in one within 50 km of a hub (big cities, data
centres). A rule knows the client's city, or its country only; and always its AS. Excess is what was chosen
less the best possible. km are great-circle distances and judge all alike. ms are by our own latency model,
by which Nearmirror also ranks: biased in its favour. Fair is a mirror's share of capacity; "of equals" its
share among the mirrors that count as equally near for each client. "nearest only" is no service, but a
reference; "uncounted" is Nearmirror before any redirect was counted, where nothing adds to a loaded mirror's
cost.
`;
}

/** One field's two tables. */
export function fieldReport(heading: Heading, judgement: Judgement): string {
  const { mirrors, clients, countries, atHome, nearestKm, leastMs, verdicts } = judgement;
  const left = heading.unplaced === 0 ? "" : `, ${heading.unplaced} without a place left out`;
  const lines = [
    `${heading.repository} over ${heading.scheme}: ${mirrors} mirrors${left}; ${clients} clients in ${countries} countries, ${percent(atHome)} with a mirror at home`,
    `nearest possible: ${summary(nearestKm)} km (mean / p50 / p95); ${summary(leastMs)} ms`,
    "",
    ...table(distanceColumns, verdicts),
    "",
    ...table(loadColumns, verdicts),
  ];
  return `${lines.join("\n")}\n`;
}

type Column = [title: string, cell: (verdict: Verdict) => string];

const who: Column[] = [
  ["rule", ({ name }) => name],
  ["knows", ({ knows }) => knows],
];

const distanceColumns: Column[] = [
  ...who,
  ["km mean", ({ km }) => whole(km.mean)],
  ["p50", ({ km }) => whole(km.p50)],
  ["p95", ({ km }) => whole(km.p95)],
  ["excess km mean", ({ excessKm }) => whole(excessKm.mean)],
  ["p50", ({ excessKm }) => whole(excessKm.p50)],
  ["p95", ({ excessKm }) => whole(excessKm.p95)],
  ["each country once", ({ excessKmPerCountry }) => whole(excessKmPerCountry)],
  ["ms mean", ({ ms }) => tenth(ms.mean)],
  ["excess ms mean", ({ excessMs }) => tenth(excessMs.mean)],
  ["p50", ({ excessMs }) => tenth(excessMs.p50)],
  ["p95", ({ excessMs }) => tenth(excessMs.p95)],
  ["each country once", ({ excessMsPerCountry }) => tenth(excessMsPerCountry)],
];

const loadColumns: Column[] = [
  ...who,
  ["top mirror", ({ load }) => percent(load.top1)],
  ["top ten", ({ load }) => percent(load.top10)],
  ["most x fair", ({ load }) => tenth(load.worstRatio)],
  ["Gini", ({ load }) => load.gini.toFixed(2)],
  [
    "x of equals",
    ({ worstOfEquals }) => (Number.isNaN(worstOfEquals) ? "-" : worstOfEquals.toFixed(2)),
  ],
  ["idle mirrors", ({ load }) => whole(load.idle)],
  ["sent abroad", ({ abroad }) => percent(abroad)],
  ["same mirror again", ({ sticky }) => percent(sticky)],
];

/** Titles of several words stand in several lines, so that columns stay as narrow as their figures. */
function table(columns: readonly Column[], verdicts: readonly Verdict[]): string[] {
  const titles = columns.map(([title]) => title.split(" "));
  const height = Math.max(...titles.map((words) => words.length));
  const rows = Array.from({ length: height }, (_, line) =>
    titles.map((words) => words[line - height + words.length] ?? ""),
  );
  rows.push(...verdicts.map((verdict) => columns.map(([, cell]) => cell(verdict))));
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, at) =>
        at < who.length ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function summary({ mean, p50, p95 }: Summary): string {
  return [mean, p50, p95].map(whole).join(" / ");
}

function whole(value: number): string {
  return value.toFixed(0);
}

function tenth(value: number): string {
  return value.toFixed(1);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}
