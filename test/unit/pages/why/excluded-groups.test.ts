/** Excluded mirrors by reason: every reason that a decision can give is one that the page knows. */
import { describe, expect, it } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { explain, type Verdict } from "../../../../worker/mirrors/explain.ts";
import { excludedGroups } from "../../../../worker/pages/why/excluded-groups.ts";
import { clientOf, open, plainDemand, plainMirror, randomMirror } from "../../directory/rosters.ts";

const excluded = (mirror: string, why: string): Verdict => ({
  mirror,
  state: "up",
  excluded: why,
});

describe("mirrors that are left out", () => {
  it("stand together by their reason, the largest group first", () => {
    const groups = excludedGroups([
      excluded("a", "is down"),
      { mirror: "b", state: "up", rank: 1 },
      excluded("c", "does not carry the repository"),
      excluded("d", "is down"),
      excluded("e", "does not carry amd64"),
      excluded("f", "does not carry arm64"),
    ]);
    expect(groups).toEqual([
      { because: "down", what: "", mirrors: ["a", "d"] },
      { because: "architecture", what: "amd64", mirrors: ["e"] },
      { because: "architecture", what: "arm64", mirrors: ["f"] },
      { because: "carries", what: "", mirrors: ["c"] },
    ]);
  });

  it("for other clients' sake are one group, whatever each is for", () => {
    const groups = excludedGroups([
      excluded("a", "only serves DE, FR"),
      excluded("b", "only serves AS64500"),
      excluded("c", "only serves listed networks"),
      excluded("d", "is private"),
    ]);
    expect(groups).toEqual([{ because: "scope", what: "", mirrors: ["a", "b", "c", "d"] }]);
  });

  it("for a reason that the page doesn't know keep it", () => {
    const [group] = excludedGroups([excluded("a", "is on the moon")]);
    expect(group).toEqual({ because: "other", what: "is on the moon", mirrors: ["a"] });
  });

  it("of drawn rosters have no reason that the page doesn't know, and none is lost", () => {
    const random = seeded(7);
    const mirrors = Array.from({ length: 600 }, (_, at) => randomMirror(random, `m${at}`));
    const corrupt = plainMirror("corrupt");
    for (const carried of Object.values(corrupt.carries)) carried.corrupt = true;
    const client = clientOf("81.2.3.4", { country: "DE", asn: 64500 });
    const path = "pool/main/x.deb";
    const { mirrors: told } = explain(open([...mirrors, corrupt]), plainDemand, client, {
      decoded: path,
      path,
    });
    const groups = excludedGroups(told);
    expect(groups.map(({ because }) => because)).not.toContain("other");
    expect(groups.length).toBeGreaterThan(6);
    expect(groups.flatMap((one) => one.mirrors).sort()).toEqual(
      told.flatMap((one) => (one.excluded === undefined ? [] : [one.mirror])).sort(),
    );
  });
});
