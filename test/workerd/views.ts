/** Views for tests in workerd: a few mirrors in known places, of which each differs in one thing. */

import type { Kind } from "../../worker/formats/kinds.ts";
import { latencyModel } from "../../worker/geo/latency.ts";
import { OpenRoster } from "../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { type OpenViews, openRepositories } from "../../worker/views/views.ts";

export const frankfurt = { country: "DE", latitude: 50.1, longitude: 8.7 };
const ashburn = { country: "US", latitude: 38.9, longitude: -77.5 };
const tokyo = { country: "JP", latitude: 35.7, longitude: 139.7 };

/** Both schemes of one host. */
export function both(host: string) {
  return { http: `http://${host}/debian/`, https: `https://${host}/debian/` };
}

/** A mirror; unless `more` says otherwise, it has all files of the one generation there is. */
export function mirror(
  name: string,
  place: object,
  more: Partial<RosterMirror> = {},
): RosterMirror {
  const carries = Object.entries(more.carries ?? { debian: both(name) });
  return {
    name,
    capacity: 1000,
    state: "up",
    ...place,
    ...more,
    carries: Object.fromEntries(
      carries.map(([repository, carried]) => [repository, { generation: 1, ...carried }]),
    ),
  };
}

/** The same mirror as one that was never probed: what it has, it has to show. */
export function unprobed(probed: RosterMirror): RosterMirror {
  const carries = Object.entries(probed.carries).map(([repository, carried]) => {
    const { generation: _, ...rest } = carried;
    return [repository, rest];
  });
  return { ...probed, carries: Object.fromEntries(carries) };
}

export const mirrors: RosterMirror[] = [
  mirror("frankfurt.example", frankfurt),
  mirror("ashburn.example", ashburn),
  mirror("tokyo.example", tokyo),
  mirror("plain.example", frankfurt, {
    carries: { debian: { http: "http://plain.example/debian/" } },
  }),
  mirror("drained.example", frankfurt, { state: "drained" }),
  mirror("arm.example", frankfurt, {
    carries: { debian: { ...both("arm.example"), architectures: ["arm64"] } },
  }),
];

export const origin = "http://origin.example/";

function repository(name: string, kind: Kind): Repository {
  return {
    name,
    kind,
    title: `Test <${name}>`,
    origin: `${origin}${name}/`,
    architectures: ["amd64", "arm64"],
    keys: [],
    setup: { suites: "stable", components: "main" },
  };
}

export function views(list: RosterMirror[] = mirrors, version = 1): OpenViews {
  return {
    roster: new OpenRoster({ version, mirrors: list }, latencyModel),
    list: 1,
    catalogueVersion: 1,
    ...openRepositories([repository("debian", "apt"), repository("isos", "images")]),
  };
}
