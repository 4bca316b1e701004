/** Bundles the Worker as wrangler would, with chosen views inside. No network, no question, under a second. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Views } from "../../worker/mirrors/compiled-list.ts";

/** The folder this checkout is in. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The Wasm that the bundle imports, by the name it has beside the bundle; paths under `root`. */
export const wasmModules = { "xz.wasm": "worker/formats/compression/xz.wasm" } as const;

/**
 * The Worker as one ES module, which imports `wasmModules`: workerd compiles no Wasm from bytes, so that they are
 * modules of their own.
 *
 * @param views take the place of `mirror-list/built/views.txt`
 * @param folder of another checkout
 */
export async function bundleWorker(views: Views, folder = root): Promise<string> {
  const shipped = JSON.stringify(views);
  const result = await build({
    absWorkingDir: folder,
    entryPoints: ["worker/index.ts"],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
    plugins: [
      {
        name: "views and Wasm",
        setup(bundler) {
          bundler.onResolve({ filter: /\/built\/views\.txt$/ }, () => ({
            path: "views",
            namespace: "views",
          }));
          bundler.onLoad({ filter: /.*/, namespace: "views" }, () => ({
            contents: shipped,
            loader: "text",
          }));
          bundler.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({
            path: `./${basename(path)}`,
            external: true,
          }));
          // mmdb-lib names Node's modules without their prefix, and workerd knows them only with it.
          bundler.onResolve({ filter: /^(?:net|assert|buffer|util)$/ }, ({ path }) => ({
            path: `node:${path}`,
            external: true,
          }));
        },
      },
    ],
  });
  const [bundle] = result.outputFiles;
  if (bundle === undefined) throw new Error("the bundler gave no file");
  return bundle.text;
}
