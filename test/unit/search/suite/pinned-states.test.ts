/** Past states that are asked for in turn: each is read once, and none keeps the suite from its own work. */
import { expect, test } from "vitest";
import { maxPinned, pinnedStepMs } from "../../../../worker/search/suite/searched-suite.ts";
import { SuiteWorld } from "./suite-world.ts";

test("no third past state is read while two were asked for just now", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(9, { "main/Packages": "mc 9 amd64\n" }));
  await world.ring();
  const states = [1, 2, 3].map((at) =>
    world.state(at, { [`at-${at}/Packages`]: `mc ${at} amd64\n` }, { isPinned: true }),
  );
  const ask = async () => {
    const answers = [];
    for (const state of states) {
      answers.push((await world.versions(state, "mc")).versions);
      await world.ring();
    }
    return answers;
  };
  const before = world.pulled.length;
  for (let round = 0; round < 5; round++) await ask();
  expect(world.pulled.length - before).toBe(maxPinned);
  expect(await ask()).toEqual([["1"], ["2"], []]);
  const [, , third] = states;
  if (third === undefined) throw new Error("no state");
  expect((await world.versions(third, "mc")).answer).toEqual({
    unready: "failed",
    why: expect.stringContaining("Ask again in 10 minutes."),
  });
  world.now += pinnedStepMs;
  await world.versions(third, "mc");
  await world.ring();
  expect((await world.versions(third, "mc")).versions).toEqual(["3"]);
});

test("a past state that is read is told, with when to ask again", async () => {
  const world = new SuiteWorld();
  await world.suite.follow(world.state(9, { "main/Packages": "mc 9 amd64\n" }));
  await world.ring();
  const past = world.state(1, { "old/Packages": "mc 1 amd64\n" }, { isPinned: true });
  const { answer } = await world.versions(past, "mc");
  expect(answer).toMatchObject({ unready: "coming" });
  const { why } = "why" in answer ? answer : { why: "" };
  expect(why).toContain(`as of ${past.snapshot} are being read`);
  expect(why).toContain("takes a minute or two. Ask again then.");
});

test("a past state with the packages of now is answered, however many others were asked for", async () => {
  const world = new SuiteWorld();
  const named = { "main/Packages": "mc 9 amd64\n" };
  await world.suite.follow(world.state(9, named));
  await world.ring();
  for (const at of [1, 2, 3, 4]) {
    const state = world.state(at, named, { isPinned: true });
    expect((await world.versions(state, "mc")).versions).toEqual(["9"]);
  }
});
