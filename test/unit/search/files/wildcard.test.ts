/** Patterns and edits, each held against a slow and simple way to tell. */
import { expect, it } from "vitest";
import { isOneEdit } from "../../../../worker/search/files/one-edit.ts";
import { matchesWildcard } from "../../../../worker/search/files/wildcard.ts";

/** All texts of these characters up to such a length. */
function texts(characters: string, length: number): string[] {
  if (length === 0) return [""];
  const shorter = texts(characters, length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => [...characters].map((one) => text + one))];
}

it("matches what a regular expression matches", () => {
  for (const pattern of texts("ab*?", 4)) {
    const expression = new RegExp(`^${pattern.replaceAll("?", ".").replaceAll("*", ".*")}$`);
    for (const text of texts("ab", 5)) {
      expect(matchesWildcard(pattern, text), `${pattern} of ${text}`).toBe(expression.test(text));
    }
  }
});

it("takes no long time for a pattern of many stars", () => {
  expect(matchesWildcard(`${"*a".repeat(120)}b`, "a".repeat(4000))).toBe(false);
});

/** All words that one edit makes of a word of these characters. */
function edits(word: string, characters: string): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at <= word.length; at++) {
    const [before, behind] = [word.slice(0, at), word.slice(at)];
    for (const one of characters) {
      found.add(before + one + behind);
      if (behind !== "") found.add(before + one + behind.slice(1));
    }
    if (behind !== "") found.add(before + behind.slice(1));
    if (behind.length > 1) found.add(before + behind[1] + behind[0] + behind.slice(2));
  }
  found.delete(word);
  return found;
}

it("knows all words within one edit, and no others", () => {
  const words = texts("abc", 4);
  for (const word of texts("abc", 3)) {
    const wanted = edits(word, "abc");
    for (const other of words) {
      expect(isOneEdit(word, other), `${word} and ${other}`).toBe(wanted.has(other));
    }
  }
});
