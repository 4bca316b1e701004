/** States of all mirrors as they travel: each target's, whatever its mirror is called. */
import { expect, it } from "vitest";
import { probedStatesText, readProbedStates } from "../../../worker/health/probed-states.ts";
import { emptyRecord } from "../../../worker/health/states.ts";
import { type Target, targetKey } from "../../../worker/health/target.ts";

const target = (mirror: string, repository: string, scheme: "http" | "https" = "http"): Target => ({
  ...{ mirror, repository, scheme, family: "any", base: `${scheme}://${mirror}/${repository}/` },
});

it("has each target's state, and unknown where nobody has probed it", () => {
  const targets = [
    target("a.example", "debian"),
    target("a.example", "debian", "https"),
    target("constructor", "arch"),
  ];
  const known = { ...emptyRecord(0), state: "down" } as const;
  const records = new Map([[targetKey(target("a.example", "debian", "https")), known]]);
  const states = readProbedStates(probedStatesText(targets, records));
  expect([...states]).toEqual([
    [
      "a.example",
      [
        ["debian", "unknown"],
        ["debian", "down"],
      ],
    ],
    ["constructor", [["arch", "unknown"]]],
  ]);
});
