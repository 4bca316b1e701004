import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { edgesNetwork } from "../../../worker/redirect/looks.ts";
import {
  cutOffMirrors,
  cutOffMs,
  failedMs,
  type Glance,
  Sight,
  sightKey,
  slowMs,
  suspendedMs,
} from "../../../worker/redirect/sight.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const sightMs = 5000;
/** Two fifths of it. */
const freshMs = 2000;
const [one, two, three] = [sightKey(11, "http"), sightKey(22, "http"), sightKey(33, "http")];

function sightOf(...events: [what: "seen" | "failed" | "begun", key: number, after: number][]) {
  const sight = new Sight(sightMs);
  for (const [what, key, after] of events) sight[what](key, start + after);
  return sight;
}

describe("a mirror", () => {
  it.each<[string, Parameters<typeof sightOf>, number, Glance]>([
    ["never seen", [], 0, "look"],
    ["seen just now", [["seen", one, 0]], 0, "seen"],
    ["seen a moment ago", [["seen", one, 0]], freshMs - 1, "seen"],
    ["seen a while ago", [["seen", one, 0]], freshMs, "again"],
    ["seen nearly too long ago", [["seen", one, 0]], sightMs - 1, "again"],
    ["seen too long ago", [["seen", one, 0]], sightMs, "look"],
    ["seen, by a clock that was set back since", [["seen", one, 0]], -1, "look"],
    ["of which another was seen", [["seen", two, 0]], 0, "look"],
    [
      "asked a moment ago",
      [
        ["seen", one, 0],
        ["begun", one, 2000],
      ],
      2000 + slowMs - 1,
      "again",
    ],
    [
      "that is silent",
      [
        ["seen", one, 0],
        ["begun", one, 2000],
      ],
      2000 + slowMs,
      "look",
    ],
    ["failed just now", [["failed", one, 0]], 0, "failed"],
    [
      "failed after it was seen",
      [
        ["seen", one, 0],
        ["failed", one, 0],
      ],
      0,
      "failed",
    ],
    [
      "failed, by a late word, before it was seen",
      [
        ["seen", one, 5],
        ["failed", one, 0],
      ],
      5,
      "seen",
    ],
    [
      "seen, by a late word, before it failed",
      [
        ["failed", one, 5],
        ["seen", one, 0],
      ],
      5,
      "failed",
    ],
    [
      "seen after it failed",
      [
        ["failed", one, 0],
        ["seen", one, 0],
      ],
      0,
      "seen",
    ],
    ["failed nearly too long ago", [["failed", one, 0]], failedMs - 1, "failed"],
    ["failed too long ago", [["failed", one, 0]], failedMs, "look"],
  ])("%s", (_, events, after, glance) => {
    expect(sightOf(...events).glance(one, start + after)).toBe(glance);
  });

  it("is known apart for each scheme, by 30 bits that are never none", () => {
    for (const hash of [0, 1, 0x40000000, 0xffffffff]) {
      const keys = [sightKey(hash, "http"), sightKey(hash, "https")];
      for (const key of keys) {
        expect(key).toBeGreaterThan(0);
        expect(key).toBeLessThan(2 ** 30);
      }
      if (hash > 1) expect(keys[0]).not.toBe(keys[1]);
    }
  });

  it("is looked at for nobody in particular once in two seconds, whatever comes of it", () => {
    const sight = new Sight(sightMs);
    const looked = [0, 1, 1999, 2000, 2001, 3999, 4000].filter((after) => {
      const may = sight.mayLook(one, start + after);
      if (after === 2000) sight.failed(one, start + after);
      return may;
    });
    expect(looked).toEqual([0, 2000, 4000]);
    expect(sight.mayLook(two, start)).toBe(true);
  });

  it("is one of thousands without being taken for another, and the recent stay", () => {
    const sight = new Sight(sightMs);
    for (let hash = 1; hash <= 50_000; hash++)
      sight.seen(sightKey(hash * 2654435761, "http"), start - 1);
    for (let hash = 1; hash <= 100; hash++) {
      expect(sight.glance(sightKey(hash, "https"), start)).toBe("look");
    }
    // Three of one set beside each other.
    const set = [5, 5 + 512, 5 + 1024];
    for (const key of set) sight.seen(key, start);
    expect(set.map((key) => sight.glance(key, start))).toEqual(["seen", "seen", "seen"]);
  });
});

describe("an edge that is cut off", () => {
  const all = (sight: Sight, now: number) => [one, two, three].map((key) => sight.glance(key, now));

  it("refuses nobody: several failed, none was seen since, and so did the origin", () => {
    const sight = sightOf(["failed", one, 0], ["failed", two, 100]);
    expect(all(sight, start + 100)).toEqual(["failed", "failed", "look"]);
    sight.originFailed(start + 100);
    expect(all(sight, start + 100)).toEqual(["again", "again", "again"]);
    expect(all(sight, start + 99 + suspendedMs)).toEqual(["again", "again", "again"]);
    expect(all(sight, start + 100 + suspendedMs)).toEqual(["failed", "failed", "look"]);
  });

  it("sees again as soon as one look goes well", () => {
    const sight = sightOf(["failed", one, 0], ["failed", two, 100]);
    sight.originFailed(start + 100);
    sight.seen(three, start + 200);
    expect(all(sight, start + 200)).toEqual(["failed", "failed", "seen"]);
  });

  it.each<[string, Parameters<typeof sightOf>]>([
    ["one mirror failed", [["failed", one, 0]]],
    [
      "one failed again and again",
      [
        ["failed", one, 0],
        ["failed", one, 1],
        ["failed", one, 2],
      ],
    ],
    [
      "one was seen between",
      [
        ["failed", one, 0],
        ["seen", three, 1],
        ["failed", two, 2],
      ],
    ],
    [
      "one was seen since",
      [
        ["failed", one, 0],
        ["failed", two, 1],
        ["seen", three, 2],
      ],
    ],
    [
      "they failed long apart",
      [
        ["failed", one, 0],
        ["failed", two, cutOffMs],
      ],
    ],
  ])("isn't one where %s", (_, events) => {
    expect(cutOffMirrors).toBe(2);
    const sight = sightOf(...events);
    sight.originFailed(start + cutOffMs);
    expect(sight.isSuspended(start + cutOffMs)).toBe(false);
  });
});

describe("whatever happens", () => {
  it("one whose last look failed isn't in sight, unless all are suspended", () => {
    const random = seeded(7);
    for (let world = 0; world < 200; world++) {
      const sight = new Sight(sightMs);
      const last = new Map<number, { at: number; well: boolean }>();
      let now = start;
      for (let step = 0; step < 100; step++) {
        now += Math.floor(random() * 1500);
        const key = [one, two, three][Math.floor(random() * 3)] ?? one;
        const what = random();
        if (what < 0.1) sight.originFailed(now);
        else if (what < 0.4) sight.begun(key, now);
        else {
          const well = what < 0.7;
          sight[well ? "seen" : "failed"](key, now);
          last.set(key, { at: now, well });
        }
        if (sight.isSuspended(now)) continue;
        for (const asked of [one, two, three]) {
          const { at = 0, well = true } = last.get(asked) ?? {};
          const glance = sight.glance(asked, now);
          if (!well && now - at < failedMs) expect(glance).toBe("failed");
          if (glance === "seen" || glance === "again")
            expect(well && now - at < sightMs).toBe(true);
        }
      }
    }
  });
});

describe("edges' reports", () => {
  it("come from a network that no client has", () => {
    // Clients' are hashes of 32 bits, signed or not.
    expect(Number.isSafeInteger(edgesNetwork)).toBe(true);
    expect(edgesNetwork).toBeLessThan(0);
  });
});
