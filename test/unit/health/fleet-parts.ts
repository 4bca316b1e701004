/** Lists, reports and looks into the store for the tests of Fleet's ledger. */

import type { Observation } from "../../../worker/health/observation.ts";
import { noWork, type Report, type Seen } from "../../../worker/health/report.ts";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import type { Override, RosterMirror } from "../../../worker/mirrors/roster.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { readProbeSettings } from "../../../worker/settings/settings.ts";
import { failureOf, probe } from "./events.ts";

export const settings = readProbeSettings({ PROBING: "all", PROBE_REGIONS: "weur,enam" });

function repository(name: string): Repository {
  return {
    name,
    kind: "apt",
    title: name,
    origin: `http://origin.example/${name}/`,
    architectures: ["amd64"],
    roots: ["dists/stable/InRelease"],
    keys: [],
    setup: {},
  };
}

/** A mirror with `debian` and `extra` over http. */
export function listedMirror(name: string, word?: Override): RosterMirror {
  return {
    name,
    country: "DE",
    capacity: 1000,
    state: word?.is ?? "unknown",
    ...(word !== undefined && { word }),
    carries: {
      debian: { http: `http://${name}/debian/` },
      extra: { http: `http://${name}/extra/` },
    },
  };
}

export function listOf(version: number, mirrors: RosterMirror[]): Views {
  return {
    roster: { version, mirrors },
    catalogue: { version, repositories: [repository("debian"), repository("extra")] },
  };
}

/** What a Prober saw of one of those mirrors' repositories. */
export function seenAt(
  mirror: string,
  at: number,
  more: Partial<Observation> = {},
  { run = 1, repositoryName = "debian" } = {},
): Seen {
  return {
    target: { mirror, repository: repositoryName, scheme: "http", family: "any" },
    own: true,
    run,
    observation: probe(at, more),
  };
}

export const failing = { failure: failureOf("timeout") };

export function reportOf(at: number, seen: readonly Seen[], more: Partial<Report> = {}): Report {
  return {
    prober: "weur-0",
    at,
    assignment: "a",
    mirrors: 3,
    work: { ...noWork, probes: seen.length },
    seen,
    ...more,
  };
}
