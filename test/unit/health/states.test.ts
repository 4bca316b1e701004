import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import {
  emptyRecord,
  expired,
  generationSeen,
  hostWide,
  isChanging,
  isTargetRecord,
  longDownMs,
  observed,
  reported,
  type TargetRecord,
  withoutRegion,
} from "../../../worker/health/states.ts";
import type { FailureKind } from "../../../worker/outbound/failure.ts";
import { failureOf, probe, rules, type Step, start, taking } from "./events.ts";

const blank = emptyRecord(start);
const seconds = (count: number) => start + count * 1_000;
const generationOne = (second: number, region: string, generation: number): Step => [
  second,
  region,
  { generation },
];
const networks = (count: number) => Array.from({ length: count }, (_, at) => at);
const slow = { bytesPerSecond: 10_000 };
const fast = { bytesPerSecond: 1_000_000 };

function everyTen(count: number, region: string, ok: boolean, from: number): Step[] {
  return Array.from({ length: count }, (_, at): Step => [from + at * 10, region, ok]);
}

describe("what was seen of its generation", () => {
  const seen = (steps: Step[]) => generationSeen(taking(blank, steps).record, rules);
  const before = [generationOne(0, "own", 7), generationOne(1, "far", 7)];
  const fall: Step[] = [
    [30, "own", false],
    [31, "far", false],
  ];

  it("stays over a failure, and not over a fall", () => {
    expect(seen([...before, ...fall.slice(0, 1)])).toBe(7);
    expect(seen([...before, ...fall])).toBeUndefined();
  });

  it("is seen anew before it counts: nothing of before the fall is left, in any region", () => {
    const back: Step[] = [...before, ...fall, [60, "own", {}], [61, "far", {}]];
    expect(taking(blank, [...back, [70, "own", {}], [71, "far", {}]]).record.state).toBe("up");
    expect(seen([...back, [70, "own", {}], [71, "far", {}]])).toBeUndefined();
    expect(seen([...back, generationOne(70, "own", 3), [71, "far", {}]])).toBe(3);
  });
});

describe("states", () => {
  const table: [name: string, steps: Step[], states: string][] = [
    ["one success is enough from unknown", [[0, "own", true]], "up"],
    ["one failure says nothing", everyTen(1, "own", false, 0), ""],
    ["two failures say nothing", everyTen(2, "own", false, 0), ""],
    ["three failures in a row", everyTen(3, "own", false, 0), "down"],
    ["of one region alone that isn't its own", everyTen(3, "far", false, 0), "down"],
    [
      "a success between begins anew",
      [...everyTen(2, "own", false, 0), [20, "own", true], ...everyTen(2, "own", false, 30)],
      "up",
    ],
    [
      "two regions",
      [
        [0, "own", true],
        [30, "own", false],
        [31, "far", false],
      ],
      "up down",
    ],
    [
      "two regions, neither its own",
      [
        [0, "own", true],
        [30, "far", false],
        [31, "third", false],
      ],
      "up down",
    ],
    [
      "two regions, one of them long ago",
      [
        [0, "own", true],
        [1, "far", false],
        [100, "own", false],
      ],
      "up",
    ],
    [
      "only the other one fails",
      [[0, "own", true], ...everyTen(3, "far", false, 1)],
      "up degraded",
    ],
    [
      "and answers twice again",
      [
        [0, "own", true],
        ...everyTen(3, "far", false, 1),
        [30, "own", true],
        [31, "far", true],
        [41, "far", true],
      ],
      "up degraded up",
    ],
    [
      "and answers once again",
      [[0, "own", true], ...everyTen(3, "far", false, 1), [30, "own", true], [31, "far", true]],
      "up degraded",
    ],
    [
      "its own fails, the other answers",
      [[0, "far", true], ...everyTen(3, "own", false, 1)],
      "up down",
    ],
    [
      "failures of the same second are one",
      [
        [0, "own", false],
        [0.1, "own", false],
        [0.2, "own", false],
        [0.3, "own", false],
      ],
      "",
    ],
    [
      "up again after two successes",
      [...everyTen(3, "own", false, 0), ...everyTen(2, "own", true, 30)],
      "down up",
    ],
    ["not after one", [...everyTen(3, "own", false, 0), [30, "own", true]], "down"],
    [
      "two in each region",
      [[0, "own", false], [1, "far", false], ...everyTen(3, "own", true, 10), [31, "far", true]],
      "down",
    ],
    [
      "then both",
      [
        [0, "own", false],
        [1, "far", false],
        ...everyTen(3, "own", true, 10),
        [31, "far", true],
        [41, "far", true],
      ],
      "down up",
    ],
    [
      "a region that no longer watches isn't waited for",
      [[0, "own", false], [1, "far", false], ...everyTen(2, "own", true, 100)],
      "down up",
    ],
    [
      "its own is back and the other goes on failing",
      [
        [0, "own", false],
        [1, "far", false],
        [11, "far", false],
        [21, "far", false],
        ...everyTen(2, "own", true, 22),
      ],
      "down degraded",
    ],
    [
      "two slow looks",
      [
        [0, "own", slow],
        [30, "own", slow],
      ],
      "up",
    ],
    [
      "slow three times, then fast twice",
      [
        [0, "own", slow],
        [30, "own", slow],
        [60, "own", slow],
        [90, "own", fast],
        [120, "own", fast],
      ],
      "up degraded up",
    ],
    [
      "slow from far is no matter",
      [
        [0, "own", true],
        [1, "far", slow],
        [30, "far", slow],
        [60, "far", slow],
      ],
      "up",
    ],
  ];
  it.each(table)("%s", (_, steps, states) => {
    const { transitions } = taking(blank, steps);
    expect(transitions.map(({ to }) => to).join(" ")).toBe(states);
  });

  it("believes the prober's own count as far as there was time for it", () => {
    const failed = (at: number, run: number) => ({
      region: "own",
      own: true,
      run,
      observation: probe(seconds(at), { failure: failureOf("timeout") }),
    });
    const { record } = taking(blank, [[0, "own", true]]);
    expect(observed(record, failed(1, 3), rules).record.state).toBe("up");
    expect(observed(record, failed(30, 3), rules).record.state).toBe("down");
  });

  it("counts an event told twice, or late, once", () => {
    const { record } = taking(blank, everyTen(2, "own", false, 0));
    expect(taking(record, everyTen(2, "own", false, 0)).record).toBe(record);
  });

  it("asks for more successes of one that flaps, and forgets", () => {
    let { record } = taking(blank, [[0, "own", true]]);
    let second = 30;
    const needed: number[] = [];
    for (let fall = 0; fall < 6; fall++) {
      record = taking(record, everyTen(3, "own", false, second)).record;
      expect(record.state).toBe("down");
      second += 30;
      for (let count = 1; record.state === "down"; count++) {
        const { record: next, transitions } = taking(record, [[second, "own", true]]);
        second += 10;
        record = next;
        if (record.state !== "up") continue;
        needed.push(count);
        expect(transitions.at(-1)?.why.includes("fell several times")).toBe(
          count > rules.successes,
        );
      }
    }
    // The score fades while it recovers, so the fourth fall may still ask for as many as the third.
    expect(needed.slice(0, 3)).toEqual([2, 4, 8]);
    expect(needed).toEqual(needed.toSorted((a, b) => a - b));
    expect(needed.at(-1)).toBe(rules.mostSuccesses);
    const later = second + (6 * rules.dampingHalfLifeMs) / 1_000;
    const back = taking(record, [
      ...everyTen(3, "own", false, later),
      ...everyTen(2, "own", true, later + 30),
    ]);
    expect(back.record.state).toBe("up");
  });

  it("tells in every transition why, and with what evidence", () => {
    const { transitions } = taking(blank, [
      [0, "own", true],
      [30, "own", false],
      [31, "far", false],
    ]);
    const [, down] = transitions;
    expect(down).toMatchObject({ at: seconds(31), axis: "state", from: "up", to: "down" });
    expect(down?.why).toMatch(/own.*timeout.*far/);
    expect(down?.evidence.failure?.kind).toBe("timeout");
  });

  it("is JSON, told from what isn't a record", () => {
    const { record } = taking(blank, [[0, "own", true], ...everyTen(3, "far", false, 1)]);
    const stored: unknown = JSON.parse(JSON.stringify(record));
    expect(stored).toEqual(record);
    expect(isTargetRecord(stored)).toBe(true);
    for (const field of ["state", "regions", "copy", "damping", "reports", "freshnessViews"]) {
      expect(isTargetRecord({ ...record, [field]: undefined }), field).toBe(false);
    }
    for (const no of [null, [], "up", {}, { ...record, regions: { own: {} } }]) {
      expect(isTargetRecord(no)).toBe(false);
    }
  });

  it("knows what concerns the whole host", () => {
    const kinds: FailureKind[] = [
      "unreachable",
      "timeout",
      "tls",
      "status",
      "captive",
      "loop",
      "size",
      "content",
      "broken",
      "downgrade",
      "inside",
    ];
    expect(kinds.filter((kind) => hostWide(failureOf(kind)))).toEqual([
      "unreachable",
      "timeout",
      "tls",
    ]);
  });

  it("is changing while a failure is new or a return is under way, and not for the long dead", () => {
    const { record: up } = taking(blank, [[0, "own", true]]);
    expect(isChanging(up, seconds(1), rules)).toBe(false);
    expect(isChanging(taking(up, [[30, "own", false]]).record, seconds(31), rules)).toBe(true);
    const { record: down } = taking(up, everyTen(3, "own", false, 30));
    expect(isChanging(down, seconds(51), rules)).toBe(true);
    expect(isChanging(down, seconds(50) + rules.settledMs, rules)).toBe(false);
    expect(isChanging(taking(down, [[900, "own", true]]).record, seconds(901), rules)).toBe(true);
    expect(longDownMs(down, seconds(60))).toBe(10_000);
    expect(longDownMs(up, seconds(60))).toBe(0);
  });
});

describe("freshness", () => {
  const at = (root: string, is: "fresh" | "lagging" | "stale") => ({
    freshness: { is, root, lagSeconds: is === "fresh" ? 0 : 60 },
  });
  const table: [name: string, steps: Step[], changes: string][] = [
    ["first known", [[0, "own", at("a", "fresh")]], "fresh"],
    [
      "the worst of the regions",
      [
        [0, "own", at("a", "fresh")],
        [1, "far", at("a", "stale")],
        [2, "own", at("a", "lagging")],
      ],
      "fresh stale",
    ],
    [
      "the worst of the roots, not by turns",
      [
        [0, "own", at("a", "lagging")],
        [10, "own", at("b", "fresh")],
        [20, "own", at("a", "lagging")],
        [30, "own", at("b", "fresh")],
      ],
      "lagging",
    ],
    [
      "caught up",
      [
        [0, "own", at("a", "lagging")],
        [10, "own", at("a", "fresh")],
      ],
      "lagging fresh",
    ],
    [
      "an old view gives way",
      [
        [0, "far", at("a", "stale")],
        [301, "own", at("a", "fresh")],
      ],
      "stale fresh",
    ],
    [
      "a probe that fails tells nothing",
      [
        [0, "own", at("a", "lagging")],
        [900, "own", false],
      ],
      "lagging",
    ],
  ];
  it.each(table)("%s", (_, steps, changes) => {
    const { transitions } = taking(blank, steps);
    const of = transitions.filter(({ axis }) => axis === "freshness");
    expect(of.map(({ to }) => to).join(" ")).toBe(changes);
  });
});

describe("clients", () => {
  const { record: up } = taking(blank, [
    [0, "own", true],
    [0, "far", true],
  ]);
  const tell = (record: TargetRecord, count: number, second = 1) =>
    reported(record, { networks: networks(count), at: seconds(second) }, rules);

  it.each([1, 5, 8, 10_000])("of %i networks change no state, whatever it is", (count) => {
    const { record: down } = taking(up, [
      [30, "own", false],
      [30, "far", false],
    ]);
    for (const record of [up, down, blank]) {
      const outcome = tell(record, count, 31);
      expect(outcome.transitions).toEqual([]);
      expect(outcome.record.state).toBe(record.state);
      // Nor does time, when it goes by afterwards.
      const later = expired(outcome.record, seconds(31) + rules.reportsMs, rules);
      expect(later).toMatchObject({ record: { state: record.state }, transitions: [] });
    }
  });

  it("are no second region beside one that fails once", () => {
    const { record: failed } = taking(up, [[30, "far", false]]);
    expect(tell(failed, 10_000, 31).record.state).toBe("up");
    expect(taking(tell(up, 10_000).record, [[30, "far", false]]).record.state).toBe("up");
  });

  it("have it looked at more often, for as long as their reports count", () => {
    const isWatched = (record: TargetRecord, second: number) =>
      isChanging(record, seconds(second), rules);
    expect([4, 5].map((count) => isWatched(tell(up, count).record, 2))).toEqual([false, true]);
    const { record } = tell(up, 5);
    const end = 1 + rules.reportsMs / 1000;
    expect([end - 1, end].map((second) => isWatched(record, second))).toEqual([true, false]);
    const { record: faded } = expired(record, seconds(end), rules);
    expect(faded.reports.networks).toEqual([]);
    expect(expired(faded, seconds(end) + 1e9, rules).record).toBe(faded);
  });

  it("are cleared by two clean looks of the own region after them", () => {
    const isWatchedAfter = (...looks: Parameters<typeof taking>[1]) =>
      isChanging(taking(tell(up, 5).record, looks).record, seconds(61), rules);
    expect(isWatchedAfter([30, "own", true])).toBe(true);
    expect(isWatchedAfter([30, "far", true], [60, "far", true])).toBe(true);
    expect(isWatchedAfter([30, "own", true], [60, "own", true])).toBe(false);
  });

  it("that made it degraded in an older version's record do so no more", () => {
    const old = { ...tell(blank, 5).record, state: "degraded" } as const;
    expect(expired(old, seconds(1) + rules.reportsMs, rules).record.state).toBe("unknown");
  });
});

it("forgets a region that no longer asks", () => {
  const { record } = taking(blank, [
    [0, "own", false],
    [1, "far", false],
  ]);
  const without = withoutRegion(record, "far");
  expect(taking(without, everyTen(2, "own", true, 10)).record.state).toBe("up");
});

describe("whatever happens", () => {
  const kinds: FailureKind[] = ["unreachable", "timeout", "status", "content"];

  function randomStep(random: () => number, second: number, regions: readonly string[]): Step {
    const failed = random() < 0.4;
    const path = `pool/${"x".repeat(80)}${Math.floor(random() * 400)}.deb`;
    const bad = random() < 0.3;
    return [
      second,
      oneOf(random, regions),
      {
        ...(failed && { failure: failureOf(oneOf(random, kinds), oneOf(random, [404, 503])) }),
        files: [
          { path, hashed: false, ...(bad && { failure: failureOf(oneOf(random, kinds), 404) }) },
        ],
        bytesPerSecond: random() * 200_000,
        freshness: {
          is: oneOf(random, ["fresh", "lagging", "stale"]),
          root: `root${Math.floor(random() * 50)}`,
          lagSeconds: 5,
        },
        warnings: ["w".repeat(1_000), "v"],
      },
    ];
  }

  it("one client network never takes a target down", () => {
    const random = seeded(11);
    for (let round = 0; round < 200; round++) {
      let record =
        random() < 0.5
          ? blank
          : taking(blank, [
              [0, "own", true],
              [0, "far", true],
            ]).record;
      for (let second = 1; second < 400; second += Math.floor(random() * 8) + 1) {
        // Beside the client a single failure of one region now and then, and its answer right after.
        if (random() < 0.05)
          record = taking(record, [
            [second, "own", false],
            [second + 0.5, "own", true],
          ]).record;
        record = reported(record, { networks: [42, 42], at: seconds(second) }, rules).record;
        expect(record.state).not.toBe("down");
        expect(record.state).not.toBe("degraded");
      }
    }
  });

  it("no number of client networks takes down what every region reaches", () => {
    const random = seeded(12);
    let { record } = taking(blank, [
      [0, "own", true],
      [0, "far", true],
    ]);
    for (let second = 1; second < 2_000; second += 7) {
      const many = Array.from({ length: 20 }, () => Math.floor(random() * 2 ** 32));
      record = reported(record, { networks: many, at: seconds(second) }, rules).record;
      record = taking(record, [[second + 1, oneOf(random, ["own", "far"]), true]]).record;
      expect(record.state).not.toBe("down");
    }
  });

  it("down needs two regions or three in a row, and up two in a row", () => {
    const random = seeded(13);
    for (let round = 0; round < 300; round++) {
      let record = blank;
      const looks: { region: string; ok: boolean; at: number }[] = [];
      for (let second = 0; second < 1_500; second += 6 + Math.floor(random() * 30)) {
        const region = oneOf(random, ["own", "far"]);
        const ok = random() < 0.6;
        looks.push({ region, ok, at: seconds(second) });
        const before = record.state;
        record = taking(record, [[second, region, ok]]).record;
        if (before === record.state) continue;
        // Told from the looks alone, without the machine's own counts.
        const of = (name: string) => looks.filter((look) => look.region === name);
        const inARow = (name: string, wanted: boolean) => {
          const others = of(name).findLastIndex((look) => look.ok !== wanted);
          return of(name).length - 1 - others;
        };
        if (record.state === "down") {
          const failed = ["own", "far"].filter((name) => of(name).at(-1)?.ok === false);
          const enough = failed.length === 2 || failed.some((name) => inARow(name, false) >= 3);
          expect(enough, JSON.stringify(looks.slice(-8))).toBe(true);
        }
        if (before === "down") {
          expect(Math.max(inARow("own", true), inARow("far", true))).toBeGreaterThanOrEqual(2);
        }
      }
    }
  });

  it("the names of the regions don't matter", () => {
    const random = seeded(14);
    const names = ["own", "far", "third"];
    const other: Record<string, string> = { own: "zz", far: "aa", third: "mm" };
    let one = blank;
    let two = blank;
    for (let at = 1; at < 2_000; at++) {
      const [second, region, found] = randomStep(random, at * 7, names);
      if (typeof found !== "object") continue;
      const observation = probe(seconds(second), found);
      const own = region === "own";
      const first = observed(one, { region, own, observation }, rules);
      const renamed = observed(two, { region: other[region] ?? "", own, observation }, rules);
      one = first.record;
      two = renamed.record;
      const plain = ({ transitions }: typeof first) =>
        transitions.map(({ evidence, why, ...rest }) => ({ ...rest, of: evidence.failure }));
      expect(plain(renamed)).toEqual(plain(first));
    }
    expect(two.state).toBe(one.state);
  });

  it("a record stays small", () => {
    const random = seeded(15);
    const regions = Array.from({ length: 40 }, (_, at) => `region${at}`);
    let record = blank;
    let longest = 0;
    let moved = 0;
    for (let at = 1; at <= 10_000; at++) {
      const now = seconds(at * 5);
      if (random() < 0.2) {
        const many = Array.from({ length: 100 }, () => Math.floor(random() * 2 ** 32));
        record = reported(record, { networks: many, at: now }, rules).record;
      } else {
        const outcome = taking(record, [randomStep(random, at * 5, regions)]);
        record = outcome.record;
        moved += outcome.transitions.length;
      }
      if (random() < 0.1) record = expired(record, now, rules).record;
      longest = Math.max(longest, JSON.stringify(record).length);
    }
    expect(moved).toBeGreaterThan(100);
    /** 100 files with a reason, 64 networks, 32 roots, 12 regions with a failure and warnings. */
    expect(longest).toBeLessThan(64_000);
  });
});
