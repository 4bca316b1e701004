import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import {
  bytesEveryMs,
  cutOffMirrors,
  cutOffMs,
  failedMs,
  type Liveliness,
  Liveness,
  livenessKey,
  slowMs,
  suspendedMs,
} from "../../../worker/delivery/liveness.ts";
import { edgesNetwork } from "../../../worker/delivery/liveness-checks.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const livenessMs = 5000;
/** Two fifths of it. */
const freshMs = 2000;
const [one, two, three] = [
  livenessKey(11, "http"),
  livenessKey(22, "http"),
  livenessKey(33, "http"),
];

/** What may come of a look; `bytes` are with a HEAD, or wrong. */
const happenings = {
  seen: (liveness: Liveness, key: number, at: number) => liveness.seen(key, at, true),
  "seen by HEAD": (liveness: Liveness, key: number, at: number) => liveness.seen(key, at, false),
  failed: (liveness: Liveness, key: number, at: number) => liveness.failed(key, at, false),
  "failed in its body": (liveness: Liveness, key: number, at: number) =>
    liveness.failed(key, at, true),
  begun: (liveness: Liveness, key: number, at: number) => liveness.begun(key, at, false),
  "begun with bytes": (liveness: Liveness, key: number, at: number) =>
    liveness.begun(key, at, true),
};
type Happening = [what: keyof typeof happenings, key: number, after: number];

function sightOf(...events: Happening[]) {
  const liveness = new Liveness(livenessMs);
  for (const [what, key, after] of events) happenings[what](liveness, key, start + after);
  return liveness;
}

describe("a mirror", () => {
  it.each<[string, Parameters<typeof sightOf>, number, Liveliness]>([
    ["never seen", [], 0, "check"],
    ["seen just now", [["seen", one, 0]], 0, "seen"],
    ["seen a moment ago", [["seen", one, 0]], freshMs - 1, "seen"],
    ["seen a while ago", [["seen", one, 0]], freshMs, "again"],
    ["seen nearly too long ago", [["seen", one, 0]], livenessMs - 1, "again"],
    ["seen too long ago", [["seen", one, 0]], livenessMs, "check"],
    ["seen, by a clock that was set back since", [["seen", one, 0]], -1, "check"],
    ["of which another was seen", [["seen", two, 0]], 0, "check"],
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
      "check",
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
    ["failed too long ago", [["failed", one, 0]], failedMs, "check"],
  ])("%s", (_, events, after, of) => {
    expect(sightOf(...events).of(one, start + after)).toBe(of);
  });

  it("is known apart for each scheme, by 30 bits that are never none", () => {
    for (const hash of [0, 1, 0x40000000, 0xffffffff]) {
      const keys = [livenessKey(hash, "http"), livenessKey(hash, "https")];
      for (const key of keys) {
        expect(key).toBeGreaterThan(0);
        expect(key).toBeLessThan(2 ** 30);
      }
      if (hash > 1) expect(keys[0]).not.toBe(keys[1]);
    }
  });

  it("is looked at for nobody in particular once in two seconds, whatever comes of it", () => {
    const liveness = new Liveness(livenessMs);
    const looked = [0, 1, 1999, 2000, 2001, 3999, 4000].filter((after) => {
      const may = liveness.mayCheck(one, start + after);
      if (after === 2000) liveness.failed(one, start + after, false);
      return may;
    });
    expect(looked).toEqual([0, 2000, 4000]);
    expect(liveness.mayCheck(two, start)).toBe(true);
  });

  it("is one of thousands without being taken for another, and the recent stay", () => {
    const liveness = new Liveness(livenessMs);
    for (let hash = 1; hash <= 50_000; hash++)
      liveness.seen(livenessKey(hash * 2654435761, "http"), start - 1, true);
    for (let hash = 1; hash <= 100; hash++) {
      expect(liveness.of(livenessKey(hash, "https"), start)).toBe("check");
    }
    // Three of one set beside each other.
    const set = [5, 5 + 512, 5 + 1024];
    for (const key of set) liveness.seen(key, start, true);
    expect(set.map((key) => liveness.of(key, start))).toEqual(["seen", "seen", "seen"]);
  });
});

describe("a mirror whose bytes can be looked at", () => {
  it.each<[string, Happening[], number, Liveliness]>([
    ["a HEAD alone doesn't bring into sight", [["seen by HEAD", one, 0]], 0, "check"],
    [
      "a HEAD keeps in sight while it is, and bytes were right lately",
      [
        ["seen", one, 0],
        ["seen by HEAD", one, livenessMs - 1],
      ],
      2 * livenessMs - 2,
      "again",
    ],
    [
      "a HEAD doesn't bring back into sight, however right bytes were lately",
      [
        ["seen", one, 0],
        ["seen by HEAD", one, livenessMs],
      ],
      livenessMs,
      "check",
    ],
    [
      "HEADs don't keep in sight for ever",
      [
        ["seen", one, 0],
        ...Array.from({ length: 9 }, (_, at): Happening => ["seen by HEAD", one, 2000 * (at + 1)]),
      ],
      // The last HEAD that bytes vouched for came after 8 s.
      8000 + livenessMs,
      "check",
    ],
    [
      "a HEAD doesn't clear what a body did",
      [
        ["failed in its body", one, 0],
        ["seen by HEAD", one, 1],
      ],
      2,
      "failed",
    ],
    [
      "bytes clear it",
      [
        ["failed in its body", one, 0],
        ["seen", one, 1],
      ],
      2,
      "seen",
    ],
    [
      "wrong bytes count though a HEAD has gone well since they were asked for",
      [
        ["seen", one, 0],
        ["seen by HEAD", one, 2000],
        ["failed in its body", one, 1000],
      ],
      2000,
      "failed",
    ],
    [
      "wrong bytes don't count where others have come rightly since",
      [
        ["seen", one, 2000],
        ["failed in its body", one, 1000],
      ],
      2000,
      "seen",
    ],
    [
      "another failure doesn't make a HEAD enough for what a body did",
      [
        ["failed in its body", one, 0],
        ["failed", one, 1],
        ["seen by HEAD", one, 2],
      ],
      3,
      "failed",
    ],
  ])("%s", (_, events, after, of) => {
    expect(sightOf(...events).of(one, start + after)).toBe(of);
  });

  it("is asked for bytes once in ten seconds while HEADs keep it in sight", () => {
    const liveness = sightOf();
    expect(liveness.bytesDue(one, start)).toBe(true);
    liveness.begun(one, start, true);
    liveness.begun(one, start + 2000, false);
    expect(liveness.bytesDue(one, start + bytesEveryMs - 1)).toBe(false);
    expect(liveness.bytesDue(one, start + bytesEveryMs)).toBe(true);
    // By a clock that was set back.
    expect(liveness.bytesDue(one, start - 1)).toBe(true);
  });

  it("isn't looked at again sooner than that once its bytes were wrong: a HEAD would tell nothing", () => {
    const liveness = sightOf(["begun with bytes", one, 0], ["failed in its body", one, 0]);
    expect(liveness.mayCheck(one, start + bytesEveryMs - 1)).toBe(false);
    expect(liveness.mayCheck(one, start + bytesEveryMs)).toBe(true);
  });
});

describe("a mirror whose bytes can't be looked at", () => {
  it.each<[string, Happening[], number, Liveliness]>([
    ["a HEAD brings into sight", [["seen by HEAD", one, 0]], 0, "seen"],
    ["it stays there as long", [["seen by HEAD", one, 0]], livenessMs - 1, "again"],
    ["and no longer", [["seen by HEAD", one, 0]], livenessMs, "check"],
    ["bytes that another file had count", [["seen", one, 0]], 0, "seen"],
    [
      "what a body did isn't cleared by a HEAD",
      [
        ["failed in its body", one, 0],
        ["seen by HEAD", one, failedMs - 1],
      ],
      failedMs - 1,
      "failed",
    ],
    [
      "until it is forgotten",
      [
        ["failed in its body", one, 0],
        ["seen by HEAD", one, failedMs],
        // Which is nothing that a HEAD can't clear.
        ["failed", one, failedMs + 1],
        ["seen by HEAD", one, failedMs + 2],
      ],
      failedMs + 2,
      "seen",
    ],
  ])("%s", (_, events, after, of) => {
    expect(sightOf(...events).byHead(one, start + after)).toBe(of);
  });
});

describe("an edge that is cut off", () => {
  const all = (liveness: Liveness, now: number) =>
    [one, two, three].map((key) => liveness.of(key, now));

  it("refuses nobody: several failed, none was seen since, and so did the origin", () => {
    const liveness = sightOf(["failed", one, 0], ["failed", two, 100]);
    expect(all(liveness, start + 100)).toEqual(["failed", "failed", "check"]);
    liveness.originFailed(start + 100);
    expect(all(liveness, start + 100)).toEqual(["again", "again", "again"]);
    expect(all(liveness, start + 99 + suspendedMs)).toEqual(["again", "again", "again"]);
    expect(all(liveness, start + 100 + suspendedMs)).toEqual(["failed", "failed", "check"]);
  });

  it("sees again as soon as one look goes well", () => {
    const liveness = sightOf(["failed", one, 0], ["failed", two, 100]);
    liveness.originFailed(start + 100);
    liveness.seen(three, start + 200, true);
    expect(all(liveness, start + 200)).toEqual(["failed", "failed", "seen"]);
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
    const liveness = sightOf(...events);
    liveness.originFailed(start + cutOffMs);
    expect(liveness.isSuspended(start + cutOffMs)).toBe(false);
  });
});

describe("whatever happens", () => {
  it("only one whose bytes were right lately, and since it failed, is in sight, unless all are suspended", () => {
    const random = seeded(7);
    for (let world = 0; world < 200; world++) {
      const liveness = new Liveness(livenessMs);
      /** When bytes were right, since any failure. */
      const right = new Map<number, number>();
      let now = start;
      for (let step = 0; step < 100; step++) {
        now += Math.floor(random() * 1500);
        const key = [one, two, three][Math.floor(random() * 3)] ?? one;
        const what = random();
        const bytes = random() < 0.5;
        if (what < 0.1) liveness.originFailed(now);
        else if (what < 0.3) liveness.begun(key, now, bytes);
        else if (what < 0.8) {
          liveness.seen(key, now, bytes);
          if (bytes) right.set(key, now);
        } else {
          liveness.failed(key, now, bytes);
          right.delete(key);
        }
        if (liveness.isSuspended(now)) continue;
        for (const asked of [one, two, three]) {
          if (!["seen", "again"].includes(liveness.of(asked, now))) continue;
          expect(now - (right.get(asked) ?? 0)).toBeLessThan(bytesEveryMs + livenessMs);
        }
      }
    }
  });

  it("one whose last look failed is known to fail, and one that was right since is in sight", () => {
    const random = seeded(8);
    for (let world = 0; world < 100; world++) {
      const liveness = new Liveness(livenessMs);
      let now = start;
      for (let step = 0; step < 50; step++) {
        now += Math.floor(random() * 1500);
        const well = random() < 0.5;
        if (well) liveness.seen(one, now, true);
        else liveness.failed(one, now, random() < 0.5);
        expect(liveness.of(one, now)).toBe(well ? "seen" : "failed");
        expect(liveness.byHead(one, now)).toBe(well ? "seen" : "failed");
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
