/** `/metrics`, in the text format of Prometheus. What all isolates together know is Fleet's to tell. */
import type { LivenessCounts } from "../delivery/liveness-log.ts";
import type { PayloadCounts } from "../delivery/payload.ts";
import { outcomes, type TrafficCount } from "../delivery/traffic.ts";
import { answerOrReason, type FleetAnswers } from "../health/fleet-questions.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
import { type Labels, metric } from "../runtime/prometheus-text.ts";
import { otherName } from "../statistics/counted.ts";
import type { MirrorTotal, StatisticsAnswers } from "../statistics/question.ts";
import type { OpenViews } from "../views/views.ts";
import type { Alarm } from "./alarms.ts";
import { type MachineState, machineLines } from "./machine.ts";

/** What `/metrics` tells besides Fleet's own figures. */
export interface MetricsSources {
  views: OpenViews;
  fleet: FleetAnswers | undefined;
  counts: PayloadCounts;
  /** Absent: mirrors aren't checked before redirects. */
  checks?: LivenessCounts | undefined;
  traffic: readonly TrafficCount[];
  /** Absent: nobody adds up redirects. */
  statistics?: StatisticsAnswers | undefined;
  alarms: readonly Alarm[];
  /** Absent: the service doesn't run on a machine of its own. */
  machine?: MachineState | undefined;
  /** Unix ms. */
  now: number;
}

/** This edge's own view of things, and all that Fleet counts. */
export async function metrics(sources: MetricsSources): Promise<Response> {
  const { fleet, counts, checks, traffic, statistics, alarms, machine, now } = sources;
  const { roster } = sources.views;
  const [got, totals] = await Promise.all([
    fleet && answerOrReason(fleet.metrics()),
    statistics && answerOrReason(statistics.totals(), "Statistics"),
  ]);
  const reached = got !== undefined && "answer" in got;
  const lines = [
    ...metric("nearmirror_edge_roster_version", "gauge", "Version of this edge's roster, ms.", [
      [{}, roster.version],
    ]),
    ...metric("nearmirror_edge_roster_age_seconds", "gauge", "Time since that roster was made.", [
      [{}, Math.max(0, (now - roster.version) / 1000)],
    ]),
    ...metric("nearmirror_fleet_reachable", "gauge", "Whether this edge reaches Fleet.", [
      [{}, reached ? 1 : 0],
    ]),
    ...metric(
      "nearmirror_alarm",
      "gauge",
      "Alarms that are on.",
      alarms.map(({ name, repository }): [Labels, number] => [
        { alarm: name, ...(repository !== undefined && { repository }) },
        1,
      ]),
    ),
    ...metric(
      "nearmirror_redirects_unproven_total",
      "counter",
      "Redirects of this isolate alone to mirrors that it could not check.",
      [[{}, counts.unproven]],
    ),
    ...trafficLines(traffic),
    ...(totals !== undefined && "answer" in totals ? mirrorLines(totals.answer, roster) : []),
    ...(checks === undefined ? [] : checkLines(checks)),
    ...(machine === undefined ? [] : machineLines(machine)),
  ];
  return new Response(`${lines.join("\n")}\n${reached ? got.answer : ""}`, {
    headers: {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      "Cache-Control": "no-store",
    },
  });
}

function trafficLines(traffic: readonly TrafficCount[]): string[] {
  return [
    ...metric(
      "nearmirror_answers_total",
      "counter",
      "Answers of this isolate alone, by route, repository and outcome.",
      traffic.flatMap(({ route, repository, answers }) =>
        outcomes
          .filter((outcome) => answers[outcome] > 0)
          .map((outcome): [Labels, number] => [{ route, repository, outcome }, answers[outcome]]),
      ),
    ),
    ...metric(
      "nearmirror_answer_bytes_total",
      "counter",
      "Bytes of these answers.",
      traffic.map(({ route, repository, bytes }): [Labels, number] => [
        { route, repository },
        bytes,
      ]),
    ),
  ];
}

/** Of all isolates together. A series for each listed mirror: those that went are one. */
function mirrorLines(totals: readonly MirrorTotal[], { mirrors }: OpenRoster): string[] {
  const listed = new Set(mirrors.map(({ resource }) => resource.name));
  const redirects = new Map<string, number>();
  const bytes = new Map<string, number>();
  for (const total of totals) {
    const mirror = listed.has(total.mirror) ? total.mirror : otherName;
    redirects.set(mirror, (redirects.get(mirror) ?? 0) + total.redirects);
    bytes.set(mirror, (bytes.get(mirror) ?? 0) + total.bytes);
  }
  const samples = (of: ReadonlyMap<string, number>) =>
    [...of].map(([mirror, value]): [Labels, number] => [{ mirror }, value]);
  return [
    ...metric(
      "nearmirror_mirror_redirects_total",
      "counter",
      "Redirects to a mirror, of all isolates.",
      samples(redirects),
    ),
    ...metric(
      "nearmirror_mirror_expected_bytes_total",
      "counter",
      "Bytes of the files that these were for, where the size is known.",
      samples(bytes),
    ),
  ];
}

function checkLines({ right, wrong, silent, bytes }: LivenessCounts): string[] {
  return [
    ...metric(
      "nearmirror_edge_looks_total",
      "counter",
      "Checks of mirrors by this isolate alone, by outcome.",
      Object.entries({ right, wrong, silent }).map(([outcome, count]) => [{ outcome }, count]),
    ),
    ...metric("nearmirror_edge_look_bytes_total", "counter", "Bytes that these checks have read.", [
      [{}, bytes],
    ]),
  ];
}
