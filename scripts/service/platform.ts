/** What every way of running the Worker on this machine has in common; as in wrangler.toml. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parts } from "../program/parts.ts";

/** Not after what the pinned workerd supports. */
export const compatibilityDate = "2026-10-01";
export const compatibilityFlags = ["nodejs_compat"];

/** Where `npm run geo-data` puts the IP databases. */
export const builtDatabases = parts.databases;

/** Paths of the IP databases that are there, by binding. */
export function databasePaths(folder: string = builtDatabases): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [binding, file] of [
    ["COUNTRY_DATABASE", "country.mmdb"],
    ["ASN_DATABASE", "asn.mmdb"],
  ] as const) {
    const path = join(folder, file);
    if (existsSync(path)) found[binding] = path;
  }
  return found;
}

/** The edge's Worker in a local service, and the watchers', as `npm run deploy` names them. */
export const edgeWorker = "nearmirror";
export const watchersWorker = "nearmirror-watchers";

/** The edge's binding of the watchers' entrypoint that answers about packages, as in wrangler.toml. */
export const packagesBinding = { binding: "PACKAGES", entrypoint: "Packages" } as const;

/**
 * The Durable Objects, as in wrangler.toml; all with SQLite. By `storeKey` local stores keep a class's objects, and it
 * says what Worker and class were first called: it stays when either moves or is renamed, or the objects begin empty.
 */
export const watchers = [
  { binding: "FLEET", className: "Fleet", storeKey: "nearmirror-Fleet" },
  { binding: "PROBER", className: "Prober", storeKey: "nearmirror-Prober" },
  { binding: "REPOSITORY", className: "Repository", storeKey: "nearmirror-Repository" },
  { binding: "OPERATIONS", className: "Operations", storeKey: "nearmirror-Operations" },
  { binding: "TORRENTS", className: "Torrents", storeKey: "nearmirror-Torrents" },
  { binding: "STATISTICS", className: "Statistics", storeKey: "nearmirror-Statistics" },
  { binding: "SEARCH", className: "PackageSearch", storeKey: "nearmirror-PackageSearch" },
] as const;
