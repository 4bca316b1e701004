/** Names of real images, with what their publishers say they are. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { imageOf } from "../../../worker/images/image-of.ts";
import { realReleases as releases } from "./real-releases.ts";

const folder = `${import.meta.dirname}/names`;

interface Row {
  path: string;
  distribution: string;
  series: string;
  architecture: string;
  type: string;
}

function rowsOf(file: string): Row[] {
  return readFileSync(`${folder}/${file}`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [path = "", distribution = "", series = "", architecture = "", type = "-"] =
        line.split("\t");
      return { path, distribution, series, architecture, type };
    });
}

const files = readdirSync(folder).filter((name) => name.endsWith(".tsv"));

test("there are enough names to judge by", () => {
  expect(files.flatMap(rowsOf).length).toBeGreaterThan(2000);
});

test.each(files)("%s: nothing wrong, nearly all known", (file) => {
  const wrong: string[] = [];
  const unknown: string[] = [];
  const rows = rowsOf(file);
  for (const { path, ...right } of rows) {
    const { distribution, series, architecture, type } = imageOf(
      { repository: "images", path },
      releases,
    );
    const said = [distribution, series, architecture, right.type === "-" ? "-" : type].join(" ");
    const wanted = Object.values(right).join(" ");
    if (distribution === "images") {
      unknown.push(path);
      continue;
    }
    if (said !== wanted) wrong.push(`${path}: ${said}, not ${wanted}`);
  }
  console.log(
    `${file}: ${rows.length} names, ${rows.length - unknown.length} known, ${wrong.length} wrong`,
  );
  expect(wrong).toEqual([]);
  expect(unknown.length / rows.length, unknown.join("\n")).toBeLessThanOrEqual(0.03);
});
