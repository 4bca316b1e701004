/** Fleet in the text format of Prometheus (version 0.0.4). Alarms are told with all others: `api/alarms.ts`. */

import { type Labels, metric } from "../runtime/prometheus-text.ts";
import { describeFleet } from "./fleet-answers.ts";
import type { FleetStore } from "./fleet-store.ts";
import type { Ledger } from "./ledger.ts";
import type { Rules } from "./rules.ts";
import { targetKey } from "./target.ts";

const codes = { unknown: 0, up: 1, degraded: 2, down: 3, drained: 4, disabled: 5 } as const;
const ages = { fresh: 0, lagging: 1, stale: 2 } as const;

/** Everything an operator would want a graph or an alert of. */
export function fleetMetrics(ledger: Ledger, store: FleetStore, rules: Rules, now: number): string {
  const health = { records: ledger.records, rules, now };
  const targets = describeFleet(ledger.list.roster.mirrors, health, {}).flatMap(
    ({ name, targets: all }) => all.map((target) => ({ mirror: name, ...target })),
  );
  const labelled = targets.map((target) => {
    const { mirror, repository, scheme } = target;
    return { target, labels: { mirror, repository, scheme } };
  });
  const counted = new Map<string, [Labels, number]>();
  for (const { repository, scheme, state } of targets) {
    const key = `${repository} ${scheme} ${state}`;
    const [, count] = counted.get(key) ?? [{}, 0];
    counted.set(key, [{ repository, scheme, state }, count + 1]);
  }
  const published = store.published();
  const probers = [...ledger.probers].filter(([, { given }]) => given !== "");
  const work = (pick: (prober: (typeof probers)[number][1]) => number) =>
    probers.map(([prober, standing]) => [{ prober }, pick(standing)] as const);
  const lines = [
    ...metric("nearmirror_mirrors", "gauge", "Mirrors by repository, scheme and state.", [
      ...counted.values(),
    ]),
    ...metric(
      "nearmirror_mirror_state",
      "gauge",
      "State of a mirror: 0 unknown, 1 up, 2 degraded, 3 down, 4 drained, 5 disabled.",
      labelled.map(({ target, labels }) => [labels, codes[target.state]]),
    ),
    ...metric(
      "nearmirror_mirror_freshness",
      "gauge",
      "Freshness of a mirror: 0 fresh, 1 lagging, 2 stale.",
      labelled.flatMap(({ target, labels }) =>
        target.freshness === undefined ? [] : [[labels, ages[target.freshness]] as const],
      ),
    ),
    ...metric(
      "nearmirror_mirror_generation",
      "gauge",
      "Newest snapshot of the repository that a mirror is known to have.",
      labelled.flatMap(({ target, labels }) =>
        target.generation === undefined ? [] : [[labels, target.generation] as const],
      ),
    ),
    ...metric(
      "nearmirror_mirror_round_trip_seconds",
      "gauge",
      "Round trip to a mirror as a region measured it last.",
      labelled.flatMap(({ target, labels }) =>
        Object.entries(target.ms ?? {}).map(
          ([region, ms]) => [{ ...labels, region }, ms / 1000] as const,
        ),
      ),
    ),
    ...metric(
      "nearmirror_mirror_missing_files",
      "gauge",
      "Files a mirror was found not to have rightly.",
      labelled.flatMap(({ target, labels }) =>
        target.without === undefined ? [] : [[labels, target.without] as const],
      ),
    ),
    ...metric("nearmirror_roster_version", "gauge", "Version of the roster published last, ms.", [
      [{}, published?.version ?? 0],
    ]),
    ...metric("nearmirror_roster_stored", "gauge", "Whether KV has the roster published last.", [
      [{}, published?.stored === true ? 1 : 0],
    ]),
    ...metric("nearmirror_list_version", "gauge", "Version of the mirror list in force, ms.", [
      [{}, ledger.list.roster.version],
    ]),
    ...metric(
      "nearmirror_prober_report_age_seconds",
      "gauge",
      "Time since a Prober's last report.",
      work(({ seenAt }) => Math.max(0, (now - seenAt) / 1000)),
    ),
    ...metric(
      "nearmirror_prober_blind",
      "gauge",
      "Whether a Prober believes itself blind.",
      work(({ blind }) => (blind === undefined ? 0 : 1)),
    ),
    ...metric(
      "nearmirror_prober_mirrors",
      "gauge",
      "Mirrors a Prober watches.",
      work(({ mirrors }) => mirrors),
    ),
    ...metric(
      "nearmirror_prober_probes_total",
      "counter",
      "Probes since Fleet began.",
      work((one) => one.work.probes),
    ),
    ...metric(
      "nearmirror_prober_failures_total",
      "counter",
      "Failed probes.",
      work((one) => one.work.failures),
    ),
    ...metric(
      "nearmirror_prober_suspended_total",
      "counter",
      "Failures not believed, as the Prober may have been blind.",
      work((one) => one.work.suspended),
    ),
    ...metric(
      "nearmirror_prober_requests_total",
      "counter",
      "Requests sent to mirrors.",
      work((one) => one.work.requests),
    ),
    ...metric(
      "nearmirror_prober_subrequests_total",
      "counter",
      "Requests sent to anybody, calls of other objects included.",
      work((one) => one.work.subrequests),
    ),
    ...metric(
      "nearmirror_prober_most_subrequests",
      "gauge",
      "Most subrequests of one alarm.",
      work((one) => one.work.mostSubrequests),
    ),
    ...metric(
      "nearmirror_prober_alarms_total",
      "counter",
      "Alarms of a Prober.",
      work((one) => one.work.alarms),
    ),
    ...metric(
      "nearmirror_prober_rows_written_total",
      "counter",
      "Rows a Prober wrote.",
      work((one) => one.work.rowsWritten),
    ),
    ...metric(
      "nearmirror_fleet_reports_total",
      "counter",
      "Reports of Probers since Fleet began.",
      [[{}, ledger.reportsTaken]],
    ),
    ...metric(
      "nearmirror_fleet_rows_written_total",
      "counter",
      "Rows Fleet wrote since it began.",
      [[{}, store.rowsWritten]],
    ),
    ...metric("nearmirror_targets_known", "gauge", "Targets of which anything is known.", [
      [{}, [...ledger.targets.values()].filter((one) => ledger.records.has(targetKey(one))).length],
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
