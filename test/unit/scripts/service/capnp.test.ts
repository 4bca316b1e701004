/** Texts in workerd's configuration, read again by workerd itself. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { capnpText } from "../../../../scripts/service/capnp.ts";
import { workerd } from "../../../../scripts/service/workerd.ts";

it("any text of a setting arrives as it was", () => {
  const texts = [
    'a "quoted" \\ text',
    "DE 50.1 8.7",
    "\u00e4\u6f22\ud83d\ude00",
    "'$(x)`",
    "\\x41\\n",
  ];
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-capnp-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, "test.js"),
    `import { deepStrictEqual } from "node:assert";
export const told = { test: (_, env) => deepStrictEqual(
  Object.keys(env).sort().map((name) => env[name]), ${JSON.stringify(texts)}) };`,
  );
  const bindings = texts.map((text, at) => `(name = "T${at}", text = ${capnpText(text)})`);
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .main)]);
const main :Workerd.Worker = (
  modules = [(name = "test.js", esModule = embed "test.js")],
  compatibilityDate = "2026-10-01",
  bindings = [${bindings.join(", ")}],
);`,
  );
  // Throws with what workerd printed where a test fails.
  execFileSync(workerd, ["test", "config.capnp"], { cwd: folder, stdio: "pipe" });
});

it("a text that no setting can have is refused", () => {
  expect(() => capnpText("a\nb")).toThrow("has a control character");
});
