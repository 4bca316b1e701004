/** What counts as wrong in the trials `publish`, by what apt and dnf print; and the index of `metadata-costs`. */
import { expect, test } from "vitest";
import { changedPerEdition, packagesIndex } from "../../trials/metadata-costs-index.ts";
import { wrongWith } from "../../trials/publish-host.ts";

const outcome = { command: "", code: 0, timedOut: false, stdout: "", stderr: "" };

test("a program that ends well and complains of nothing is well", () => {
  const stdout = "Hit:1 http://127.0.0.1/lab stable InRelease\nReading package lists...\n";
  expect(wrongWith({ ...outcome, stdout })).toBeUndefined();
});

test.each([
  "E: Failed to fetch http://a/b.deb  404  Not Found",
  "W: Some index files failed to download.",
  "   File has unexpected size (2 != 1). Mirror sync in progress? [IP: 127.0.0.1 1]",
  "  Hash Sum mismatch",
  "[MIRROR] a.rpm: Status code: 404 for http://a/b.rpm (IP: 127.0.0.1)",
  "Downloading successful, but checksum doesn't match.",
])("what a program got over is wrong all the same: %s", (line) => {
  expect(wrongWith({ ...outcome, stdout: `before\n${line}\nafter\n` })).toBe(line.trim());
});

test("an exit code, and a deadline, are wrong without a word", () => {
  expect(wrongWith({ ...outcome, code: 100 })).toContain("100");
  expect(wrongWith({ ...outcome, code: -1, timedOut: true })).toContain("not done in time");
});

test("the big index is always the same, and an edition changes as many stanzas as is said", () => {
  const stanzas = 1000;
  const edition = (number: number) => packagesIndex(number, stanzas).trimEnd().split("\n\n");
  const first = edition(1);
  expect(edition(1)).toEqual(first);
  expect(first).toHaveLength(stanzas);
  const [second, third] = [edition(2), edition(3)];
  expect(second.filter((stanza, at) => stanza !== first[at])).toHaveLength(changedPerEdition);
  expect(third.filter((stanza, at) => stanza !== second[at])).toHaveLength(changedPerEdition);
});
