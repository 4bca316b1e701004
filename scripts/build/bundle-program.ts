/**
 * The program in JavaScript, for the Node that comes with it: one file with what every verb needs, and files that are read
 * when a verb needs them. In one file, the service's launcher would hold the code of all verbs.
 */
import { basename } from "node:path";
import { build } from "esbuild";

/** What only a checkout has, and what runs nowhere else. */
const external = ["esbuild", "wrangler", "miniflare"];

/** Packages in CommonJS ask for Node's modules by `require`, which a module of JavaScript's own doesn't have. */
const banner = `import { createRequire as nearmirrorRequire } from "node:module";
const require = nearmirrorRequire(import.meta.url);`;

export interface BundledProgram {
  /** By name; `nearmirror.js` is where it begins. All belong into one folder. */
  files: ReadonlyMap<string, string>;
  /** Files that have a part in it, as paths under the checkout. */
  inputs: string[];
}

/** @param root of the checkout. Rejects with the bundler's reason */
export async function bundleProgram(root: string): Promise<BundledProgram> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["scripts/nearmirror.js"],
    bundle: true,
    splitting: true,
    outdir: ".",
    chunkNames: "[name]-[hash]",
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external,
    banner: { js: banner },
    logLevel: "silent",
  });
  const outputs = Object.values(result.metafile.outputs);
  const inputs = outputs.flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  const files = result.outputFiles.map(({ path, text }) => [basename(path), text] as const);
  return { files: new Map(files), inputs: [...new Set(inputs)] };
}
