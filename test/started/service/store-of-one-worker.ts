/** The service as it was before the edge became a Worker of its own: everything in the Worker `nearmirror`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { bundleScript, root, wasmModules } from "../../../scripts/service/bundle.ts";
import {
  compatibilityDate,
  compatibilityFlags,
  watchers,
} from "../../../scripts/service/platform.ts";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";

/** What the objects are to have in the store. */
export interface Kept {
  /** The mirror whose history has an entry, and the entry's sentence. */
  mirror: string;
  why: string;
  /** The entry that a repository's object owns, and its list's version. */
  entry: Repository;
  version: number;
}

/** Then there were no operators, and no packages were read. */
const later: ReadonlySet<string> = new Set(["Operations", "PackageSearch"]);
const ofThen = watchers.filter(({ className }) => !later.has(className));

/** One Worker with the objects' classes, which writes by their own calls and tables what a test asks for. */
const writing = `
import { Fleet as Watching, Operations, PackageSearch, Prober, Repository, Statistics, Torrents } from "./watchers.js";
export { Operations, PackageSearch, Prober, Repository, Statistics, Torrents };
export class Fleet extends Watching {
  note(mirror, why) {
    this.ctx.storage.sql.exec(
      \`INSERT INTO history (at, mirror, repository, scheme, family, axis, "from", "to", why, evidence)
        VALUES (?, ?, '', '', '', 'state', 'up', 'down', ?, '{}')\`,
      Date.now(), mirror, why,
    );
  }
}
export default {
  async fetch(request, { FLEET, REPOSITORY }) {
    const { mirror, why, entry, version } = await request.json();
    await FLEET.get(FLEET.idFromName("fleet")).note(mirror, why);
    await REPOSITORY.get(REPOSITORY.idFromName(entry.name)).configure(entry, version);
    return new Response("kept");
  },
};
`;

/** Makes a store with this in `persist`, and ends what made it. */
export async function writeOldStore(persist: string, views: Views, kept: Kept): Promise<void> {
  const wasm = Object.entries(wasmModules).map(
    async ([name, path]) =>
      [name, { type: "wasm" as const, contents: await readFile(join(root, path)) }] as const,
  );
  const worker = "nearmirror";
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    enableDevRegistry: false,
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    resourcePersistencePath: persist,
    workers: [
      {
        config: {
          name: worker,
          compatibilityDate,
          compatibilityFlags,
          manifest: {
            mainModule: "writing.js",
            modulesRoot: root,
            modules: {
              "writing.js": { type: "esm", contents: writing },
              "watchers.js": {
                type: "esm",
                contents: (await bundleScript("watchers", { views })).text,
              },
              ...Object.fromEntries(await Promise.all(wasm)),
            },
          },
          env: {
            VIEWS: { type: "kv", id: "views" },
            BLOBS: { type: "r2", name: "blobs" },
            ...Object.fromEntries(
              ofThen.map(({ binding, className }) => [
                binding,
                { type: "durable-object" as const, worker, exportName: className },
              ]),
            ),
          },
          exports: Object.fromEntries(
            ofThen.map(({ className }) => [
              className,
              { type: "durable-object" as const, storage: "sqlite" as const },
            ]),
          ),
        },
        dev: { rootPath: root },
      },
    ],
  });
  try {
    const response = await fetch(await miniflare.ready, {
      method: "POST",
      body: JSON.stringify(kept),
    });
    if (!response.ok) throw new Error(await response.text());
  } finally {
    await miniflare.dispose();
  }
}
