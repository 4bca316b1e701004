/** What edges get of the list, operators' words and probes' findings. */
import { describe, expect, it } from "vitest";
import { rosterMirrors } from "../../../worker/health/compose-roster.ts";
import { emptyRecord, type TargetRecord } from "../../../worker/health/states.ts";
import type { Carried, Override, RosterMirror } from "../../../worker/mirrors/roster.ts";
import { rules, start } from "./events.ts";
import { listedMirror } from "./fleet-parts.ts";

const until = new Date(start).toISOString();
const word: Override = { is: "drained", by: "ops", why: "moving", until };

const both: RosterMirror = {
  ...listedMirror("a.example"),
  carries: { debian: { http: "http://a.example/debian/", https: "https://a.example/debian/" } },
};

/** `debian` of the mirror after probes said `found`, by scheme. */
function published(
  found: Partial<Record<"http" | "https", Partial<TargetRecord>>>,
  now = start,
  mirror = both,
): Carried {
  const records = new Map(
    Object.entries(found).map(([scheme, more]) => [
      `a.example debian ${scheme} any`,
      { ...emptyRecord(start), ...more },
    ]),
  );
  const [shown] = rosterMirrors([mirror], { records, now, rules });
  const carried = shown?.carries.debian;
  if (carried === undefined) throw new Error("debian is gone");
  return carried;
}

describe("an operator's word", () => {
  const shownAt = (mirror: RosterMirror, now: number) =>
    rosterMirrors([mirror], { records: new Map(), now, rules })[0];

  it("is the state until its moment, and from then on there is none", () => {
    const mirror = listedMirror("a.example", word);
    expect(shownAt(mirror, start - 1)?.state).toBe("drained");
    expect(shownAt(mirror, start)?.state).toBe("unknown");
  });

  it("without an end holds; it never travels itself", () => {
    const { until: _, ...lasting } = word;
    const shown = shownAt(listedMirror("a.example", lasting), start * 2);
    expect(shown?.state).toBe("drained");
    expect(JSON.stringify(shown)).not.toContain("moving");
  });

  it("on one repository leaves the others alone, and goes before probes", () => {
    const listed = listedMirror("a.example");
    const { debian, extra } = listed.carries;
    if (debian === undefined || extra === undefined) throw new Error("it carries both");
    const mirror = {
      ...listed,
      carries: { debian: { ...debian, word, state: "drained" } as const, extra },
    };
    expect(shownAt(mirror, start - 1)?.carries.debian?.state).toBe("drained");
    expect(shownAt(mirror, start - 1)?.carries.extra).not.toHaveProperty("state");
    expect(shownAt(mirror, start)?.carries.debian).not.toHaveProperty("state");
    const carried = published({ http: { state: "up" } }, start - 1, mirror);
    expect(carried).toMatchObject({ state: "drained", states: { http: "up" } });
    expect(carried).not.toHaveProperty("word");
  });
});

describe("what probes say", () => {
  it("is told by scheme; what isn't known isn't told", () => {
    expect(published({})).toEqual(both.carries.debian);
    expect(published({ http: { state: "unknown" } })).not.toHaveProperty("states");
    expect(published({ http: { state: "up" }, https: { state: "down" } }).states).toEqual({
      http: "up",
      https: "down",
    });
  });

  it.each([
    ["fresh", "lagging", "lagging"],
    ["stale", "lagging", "stale"],
    ["lagging", "lagging", "lagging"],
    ["fresh", "stale", "stale"],
  ] as const)("%s over http and %s over https is %s", (http, https, worst) => {
    const of = (is: "fresh" | "lagging" | "stale") => ({ freshness: { is, since: start } });
    expect(published({ http: of(http), https: of(https) }).freshness).toBe(worst);
    expect(published({ http: of(https), https: of(http) }).freshness).toBe(worst);
  });

  it("leaves files out until their time is over, of both schemes, each once", () => {
    const held = (...paths: string[]) => ({
      copy: {
        looks: [],
        quarantine: paths.map((path, at) => ({
          path,
          since: start,
          until: start + 1000 * (at + 1),
          reason: "",
        })),
      },
    });
    const found = { http: held("b", "a"), https: held("b") };
    expect(published(found).without).toEqual(["a", "b"]);
    expect(published(found, start + 1000).without).toEqual(["a"]);
    expect(published(found, start + 2000)).not.toHaveProperty("without");
  });

  describe("the generation", () => {
    const region = (is: number | undefined, at = start, ok = true) => ({
      ok,
      own: true,
      run: 1,
      at,
      countedAt: at,
      failing: false,
      warnings: [],
      ...(is !== undefined && { generation: { is, at } }),
    });
    type Regions = TargetRecord["regions"];
    const old = start - rules.freshnessMs;
    const held = (path: string) => ({ path, since: start, until: start + 1e9, reason: "" });
    const patchy = { looks: [], quarantine: [held("a"), held("b")] };

    it.each<[string, { http?: Regions; https?: Regions }, number | undefined]>([
      [
        "is the least of the regions' and schemes'",
        { http: { a: region(7), b: region(5) }, https: { a: region(6) } },
        5,
      ],
      ["isn't known where a scheme's isn't", { http: { a: region(7) } }, undefined],
      [
        "isn't known where a scheme was seen, and its generation wasn't",
        { http: { a: region(7) }, https: { a: region(undefined) } },
        undefined,
      ],
      [
        "goes without a region that hasn't seen all roots yet",
        { http: { a: region(7), b: region(undefined) }, https: { a: region(7) } },
        7,
      ],
      [
        "goes without what a region saw long before the other",
        { http: { a: region(7), b: region(5, old) }, https: { a: region(7) } },
        7,
      ],
      [
        "counts what a region saw a moment later than that",
        { http: { a: region(7), b: region(5, old + 1) }, https: { a: region(7) } },
        5,
      ],
      [
        "stays where nobody looks any more",
        { http: { a: region(7, start - 1e9) }, https: { a: region(7, start - 1e9) } },
        7,
      ],
      [
        "is none where one region sees what no snapshot has",
        { http: { a: region(7), b: region(0) }, https: { a: region(7) } },
        undefined,
      ],
    ])("%s", (_, { http, https }, expected) => {
      const found = {
        ...(http && { http: { state: "up", regions: http } as const }),
        ...(https && { https: { state: "up", regions: https } as const }),
      };
      expect(published(found).generation).toBe(expected);
    });

    it("goes without a scheme that is down", () => {
      const http = { state: "up", regions: { a: region(7) } } as const;
      for (const regions of [{ a: region(5) }, {}]) {
        expect(published({ http, https: { state: "down", regions } }).generation).toBe(7);
      }
      expect(published({ https: { state: "down", regions: {} } })).not.toHaveProperty("generation");
    });

    it("is none while the copy is patchy", () => {
      const seen = { state: "up", regions: { a: region(7) } } as const;
      expect(published({ http: seen, https: seen }).generation).toBe(7);
      const carried = published({ http: { ...seen, copy: patchy }, https: seen });
      expect(carried.patchy).toBe(true);
      expect(carried).not.toHaveProperty("generation");
      expect(carried).not.toHaveProperty("corrupt");
      const bytes = {
        looks: [],
        quarantine: patchy.quarantine.map((one) => ({ ...one, reason: "content: x" })),
      };
      expect(published({ http: { ...seen, copy: bytes }, https: seen }).corrupt).toBe(true);
    });
  });

  it("gives back clients by the steps of the ramp; a scheme that is down has no say in it", () => {
    const back = { state: "up", rampSince: start } as const;
    for (const { afterMs, share } of rules.rampSteps) {
      const is = published({ http: back }, start + afterMs).ramp;
      expect(is, `${afterMs} ms`).toBe(share === 1 ? undefined : share);
    }
    expect(published({ http: back, https: { ...back, state: "down" } }).ramp).toBe(0.1);
    expect(published({ https: { ...back, state: "down" } })).not.toHaveProperty("ramp");
    const earlier = { ...back, rampSince: start - 60_000 };
    expect(published({ http: earlier, https: back }).ramp).toBe(0.1);
  });
});
