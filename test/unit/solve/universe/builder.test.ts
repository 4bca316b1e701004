import { describe, expect, it } from "vitest";
import { StanzaReader } from "../../../../worker/formats/stanzas.ts";
import { maxIndexes, UniverseBuilder } from "../../../../worker/solve/universe/builder.ts";
import { UniverseRefused } from "../../../../worker/solve/universe/relation-field.ts";
import type { Universe } from "../../../../worker/solve/universe/universe.ts";

function universeOf(...indexes: string[]): Universe {
  const builder = new UniverseBuilder(["amd64", "i386"]);
  for (const text of indexes) {
    builder.index({ suite: "stable" });
    const reader = new StanzaReader(builder.onStanza);
    reader.push(new TextEncoder().encode(text));
    reader.end();
  }
  return builder.finish();
}

/** Versions of the first package of a name, the newest first. */
function versionsOf(universe: Universe, name: string): string[] {
  const group = universe.groupOfName[universe.names.find(name)] ?? 0;
  const texts: string[] = [];
  let version = universe.packageVersions[universe.groupFirst[group] ?? 0] ?? 0;
  for (; version !== 0; version = universe.versionNext[version] ?? 0) {
    texts.push(universe.versions.text(universe.versionText[version] ?? 0));
  }
  return texts;
}

const foo = (version: string, more = "") =>
  `Package: foo\nArchitecture: amd64\nVersion: ${version}\nSize: 1\n${more}\n`;

describe("a universe", () => {
  it("has versions in dpkg's order, however they came", () => {
    expect(
      versionsOf(universeOf(foo("1.0"), foo("1.10"), foo("1.0~rc1"), foo("1:0")), "foo"),
    ).toEqual(["1:0", "1.10", "1.0", "1.0~rc1"]);
  });

  it("ranks version strings, and equal ones equally", () => {
    const universe = universeOf(foo("1.0", "Depends: a (>= 1.0-0), b (>= 0:1.0), c (>= 1.0~)\n"));
    const rank = (text: string) => universe.versionRank[universe.versions.find(text)];
    expect(rank("1.0-0")).toBe(rank("1.0"));
    expect(rank("0:1.0")).toBe(rank("1.0"));
    expect(rank("1.0~")).toBeLessThan(rank("1.0") ?? 0);
  });

  it("takes the same version of two indexes for one", () => {
    const universe = universeOf(foo("1", "Depends: a (>= 1)\n"), foo("1", "Depends: a(>=1)\n"));
    expect(universe.versionCount - 1).toBe(1);
    expect(universe.versionIndexes[1]).toBe(0b11);
  });

  it("keeps versions apart that say something else", () => {
    expect(universeOf(foo("1"), foo("1", "Depends: a\n")).versionCount - 1).toBe(2);
  });

  it("is refused where a relation can't be read, with the package and the place", () => {
    expect(() => universeOf(foo("1", "Depends: a, b (>= 1\n"))).toThrow(
      new UniverseRefused('foo 1 amd64 has a relation that can\'t be read, near "a, b (>= 1"'),
    );
  });

  it("has so many indexes at most as it has bits for", () => {
    expect(() => universeOf(...Array.from({ length: maxIndexes + 1 }, () => foo("1")))).toThrow(
      `${maxIndexes} indexes at most`,
    );
  });
});
