/** Over Debian 12's frozen universe the solver says what the real apt said: each truth of the checkout. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Truth } from "../../../../scripts/solve-truths/truth.ts";
import { readTruths } from "../../../../scripts/solve-truths/truth-files.ts";
import { readUniverseFacts } from "../../../../scripts/solve-truths/universe-facts.ts";
import { StanzaReader } from "../../../../worker/formats/stanzas.ts";
import { bareSettings } from "../../../../worker/solve/apt/marker.ts";
import { solveApt } from "../../../../worker/solve/apt/solve-apt.ts";
import type { SolveOutcome } from "../../../../worker/solve/request.ts";
import { UniverseBuilder } from "../../../../worker/solve/universe/builder.ts";
import type { Universe } from "../../../../worker/solve/universe/universe.ts";

const folder = join(import.meta.dirname, "../../../universes/debian-12");
/** Bytes that an unpacked index may have. */
const maxIndexSize = 512 * 1024 * 1024;
/** Host that the maker of truths gives its sources. */
const site = "truths.invalid";

function universeOf(architectures: readonly string[]): Universe {
  const builder = new UniverseBuilder([...architectures]);
  for (const { component, release, indexes } of readUniverseFacts(folder).suites) {
    for (const architecture of architectures) {
      const index = indexes.find((one) => one.architecture === architecture);
      if (index === undefined) continue;
      const { Suite, Codename, Origin, Label, Version } = release;
      builder.index({
        ...(Suite !== undefined && { suite: Suite }),
        ...(Codename !== undefined && { codename: Codename }),
        ...(Origin !== undefined && { origin: Origin }),
        ...(Label !== undefined && { label: Label }),
        ...(Version !== undefined && { version: Version }),
        component,
        architecture,
        site,
      });
      const reader = new StanzaReader(builder.onStanza);
      const unpack = ["--decompress", "--stdout", join(folder, index.file)];
      reader.push(execFileSync("xz", unpack, { maxBuffer: maxIndexSize }));
      reader.end();
    }
  }
  return builder.finish();
}

/** Refusals compare as refusals; changes in any order. */
function said(outcome: SolveOutcome): string[] {
  if ("refused" in outcome) return ["refused"];
  return outcome.changes
    .map(({ action, name, architecture, version, from = "" }) =>
      [action, name, architecture, version, from].join(" "),
    )
    .sort();
}

it("says what apt 2.6 said of all", () => {
  const truths = readTruths(join(folder, "apt-2.6"));
  expect(truths.length).toBeGreaterThan(200);
  const byArchitectures = Map.groupBy(truths, ({ request }: Truth) =>
    [request.architecture, ...request.foreign].join(" "),
  );
  for (const [architectures, some] of byArchitectures) {
    const universe = universeOf(architectures.split(" "));
    for (const { number, stratum, request, outcome } of some) {
      const found = said(solveApt(universe, request, bareSettings));
      expect(found, `truth ${number} (${stratum})`).toEqual(said(outcome));
    }
  }
  // Two universes and some hundred requests: 10 s of processor time, on a busy machine several times as long.
}, 180_000);
