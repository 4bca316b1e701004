/** The lab as the service sees it: its mirror list, compiled. */

import { readFileSync } from "node:fs";
import type { State } from "../../worker/directory/resource.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { apkRoot } from "./apk-repository.ts";
import { modulePath } from "./files-tree.ts";
import { rootsOf } from "./images-tree.ts";
import type { Lab, LabMirror, MoreTree } from "./lab.ts";
import { pacmanRoot } from "./pacman-repository.ts";

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
 * Views with three repositories (`lab` apt, `lab-rpm` rpm, `lab-cd` images), and those of the trees that the lab has
 * besides (`lab-pacman`, `lab-apk`, `lab-files`), all with the lab's origin and all carried by each mirror. Every call has a greater version than the one before, so that a publish is newer.
 */
export function labViews(lab: Lab, options: LabViewsOptions = {}): Views {
  lastVersion = Math.max(lastVersion + 1, Date.now());
  const listed = lab.mirrors.filter((mirror) => options.only?.includes(mirror.name) ?? true);
  const repositories = labRepositories(lab);
  const names = repositories.map(({ name }) => name);
  return {
    roster: {
      version: lastVersion,
      mirrors: listed.map((mirror) =>
        rosterMirror(mirror, names, options.states?.[mirror.name] ?? "up"),
      ),
    },
    catalogue: {
      version: lastVersion,
      repositories: repositories
        .map((repository) => ({ ...repository, redirect: { minSize: options.minSize ?? 0 } }))
        .map((repository) => (options.verified ? verified(repository, lab) : repository)),
    },
    ...(options.verified && { keys: keysOf(lab) }),
  };
}

function keysOf(lab: Lab): Record<string, string> {
  const { apkKey } = lab.trees;
  return {
    [keyFile]: keyOf(lab).base64,
    ...(apkKey && { [apkKey.file]: Buffer.from(apkKey.publicKey).toString("base64") }),
  };
}

function keyOf({ trees: { publicKeyFile, fingerprint } }: Lab) {
  if (publicKeyFile === undefined || fingerprint === undefined) {
    throw new Error("the lab's repositories are not signed");
  }
  return { fingerprint, base64: readFileSync(publicKeyFile).toString("base64") };
}

function verified(repository: Repository, lab: Lab): Repository {
  // Plain files have no roots that could be followed.
  if (repository.kind === "files") return repository;
  return { ...repository, ...verifiedBy(repository, lab), poll: 1, follow: "always" };
}

function verifiedBy({ kind }: Repository, lab: Lab): Partial<Repository> {
  if (kind === "images") return { verify: "checksums" };
  const { apkKey } = lab.trees;
  const { file, fingerprint } =
    kind === "apk" && apkKey ? apkKey : { file: keyFile, ...keyOf(lab) };
  return { verify: "signed", keys: [{ file, fingerprints: [fingerprint] }] };
}

function rosterMirror(mirror: LabMirror, repositories: string[], state: State): RosterMirror {
  const { country, latitude, longitude } = mirror.place;
  const carries: RosterMirror["carries"] = {};
  for (const name of repositories) {
    carries[name] = {
      http: `${mirror.url}${name}/`,
      ...(mirror.httpsUrl && { https: `${mirror.httpsUrl}${name}/` }),
    };
  }
  const { name, capacity } = mirror;
  return { name, country, latitude, longitude, capacity, families: ["ipv4"], state, carries };
}

function labRepositories({ origin, trees }: Lab): Repository[] {
  const more = (trees.more ?? []).map((tree) => moreRepositories[tree](origin.url));
  return [...firstRepositories(origin.url), ...more];
}

const moreRepositories: Record<MoreTree, (originUrl: string) => Repository> = {
  pacman: (originUrl) => ({
    name: "lab-pacman",
    kind: "pacman",
    title: "The lab's pacman repository",
    origin: `${originUrl}lab-pacman/`,
    architectures: ["x86_64"],
    roots: [pacmanRoot],
    freshness: {},
    keys: [],
    setup: {},
  }),
  apk: (originUrl) => ({
    name: "lab-apk",
    kind: "apk",
    title: "The lab's apk repository",
    origin: `${originUrl}lab-apk/`,
    architectures: ["x86_64"],
    roots: [apkRoot],
    freshness: {},
    keys: [],
    setup: {},
  }),
  images: (originUrl) => ({
    name: "debian-cd",
    kind: "images",
    title: "Debian installer images",
    origin: `${originUrl}debian-cd/`,
    architectures: ["amd64", "arm64"],
    roots: rootsOf("debian-cd"),
    freshness: {},
    keys: [],
    setup: {},
  }),
  files: (originUrl) => ({
    name: "lab-files",
    kind: "files",
    title: "The lab's files",
    origin: `${originUrl}lab-files/`,
    architectures: [],
    freshness: {},
    keys: [],
    setup: { example: modulePath },
  }),
};

function firstRepositories(originUrl: string): Repository[] {
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
