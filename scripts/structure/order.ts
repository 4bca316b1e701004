/** The order of the Worker's folders: each knows only those that stand before it. */

export interface Folder {
  /** Below `worker/`; a file of `worker/` itself by its name. */
  name: string;
  /** What stands there. */
  has: string;
}

/** First what knows nothing, last what knows all. `docs/architecture.md` draws the same order. */
export const order: readonly Folder[] = [
  { name: "runtime", has: "deadlines, work in the background, bounded maps, SQL, hashes" },
  { name: "http", has: "what comes in: paths, queries, ranges, conditional requests, errors" },
  { name: "geo", has: "addresses, places on earth, latency" },
  { name: "outbound", has: "what goes out: questions to servers, redirects, failures" },
  { name: "formats", has: "the kinds of repositories: paths, roots, indexes, signatures" },
  { name: "images", has: "the image catalogue: what names of images say, filters, exports: pure" },
  {
    name: "torrents",
    has: "torrents of images: which, how they are read and checked, what is written",
  },
  { name: "blobs", has: "bytes by their hash, and indexes made of a head and segments" },
  {
    name: "repositories",
    has: "catalogue, snapshots and what they hold, what probes compare with",
  },
  {
    name: "search",
    has: "packages found by name, command, file, provides, words: pure, and the sets that are searched",
  },
  { name: "solve", has: "what package managers would install, by the rules of each: pure" },
  { name: "directory", has: "ranked resources: cost, candidates, rank" },
  { name: "mirrors", has: "mirrors as resources: roster, which may serve, overrides, proof" },
  { name: "accounts", has: "principals, roles, tokens, sessions, the audit log" },
  { name: "list", has: "the mirror list as data: its schemas, checks, the views it becomes: pure" },
  { name: "health", has: "targets, observations, states, schedule: pure; probes by protocol" },
  { name: "events", has: "what happens, told once: alarms, webhooks, streams" },
  { name: "views", has: "roster and catalogue as published, opened, refreshed" },
  { name: "clients", has: "clients: recognised, with rankings, history and wishes" },
  {
    name: "statistics",
    has: "redirects counted in isolates, added up by hour and day, asked for: no client's address",
  },
  { name: "delivery", has: "file facts, the decision, liveness, bytes, redirect, lists, trace" },
  { name: "settings", has: "what an operator sets" },
  { name: "embedded", has: "KV, R2 and the cache for plain workerd, as a Worker of its own" },
  { name: "api", has: "answers for programs" },
  { name: "pages", has: "answers for people" },
  { name: "operate", has: "operators over HTTP: the API that changes things, the console" },
  { name: "watchers", has: "Durable Objects: thin shells around platform-free parts" },
  { name: "routes", has: "every URL, and what of a repository each path gets" },
  { name: "isolate.ts", has: "what an isolate holds between requests" },
  { name: "index.ts", has: "the Worker" },
];

/** An import against the order that is meant to stay. */
export interface Exception {
  from: string;
  to: string;
  why: string;
}

/** At most five, each with its reason. */
export const exceptions: readonly Exception[] = [];
