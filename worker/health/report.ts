/** What a Prober tells Fleet, and what Fleet answers. */
import type { Assignment } from "./assignment.ts";
import type { Observation } from "./observation.ts";
import type { TargetName } from "./target.ts";

/** An observation, with whose it is. */
export interface Seen {
  target: TargetName;
  /** By the mirror's own region. */
  own: boolean;
  /** Observations of the same outcome in a row, this one with it. */
  run: number;
  observation: Observation;
}

/** What a Prober did since its last report; the figures are sums since then. */
export interface Work {
  probes: number;
  failures: number;
  /** Requests sent to mirrors. */
  requests: number;
  /** Requests sent to anybody, calls of other objects with them: what the platform counts as subrequests. */
  subrequests: number;
  /** Most subrequests of one alarm. */
  mostSubrequests: number;
  alarms: number;
  /** Failures that were not believed, because the Prober may have been blind. */
  suspended: number;
  rowsWritten: number;
}

export interface Report {
  /** `weur-0`. */
  prober: string;
  /** Unix ms. */
  at: number;
  /** Version of the assignment it follows; empty: none. */
  assignment: string;
  mirrors: number;
  /** Why it believes itself blind; absent: it sees. */
  blind?: string;
  work: Work;
  /** What is worth telling: failures, what changed, and all now and then. */
  seen: readonly Seen[];
}

/** Fleet's answer to a report. */
export interface Orders {
  /** The assignment, where the Prober's isn't the current one. */
  assignment?: Assignment;
}

export const noWork: Work = {
  probes: 0,
  failures: 0,
  requests: 0,
  subrequests: 0,
  mostSubrequests: 0,
  alarms: 0,
  suspended: 0,
  rowsWritten: 0,
};

/** Adds up; the most of one alarm stays the most. */
export function addWork(sum: Work, more: Work): Work {
  return {
    probes: sum.probes + more.probes,
    failures: sum.failures + more.failures,
    requests: sum.requests + more.requests,
    subrequests: sum.subrequests + more.subrequests,
    mostSubrequests: Math.max(sum.mostSubrequests, more.mostSubrequests),
    alarms: sum.alarms + more.alarms,
    suspended: sum.suspended + more.suspended,
    rowsWritten: sum.rowsWritten + more.rowsWritten,
  };
}
