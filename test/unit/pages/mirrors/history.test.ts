import { describe, expect, it } from "vitest";
import type { RosterMirror } from "../../../../worker/mirrors/roster.ts";
import { documentOf } from "../../../../worker/pages/frame/document.ts";
import { visitOf } from "../../../../worker/pages/frame/visit.ts";
import {
  knownSpan,
  partsOf,
  shareOf,
  stretches,
} from "../../../../worker/pages/mirrors/history-parts.ts";
import { mirrorPage } from "../../../../worker/pages/mirrors/mirror-page.ts";
import { carriedState, mirrorState } from "../../../../worker/pages/mirrors/mirror-state.ts";
import { plainMirror } from "../../directory/rosters.ts";

const hour = 3_600_000;
const span = { from: 0, until: 100 * hour };

describe("a history of changes", () => {
  it("becomes the stretches between them, in whatever order they come", () => {
    const changes = [
      { at: 60 * hour, from: "down", to: "up" },
      { at: 50 * hour, from: "up", to: "down" },
    ];
    const all = stretches(changes, undefined, span);
    expect(all).toEqual([
      { word: "up", from: 0, until: 50 * hour },
      { word: "down", from: 50 * hour, until: 60 * hour },
      { word: "up", from: 60 * hour, until: 100 * hour },
    ]);
    expect(shareOf(all, ["up"])).toBe(0.9);
    const parts = partsOf(all, span, ({ word }) => ({ look: word === "up" ? "up" : "down" }));
    expect(parts.map(({ look, from, length }) => [look, from, length])).toEqual([
      ["up", 0, 0.5],
      ["down", 0.5, 0.1],
      ["up", 0.6, 0.4],
    ]);
  });

  it("of changes before the span only what held at its beginning is shown", () => {
    const changes = [{ at: -5 * hour, from: "up", to: "down" }];
    expect(stretches(changes, undefined, span)).toEqual([
      { word: "down", from: 0, until: 100 * hour },
    ]);
  });

  it("without a change is what holds now, since it is known", () => {
    const present = { word: "up", since: 40 * hour };
    expect(stretches([], present, span)).toEqual([
      { word: "up", from: 40 * hour, until: 100 * hour },
    ]);
    expect(stretches([], undefined, span)).toEqual([]);
  });

  it("counts no time that nobody knows of", () => {
    const all = stretches([{ at: 90 * hour, from: "unknown", to: "up" }], undefined, span);
    expect(shareOf(all, ["up"])).toBe(1);
    expect(shareOf([], ["up"])).toBeUndefined();
    expect(knownSpan(all, span)).toEqual({ from: 90 * hour, until: 100 * hour });
    const parts = partsOf(all, knownSpan(all, span), () => ({ look: "up" }));
    expect(parts.map(({ from, length }) => [from, length])).toEqual([[0, 1]]);
    expect(knownSpan([], span)).toEqual({ from: 99 * hour, until: 100 * hour });
  });
});

describe("a mirror's state", () => {
  const mirror = (more: Partial<RosterMirror>): RosterMirror => plainMirror("m", more);
  const at = (state: "up" | "down" | "unknown" | "drained") => ({ https: "https://m/", state });

  it("of a repository is that of its better scheme, and an operator's before both", () => {
    const both = { https: "https://m/", http: "http://m/" };
    const states = { https: "down", http: "up" } as const;
    expect(carriedState(mirror({}), { ...both, states })).toBe("up");
    expect(carriedState(mirror({}), { https: "https://m/", states })).toBe("down");
    expect(carriedState(mirror({ state: "disabled" }), { ...both, states })).toBe("disabled");
    expect(carriedState(mirror({}), { ...both, states, state: "drained" })).toBe("drained");
    expect(carriedState(mirror({ state: "unknown" }), both)).toBe("unknown");
  });

  it("of the whole is what repositories agree on, else degraded", () => {
    const of = (...all: ("up" | "down" | "unknown" | "drained")[]) =>
      mirrorState(
        mirror({ carries: Object.fromEntries(all.map((one, index) => [`r${index}`, at(one)])) }),
      );
    expect(of("up", "up")).toBe("up");
    expect(of("down", "down")).toBe("down");
    expect(of("up", "down")).toBe("degraded");
    expect(of("unknown", "up")).toBe("up");
    expect(of("up", "unknown", "up")).toBe("up");
    expect(of("unknown")).toBe("unknown");
    expect(of()).toBe("up");
  });
});

describe("a mirror's page", () => {
  const visit = visitOf({ path: "/mirrors/m", query: "", headers: new Headers() });
  if (typeof visit === "string") throw new Error(visit);
  const now = Date.UTC(2026, 10, 30);
  const target = { repository: "debian", scheme: "https", family: "any", state: "up" } as const;
  const iso = (ms: number) => new Date(ms).toISOString();
  const change = (id: number, ago: number, from: string, to: string) => ({
    id,
    at: iso(now - ago),
    mirror: "m",
    repository: "debian",
    scheme: "https",
    family: "any",
    axis: "state",
    from,
    to,
    why: "timeout",
    evidence: {},
  });
  const text = documentOf(
    visit,
    mirrorPage(visit, {
      mirror: plainMirror("m", { country: "DE", latitude: 50.11, longitude: 8.68, asn: 64500 }),
      described: {
        targets: [{ ...target, url: "https://m/debian/" }],
        known: [{ target: "m debian https any", record: null }],
        history: [change(2, 24 * hour, "down", "up"), change(1, 48 * hour, "up", "down")],
        older: null,
      },
      isOlder: false,
      now,
    }),
  ).text;

  it("has its place, its strip with the share that was well, and its history", () => {
    expect(text).toContain("Germany (50.11, 8.68)");
    expect(text).toContain("AS64500");
    // 29 of 30 days, never rounded up.
    expect(text).toContain("96.66% of the time that is known");
    expect(text).toMatch(/aria-label="debian \(https\): 96\.66% of the time that is known"/);
    expect(text.match(/<rect class="down"/g)).toHaveLength(1);
    expect(text).toContain("state: up &rarr; down");
    expect(text).not.toContain("?before=");
  });

  it("has no style that its policy refuses", () => {
    expect(text).not.toMatch(/<[^>]* style=/);
    expect(text).not.toMatch(/<[^>]* on\w+=/);
  });
});
