import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { emptyGuard, type GuardState, judge, sawProbe } from "../../../worker/health/guard.ts";
import { defaultRules as rules } from "../../../worker/health/rules.ts";

const start = 1_800_000_000_000;
const seconds = (count: number) => start + count * 1_000;

/** Mirrors 0 to `mirrors` - 1, of which the first `failing` fail. */
function round(state: GuardState, second: number, mirrors: number, failing: number): GuardState {
  let next = state;
  for (let at = 0; at < mirrors; at++) {
    const ok = at >= failing;
    const probed = {
      mirror: `m${at}`,
      ok,
      at: seconds(second),
      ...(!ok && { kind: "timeout" as const }),
    };
    next = sawProbe(next, probed, rules);
  }
  return next;
}

describe("a silent control", () => {
  it("makes it blind, until one answers", () => {
    const state = round(emptyGuard, 0, 2, 0);
    const at = { now: seconds(1), watched: 2 };
    const silent = judge(state, { ...at, control: "silent" }, rules);
    expect(silent).toMatchObject({ blind: true, why: expect.stringContaining("control") });
    const unasked = judge(silent.state, { ...at, control: "unasked" }, rules);
    expect(unasked.blind).toBe(true);
    expect(judge(unasked.state, { ...at, control: "answered" }, rules).blind).toBe(false);
  });
});

describe("mirrors that fail together", () => {
  it.each([
    [8, 5, true],
    [8, 4, false],
    [7, 7, false],
    [50, 26, true],
    [50, 25, false],
  ])("of %i mirrors %i: blind is %s", (mirrors, failing, blind) => {
    const state = round(round(emptyGuard, 0, mirrors, 0), 30, mirrors, failing);
    for (const control of ["answered", "unasked"] as const) {
      const moment = { now: seconds(31), control, watched: mirrors };
      expect(judge(state, moment, rules).blind, control).toBe(blind);
    }
  });

  it("are told with number and kind", () => {
    const state = round(round(emptyGuard, 0, 10, 0), 30, 10, 9);
    const { why } = judge(state, { now: seconds(31), control: "answered", watched: 10 }, rules);
    expect(why).toBe("9 of 10 mirrors failed together, most with timeout.");
  });

  it("don't count when they have failed before, or never answered", () => {
    const moment = { control: "answered", watched: 10 } as const;
    const never = round(round(emptyGuard, 0, 10, 9), 30, 10, 9);
    expect(judge(never, { ...moment, now: seconds(31) }, rules).blind).toBe(false);
    let long = round(emptyGuard, 0, 10, 0);
    for (let second = 30; second <= 150; second += 30) long = round(long, second, 10, 9);
    expect(judge(long, { ...moment, now: seconds(151) }, rules).blind).toBe(false);
  });

  it("are too few to tell when almost none was asked", () => {
    let state = round(emptyGuard, 0, 10, 0);
    for (const mirror of ["m0", "m1", "m2"]) {
      state = sawProbe(state, { mirror, ok: false, at: seconds(60) }, rules);
    }
    expect(judge(state, { now: seconds(61), control: "answered", watched: 10 }, rules).blind).toBe(
      false,
    );
  });

  it("a target that fails for ever beside one that answers is no fall", () => {
    let state = emptyGuard;
    for (let second = 0; second <= 120; second += 30) {
      for (let at = 0; at < 10; at++) {
        const mirror = `m${at}`;
        state = sawProbe(
          state,
          { mirror, target: `${mirror} https`, ok: true, at: seconds(second) },
          rules,
        );
        state = sawProbe(
          state,
          { mirror, target: `${mirror} http`, ok: false, at: seconds(second + 1) },
          rules,
        );
      }
    }
    expect(judge(state, { now: seconds(122), control: "answered", watched: 10 }, rules).blind).toBe(
      false,
    );
  });

  /** Falls at 30 s; asks every mirror and judges every 10 s. Gives when it was blind. */
  function blindAt(
    control: (second: number) => "answered" | "silent" | "unasked",
    failing: (second: number) => number,
  ): number[] {
    let state = round(emptyGuard, 0, 10, 0);
    const blind: number[] = [];
    for (let second = 30; second <= 240; second += 10) {
      state = round(state, second, 10, failing(second));
      const moment = { now: seconds(second), control: control(second), watched: 10 };
      const judged = judge(state, moment, rules);
      state = judged.state;
      if (judged.blind) blind.push(second);
    }
    return blind;
  }

  it("are believed after three intervals in which controls answered", () => {
    expect(
      blindAt(
        () => "answered",
        () => 9,
      ),
    ).toEqual([30, 40, 50, 60, 70, 80, 90, 100, 110]);
  });

  it("are believed later when a control was silent meanwhile", () => {
    const blind = blindAt(
      (second) => (second === 80 ? "silent" : "answered"),
      () => 9,
    );
    expect(blind.at(-1)).toBe(160);
  });

  it("are not believed without controls", () => {
    expect(
      blindAt(
        () => "unasked",
        () => 9,
      ).at(-1),
    ).toBe(240);
  });

  it("end it by answering again, more than half", () => {
    expect(
      blindAt(
        () => "answered",
        (second) => (second < 60 ? 9 : 4),
      ),
    ).toEqual([30, 40, 50]);
    expect(
      blindAt(
        () => "answered",
        (second) => (second < 60 ? 9 : 5),
      ).slice(0, 5),
    ).toEqual([30, 40, 50, 60, 70]);
  });
});

it("stays small, and outcomes told late change nothing", () => {
  const random = seeded(5);
  let state = emptyGuard;
  for (let at = 0; at < 5_000; at++) {
    const target = `t${Math.floor(random() * 5_000)}`;
    state = sawProbe(state, { mirror: "m", target, ok: random() < 0.5, at: seconds(at) }, rules);
  }
  expect(state.seen.size).toBe(rules.guardKept);
  const late = { mirror: "m", target: [...state.seen.keys()][0] ?? "", ok: true, at: start };
  expect(sawProbe(state, late, rules)).toBe(state);
});
