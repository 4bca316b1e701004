import { expect, it } from "vitest";
import { SharedWork } from "../../../worker/runtime/shared-work.ts";

const goingOn: Promise<unknown>[] = [];
const background = { waitUntil: (work: Promise<unknown>) => void goingOn.push(work) };

it("work that nobody waits for is begun once while it is under way, and whoever waits joins it", async () => {
  const shared = new SharedWork<string>(1000);
  let begun = 0;
  const work = Promise.withResolvers<string>();
  const begin = () => {
    begun++;
    return work.promise;
  };
  shared.begin("a", begin, background, 0);
  shared.begin("a", begin, background, 0);
  const joined = shared.run("a", begin, background);
  expect(begun).toBe(1);
  work.resolve("done");
  expect(await joined).toBe("done");
  await Promise.all(goingOn);
  expect(shared.isRunning("a")).toBe(false);
  shared.begin("a", begin, background, 0);
  expect(begun).toBe(2);
});

it("work that fails for nobody fails nothing else, and is begun anew", async () => {
  const shared = new SharedWork<string>(1000);
  const fail = () => Promise.reject(new Error("no"));
  shared.begin("a", fail, background, 0);
  await Promise.all(goingOn);
  expect(shared.isRunning("a")).toBe(false);
  await expect(shared.run("a", fail, background)).rejects.toThrow("no");
});

it("work whose request was ended is begun anew once its time is over", () => {
  const shared = new SharedWork<string>(1000);
  let begun = 0;
  const begin = () => {
    begun++;
    return new Promise<string>(() => undefined);
  };
  for (const now of [0, 999, 1000, 1001, -5000]) shared.begin("a", begin, background, now);
  expect(begun).toBe(3);
});
