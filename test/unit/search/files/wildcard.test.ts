/** Patterns, held against a slow and simple way to tell. */
import { expect, it } from "vitest";
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
