/** A file read lightly says what the same file says that is read with all its positions. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lightSource, parseSource } from "../../../../scripts/mirrors/source.ts";

const texts = {
  "a mapping": "name: a.example\nbase:\n  https: https://a.example/\ncapacity: 5\n",
  "lists, anchors and quotes": 'a: &x [1, 2]\nb: *x\nc: "ü\\n"\nd: |\n  two\n  lines\n',
  nothing: "",
  "no mapping": "- 1\n- 2\n",
  "a key twice": "a: 1\na: 2\n",
  "a tab": "a:\n\t- 1\n",
  "an open quote": 'a: "b\n',
  "two documents": "a: 1\n---\nb: 2\n",
};

describe.each(Object.entries(texts))("%s", (_, text) => {
  const [light, whole] = [lightSource("f.yaml", text), parseSource("f.yaml", text)];

  it("has the same value and problems", () => {
    expect(light.value).toEqual(whole.value);
    expect(light.problems).toEqual(whole.problems);
  });

  it("is complained of at the same places, and has the same document", () => {
    for (const path of [[], ["a"], ["a", 0], ["base", "https"], ["missing"]]) {
      expect(light.problemAt(path, "x")).toEqual(whole.problemAt(path, "x"));
      if (path.length === 0) continue;
      expect(light.problemAtKey(path, "x")).toEqual(whole.problemAtKey(path, "x"));
    }
    expect(light.document.toJS()).toEqual(whole.document.toJS());
    if (whole.problems.length === 0) expect(String(light.document)).toBe(String(whole.document));
  });
});

it("reads each file of the bundled list alike", () => {
  for (const folder of ["mirrors", "repositories"]) {
    const dir = join(import.meta.dirname, "../../../../mirror-list", folder);
    for (const name of readdirSync(dir).filter((one) => one.endsWith(".yaml"))) {
      const text = readFileSync(join(dir, name), "utf8");
      expect(lightSource(name, text).value, name).toEqual(parseSource(name, text).value);
    }
  }
});
