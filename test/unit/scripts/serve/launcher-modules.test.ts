import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** All of `fetch`, 15 MB, as `process.moduleLoadList` names it. */
const undici = "internal/deps/undici/undici";

/** What Node itself has loaded once a module is. */
function loadedWith(module: string): string {
  const code = `await import(${JSON.stringify(module)}); console.log(process.moduleLoadList.join("\\n"));`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
    encoding: "utf8",
  });
}

test("what the service's launcher loads has no fetch in it", () => {
  const loaded = loadedWith(new URL("../../../../scripts/serve/serve.ts", import.meta.url).href);
  expect(loaded).not.toContain(undici);
});

test("an import of node:http brings it", () => {
  expect(loadedWith("node:http")).toContain(undici);
});
