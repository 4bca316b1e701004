/** The lab as the service sees it: its mirror list, compiled. */

import { readFileSync } from "node:fs";
import type { RosterMirror, State } from "../../worker/mirrors/roster.ts";
import type { Repository, Views } from "../../worker/repositories/catalogue.ts";
import type { Lab, LabMirror } from "./lab.ts";

export interface LabViewsOptions {
  /** States by mirror name; the others are `up`. */
  states?: Record<string, State>;
  /** Only these mirrors are listed. Default all. */
  only?: string[];
  /**
   * The repositories' metadata is verified and served from snapshots: pinned to the lab's key, asked of the origin
   * every second. Default: it comes from the origin as it is.
   */
  verified?: boolean;
  /** Files below this size, bytes, come from the edge. Default 0: the lab's are tiny, and to be redirected. */
  minSize?: number;
}

/** The lab's key as a mirror list has it. */
const keyFile = "lab.asc";

let lastVersion = 0;

/**
 * Views with three repositories (`lab` apt, `lab-rpm` rpm, `lab-cd` images), all with the lab's origin and all
 * carried by each mirror. Every call has a greater version than the one before, so that a publish is newer.
 */
export function labViews(lab: Lab, options: LabViewsOptions = {}): Views {
  lastVersion = Math.max(lastVersion + 1, Date.now());
  const listed = lab.mirrors.filter((mirror) => options.only?.includes(mirror.name) ?? true);
  return {
    roster: {
      version: lastVersion,
      mirrors: listed.map((mirror) => rosterMirror(mirror, options.states?.[mirror.name] ?? "up")),
    },
    catalogue: {
      version: lastVersion,
      repositories: labRepositories(lab.origin.url)
        .map((repository) => ({ ...repository, redirect: { minSize: options.minSize ?? 0 } }))
        .map((repository) => (options.verified ? verified(repository, lab) : repository)),
    },
    ...(options.verified && { keys: { [keyFile]: keyOf(lab).base64 } }),
  };
}

function keyOf({ trees: { publicKeyFile, fingerprint } }: Lab) {
  if (publicKeyFile === undefined || fingerprint === undefined) {
    throw new Error("the lab's repositories are not signed");
  }
  return { fingerprint, base64: readFileSync(publicKeyFile).toString("base64") };
}

function verified(repository: Repository, lab: Lab): Repository {
  const { fingerprint } = keyOf(lab);
  const how: Partial<Repository> =
    repository.kind === "images"
      ? { verify: "checksums" }
      : { verify: "signed", keys: [{ file: keyFile, fingerprints: [fingerprint] }] };
  return { ...repository, ...how, poll: 1, follow: "always" };
}

function rosterMirror(mirror: LabMirror, state: State): RosterMirror {
  const { country, latitude, longitude } = mirror.place;
  const carries: RosterMirror["carries"] = {};
  for (const name of ["lab", "lab-rpm", "lab-cd"]) {
    carries[name] = {
      http: `${mirror.url}${name}/`,
      ...(mirror.httpsUrl && { https: `${mirror.httpsUrl}${name}/` }),
    };
  }
  const { name, capacity } = mirror;
  return { name, country, latitude, longitude, capacity, families: ["ipv4"], state, carries };
}

function labRepositories(originUrl: string): Repository[] {
  return [
    {
      name: "lab",
      kind: "apt",
      title: "The lab's apt repository",
      origin: `${originUrl}lab/`,
      architectures: ["amd64"],
      roots: ["dists/stable/InRelease"],
      freshness: {},
      keys: [],
      setup: { suites: "stable", components: "main", signedBy: "lab.asc" },
    },
    {
      name: "lab-rpm",
      kind: "rpm",
      title: "The lab's rpm repository",
      origin: `${originUrl}lab-rpm/`,
      architectures: ["x86_64"],
      roots: ["repodata/repomd.xml"],
      freshness: {},
      keys: [],
      setup: { channels: { lab: "" } },
    },
    {
      name: "lab-cd",
      kind: "images",
      title: "The lab's images",
      origin: `${originUrl}lab-cd/`,
      architectures: ["amd64"],
      roots: ["SHA256SUMS"],
      freshness: {},
      keys: [],
      setup: { example: "near-1.0-amd64.iso" },
    },
  ];
}
