import { expect, it } from "vitest";
import { maxTyped, typedQuery } from "../../../../worker/search/query/typed-query.ts";
import { wordForms } from "../../../../worker/search/query/word-forms.ts";
import { wordsOf, wordsOfName, wordsOfTags } from "../../../../worker/search/query/words.ts";

it("divides texts into words, without case and marks", () => {
  expect(wordsOf("Café-Éditeur für C++, C# und g++ (2.0)")).toEqual(
    "cafe editeur fur c++ c# und g++ 2 0".split(" "),
  );
  expect(wordsOf("日本語 ΑΒΓ")).toEqual(["日本語", "αβγ"]);
  expect(wordsOf("-- ** \0 🙂")).toEqual([]);
  expect(wordsOf("x".repeat(1000))).toEqual(["x".repeat(64)]);
});

it("knows what a name goes by", () => {
  expect([...wordsOfName("python3-libxml2")].sort()).toEqual(
    ["libxml", "libxml2", "python", "python3", "xml", "xml2"].sort(),
  );
  expect([...wordsOfName("g++-12")]).toEqual(["g++", "12"]);
});

it("takes of tags what a program is for", () => {
  const tags = ["use::viewing", "works-with-format::pdf", "role::program", "implemented-in::c++"];
  expect(
    [...wordsOfTags(tags)].filter((word) => !/^(?:use|works|with|format)$/.test(word)),
  ).toEqual(["viewing", "pdf"]);
});

it("tells forms of a word from other words", () => {
  const likeness = (word: string, other: string) => wordForms(word)?.likeness(other);
  expect(likeness("viewer", "viewer")).toBe(1);
  expect(likeness("viewer", "viewers")).toBeGreaterThan(0.9);
  for (const [one, other] of [
    ["viewer", "viewing"],
    ["compress", "compression"],
    ["library", "libraries"],
    ["files", "file"],
  ] as const) {
    expect(likeness(one, other), `${one} ${other}`).toBeGreaterThan(0.5);
  }
  expect(likeness("server", "service")).toBe(0);
  expect(wordForms("mp3")).toBeUndefined();
  expect(wordForms("日本語")).toBeUndefined();
});

it("takes what is typed, or says why not", () => {
  expect(typedQuery("  Node\t\u202eJS\n")).toEqual({
    text: "Node JS",
    lower: "node js",
    words: ["node", "js"],
    joined: ["node-js", "nodejs", "node_js"],
  });
  expect(typedQuery(" \0\u200b ")).toMatch(/^There is nothing to search for: type /);
  expect(typedQuery("x".repeat(10_240))).toMatch(/^The search has 10240 characters\. .* 500 /);
  expect(typedQuery("x".repeat(maxTyped))).toHaveProperty("text");
});
