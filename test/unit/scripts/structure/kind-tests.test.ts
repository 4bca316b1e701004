/** The rule that a kind of repository is never tested by its name outside its own folder. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindTests, kindTestsIn } from "../../../../scripts/structure/kind-tests.ts";
import { kindNames } from "../../../../worker/formats/kind-names.ts";

test.each([
  'if (kind === "apt") return;',
  'const dated = listed.kind !== "images";',
  'if ("rpm" === kind) return;',
  '    case "files":',
  '  ["pacman", pacmanList],',
  "const byKind: Readonly<Record<Kind, number>> = {",
  'const parts: Record<Repository["kind"], Part> = {',
])("%s is told", (line) => {
  expect(kindTestsIn(`// first\n${line}\n`, kindNames())).toEqual([{ line: 2, text: line.trim() }]);
});

test.each([
  '"files" in value &&',
  '{ files }: Pick<Observation, "files">,',
  '// kind === "apt"',
  '/**\n * kind === "apt"\n */',
  'return { client: "apt", text };',
  'if (name === "aptitude") return;',
])("%s is none", (line) => {
  expect(kindTestsIn(line, kindNames())).toEqual([]);
});

test("the Worker has none", () => {
  expect(kindTests(join(import.meta.dirname, "../../../../worker"), kindNames())).toEqual([]);
});
