/** `/metrics`, in the text format of Prometheus. What all isolates together know is Fleet's to tell. */
import type { LivenessCounts } from "../delivery/liveness-log.ts";
import type { PayloadCounts } from "../delivery/payload.ts";
import type { OpenViews } from "../views/views.ts";
import { answerOrReason, type FleetAnswers } from "../watchers/fleet-questions.ts";

/** What an isolate counts, since it began. */
export interface EdgeCounts extends PayloadCounts {
  /** Undefined: mirrors aren't checked before redirects. */
  checks: LivenessCounts | undefined;
}

/** This edge's own view of things, and all that Fleet counts. */
export async function metrics(
  views: OpenViews,
  fleet: FleetAnswers | undefined,
  { unproven, checks }: EdgeCounts,
  now: number,
): Promise<Response> {
  const { roster } = views;
  const got = fleet === undefined ? undefined : await answerOrReason(fleet.metrics());
  const reached = got !== undefined && "answer" in got;
  const lines = [
    "# HELP nearmirror_edge_roster_version Version of the roster that this edge decides by, ms.",
    "# TYPE nearmirror_edge_roster_version gauge",
    `nearmirror_edge_roster_version ${roster.version}`,
    "# HELP nearmirror_edge_roster_age_seconds Time since that roster was made.",
    "# TYPE nearmirror_edge_roster_age_seconds gauge",
    `nearmirror_edge_roster_age_seconds ${Math.max(0, (now - roster.version) / 1000)}`,
    "# HELP nearmirror_fleet_reachable Whether this edge reaches Fleet; 0 as well where nothing is probed.",
    "# TYPE nearmirror_fleet_reachable gauge",
    `nearmirror_fleet_reachable ${reached ? 1 : 0}`,
    "# HELP nearmirror_redirects_unproven_total Redirects of this isolate alone, since it began, to mirrors not proven to have the file: it could reach neither them nor the origin.",
    "# TYPE nearmirror_redirects_unproven_total counter",
    `nearmirror_redirects_unproven_total ${unproven}`,
    ...(checks === undefined ? [] : checkLines(checks)),
  ];
  return new Response(`${lines.join("\n")}\n${reached ? got.answer : ""}`, {
    headers: {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      "Cache-Control": "no-store",
    },
  });
}

function checkLines({ right, wrong, silent, bytes }: LivenessCounts): string[] {
  return [
    "# HELP nearmirror_edge_looks_total Looks at mirrors before redirects, by this isolate alone, since it began: answered rightly, wrongly, not in time.",
    "# TYPE nearmirror_edge_looks_total counter",
    `nearmirror_edge_looks_total{outcome="right"} ${right}`,
    `nearmirror_edge_looks_total{outcome="wrong"} ${wrong}`,
    `nearmirror_edge_looks_total{outcome="silent"} ${silent}`,
    "# HELP nearmirror_edge_look_bytes_total Bytes of small files that these looks have read.",
    "# TYPE nearmirror_edge_look_bytes_total counter",
    `nearmirror_edge_look_bytes_total ${bytes}`,
  ];
}
