import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Making, makeTruths } from "../../../../scripts/solve-truths/make-truths.ts";
import { drawnFrom } from "../../../../scripts/solve-truths/strata.ts";
import { packTruths, readTruths } from "../../../../scripts/solve-truths/truth-files.ts";
import { readUniverse } from "../../../../scripts/solve-truths/universe.ts";
import type { SolveRequest } from "../../../../worker/solve/request.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { writeSmallUniverse } from "./small-universe.ts";

let universe: string;
beforeAll(() => {
  universe = temporaryFolder("small-universe-");
  writeSmallUniverse(universe);
});

function making(folder: string, asked: SolveRequest[], changed: Partial<Making> = {}): Making {
  return {
    folder,
    made: { policy: "apt-2.6", tool: "apt 2.6.2 (amd64)", seed: 1, universe: "0".repeat(64) },
    from: drawnFrom(readUniverse(universe), "amd64", "i386"),
    count: 40,
    shard: { shard: 1, of: 1 },
    isWanted: () => true,
    processes: 2,
    ask: async (request) => {
      asked.push(request);
      const [name = "none"] = request.install;
      const change = {
        action: "install" as const,
        name: "base",
        architecture: "amd64",
        version: "1.0",
      };
      return name === "none" ? { refused: "nothing is asked" } : { changes: [change] };
    },
    progress: () => undefined,
    ...changed,
  };
}

describe("the maker", () => {
  it("asks for what is missing alone, and finishes what a stop left", async () => {
    const folder = temporaryFolder("truths-");
    const asked: SolveRequest[] = [];
    const first = await makeTruths(making(folder, asked, { count: 25 }));
    expect(first).toMatchObject({ wanted: 25, made: 25, left: 0, faults: [] });
    const before = asked.length;
    // What a kill in the middle of a line leaves.
    appendFileSync(join(folder, "truths.1-of-1.jsonl"), '{"number":25,"str');
    const second = await makeTruths(making(folder, asked));
    expect(second).toMatchObject({ wanted: 40, made: 15, left: 0 });
    expect(asked.length - before).toBe(15);
    expect(readTruths(folder).map(({ number }) => number)).toEqual([...Array(40).keys()]);
  });

  it("makes the same by shards as at once", async () => {
    const [whole, sharded] = [temporaryFolder("truths-"), temporaryFolder("truths-")];
    await makeTruths(making(whole, []));
    for (const shard of [1, 2, 3]) {
      await makeTruths(making(sharded, [], { shard: { shard, of: 3 } }));
    }
    expect(readTruths(sharded)).toEqual(readTruths(whole));
  });

  it("makes those of a stratum alone, where that is asked for", async () => {
    const folder = temporaryFolder("truths-");
    const isWanted = (stratum: string) => stratum === "virtual";
    expect(await makeTruths(making(folder, [], { isWanted }))).toMatchObject({
      wanted: 1,
      made: 1,
    });
    expect(readTruths(folder).map(({ number, stratum }) => [number, stratum])).toEqual([
      [4, "virtual"],
    ]);
  });

  it("goes on after an output that nobody knows, and tells it", async () => {
    const folder = temporaryFolder("truths-");
    const given = making(folder, []);
    let asked = 0;
    const ask: Making["ask"] = (request, slot) => {
      // The first 36 are for sets.
      asked += 1;
      if (asked === 40) throw new Error("apt-get ended with 139");
      return given.ask(request, slot);
    };
    const summary = await makeTruths({ ...given, ask, processes: 1 });
    expect(summary).toMatchObject({ made: 39, left: 1 });
    expect(summary.faults).toEqual(["3: apt-get ended with 139"]);
  });

  it("doesn't mix truths of two tools, seeds or universes", async () => {
    const folder = temporaryFolder("truths-");
    const given = making(folder, [], { count: 1 });
    await makeTruths(given);
    const other = { ...given, made: { ...given.made, tool: "apt 2.6.1 (amd64)" } };
    await expect(makeTruths(other)).rejects.toThrow("take another folder by --to");
  });

  it("goes on from packed truths, which say the same", async () => {
    const folder = temporaryFolder("truths-");
    await makeTruths(making(folder, [], { count: 30 }));
    const before = readTruths(folder);
    packTruths(folder);
    expect(readdirSync(folder).sort()).toEqual(["made.json", "sets.jsonl.xz", "truths.jsonl.xz"]);
    expect(readTruths(folder)).toEqual(before);
    const asked: SolveRequest[] = [];
    expect(await makeTruths(making(folder, asked))).toMatchObject({ made: 10, left: 0 });
    expect(asked).toHaveLength(10);
    expect(readTruths(folder).slice(0, 30)).toEqual(before);
  });
});

describe("the reader", () => {
  it.each([
    ["no JSON", "{", "line 2 is no JSON"],
    ["no truth", '{"number":7}', "line 2 is no truth"],
    ["a number twice", "SAME", "stands twice"],
    ["an unknown set", "SET", 'there is no set "none"'],
    ["a held package that isn't installed", "HOLD", "x:amd64 is held"],
  ])("refuses %s", async (_, line, message) => {
    const folder = temporaryFolder("truths-");
    await makeTruths(making(folder, [], { count: 1 }));
    const path = join(folder, "truths.1-of-1.jsonl");
    const first = readFileSync(path, "utf8").trim();
    const changed = (installed: unknown) => {
      const truth = JSON.parse(first);
      return JSON.stringify({ ...truth, number: 9, request: { ...truth.request, installed } });
    };
    const texts: Record<string, string> = {
      SAME: first,
      SET: changed({ set: "none" }),
      HOLD: changed({ set: "old-0", hold: ["x:amd64"] }),
    };
    appendFileSync(path, `${texts[line] ?? line}\n`);
    expect(() => readTruths(folder)).toThrow(message);
  });
});
