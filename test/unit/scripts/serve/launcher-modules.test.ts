/** What the service's launcher loads: each megabyte of it stays for as long as the service runs. */
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { root } from "../../../../scripts/service/bundle.ts";

/** The launcher's code while it waits for the process that begins, and from then on. */
const launcher = ["scripts/serve/serve.ts", "scripts/serve/serve-ready.ts"];
/** The code of the process that begins a start, and ends. */
const begins = ["scripts/serve/prepare-as-told.ts"];

/** What a start needs once, and may not stay with the launcher. */
const onceOnly = [
  /^worker\/settings\//,
  /^worker\/list\/(?!list-owner\.ts|problem\.ts)/,
  /^scripts\/settings\//,
  /^scripts\/mirrors\//,
  /^scripts\/own-place\.ts$/,
  /^scripts\/service\/(?:workerd-config|ready-service|store|check-store|take-over|own-list|bundle)\.ts$/,
  /^geo-data\//,
  /^node_modules\//,
];

/** All that these files import, and what that imports, without what is imported when it is needed. */
async function graphOf(entryPoints: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    bundle: true,
    write: false,
    outdir: ".",
    metafile: true,
    platform: "node",
    format: "esm",
    external: ["esbuild"],
    logLevel: "silent",
  });
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind } of metafile.inputs[path]?.imports ?? []) {
      if (kind !== "dynamic-import") visit(next);
    }
  };
  for (const one of entryPoints) visit(one);
  return [...found].sort();
}

test("the launcher imports nothing that a start needs once; the process that begins it has all of that", async () => {
  const [stays, ends] = await Promise.all([graphOf(launcher), graphOf(begins)]);
  for (const one of onceOnly) {
    expect(stays.filter((path) => one.test(path))).toEqual([]);
    // A pattern that matches nothing would prove nothing.
    expect(ends.filter((path) => one.test(path))).not.toEqual([]);
  }
  // Of Node's own these are paid for: another one, as of readline or crypto, is a megabyte or two.
  expect(stays.filter((path) => path.startsWith("node:"))).toEqual([
    "node:child_process",
    "node:events",
    "node:fs",
    "node:fs/promises",
    "node:module",
    "node:net",
    "node:path",
    "node:sqlite",
    "node:stream",
    "node:timers/promises",
    "node:v8",
    "node:vm",
  ]);
});

/** All of `fetch`, 15 MB, as `process.moduleLoadList` names it. */
const undici = "internal/deps/undici/undici";

/** What Node itself has loaded once these modules are. */
function loadedWith(...modules: string[]): string {
  const imports = modules.map((module) => `await import(${JSON.stringify(module)});`).join(" ");
  const code = `${imports} console.log(process.moduleLoadList.join("\\n"));`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
    encoding: "utf8",
  });
}

test("what the launcher loads has no fetch in it", () => {
  const own = launcher.map((file) => new URL(file, `file://${root}`).href);
  expect(loadedWith(...own)).not.toContain(undici);
});

test("an import of node:http brings it", () => {
  expect(loadedWith("node:http")).toContain(undici);
});
