/** Tags and texts of HTML, as the WHATWG's tokenization has them (13.2.5). */
import { expect, test } from "vitest";
import { readTokens } from "../../../../worker/repositories/directory-page/html-tokens.ts";

function tokens(page: string): unknown[] {
  const found: unknown[] = [];
  readTokens(page, {
    text: (text) => {
      const last = found.at(-1);
      if (typeof last === "string") found.splice(-1, 1, last + text);
      else found.push(text);
    },
    start: (name, attributes, isClosed) =>
      found.push([name, Object.fromEntries(attributes), ...(isClosed ? ["/"] : [])]),
    end: (name) => found.push([`/${name}`]),
  });
  return found;
}

test.each<[string, unknown[]]>([
  ['<A HREF="a b">x</A>', [["a", { href: "a b" }], "x", ["/a"]]],
  ["<a href=a/b>x", [["a", { href: "a/b" }], "x"]],
  ["<a href='a>b'>x", [["a", { href: "a>b" }], "x"]],
  ["<a href = b c>x", [["a", { href: "b", c: "" }], "x"]],
  ["<a href=b href=c>", [["a", { href: "b" }]]],
  [
    "<br/><svg />",
    [
      ["br", {}, "/"],
      ["svg", {}, "/"],
    ],
  ],
  ["a &lt; b < c <1", ["a &lt; b < c <1"]],
  ["a<!-- <a href=x> -->b<!-->c<!doctype html>d<?x?>e</ >f", ["abcdef"]],
  [
    "<script>if (a<b) '</scripts>'</SCRIPT >x",
    [["script", {}], "if (a<b) '</scripts>'", ["/script"], "x"],
  ],
  ["<title>a <b> c</title>", [["title", {}], "a <b> c", ["/title"]]],
  ["<style>never ends <a>", [["style", {}], "never ends <a>"]],
  ["x<a href='cut off", ["x"]],
  ["x<a href=", ["x"]],
  ["x<!-- cut off", ["x"]],
  ["", []],
])("%j", (page, wanted) => {
  expect(tokens(page)).toEqual(wanted);
});

test("what is meant to take long takes its length", () => {
  const odd = ["<", "<a ", "<!--", "</title", '<a href="', "<a =", "<title>", "<a/"];
  const took = odd.map((piece) => {
    const began = process.cpuUsage();
    tokens(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    return process.cpuUsage(began).user / 1000;
  });
  // A megabyte takes some 20 ms; what goes over it again for each piece takes minutes.
  expect(Math.max(...took)).toBeLessThan(5_000);
});
