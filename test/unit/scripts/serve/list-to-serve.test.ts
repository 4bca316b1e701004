/** What is served of a list when it, or what it was before, can't be used. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ValueCache } from "../../../../scripts/mirrors/value-cache.ts";
import { listToServe } from "../../../../scripts/serve/list-to-serve.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { listFolder, siteText } from "../mirrors/list.ts";

test("views that can't be read, or can't be kept, keep no good list from being served", async () => {
  const list = listFolder({ "a.example": siteText("a.example") });
  const names = async () =>
    (await listToServe(list, Date.now())).views?.roster.mirrors.map(({ name }) => name);
  // What should be a folder is a file.
  writeFileSync(join(list, "built"), "");
  expect(await listToServe(list, Date.now())).toMatchObject({
    errors: [],
    notKept: expect.stringContaining("built"),
  });
  expect(await names()).toEqual(["a.example"]);
  writeFileSync(join(list, "mirrors", "a.example.yaml"), "name: [");
  expect(await names()).toBeUndefined();
  rmSync(join(list, "built"));
  mkdirSync(join(list, "built"));
  writeFileSync(join(list, "built", "views.txt"), '{"roster":');
  expect(await names()).toBeUndefined();
});

test("what the files said is kept, and the next start takes it from there", async () => {
  const list = listFolder({ "a.example": siteText("a.example", "capacity: 5\n") });
  const file = join(temporaryFolder("values-"), "values.json");
  const capacities = async () => {
    const { views } = await listToServe(list, Date.now(), undefined, new ValueCache(file));
    return views?.roster.mirrors.map(({ capacity }) => capacity);
  };
  expect(await capacities()).toEqual([5]);
  // What no file says shows where it was taken from.
  writeFileSync(file, readFileSync(file, "utf8").replace('"capacity":5', '"capacity":6'));
  expect(await capacities()).toEqual([6]);
});
