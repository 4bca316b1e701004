/** `/metrics`, in the text format of Prometheus. What all isolates together know is Fleet's to tell. */
import type { LivenessCounts } from "../delivery/liveness-log.ts";
import type { PayloadCounts } from "../delivery/payload.ts";
import { outcomes, type TrafficCount } from "../delivery/traffic.ts";
import { type Labels, metric } from "../runtime/prometheus-text.ts";
import type { OpenViews } from "../views/views.ts";
import { answerOrReason, type FleetAnswers } from "../watchers/fleet-questions.ts";
import type { Alarm } from "./alarms.ts";

/** What `/metrics` tells besides Fleet's own figures. */
export interface MetricsSources {
  views: OpenViews;
  fleet: FleetAnswers | undefined;
  counts: PayloadCounts;
  /** Absent: mirrors aren't checked before redirects. */
  checks?: LivenessCounts | undefined;
  traffic: readonly TrafficCount[];
  alarms: readonly Alarm[];
  /** Unix ms. */
  now: number;
}

/** This edge's own view of things, and all that Fleet counts. */
export async function metrics(sources: MetricsSources): Promise<Response> {
  const { fleet, counts, checks, traffic, alarms, now } = sources;
  const { roster } = sources.views;
  const got = fleet === undefined ? undefined : await answerOrReason(fleet.metrics());
  const reached = got !== undefined && "answer" in got;
  const lines = [
    ...metric(
      "nearmirror_edge_roster_version",
      "gauge",
      "Version of the roster that this edge decides by, ms.",
      [[{}, roster.version]],
    ),
    ...metric("nearmirror_edge_roster_age_seconds", "gauge", "Time since that roster was made.", [
      [{}, Math.max(0, (now - roster.version) / 1000)],
    ]),
    ...metric(
      "nearmirror_fleet_reachable",
      "gauge",
      "Whether this edge reaches Fleet; 0 as well where nothing is probed.",
      [[{}, reached ? 1 : 0]],
    ),
    ...metric(
      "nearmirror_alarm",
      "gauge",
      "Alarms that are on: of the service, of Probers, and of repositories.",
      alarms.map(({ name, repository }): [Labels, number] => [
        { alarm: name, ...(repository !== undefined && { repository }) },
        1,
      ]),
    ),
    ...metric(
      "nearmirror_redirects_unproven_total",
      "counter",
      "Redirects of this isolate alone, since it began, to mirrors not proven to have the file: it could reach neither them nor the origin.",
      [[{}, counts.unproven]],
    ),
    ...trafficLines(traffic),
    ...(checks === undefined ? [] : checkLines(checks)),
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
      "Answers of this isolate alone, since it began, by route, repository and outcome.",
      traffic.flatMap(({ route, repository, answers }) =>
        outcomes
          .filter((outcome) => answers[outcome] > 0)
          .map((outcome): [Labels, number] => [{ route, repository, outcome }, answers[outcome]]),
      ),
    ),
    ...metric(
      "nearmirror_answer_bytes_total",
      "counter",
      "Bytes of these answers' bodies, where their length was told.",
      traffic.map(({ route, repository, bytes }): [Labels, number] => [
        { route, repository },
        bytes,
      ]),
    ),
  ];
}

function checkLines({ right, wrong, silent, bytes }: LivenessCounts): string[] {
  return [
    ...metric(
      "nearmirror_edge_looks_total",
      "counter",
      "Looks at mirrors before redirects, by this isolate alone, since it began: answered rightly, wrongly, not in time.",
      Object.entries({ right, wrong, silent }).map(([outcome, count]) => [{ outcome }, count]),
    ),
    ...metric(
      "nearmirror_edge_look_bytes_total",
      "counter",
      "Bytes of small files that these looks have read.",
      [[{}, bytes]],
    ),
  ];
}
