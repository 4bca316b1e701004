/** The program in one file of JavaScript, for the Node that comes with it. */
import { build } from "esbuild";

/** What only a checkout has, and what runs nowhere else. */
const external = ["esbuild", "wrangler", "miniflare"];

/** Packages in CommonJS ask for Node's modules by `require`, which a module of JavaScript's own doesn't have. */
const banner = `import { createRequire as nearmirrorRequire } from "node:module";
const require = nearmirrorRequire(import.meta.url);`;

export interface BundledProgram {
  text: string;
  /** Files that have a part in it, as paths under the checkout. */
  inputs: string[];
}

/** @param root of the checkout. Rejects with the bundler's reason */
export async function bundleProgram(root: string): Promise<BundledProgram> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["scripts/nearmirror.ts"],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external,
    banner: { js: banner },
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error("the bundler gave no file");
  const inputs = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  return { text: file.text, inputs };
}
