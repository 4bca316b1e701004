import { describe, expect, test } from "vitest";
import { latencyModel } from "../../../worker/geo/latency.ts";
import { rosterMirrors } from "../../../worker/health/compose-roster.ts";
import type { FileObservation } from "../../../worker/health/observation.ts";
import { isCorrupt, isPatchy } from "../../../worker/health/patchy.ts";
import { wholeCopy, withChecks } from "../../../worker/health/quarantine.ts";
import { defaultRules as rules } from "../../../worker/health/rules.ts";
import { emptyRecord } from "../../../worker/health/states.ts";
import { targetKey } from "../../../worker/health/target.ts";
import { demandExclusion } from "../../../worker/mirrors/eligible.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import { provenByGeneration } from "../../../worker/mirrors/proof.ts";
import { packRoster } from "../../../worker/mirrors/roster-codec.ts";
import { unpackRoster } from "../../../worker/mirrors/unpack-roster.ts";
import type { FailureKind } from "../../../worker/outbound/failure.ts";

const began = Date.UTC(2026, 0, 1);
const minute = 60_000;

function file(path: string, kind?: FailureKind): FileObservation {
  const url = `http://mirror.test/${path}`;
  return { path, hashed: false, ...(kind !== undefined && { failure: { kind, detail: "", url } }) };
}

/** The copy after one check of each file, a minute apart. */
function copyAfter(files: readonly FileObservation[]) {
  return files.reduce(
    (copy, one, at) =>
      withChecks(
        copy,
        { at: began + at * minute, files: [one], warnings: [], requests: 1 },
        rules.successes,
        rules,
      ).copy,
    wholeCopy,
  );
}

const right = Array.from({ length: rules.checksKept }, (_, at) => file(`right${at}`));
const cases: [string, FileObservation[], boolean][] = [
  ["nothing looked at", [], false],
  ["all right", right, false],
  ["one file missing", [file("a", "status")], false],
  ["one file missing, seen twice", [file("a", "status"), file("a", "status")], false],
  ["two missing", [file("a", "status"), file("b", "status")], true],
  [
    "two missing, some right since",
    [file("a", "status"), file("b", "status"), ...right.slice(6)],
    true,
  ],
  [
    "two missing, as many right since as are remembered",
    [file("a", "status"), file("b", "status"), ...right],
    true,
  ],
  ["two missing, one there again", [file("a", "status"), file("b", "status"), file("a")], false],
  ["two cut short", [file("a", "broken"), file("b", "broken")], true],
  [
    "one with other bytes, one without an answer",
    [file("a", "content"), file("b", "timeout")],
    true,
  ],
];

describe("a copy is patchy when several files failed lately", () => {
  test.each(cases)("%s", (_, files, expected) => {
    expect(isPatchy({ copy: copyAfter(files) }, began + files.length * minute, rules)).toBe(
      expected,
    );
  });

  test.each<[string, FileObservation[], boolean]>([
    ["two with other bytes", [file("a", "content"), file("b", "content")], true],
    ["one with other bytes, one missing", [file("a", "content"), file("b", "status")], false],
    ["two missing", [file("a", "status"), file("b", "status")], false],
    [
      "two with other bytes, one right again by its size",
      [file("a", "content"), file("b", "content"), file("a")],
      true,
    ],
  ])("and corrupt by their bytes alone: %s", (_, files, expected) => {
    expect(isCorrupt({ copy: copyAfter(files) }, began + files.length * minute, rules)).toBe(
      expected,
    );
  });

  test("failures of the moment are forgotten with their quarantine", () => {
    const copy = copyAfter([file("a", "broken"), file("b", "broken")]);
    expect(isPatchy({ copy }, began + rules.passingQuarantineMs, rules)).toBe(false);
  });

  test("what was missing before it caught up with its origin doesn't count", () => {
    const copy = copyAfter([file("a", "status"), file("b", "status")]);
    const freshSince = (since: number) => ({ copy, freshness: { is: "fresh", since } as const });
    expect(isPatchy(freshSince(began + 2 * minute), began + 3 * minute, rules)).toBe(false);
    expect(isPatchy(freshSince(began - minute), began + 3 * minute, rules)).toBe(true);
  });

  test("it is published, and takes its proof from the mirror for this repository alone", () => {
    const base = { repository: "r", scheme: "http", family: "any" } as const;
    const carries = { r: { http: "http://m.test/r/" }, s: { http: "http://m.test/s/" } };
    const list = [{ name: "m", capacity: 1000, state: "unknown" as const, carries }];
    const view = { ok: true, own: true, run: 1, at: began, countedAt: began, failing: false };
    const generation = { is: 7, at: began };
    const whole = {
      ...emptyRecord(began),
      regions: { weur: { ...view, warnings: [], generation } },
    };
    const record = { ...whole, copy: copyAfter([file("a", "status"), file("b", "status")]) };
    const records = new Map([
      [targetKey({ ...base, mirror: "m" }), record],
      [targetKey({ ...base, repository: "s", mirror: "m" }), whole],
    ]);
    const mirrors = rosterMirrors(list, { records, now: began + minute, rules });
    const travelled = unpackRoster(JSON.parse(JSON.stringify(packRoster({ version: 1, mirrors }))));
    const [open] = new OpenRoster(travelled, latencyModel).mirrors;
    if (open === undefined) throw new Error("no mirror");
    const demand = { scheme: "http", family: "ipv4", architecture: "" } as const;
    const proven = ["r", "s"].map((repository) => {
      expect(demandExclusion(open, { ...demand, repository })).toBeUndefined();
      return provenByGeneration(open.resource.carries[repository] ?? {}, { first: 1 }, 9);
    });
    expect(proven).toEqual([false, true]);
    expect(open.resource.carries.r).not.toHaveProperty("generation");
  });
});
