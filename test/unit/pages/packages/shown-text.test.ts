/** What somebody writes into a name or a description changes nothing around it. */
import { expect, test } from "vitest";
import {
  apart,
  isPlain,
  paragraphs,
  plainLine,
  webAddress,
} from "../../../../worker/pages/packages/shown-text.ts";

test("characters that steer text are seen, and steer nothing", () => {
  // Unicode UAX #9: all that begin or end an embedding, an override or an isolate, and marks.
  for (const one of "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F\u061C\0\u0007\u001B\u007F\u0085") {
    expect(plainLine(`a${one}b`)).toBe("a\uFFFDb");
    expect(paragraphs(`a${one}b`)[0]?.text).toContain("a\uFFFDb");
    expect(isPlain(`a${one}b`)).toBe(false);
  }
  expect(plainLine("a\r\nb\tc")).toBe("a b c");
  expect(plainLine("\uD800")).toBe("\uFFFD");
});

test("what is written from right to left stays, in an element of its own", () => {
  expect(apart("שלום <b>").text).toBe("<bdi>שלום &lt;b&gt;</bdi>");
  expect(isPlain("libstdc++6")).toBe(true);
});

test("lines of a paragraph are joined, entries of a list aren't", () => {
  const text = "One line\nand its rest.\n\nIt has:\n* this,\n  and more\n* that\n1. first\n- 5 < 6";
  expect(paragraphs(text).map((one) => one.text.trim())).toEqual([
    '<p dir="auto">One line and its rest.</p>',
    '<p dir="auto">It has:<br>* this, and more<br>* that<br>1. first<br>- 5 &lt; 6</p>',
  ]);
});

test("only addresses of the web become links", () => {
  expect(webAddress("https://zlib.net")).toBe("https://zlib.net/");
  expect(webAddress("HTTP://zlib.net/a b")).toBe("http://zlib.net/a%20b");
  for (const one of [
    "javascript:alert(1)",
    " https://a",
    "data:text/html,a",
    "//a.example/",
    "https://",
    "ftp://a.example/",
    "http://[",
    undefined,
  ]) {
    expect(webAddress(one)).toBeUndefined();
  }
});
