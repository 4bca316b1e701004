/** The lab keeps what it built: the next start uses it, for a day. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { keptTrees } from "../../../scripts/lab/kept-trees.ts";
import type { BuiltTrees } from "../../lab/trees.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const hourMs = 3_600_000;

/** Trees of one file each, and how often they were built. */
function setUp() {
  const folder = join(temporaryFolder("nearmirror-kept-"), "kept");
  const said: string[] = [];
  let builds = 0;
  const build = async (): Promise<BuiltTrees> => {
    builds++;
    const directory = temporaryFolder("nearmirror-built-");
    for (const version of [1, 2]) {
      mkdirSync(join(directory, "trees", String(version), "lab-cd"), { recursive: true });
      const file = join(directory, "trees", String(version), "lab-cd", "SHA256SUMS");
      writeFileSync(file, `version ${version}`);
    }
    writeFileSync(join(directory, "lab.asc"), `key ${builds}`);
    return {
      versions: 2,
      root: (version) => join(directory, "trees", String(version)),
      publicKeyFile: join(directory, "lab.asc"),
      fingerprint: "F".repeat(40),
      more: ["files"],
      missing: { rpm: "createrepo_c missing" },
      remove: () => undefined,
    };
  };
  const begin = (now: number, isFresh = false) =>
    keptTrees({ folder, now, say: (step) => said.push(step), isFresh, build });
  return { begin, folder, said, builds: () => builds };
}

it("builds once, tells so, and has the same at the next start", async () => {
  const { begin, said, builds, folder } = setUp();
  const first = await begin(start);
  expect(said[0]).toMatch(/^Building the repositories/);
  const again = await begin(start + 2 * hourMs);
  expect(builds()).toBe(1);
  expect(said.at(-1)).toBe(`Using the repositories that were built 2 h ago (${folder}).`);
  for (const trees of [first, again]) {
    expect(readFileSync(join(trees.root(2), "lab-cd/SHA256SUMS"), "utf8")).toBe("version 2");
    expect(readFileSync(trees.publicKeyFile ?? "", "utf8")).toBe("key 1");
    expect(trees).toMatchObject({
      versions: 2,
      fingerprint: "F".repeat(40),
      more: ["files"],
      missing: { rpm: "createrepo_c missing" },
    });
  }
});

it("builds anew where that is asked for, after a day, and where the last build was broken off", async () => {
  const { begin, builds, folder } = setUp();
  await begin(start);
  await begin(start + hourMs, true);
  expect(builds()).toBe(2);
  // The key that signed them ends after two days.
  await begin(start + 26 * hourMs);
  expect(builds()).toBe(3);
  writeFileSync(join(folder, "kept.json"), '{"builders":');
  const trees = await begin(start + 27 * hourMs);
  expect(builds()).toBe(4);
  expect(existsSync(trees.root(1))).toBe(true);
});
