/** The packages that the project is agreed to use are in use: imported by code that runs, or by tests. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const files = globSync("{worker,scripts,test}/**/*.ts", { cwd: root });
const texts = [...files, "vitest.config.ts"].map((file) => readFileSync(join(root, file), "utf8"));

test.each(["itty-router", "maxmind", "miniflare", "wrangler", "vitest"])(
  "%s is imported",
  (name) => {
    const imported = new RegExp(`^(?:import|export)\\b[^;]*?from "${name}(?:/[^"]*)?";`, "m");
    expect(texts.filter((text) => imported.test(text))).not.toEqual([]);
  },
);

test("@cloudflare/workers-types has the types of the Worker", () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  expect(compilerOptions.types).toContain("@cloudflare/workers-types");
});
