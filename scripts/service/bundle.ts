/**
 * Bundles the scripts as wrangler would, with chosen views inside or as a module beside them. No network, no
 * question, under a second.
 */
import { basename } from "node:path";
import type { Plugin } from "esbuild";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { shippedText } from "../../worker/views/shipped-views.ts";
import { parts } from "../program/parts.ts";
import { configFiles } from "./run-folder.ts";

/** The folder this checkout is in. */
export const root = parts.root;

/** The Wasm that the bundle imports, by the name it has beside the bundle; paths under `root`. */
export const wasmModules = { "xz.wasm": "worker/formats/compression/xz.wasm" } as const;

/** The scripts, by their entry points under `root`. */
export const entryPoints = {
  edge: "worker/index.ts",
  watchers: "worker/watchers/index.ts",
  /** Stores for both, where no platform has them. */
  embedded: "worker/embedded/index.ts",
} as const;

export type Script = keyof typeof entryPoints;

/** Name of the module with the views, beside a script that has none in it. */
export const viewsModule = configFiles.views;

/** A script as it is sent to the platform. */
export interface Bundle {
  /** One ES module, which imports `wasmModules`: workerd compiles no Wasm from bytes, so they are modules of their own. */
  text: string;
  /** Files that have a part in it, as paths under the folder; Wasm and the views are not among them. */
  inputs: string[];
}

/**
 * The edge's script.
 *
 * @param views take the place of `mirror-list/built/edge.txt`
 * @param folder of another checkout
 */
export async function bundleWorker(views: Views, folder = root): Promise<string> {
  return (await bundleScript("edge", { views, folder })).text;
}

/**
 * How the text is written. `readable`: as the sources; `compact`: without spaces and comments, but with all names, so that
 * what the log says of an error still names functions; `short`: as a deployment does it, names shortened as well.
 */
export type ScriptShape = "readable" | "compact" | "short";

export interface BundleOptions {
  /** Take the place of `mirror-list/built/views.txt` and `edge.txt`; absent: the script imports the text module `viewsModule`. */
  views?: Views;
  /** Another checkout's, if not this one's. */
  folder?: string;
  shape?: ScriptShape;
}

/** One of the scripts. Rejects with the bundler's reason. */
export async function bundleScript(script: Script, options: BundleOptions): Promise<Bundle> {
  // Not before: where the program was built there is no bundler, and none is needed.
  const { build } = await import("esbuild");
  const { shape = "readable" } = options;
  const result = await build({
    absWorkingDir: options.folder ?? root,
    entryPoints: [entryPoints[script]],
    bundle: true,
    write: false,
    metafile: true,
    minifyWhitespace: shape !== "readable",
    minifySyntax: shape !== "readable",
    minifyIdentifiers: shape === "short",
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
    plugins: [viewsAndWasm(options.views)],
  });
  const [bundle] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (bundle === undefined || output === undefined) throw new Error("the bundler gave no file");
  return {
    text: bundle.text,
    // A file of which nothing is left is an input all the same.
    inputs: Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  };
}

function viewsAndWasm(views: Views | undefined): Plugin {
  return {
    name: "views and Wasm",
    setup(bundler) {
      // Beside a script that has none in it there is one module with views for all: the edge reads either form.
      bundler.onResolve({ filter: /\/built\/(?:views|edge)\.txt$/ }, ({ path }) =>
        views === undefined
          ? { path: `./${viewsModule}`, external: true }
          : { path: basename(path), namespace: "views" },
      );
      bundler.onLoad({ filter: /.*/, namespace: "views" }, ({ path }) => ({
        contents: path === "edge.txt" && views ? shippedText(views) : JSON.stringify(views),
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
  };
}
