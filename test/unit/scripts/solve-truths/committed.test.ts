/** The universes and truths of this checkout: their files are what they say, and the real apt still says the same. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { AptAsker, aptVersion } from "../../../../scripts/solve-truths/apt-asker.ts";
import { drawRequest, hardStrata } from "../../../../scripts/solve-truths/draw.ts";
import { type DrawnFrom, drawnFrom } from "../../../../scripts/solve-truths/strata.ts";
import type { Truth } from "../../../../scripts/solve-truths/truth.ts";
import {
  madeFile,
  readSets,
  readStoredTruths,
  readTruths,
} from "../../../../scripts/solve-truths/truth-files.ts";
import { readUniverse, type Universe } from "../../../../scripts/solve-truths/universe.ts";
import { readUniverseFacts } from "../../../../scripts/solve-truths/universe-facts.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const folder = join(import.meta.dirname, "../../../universes/debian-12");
const truthsFolder = join(folder, "apt-2.6");
/** All universes together. */
const mostBytes = 12 * 1024 * 1024;
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

let universe: Universe;
let from: DrawnFrom;
let truths: Truth[];
beforeAll(() => {
  universe = readUniverse(folder);
  from = drawnFrom(universe, "amd64", "i386");
  truths = readTruths(truthsFolder);
  // 130,000 stanzas: 3 s of processor time, on a busy machine ten times as long.
}, 120_000);

describe("Debian 12's universe", () => {
  it("has the files that it names, at most 12 MiB", () => {
    const indexes = readUniverseFacts(folder).suites.flatMap((suite) => suite.indexes);
    for (const { file, sha256: hash } of indexes) expect(sha256(join(folder, file))).toBe(hash);
    const bytes = indexes.reduce((sum, index) => sum + index.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });

  it("has as many packages as the origin's indexes", () => {
    expect(universe.stanzas.get("amd64")).toHaveLength(63_440 + 38 + 3077);
  });
});

describe("its truths", () => {
  it("are of all strata, answers and refusals", () => {
    const strata = new Set(truths.map(({ stratum }) => stratum));
    expect([...strata].sort()).toEqual(["plain", ...hardStrata].sort());
    expect(truths.some(({ outcome }) => "refused" in outcome)).toBe(true);
    expect(truths.some(({ outcome }) => "changes" in outcome)).toBe(true);
  });

  it("are of this universe, and what their seed draws", () => {
    const made = JSON.parse(readFileSync(join(truthsFolder, madeFile), "utf8"));
    expect(made.universe).toBe(sha256(join(folder, "universe.json")));
    const sets = readSets(truthsFolder);
    for (const { truth } of readStoredTruths(truthsFolder)) {
      const { number, stratum, request } = truth;
      expect({ number, stratum, request }).toEqual(drawRequest(from, sets, made.seed, number));
    }
  });

  it.runIf(aptVersion()?.startsWith("2.6."))("two of them are told again by apt", async () => {
    const asker = new AptAsker(temporaryFolder("truths-"), universe);
    // One architecture: another would have apt read all lists once more.
    const native = truths.filter(({ request }) => request.foreign.length === 0);
    const strata = ["virtual", "dist-upgrade"];
    const chosen = strata.map((one) => native.find(({ stratum }) => stratum === one));
    for (const truth of chosen) {
      if (truth === undefined) throw new Error("a stratum has no truth");
      expect(await asker.ask(truth.request), `number ${truth.number}`).toEqual(truth.outcome);
    }
  });
});
