/** The two Workers of a service on this machine, as miniflare takes them: the edge, and the watchers that it binds. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { bundleScript, root, wasmModules } from "./bundle.ts";
import {
  compatibilityDate,
  compatibilityFlags,
  databasePaths,
  edgeWorker,
  watchers,
  watchersWorker,
} from "./platform.ts";

export interface ServiceWorkers {
  views: Views;
  /** Variables of `worker/settings.ts`, the same for both. */
  vars: Readonly<Record<string, string>>;
  /** By which the edge knows the front. */
  secret: string;
  /** Folder of the IP databases; absent: where they are built. */
  databases?: string;
  /** Through which both go out; absent: anywhere. */
  outboundService?: { type: "worker"; worker: string };
}

/**
 * The edge's main module: it answers the front alone. Anything else on this machine that finds miniflare's port could
 * say there which client it is.
 */
function insideModule(secret: string): string {
  return `import worker from "./index.js";
export default {
  ...worker,
  fetch(request, env, ctx) {
    if (request.cf?.secret === ${JSON.stringify(secret)}) return worker.fetch(request, env, ctx);
    return new Response("This port is the service's own.\\n", { status: 403 });
  },
};
`;
}

/** Both Workers. Requests reach the edge by its route, wherever it stands. Rejects when a script can't be built. */
export async function serviceWorkers({
  views,
  vars,
  secret,
  databases,
  outboundService,
}: ServiceWorkers) {
  const [edge, watching, wasm] = await Promise.all([
    bundleScript("edge", { views }),
    bundleScript("watchers", { views }),
    wasmFiles(),
  ]);
  const dev = { rootPath: root, ...(outboundService && { outboundService }) };
  const env = {
    VIEWS: { type: "kv" as const, id: "views" },
    BLOBS: { type: "r2" as const, name: "blobs" },
    ...Object.fromEntries(
      watchers.map(({ binding, className }) => [
        binding,
        { type: "durable-object" as const, worker: watchersWorker, exportName: className },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(vars).map(([name, value]) => [name, { type: "text" as const, value }]),
    ),
  };
  return {
    watchers: {
      config: {
        name: watchersWorker,
        compatibilityDate,
        compatibilityFlags,
        manifest: {
          mainModule: "watchers.js",
          modulesRoot: root,
          modules: { "watchers.js": { type: "esm" as const, contents: watching.text }, ...wasm },
        },
        env,
        exports: Object.fromEntries(
          watchers.map(({ className, storeKey }) => [
            className,
            {
              type: "durable-object" as const,
              storage: "sqlite" as const,
              unsafeUniqueKey: storeKey,
            },
          ]),
        ),
      },
      dev,
    },
    edge: {
      config: {
        name: edgeWorker,
        compatibilityDate,
        compatibilityFlags,
        manifest: {
          mainModule: "inside.js",
          modulesRoot: root,
          modules: {
            "inside.js": { type: "esm" as const, contents: insideModule(secret) },
            "index.js": { type: "esm" as const, contents: edge.text },
          },
        },
        env,
        // Everything, though the first Worker of all is another.
        triggers: [{ type: "fetch" as const, pattern: "*/*" }],
      },
      legacy: { dataBlobBindings: databasePaths(databases) },
      dev,
    },
  };
}

async function wasmFiles() {
  const read = Object.entries(wasmModules).map(
    async ([name, path]) =>
      [name, { type: "wasm" as const, contents: await readFile(join(root, path)) }] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
