import { describe, expect, it } from "vitest";
import type { FileObservation } from "../../../worker/health/observation.ts";
import { quarantinedPaths } from "../../../worker/health/quarantine.ts";
import { emptyRecord, expired } from "../../../worker/health/states.ts";
import { failureOf, rules, type Step, start, taking } from "./events.ts";

const { record: up } = taking(emptyRecord(start), [[0, "own", true]]);
const good = (path: string): FileObservation => ({ path, hashed: false });
const bad = (path: string, status = 404): FileObservation => ({
  path,
  hashed: false,
  failure: failureOf("status", status),
});
const look = (second: number, ...files: FileObservation[]): Step => [second, "own", { files }];
const seconds = (count: number) => start + count * 1_000;

describe("a file that fails", () => {
  it("is left out for a day, and the state stays", () => {
    const { record, transitions } = taking(up, [look(30, bad("a"))]);
    expect(record.state).toBe("up");
    expect(transitions).toMatchObject([{ axis: "quarantine", to: "quarantined", path: "a" }]);
    expect(quarantinedPaths(record, seconds(31))).toEqual(["a"]);
    const end = seconds(30) + rules.quarantineMs;
    expect(expired(record, end - 1, rules).record).toBe(record);
    expect(expired(record, end, rules).record.copy.quarantine).toEqual([]);
    expect(expired(record, end, rules).transitions).toMatchObject([{ to: "released", path: "a" }]);
  });

  it("is lifted by a look that finds it right, and by no other", () => {
    const { record } = taking(up, [look(30, bad("a"))]);
    expect(quarantinedPaths(taking(record, [look(60, good("b"))]).record, seconds(61))).toEqual([
      "a",
    ]);
    expect(quarantinedPaths(taking(record, [look(60, good("a"))]).record, seconds(61))).toEqual([]);
  });

  it.each([
    ["wrong bytes", failureOf("content")],
    ["too many bytes", { ...failureOf("size"), inBody: true as const }],
  ])("with %s is lifted by a look at the bytes, not by its size", (_, failure) => {
    const wrong = { path: "a", hashed: true, failure };
    const { record } = taking(up, [look(30, wrong)]);
    const bySize = taking(record, [look(60, good("a"))]).record;
    expect(quarantinedPaths(bySize, seconds(61))).toEqual(["a"]);
    const byBytes = taking(bySize, [look(90, { path: "a", hashed: true })]).record;
    expect(quarantinedPaths(byBytes, seconds(91))).toEqual([]);
  });

  it("of two makes it degraded until one is right", () => {
    const { record } = taking(up, [look(30, bad("a"), bad("b"), good("c"))]);
    expect(record.state).toBe("degraded");
    expect(taking(record, [look(60, good("a"))]).record.state).toBe("up");
  });

  it("that is only busy is left out for minutes", () => {
    const { record } = taking(up, [look(30, bad("a", 503))]);
    const end = seconds(30) + rules.passingQuarantineMs;
    expect(quarantinedPaths(record, end - 1)).toEqual(["a"]);
    expect(quarantinedPaths(record, end)).toEqual([]);
  });

  it("because the whole target does is not its own fault", () => {
    const failure = failureOf("timeout");
    const files = [{ path: "a", hashed: false, failure }, bad("b", 503), bad("c")];
    const { record } = taking(up, [[30, "own", { failure, files }]]);
    expect(quarantinedPaths(record, seconds(31))).toEqual(["c"]);
  });

  it("is one of a hundred at most, the oldest out", () => {
    const steps = Array.from({ length: 150 }, (_, at) =>
      look(30 + at * 30, bad(`f${at}`), good(`g${at}`), good(`h${at}`)),
    );
    const { record } = taking(up, steps);
    const paths = quarantinedPaths(record, seconds(5_000));
    expect(paths).toHaveLength(rules.quarantineKept);
    expect(paths[0]).toBe("f50");
    expect(record.state).toBe("degraded");
  });
});

describe("an incomplete copy", () => {
  const table: [name: string, steps: Step[], state: string][] = [
    [
      "three distinct of six",
      [look(30, good("a"), good("b"), good("c"), bad("d"), bad("e"), bad("f"))],
      "down",
    ],
    [
      "three of seven",
      [look(30, good("a"), good("b"), good("c"), good("g"), bad("d"), bad("e"), bad("f"))],
      "degraded",
    ],
    [
      "the same one three times",
      [look(30, bad("a")), look(60, bad("a")), look(90, bad("a"))],
      "up",
    ],
    ["two of two", [look(30, bad("a"), bad("b"))], "degraded"],
    [
      "over more than an hour",
      [look(30, bad("a")), look(60, bad("b")), look(3_700, bad("c"))],
      "degraded",
    ],
    ["only busy", [look(30, bad("a", 503), bad("b", 503), bad("c", 503))], "degraded"],
  ];
  it.each(table)("%s", (_, steps, state) => {
    expect(taking(up, steps).record.state).toBe(state);
  });

  it("is complete again after two probes in a row whose files are right", () => {
    const { record: down, transitions } = taking(up, [look(30, bad("a"), bad("b"), bad("c"))]);
    expect(transitions.at(-1)?.why).toContain("incomplete");
    const states = (...steps: Step[]) => taking(down, steps).record.state;
    expect(states(look(60, good("d")))).toBe("down");
    expect(states([60, "own", true], [90, "own", true], [120, "own", true])).toBe("down");
    expect(states(look(60, good("d")), look(90, good("e"), bad("f")), look(120, good("g")))).toBe(
      "down",
    );
    // The three files are still left out.
    expect(states(look(60, good("d")), look(90, good("e")))).toBe("degraded");
    // And what they were isn't held against it again.
    const later = [look(60, good("d")), look(90, good("e")), look(120, good("f"))];
    expect(states(...later)).toBe("degraded");
    expect(states(look(60, good("a"), good("b")), look(90, good("c")))).toBe("up");
  });
});
