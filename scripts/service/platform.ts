/** What every way of running the Worker on this machine has in common; as in wrangler.toml. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";

/** Not after what the pinned workerd supports. */
export const compatibilityDate = "2026-10-01";
export const compatibilityFlags = ["nodejs_compat"];

/** Where `npm run geo-data` puts the IP databases. */
export const builtDatabases = join(root, "geo-data/built");

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

/**
 * The watchers' Worker in a local service. Its name is a part of the key under which stores keep the objects, so it is
 * the name that the one Worker had before the edge became a Worker of its own: stores of that time are taken over.
 */
export const watchersWorker = "nearmirror";

/** The edge's Worker in a local service. */
export const edgeWorker = "nearmirror-edge";

/** The Durable Objects, as in wrangler.toml; all with SQLite. */
export const watchers = [
  { binding: "FLEET", className: "Fleet" },
  { binding: "PROBER", className: "Prober" },
  { binding: "REPOSITORY", className: "Repository" },
] as const;
