/** Published views: what goes in comes out, and nothing that was damaged on its way does. */
import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { packRoster } from "../../../worker/mirrors/roster-codec.ts";
import { unpackRoster } from "../../../worker/mirrors/unpack-roster.ts";
import { isPublished, publishedText, readPublished } from "../../../worker/views/views-text.ts";
import { randomMirrors } from "../directory/rosters.ts";
import { listedMirror, listOf } from "../health/fleet-parts.ts";

/** As JSON would carry it: without what is absent. */
function plain<Value>(value: Value): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** As Fleet makes them: what says nothing is left out, and operators' words stay at Fleet. */
function tidied({ word: _, private: closed, carries, ...mirror }: RosterMirror): RosterMirror {
  const told = Object.entries(carries).map(([name, { word: __, states = {}, ...carried }]) => [
    name,
    { ...carried, ...(Object.keys(states).length > 0 && { states }) },
  ]);
  return { ...mirror, ...(closed && { private: true }), carries: Object.fromEntries(told) };
}

describe("the roster's wire form", () => {
  it("gives back any roster as it was", () => {
    const random = seeded(7);
    let mirrorsSeen = 0;
    for (let round = 0; round < 300; round++) {
      const mirrors = randomMirrors(random).map(tidied);
      mirrorsSeen += mirrors.length;
      const view = { version: 1 + round, list: round, mirrors };
      const wired: unknown = JSON.parse(JSON.stringify(packRoster(view)));
      const back = unpackRoster(wired);
      expect(plain(back)).toEqual(plain(view));
    }
    expect(mirrorsSeen).toBeGreaterThan(1000);
  });

  it("keeps hosts apart by scheme and repository, paths with ports, and whole URLs elsewhere", () => {
    const carries = {
      one: { https: "https://s.example:8443/a/one/", http: "http://m.example/one/" },
      two: { https: "https://s.example:8443/a/two/", http: "http://other.example:81/" },
      six: { http: "http://[2001:db8::1]:8080/six/" },
    };
    const mirror = { ...listedMirror("m.example"), carries };
    const view = { version: 1, mirrors: [mirror] };
    const wired: unknown = JSON.parse(JSON.stringify(packRoster(view)));
    expect(plain(unpackRoster(wired))).toEqual(plain(view));
  });

  it("keeps what was found of a copy", () => {
    const { debian, extra } = listedMirror("a.example").carries;
    const carries = {
      debian: { ...debian, patchy: true as const, corrupt: true as const, without: ["pool/a"] },
      extra: { ...extra },
    };
    const view = { version: 1, mirrors: [{ ...listedMirror("a.example"), carries }] };
    const back = unpackRoster(JSON.parse(JSON.stringify(packRoster(view))));
    expect(plain(back)).toEqual(plain(view));
  });

  it("tells a generation in the few characters of its number", () => {
    const { debian, extra } = listedMirror("a.example").carries;
    const carries = { debian: { ...debian, generation: 4711 }, extra: { ...extra } };
    const view = { version: 1, mirrors: [{ ...listedMirror("a.example"), carries }] };
    const text = JSON.stringify(packRoster(view));
    expect(plain(unpackRoster(JSON.parse(text)))).toEqual(plain(view));
    const without = { ...view, mirrors: [listedMirror("a.example")] };
    expect(text.length - JSON.stringify(packRoster(without)).length).toBe(4);
  });

  it.each<[string, (wire: ReturnType<typeof packRoster>) => unknown]>([
    ["no object", () => []],
    ["no version", ({ version: _, ...wire }) => wire],
    ["mirrors that are no list", (wire) => ({ ...wire, mirrors: {} })],
    ["a repository that isn't listed", (wire) => ({ ...wire, repositories: [] })],
    ["a path that isn't listed", (wire) => ({ ...wire, paths: [] })],
    ["a mirror that is none", (wire) => ({ ...wire, mirrors: [7] })],
    [
      "a generation that is none",
      (wire) => JSON.parse(JSON.stringify(wire).replace('"---"', '"---7x"')),
    ],
    [
      "a state that is none",
      (wire) => JSON.parse(JSON.stringify(wire).replace("drained", "tired")),
    ],
  ])("refuses %s with a sentence", (_, spoil) => {
    const drained = { ...listedMirror("a.example"), state: "drained" } as const;
    const wire = packRoster({ version: 1, mirrors: [drained] });
    expect(() => unpackRoster(spoil(wire))).toThrow(/roster/);
  });
});

describe("published text", () => {
  it("is told from a list, and is read as it was", async () => {
    const views = listOf(42, [listedMirror("a.example"), listedMirror("ü.example")]);
    const text = await publishedText(views);
    expect(isPublished(text)).toBe(true);
    expect(isPublished(JSON.stringify(views))).toBe(false);
    expect(plain(await readPublished(text))).toEqual(plain(views));
  });

  it("is refused when cut off anywhere", async () => {
    const text = await publishedText(listOf(42, [listedMirror("a.example")]));
    let refused = 0;
    for (let length = 0; length < text.length; length++) {
      await expect(readPublished(text.slice(0, length))).rejects.toThrow(/published views/);
      refused++;
    }
    expect(refused).toBe(text.length);
    await expect(readPublished(`${text} `)).rejects.toThrow(/bytes/);
  });

  it("is refused with any one byte changed", async () => {
    const text = await publishedText(listOf(42, [listedMirror("a.example")]));
    const bytes = new TextEncoder().encode(text);
    for (const at of bytes.keys()) {
      for (const bit of [1, 0x20]) {
        const changed = bytes.slice();
        changed[at] = (bytes[at] ?? 0) ^ bit;
        const spoiled = new TextDecoder().decode(changed);
        await expect(readPublished(spoiled), `byte ${at}`).rejects.toThrow();
      }
    }
  });

  it("of 1,000 mirrors with 6 repositories is well under 300 KB", async () => {
    const mirrors = Array.from({ length: 1000 }, (_, at) => {
      const name = `mirror-${at}.example.org`;
      const names = [
        "debian",
        "debian-security",
        "debian-cd",
        "ubuntu",
        "ubuntu-releases",
        "almalinux",
      ];
      const states = { https: "up", http: "up" } as const;
      const base = (scheme: string, repository: string) => `${scheme}://${name}/pub/${repository}/`;
      const carries = Object.fromEntries(
        names.map((one) => [
          one,
          {
            https: base("https", one),
            http: base("http", one),
            states,
            freshness: "fresh",
            generation: 12_345,
          } as const,
        ]),
      );
      return { ...listedMirror(name), latitude: 50.11, longitude: 8.68, asn: 64_500 + at, carries };
    });
    const text = await publishedText({ ...listOf(1, mirrors) });
    expect(text.length).toBeLessThan(250_000);
  });
});
