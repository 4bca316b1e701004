/** A target from one probe to the next, and who is asked whether we can see. */
import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import type { Assignment } from "../../../worker/health/assignment.ts";
import { targetsOf } from "../../../worker/health/assignment.ts";
import { findControls } from "../../../worker/health/control.ts";
import type { Memo } from "../../../worker/health/prober-store.ts";
import { targetKey } from "../../../worker/health/target.ts";
import {
  afterBlindProbe,
  afterProbe,
  bytesDoubtedAfter,
  rootsAfter,
  suspectsAfter,
  type Watched,
  watchAll,
  wentBack,
} from "../../../worker/health/watched.ts";
import type { Failure } from "../../../worker/outbound/failure.ts";
import { failureOf, probe, rules, start } from "./events.ts";
import { listedMirror, listOf } from "./fleet-parts.ts";

const { catalogue } = listOf(1, []);
const half = () => 0.5;

function assignmentOf(...names: string[]): Assignment {
  const mirrors = names.map((name) => ({
    name,
    own: true,
    targets: targetsOf(listedMirror(name)),
  }));
  return { version: names.join(), mirrors, repositories: catalogue.repositories };
}

function watching(
  assignment: Assignment,
  before: ReadonlyMap<string, Watched> = new Map(),
  memos: ReadonlyMap<string, Memo> = new Map(),
  random = half,
) {
  return watchAll(assignment, before, memos, { now: start, rules, random });
}

const key = "a.example debian http any";

function one(all: ReadonlyMap<string, Watched>, of = key): Watched {
  const found = all.get(of);
  if (found === undefined) throw new Error(`${of} is not watched`);
  return found;
}

describe("a Prober's targets", () => {
  it("are spread over the first interval, all of them", () => {
    const names = Array.from({ length: 50 }, (_, at) => `m${at}.example`);
    const all = watching(assignmentOf(...names), new Map(), new Map(), seeded(1));
    expect(all.size).toBe(100);
    const due = [...all.values()].map(({ watch }) => watch.dueAt - start);
    expect(Math.min(...due)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...due)).toBeLessThan(rules.healthyMs);
    for (const third of [0, 1, 2]) {
      const within = due.filter((at) => Math.floor((3 * at) / rules.healthyMs) === third);
      expect(within.length).toBeGreaterThan(15);
    }
  });

  it("are kept over a new assignment; what is gone is gone, and a new URL begins anew", () => {
    const before = watching(assignmentOf("a.example", "b.example"));
    const known = one(before);
    const probed = {
      ...known,
      watch: afterProbe(
        known.watch,
        { ok: true, doubted: false, at: start },
        { now: start, rules, random: half },
      ),
      roots: [{ path: "r", hash: "h" }],
    };
    const next = assignmentOf("a.example", "c.example");
    const after = watching(next, new Map([...before, [key, probed]]));
    expect([...after.keys()].map((of) => of.split(" ")[0])).toEqual([
      "a.example",
      "a.example",
      "c.example",
      "c.example",
    ]);
    expect(one(after)).toEqual(probed);
    const moved = structuredClone(next);
    for (const { targets } of moved.mirrors) {
      for (const target of targets) target.base = `http://elsewhere.example/${target.repository}/`;
    }
    const anew = one(watching(moved, new Map([[key, probed]])));
    expect(anew.watch).toMatchObject({ host: "elsewhere.example", run: 0 });
    expect(anew.roots).toEqual([]);
  });

  it("go on after a restart by what is remembered: the dead and the changing at their own pace", () => {
    const memo = { lastAt: start - 1000, ok: false, run: 3, downSince: start - 5000 };
    const fallen = one(watching(assignmentOf("a.example"), new Map(), new Map([[key, memo]])));
    expect(fallen.watch).toMatchObject({ ...memo, changing: true });
    expect(fallen.watch.dueAt).toBeLessThanOrEqual(memo.lastAt + rules.changingMs);
    const long = { ...memo, downSince: start - 4 * rules.longDownMs };
    const dead = one(watching(assignmentOf("a.example"), new Map(), new Map([[key, long]])));
    expect(dead.watch.changing).toBe(false);
    expect(dead.watch.dueAt).toBeGreaterThan(start + 2 * rules.healthyMs);
  });
});

describe("a target's watch", () => {
  const fresh = () => one(watching(assignmentOf("a.example"))).watch;

  /** Looks a second apart. */
  function looked(...outcomes: boolean[]) {
    let watch = fresh();
    for (const [at, ok] of outcomes.entries()) {
      watch = afterProbe(
        watch,
        { ok, doubted: false, at: start + 1000 * at },
        { now: start + 1000 * at, rules, random: half },
      );
    }
    return watch;
  }

  it("counts looks in a row, and is quick from the first failure to the sixth success", () => {
    expect(looked(true, true, true)).toMatchObject({
      ok: true,
      run: 3,
      changing: false,
      probes: 3,
    });
    expect(looked(true, false)).toMatchObject({ ok: false, run: 1, changing: true });
    const fell = start + 1000;
    expect(looked(true, false, false, true)).toMatchObject({
      run: 1,
      changing: true,
      downSince: fell,
    });
    const well = Array.from({ length: 6 }, () => true);
    expect(looked(true, false, ...well.slice(1)).changing).toBe(true);
    const steady = looked(true, false, ...well);
    expect(steady.changing).toBe(false);
    expect(steady).not.toHaveProperty("downSince");
  });

  it("of one that answers but lacks a file is quick as well", () => {
    const doubted = afterProbe(
      looked(true, true),
      { ok: true, doubted: true, at: start },
      { now: start, rules, random: half },
    );
    expect(doubted).toMatchObject({ ok: true, run: 3, changing: true });
    expect(doubted.dueAt - start).toBeLessThanOrEqual(rules.changingMs);
    expect(
      afterProbe(
        doubted,
        { ok: true, doubted: false, at: start },
        { now: start, rules, random: half },
      ).changing,
    ).toBe(false);
  });

  it("of one that answers again doesn't wait as for the long dead", () => {
    const long = { ...fresh(), ok: false, run: 40, downSince: start - 10 * rules.longDownMs };
    const still = afterProbe(
      long,
      { ok: false, doubted: false, at: start },
      { now: start, rules, random: half },
    );
    expect(still.dueAt - start).toBeGreaterThan(5 * rules.healthyMs);
    const back = afterProbe(
      long,
      { ok: true, doubted: false, at: start },
      { now: start, rules, random: half },
    );
    expect(back.dueAt - start).toBeLessThanOrEqual(rules.changingMs);
    expect(back.downSince).toBe(long.downSince);
  });

  it("after a probe that isn't believed knows no more than before, and is due soon", () => {
    const before = looked(true, true);
    expect(afterBlindProbe(before, start + 9000, start + 10_000, rules)).toEqual({
      ...before,
      lastAt: start + 9000,
      dueAt: start + 10_000 + rules.changingMs,
    });
  });
});

describe("a target that shows less than it did", () => {
  it.each<[string, number | undefined, Parameters<typeof probe>[1], boolean]>([
    ["an older one", 7, { generation: 6 }, true],
    ["none that is known", 7, { generation: 0 }, true],
    ["none at all", 7, {}, true],
    ["the same", 7, { generation: 7 }, false],
    ["a newer one", 7, { generation: 8 }, false],
    ["its first", undefined, { generation: 7 }, false],
    ["nothing, as before", undefined, {}, false],
    ["a failure, which tells nothing of it", 7, { failure: failureOf("timeout") }, false],
  ])("%s", (_, before, found, expected) => {
    const watched = before === undefined ? {} : { generation: before };
    expect(wentBack(watched, probe(start, found))).toBe(expected);
  });
});

describe("controls", () => {
  const names = ["a.example", "b.example", "c.example", "d.example", "e.example", "f.example"];
  const all = [...watching(assignmentOf(...names)).values()].map((watched) => ({
    ...watched,
    watch: { ...watched.watch, ok: watched.watch.mirror !== "f.example" },
  }));
  const [debian] = catalogue.repositories;
  const origin = "http://origin.example/debian/dists/stable/InRelease";
  const hosts = (controls: { url: string }[]) => controls.map(({ url }) => new URL(url).host);

  it("are three mirrors that answered last, never the host that failed, then origin and references", () => {
    const random = seeded(5);
    for (let round = 0; round < 100; round++) {
      const found = findControls(
        all,
        { host: "a.example", repository: debian },
        ["https://ref.example/"],
        random,
      );
      expect(found.slice(-2)).toEqual([{ url: origin }, { url: "https://ref.example/" }]);
      const asked = hosts(found.slice(0, -2));
      expect(new Set(asked).size).toBe(3);
      for (const host of asked)
        expect(["b", "c", "d", "e"].map((x) => `${x}.example`)).toContain(host);
      for (const { url, mirror } of found.slice(0, -2)) expect(new URL(url).host).toBe(mirror);
    }
  });

  it("are drawn from all, so that no one mirror bears it", () => {
    const random = seeded(6);
    const first = new Set(
      Array.from(
        { length: 200 },
        () => hosts(findControls(all, { host: "a.example", repository: debian }, [], random))[0],
      ),
    );
    expect(first.size).toBe(4);
  });

  it("are the origin alone where no mirror answers; none where that isn't known either", () => {
    const dead = all.map((watched) => ({ ...watched, watch: { ...watched.watch, ok: false } }));
    expect(findControls(dead, { host: "a.example", repository: debian }, [], half)).toEqual([
      { url: origin },
    ]);
    expect(findControls([], { host: "a.example", repository: undefined }, [], half)).toEqual([]);
  });

  it("keys are made of what names a target", () => {
    expect(
      all.map(({ target, watch }) => [targetKey(target), watch.key]).every(([a, b]) => a === b),
    ).toBe(true);
  });
});

describe("suspects", () => {
  const file = (path: string) => ({ path, size: 1 });
  const bad = (path: string, kind: "status" | "size" | "content" = "status") => ({
    path,
    hashed: kind === "content",
    failure: { kind, detail: "", url: "" },
  });
  const paths = (suspects: readonly { path: string }[]) => suspects.map((one) => one.path).join();
  const samples = ["a", "b", "c"].map(file);

  it("are files that failed by status or size, until they are right", () => {
    const two = suspectsAfter([], [bad("a"), bad("b", "size")], samples, rules);
    expect(paths(two)).toBe("a,b");
    expect(paths(suspectsAfter(two, [{ path: "a", hashed: false }], samples, rules))).toBe("b");
    expect(suspectsAfter([], [bad("c", "content")], samples, rules)).toEqual([]);
  });

  it("go to the end of the row when they fail again, and are kept when no index lists them", () => {
    const two = suspectsAfter([], [bad("a"), bad("b")], samples, rules);
    expect(paths(suspectsAfter(two, [bad("a")], [], rules))).toBe("b,a");
  });

  it("are bounded, the oldest out", () => {
    const many = Array.from({ length: 40 }, (_, at) => `f${at}`);
    const kept = suspectsAfter(
      [],
      many.map((path) => bad(path)),
      many.map(file),
      rules,
    );
    expect(kept).toHaveLength(rules.suspectsKept);
    expect(kept.at(-1)?.path).toBe("f39");
  });
});

describe("after a probe", () => {
  const roots = [{ path: "r", hash: "before" }];
  const now = [{ path: "r", hash: "now" }];

  it("roots are as they were seen last, and none after a failure", () => {
    expect(rootsAfter({ roots }, probe(start, { roots: now }))).toBe(now);
    expect(rootsAfter({ roots }, probe(start))).toBe(roots);
    const failure = failureOf("timeout");
    expect(rootsAfter({ roots }, probe(start, { failure }))).toEqual([]);
    expect(rootsAfter({ roots }, probe(start, { failure, roots: now }))).toEqual([]);
  });

  it("bytes that were wrong are in doubt until some are right", () => {
    const file = (hashed: boolean, failure?: Failure) =>
      probe(start, { files: [{ path: "a", hashed, ...(failure !== undefined && { failure }) }] });
    const doubted = { bytesDoubted: true };
    const wrong = [
      failureOf("content"),
      failureOf("broken"),
      { ...failureOf("size"), inBody: true as const },
    ];
    for (const failure of wrong) expect(bytesDoubtedAfter({}, file(false, failure))).toBe(true);
    expect(bytesDoubtedAfter({}, file(false, failureOf("size")))).toBe(false);
    expect(bytesDoubtedAfter(doubted, file(false))).toBe(true);
    expect(bytesDoubtedAfter(doubted, probe(start, { failure: failureOf("timeout") }))).toBe(true);
    expect(bytesDoubtedAfter(doubted, file(true))).toBe(false);
    expect(bytesDoubtedAfter({}, file(false))).toBe(false);
  });
});
