/** A suite's object that ends in the middle of anything goes on where it was, and tells each version that came once. */
import { expect, test } from "vitest";
import type { Mishap } from "../../runtime/sqlite.ts";
import { SuiteWorld } from "./suite-world.ts";

const first = { "main/Packages": "a 1 all\nb 1 all\n", "main/Contents": "bin/a a\n" };
const second = { "main/Packages": "a 2 all\nb 1 all\n", "main/Contents": "bin/a a\nbin/b b\n" };

/** Another one, which comes before the second could be read again. */
const third = { "main/Packages": "a 2 all\nb 1 all\nc 1 all\n", "main/Contents": "bin/c c\n" };

/**
 * Publishes a second state, of which the n-th write goes wrong, and behind it the third.
 * @returns whether nothing went wrong: all was written before
 */
async function broken(step: number, mishap: Mishap, isOvertaken: boolean): Promise<boolean> {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(1, first));
  await world.ring();
  const state = world.state(2, second);
  world.database.breakAt(step, mishap);
  // The repository's object tells it again where that failed.
  await world.suite.follow(state).catch(() => undefined);
  await world.ring();
  const { whole } = world.database;
  if (mishap === "dies") world.restart();
  const last = isOvertaken ? world.state(3, third) : state;
  await world.suite.follow(last);
  for (let alarm = 0; world.alarmAt !== null; alarm++) {
    if (alarm > 9) throw new Error(`step ${step} goes on without end: ${world.said.join(" ")}`);
    world.now = Math.max(world.now, world.alarmAt);
    await world.ring();
  }
  const newest = isOvertaken ? "c" : "b";
  const answer = await world.suite.ask(last, [
    { ask: "named", names: ["a", newest] },
    { ask: "paths", path: `bin/${newest}`, match: "path", limit: 9 },
    { ask: "changes", names: ["a"], limit: 9 },
  ]);
  expect(answer, `${mishap} at step ${step}`).toMatchObject({
    state: { snapshot: last.snapshot, filesOf: last.snapshot },
    found: [
      { total: 2 },
      { files: [{ owners: [newest] }] },
      { total: 1, changes: [{ version: "2" }] },
    ],
  });
  // Nothing is left of what was broken off: two states of packages, one of files.
  const count = (query: string) => Number(world.database.sql.exec(query).toArray()[0]?.n);
  expect(count("SELECT COUNT(*) AS n FROM suite_set"), `${mishap} at step ${step}`).toBe(3);
  expect(count("SELECT COUNT(*) AS n FROM some_packages")).toBe(isOvertaken ? 5 : 4);
  expect(count("SELECT COUNT(*) AS n FROM some_files")).toBe(isOvertaken ? 1 : 2);
  expect(count("SELECT COUNT(DISTINCT number) AS n FROM suite_versions")).toBe(2);
  world.database.close();
  return whole;
}

test.each<{ mishap: Mishap; isOvertaken: boolean }>([
  { mishap: "dies", isOvertaken: false },
  { mishap: "dies", isOvertaken: true },
  { mishap: "throws", isOvertaken: false },
])(
  "a database that $mishap at any write, overtaken: $isOvertaken",
  async ({ mishap, isOvertaken }) => {
    let step = 1;
    while (!(await broken(step, mishap, isOvertaken))) step++;
    expect(step).toBeGreaterThan(20);
  },
);
