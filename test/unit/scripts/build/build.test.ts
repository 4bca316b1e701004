/** The built folder: where it may be put, and whose licences are in it. `npm run trials -- --only container` builds one. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { placeFault } from "../../../../scripts/build/build-folder.ts";
import { bundleProgram } from "../../../../scripts/build/bundle-program.ts";
import { licencesOf, packagesOf } from "../../../../scripts/build/licences.ts";
import { sourceState } from "../../../../scripts/build/source-state.ts";
import { parts } from "../../../../scripts/program/parts.ts";
import { readContainerfile, variablesOf, wordsOf } from "../../../lab/container/containerfile.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

it("takes the place of nothing, of an empty folder, or of one of its own", () => {
  const folder = temporaryFolder("nearmirror-build-");
  expect(placeFault(join(folder, "none"))).toBeUndefined();
  expect(placeFault(folder)).toBeUndefined();
  writeFileSync(join(folder, "letter.txt"), "");
  expect(placeFault(folder)).toMatch(/has other things .* left as it is/);
  expect(placeFault(join(folder, "letter.txt"))).toMatch(/is a file/);
  writeFileSync(join(folder, "nearmirror-folder.json"), "{}");
  expect(placeFault(folder)).toBeUndefined();
});

it("the program needs nothing that npm installs, and its beginning loads no verb's code", async () => {
  const { files, inputs } = await bundleProgram(parts.root);
  const text = [...files.values()].join("\n");
  const imported = [...text.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name = ""]) => name);
  const own = (name = "") => name.startsWith("./") && files.has(name.slice(2));
  expect(imported.filter((name) => !isBuiltin(name) && !own(name))).toEqual([]);
  const dynamic = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, name]) => name);
  // In a checkout alone: where the program was built nothing is bundled.
  const others = [...new Set(dynamic)].filter((name) => !name?.startsWith("node:") && !own(name));
  expect(others).toEqual(["esbuild"]);
  expect(files.get("nearmirror.js")?.length).toBeLessThan(20_000);
  expect(inputs).toContain("scripts/serve/serve.ts");
});

it("packages are known by what they have in a bundle, each with the text of its licence", () => {
  const inputs = [
    "worker/index.ts",
    "node_modules/yaml/dist/index.js",
    "node_modules/ajv/dist/a.js",
  ];
  const packages = packagesOf(
    parts.root,
    [...inputs, "node_modules/ajv/dist/ajv/b.js"],
    ["@ip-location-db/asn"],
  );
  expect(packages.map(({ name }) => name)).toEqual(["@ip-location-db/asn", "ajv", "yaml"]);
  const { list, texts } = licencesOf(packages);
  expect(list).toMatch(/^ajv [\d.]+ \(MIT\): ajv-LICENSE\.txt$/m);
  expect(texts.get("yaml-LICENSE.txt")).toBe(
    readFileSync(join(parts.root, "node_modules/yaml/LICENSE"), "utf8"),
  );
  expect([...texts.keys()]).toContain("ip-location-db-asn-DBIP-LICENSE.txt");
});

it("every file of a build has one time: what is asked for, else the commit's", () => {
  const given = sourceState(parts.root, { SOURCE_DATE_EPOCH: "1700000000" });
  expect(given.time.toISOString()).toBe("2023-11-14T22:13:20.000Z");
  const folder = temporaryFolder("nearmirror-source-");
  mkdirSync(join(folder, "outside"));
  expect(sourceState(join(folder, "outside"), {})).toEqual({
    commit: "unknown",
    time: new Date(0),
  });
  rmSync(folder, { recursive: true });
});

it("the runner reads our Containerfile, and refuses what it doesn't do", () => {
  const file = join(parts.root, "scripts/production/container/Containerfile");
  const names = readContainerfile(readFileSync(file, "utf8")).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["FROM", "RUN", "COPY", "USER", "HEALTHCHECK"]));
  const [run] = readContainerfile("# x\nRUN a && \\\n    b\n");
  expect(run).toEqual({ name: "RUN", text: "a && b", line: 2 });
  expect(() => readContainerfile("FROM x\nADD a b\n")).toThrow("line 2: ADD is not done");
  expect(wordsOf('["a", "b"]')).toEqual(["a", "b"]);
  expect(wordsOf("a b")).toEqual(["/bin/sh", "-c", "a b"]);
  expect(variablesOf("A=1 B=*")).toEqual({ A: "1", B: "*" });
  expect(() => variablesOf('A="b c"')).toThrow(/not read/);
});
