/** What the edge's script holds, and how large it is: each new isolate loads all of it before its first answer. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleScript } from "../../../../scripts/service/bundle.ts";
import { smallViews } from "./small-views.ts";

/**
 * Of the edge's script as it is deployed, gzipped, without the list's views, bytes. It has 221 KiB, of which the
 * latency table is 23, the pages with their texts in two languages 43, the image catalogue with its page and its forms
 * for other programs 24, and the outline of the land on maps 4; the rest is room for what requests come to need. What no
 * request needs has no room here.
 */
const maxEdgeBytes = 230 * 1024;

/** The part of the test's own views, at most: they stand for the list's. */
const maxViewsBytes = 4 * 1024;

/** What no request needs: verification, readers of whole indexes, and the objects that do both. */
const watchersOnly = [
  /^node_modules\/openpgp\//,
  /^node_modules\/saxes\//,
  /^worker\/formats\/compression\/xz/,
  /^worker\/formats\/openpgp\//,
  /^worker\/repositories\/chain\/chain\.ts$/,
  /^worker\/watchers\/(?:fleet|prober|repository|index)\.ts$/,
];

const views = smallViews("http://origin.example/");

test("the edge's script has nothing that only the watchers need, and the watchers' has all of it", async () => {
  const [edge, watchers] = await Promise.all([
    bundleScript("edge", { views }),
    bundleScript("watchers", { views }),
  ]);
  for (const one of watchersOnly) {
    expect(edge.inputs.filter((path) => one.test(path))).toEqual([]);
    // A pattern that matches nothing would prove nothing.
    expect(watchers.inputs.filter((path) => one.test(path))).not.toEqual([]);
  }
  expect(edge.text).not.toContain("xz.wasm");
});

test("the edge's script has no keys, and the watchers' has", async () => {
  const keys = { "debian.gpg": "a2V5cyBvZiBEZWJpYW4=" };
  const [edge, watchers] = await Promise.all([
    bundleScript("edge", { views: { ...views, keys } }),
    bundleScript("watchers", { views: { ...views, keys } }),
  ]);
  expect(edge.text).not.toContain(keys["debian.gpg"]);
  expect(edge.text).toContain("near.example");
  expect(watchers.text).toContain(keys["debian.gpg"]);
});

test("the edge's script stays small", async () => {
  expect(gzipSync(JSON.stringify(views)).length).toBeLessThan(maxViewsBytes);
  const { text } = await bundleScript("edge", { views, shape: "short" });
  expect(gzipSync(text).length).toBeLessThan(maxEdgeBytes);
});

// V8 keeps a source with one such character as two bytes a character, all of it: 1 MB more of the edge's, 2 of the
// watchers'. The bundler escapes them in strings, and can't in tagged templates and regular expressions.
test.each(["edge", "watchers", "embedded"] as const)(
  "%s: no character beyond Latin-1",
  async (script) => {
    const { text } = await bundleScript(script, { views });
    expect(text.match(/.{0,40}[^\0-\xff].{0,40}/gu) ?? []).toEqual([]);
  },
);
