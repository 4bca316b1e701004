import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { CurrentViews, openRepositories, readViews } from "../../../worker/views/views.ts";
import { plainMirror } from "../directory/rosters.ts";

const debian: Repository = {
  name: "debian",
  kind: "apt",
  title: "Debian",
  origin: "https://origin.example/",
  architectures: ["amd64", "arm64"],
  keys: [],
  setup: {},
};

function text(
  version: number,
  mirrors: readonly unknown[] = [plainMirror(`of-${version}`)],
): string {
  return JSON.stringify({
    roster: { version, mirrors },
    catalogue: { version: 1, repositories: [debian] },
  });
}

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(console, "warn").mockImplementation((message: string) => {
    warnings.push(message);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The views after a look that finds `found`. */
async function versionAfter(current: CurrentViews, found: string | null): Promise<number> {
  await current.refresh(async () => found, 0);
  return current.open.roster.version;
}

describe("refreshing the views", () => {
  it("takes newer ones, mirrors and all", async () => {
    const current = new CurrentViews(text(100));
    expect(await versionAfter(current, text(200))).toBe(200);
    expect(current.open.roster.mirrors.map(({ resource }) => resource.name)).toEqual(["of-200"]);
    expect(warnings).toEqual([]);
  });

  it("refuses an older roster, says so, and says it once for the same text", async () => {
    const current = new CurrentViews(text(100));
    expect(await versionAfter(current, text(99))).toBe(100);
    expect(await versionAfter(current, text(99))).toBe(100);
    expect(warnings).toEqual(["views refused: roster 99 is older than 100"]);
    expect(await versionAfter(current, text(101))).toBe(101);
    expect(await versionAfter(current, text(100))).toBe(101);
  });

  it("keeps the opened roster, with all it has cached, when the same text comes again", async () => {
    const current = new CurrentViews(text(100));
    await versionAfter(current, text(200));
    const opened = current.open;
    await versionAfter(current, text(200));
    expect(current.open).toBe(opened);
  });

  it("goes on where there is nothing to read", async () => {
    const current = new CurrentViews(text(100));
    expect(await versionAfter(current, null)).toBe(100);
    await current.refresh(() => Promise.reject(new Error("store unreachable")), 0);
    expect(current.open.roster.version).toBe(100);
    expect(warnings).toEqual(["views not refreshed: store unreachable"]);
  });

  it.each([
    ["half a text", text(200).slice(0, -20)],
    ["null", "null"],
    ["a list", "[]"],
    ["no roster", JSON.stringify({ catalogue: { version: 1, repositories: [] } })],
    ["no catalogue", JSON.stringify({ roster: { version: 200, mirrors: [] } })],
    ["a version that is text", text(200).replace(":200,", ':"200",')],
    ["mirrors that are no list", text(200).replace(/"mirrors":\[.*?\}\]/, '"mirrors":{}')],
    ["a mirror that is null", text(200, [null])],
    ["a mirror without a name", text(200, [{ capacity: 1, state: "up", carries: {} }])],
    ["a mirror that carries nothing at all", text(200, [{ name: "m", capacity: 1, state: "up" }])],
    ["a mirror off the globe", text(200, [plainMirror("m", { latitude: 900, longitude: 0 })])],
    ["a repository without architectures", text(200).replace('"architectures"', '"arch"')],
  ])("refuses %s; the old views serve on and newer ones are still taken", async (_, found) => {
    const current = new CurrentViews(text(100));
    const opened = current.open;
    expect(await versionAfter(current, found)).toBe(100);
    expect(current.open).toBe(opened);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^views not refreshed: ./);
    expect(await versionAfter(current, text(300))).toBe(300);
  });

  it("a shipped text that can't be read fails at the start, not at a request", () => {
    expect(() => new CurrentViews("{}")).toThrow(/roster with mirrors/);
    expect(() => readViews("{")).toThrow();
  });
});

describe("an operator's word in a list that no Fleet publishes", () => {
  const until = "2026-12-01T06:00:00Z";
  const end = Date.parse(until);
  const word = { is: "drained", by: "ann", why: "disk", until } as const;
  const carried = { http: "http://a.example/" };
  const mirrors = [
    plainMirror("whole", { word, state: "drained" }),
    plainMirror("part", {
      state: "unknown",
      carries: { debian: { ...carried, word, state: "drained" }, extra: carried },
    }),
    plainMirror("longer", { word: { ...word, until: "2026-12-02T00:00:00Z" }, state: "drained" }),
    plainMirror("for good", {
      word: { is: "disabled", by: "ann", why: "gone" },
      state: "disabled",
    }),
  ];
  const states = (current: CurrentViews) =>
    Object.fromEntries(
      current.open.roster.mirrors.map(({ resource: mirror }) => [
        mirror.name,
        Object.values(mirror.carries)[0]?.state ?? mirror.state,
      ]),
    );
  const at = (current: CurrentViews, now: number, found: string | null = null) =>
    current.refresh(async () => found, now).then(() => states(current));
  const held = { whole: "drained", part: "drained", longer: "drained", "for good": "disabled" };
  const ended = { ...held, whole: "unknown", part: "unknown" };

  it("ends at its moment, without anybody compiling the list anew", async () => {
    const current = new CurrentViews(text(100, mirrors));
    expect(await at(current, end - 1)).toEqual(held);
    expect(await at(current, end)).toEqual(ended);
    expect(await at(current, Date.parse("2026-12-02"))).toEqual({ ...ended, longer: "unknown" });
    expect(current.open.roster.version).toBe(100);
  });

  it("has ended in views that are taken later", async () => {
    const current = new CurrentViews(text(100));
    expect(await at(current, end, text(200, mirrors))).toEqual(ended);
  });

  it("has views opened anew once, when it ends", async () => {
    const current = new CurrentViews(text(100, mirrors));
    const opened = current.open;
    await at(current, end - 1);
    expect(current.open).toBe(opened);
    await at(current, end);
    const after = current.open;
    expect(after).not.toBe(opened);
    await at(current, end + 1000);
    expect(current.open).toBe(after);
  });
});

describe("when to look", () => {
  it("is once per interval, however many ask", () => {
    const current = new CurrentViews(text(1));
    const livenessChecks: number[] = [];
    for (let now = 1_000_000; now < 1_060_000; now += 100) {
      if (current.due(now, 10_000)) livenessChecks.push(now);
    }
    expect(livenessChecks).toEqual([0, 1, 2, 3, 4, 5].map((turn) => 1_000_000 + turn * 10_000));
  });
});

describe("slots", () => {
  it("are apart for every repository, architecture and scheme", () => {
    const repositories = [
      debian,
      { ...debian, name: "files", architectures: [] },
      { ...debian, name: "rpms", architectures: ["x86_64"] },
    ];
    const opened = openRepositories(repositories);
    const taken = opened.repositories.flatMap(({ name, architectures }) => {
      const slot = opened.byName.get(name)?.slot ?? Number.NaN;
      return Array.from({ length: 2 * (architectures.length + 1) }, (_, at) => slot + at);
    });
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken).toEqual(taken.map((_, at) => at));
  });
});
