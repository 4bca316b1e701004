import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { defaultRules as rules } from "../../../worker/health/rules.ts";
import {
  chooseDue,
  emptyBudget,
  nextDue,
  reserve,
  roomAt,
  settle,
  type Watch,
} from "../../../worker/health/schedule.ts";

const start = 1_800_000_000_000;
const hour = 3_600_000;

function watch(key: string, more: Partial<Watch> = {}): Watch {
  return {
    key,
    mirror: "m",
    host: "m.example",
    dueAt: start,
    run: 0,
    changing: false,
    probes: 0,
    ...more,
  };
}

describe("the next probe", () => {
  const table: [name: string, more: Partial<Watch>, atMostMs: number][] = [
    ["healthy", {}, 30_000],
    ["changing", { changing: true }, 10_000],
    ["down for minutes", { downSince: start - hour + 1 }, 30_000],
    ["down for an hour", { downSince: start - hour }, 60_000],
    ["down for two", { downSince: start - 2 * hour }, 120_000],
    ["down for four", { downSince: start - 4 * hour }, 480_000],
    ["down for a week", { downSince: start - 168 * hour }, 900_000],
    ["down for a year", { downSince: start - 8_760 * hour }, 900_000],
    ["coming back after a week", { downSince: start - 168 * hour, changing: true }, 10_000],
  ];
  it.each(table)("%s", (_, more, atMostMs) => {
    const probed = watch("a", { lastAt: start, ...more });
    expect(nextDue(probed, { now: start, rules, random: () => 0 })).toBe(start + 0.8 * atMostMs);
    const random = seeded(1);
    for (let round = 0; round < 1_000; round++) {
      const due = nextDue(probed, { now: start, rules, random });
      expect(due).toBeGreaterThanOrEqual(start + 0.8 * atMostMs);
      expect(due).toBeLessThanOrEqual(start + atMostMs);
    }
  });

  it("counts from the last one's beginning, and is never over already", () => {
    const probed = watch("a", { lastAt: start - 4_000 });
    expect(nextDue(probed, { now: start, rules, random: () => 0.9999 })).toBeLessThanOrEqual(
      start + 26_000,
    );
    expect(
      nextDue(watch("a", { lastAt: start - hour }), { now: start, rules, random: () => 0 }),
    ).toBe(start);
  });

  it("of one never probed is within one interval, spread", () => {
    const random = seeded(2);
    const dues = Array.from(
      { length: 1_000 },
      () => nextDue(watch("a"), { now: start, rules, random }) - start,
    );
    expect(Math.min(...dues)).toBeLessThan(1_000);
    expect(Math.max(...dues)).toBeGreaterThan(29_000);
    expect(Math.max(...dues)).toBeLessThan(30_000);
  });
});

describe("what is probed now", () => {
  const keys = (watches: readonly Watch[]) => watches.map(({ key }) => key).join(" ");

  it("is due, longest first, as many as can begin", () => {
    const watches = [
      watch("later", { dueAt: start + 5_000 }),
      watch("b", { dueAt: start - 1, mirror: "2" }),
      watch("a", { dueAt: start - 2, mirror: "1" }),
      watch("c", { mirror: "3" }),
    ];
    const all = chooseDue(watches, start, emptyBudget(rules));
    expect(keys(all.chosen)).toBe("a b c");
    expect(all.againAt).toBe(start + 5_000);
    const two = chooseDue(watches, start, emptyBudget(rules), 2);
    expect(keys(two.chosen)).toBe("a b");
    expect(two.againAt).toBe(start);
    expect(chooseDue([], start, emptyBudget(rules)).againAt).toBeUndefined();
  });

  it("waits for a mirror's budget, and says how long", () => {
    // Room for three probes of one region's prober, and not for a request more.
    let budget = emptyBudget({ ...rules, requestsPerMinute: 6 * rules.requestsPerProbe });
    const probes = Math.floor(budget.perMinute / budget.perProbe);
    for (let count = 0; count < probes; count++) budget = reserve(budget, "m", start);
    const { chosen, againAt } = chooseDue([watch("a"), watch("b", { mirror: "n" })], start, budget);
    expect(keys(chosen)).toBe("b");
    expect(againAt).toBe(start + rules.probeMs + 60_001);
    const ended = settle(budget, "m", { beganAt: start, requests: 2, endedAt: start + 100 });
    expect(roomAt(ended, "m", start + 100)).toBeGreaterThan(start + 100);
    const idle = settle(ended, "m", { beganAt: start, requests: 0, endedAt: start + 100 });
    expect(roomAt(idle, "m", start + 100)).toBe(start + 100);
  });

  it("never begins a probe that a tiny budget couldn't hold, yet lets it begin", () => {
    const budget = emptyBudget({ ...rules, requestsPerMinute: 4 });
    expect(budget.perProbe).toBe(2);
    expect(chooseDue([watch("a")], start, budget).chosen).toHaveLength(1);
  });

  it("sends no mirror more than its budget in any minute, and its targets take turns", () => {
    const random = seeded(3);
    let budget = emptyBudget(rules);
    const names = ["one", "two", "three"];
    // 30 targets a mirror at 10 s would be far more than a minute's budget.
    let watches = names.flatMap((mirror) =>
      Array.from({ length: 30 }, (_, at) => watch(`${mirror}${at}`, { mirror, changing: true })),
    );
    const sent = new Map<string, number[]>(names.map((name) => [name, []]));
    const probed = new Map<string, number>();
    let waiting: { watch: Watch; beganAt: number; endsAt: number; at: number[] }[] = [];
    for (let now = start; now < start + hour / 2; now += 500 + Math.floor(random() * 500)) {
      for (const { watch: of, beganAt, endsAt, at } of waiting.filter(
        ({ endsAt }) => endsAt <= now,
      )) {
        budget = settle(budget, of.mirror, { beganAt, requests: at.length, endedAt: endsAt });
        watches.push({
          ...of,
          dueAt: nextDue({ ...of, lastAt: beganAt }, { now, rules, random }),
          lastAt: beganAt,
        });
      }
      waiting = waiting.filter(({ endsAt }) => endsAt > now);
      const choice = chooseDue(watches, now, budget, 6 - waiting.length);
      budget = choice.budget;
      watches = watches.filter((one) => !choice.chosen.includes(one));
      for (const one of choice.chosen) {
        const lasts = oneOf(random, [100, 900, 5_000, 59_000]);
        const count = Math.floor(random() * (budget.perProbe + 1));
        const at = Array.from({ length: count }, () => now + random() * lasts);
        sent.get(one.mirror)?.push(...at);
        probed.set(one.key, (probed.get(one.key) ?? 0) + 1);
        waiting.push({ watch: one, beganAt: now, endsAt: now + lasts, at });
      }
    }
    for (const times of sent.values()) {
      const sorted = times.toSorted((a, b) => a - b);
      expect(sorted.length).toBeGreaterThan(100);
      for (const [first, from] of sorted.entries()) {
        const last = sorted.findLastIndex((at) => at <= from + 60_000);
        expect(last - first + 1).toBeLessThanOrEqual(budget.perMinute);
      }
    }
    for (const mirror of names) {
      const counts = Array.from({ length: 30 }, (_, at) => probed.get(`${mirror}${at}`) ?? 0);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3);
    }
    expect(JSON.stringify(budget).length).toBeLessThan(20_000);
  });
});
