/** A `fetch` by which one check of a server serves everybody. */
import { expect, it } from "vitest";
import { JustUnreachable, ReachableFetch } from "../../../worker/outbound/reachable-fetch.ts";
import { recheckEveryMs } from "../../../worker/outbound/unreachable-servers.ts";

const url = "http://origin.example/debian/pool/a.deb";
const patience = 15_000;

/** A server whose questions are answered, or fail, when the test says so. */
function setUp() {
  const clock = { now: Date.parse("2026-03-01T12:00:00Z") };
  const asked: PromiseWithResolvers<Response>[] = [];
  const behind: Promise<unknown>[] = [];
  const reachable = new ReachableFetch({
    now: () => clock.now,
    goOn: (check) => behind.push(check),
  });
  const fetch = reachable.by(() => {
    const one = Promise.withResolvers<Response>();
    asked.push(one);
    return one.promise;
  }, patience);
  const ask = () => fetch(url, {});
  return { asked, ask, behind, clock, reachable };
}

it("ends all questions that wait for a server, when one finds that it can't be reached", async () => {
  const { asked, ask } = setUp();
  const all = Array.from({ length: 32 }, ask);
  asked[0]?.reject(new Error("Network connection lost."));
  const ended = await Promise.allSettled(all);
  expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(32);
  await expect(ask()).rejects.toBeInstanceOf(JustUnreachable);
  expect(asked).toHaveLength(32);
});

it("lets the others wait on, where the server has just answered one of them", async () => {
  const { asked, ask } = setUp();
  const [first, second, third] = [ask(), ask(), ask()];
  asked[0]?.resolve(new Response("bytes"));
  expect(await (await first).text()).toBe("bytes");
  asked[1]?.reject(new Error("Network connection lost."));
  await expect(second).rejects.toThrow("Network connection lost.");
  asked[2]?.resolve(new Response("more"));
  expect(await (await third).text()).toBe("more");
});

it("doesn't end what its own request broke off long ago, and holds it no longer", async () => {
  const { asked, ask, clock } = setUp();
  let ended = 0;
  const broken = ask().finally(() => ended++);
  broken.catch(() => undefined);
  clock.now += patience + 1000;
  const lost = ask();
  asked[1]?.reject(new Error("Network connection lost."));
  await expect(lost).rejects.toThrow();
  expect(ended).toBe(0);
});

it("has a check go on behind an answer, and asks as ever once it was answered", async () => {
  const { asked, ask, behind, clock } = setUp();
  const lost = ask();
  asked[0]?.reject(new Error("Network connection lost."));
  await expect(lost).rejects.toThrow();
  clock.now += recheckEveryMs;
  // It doesn't come within the moment that a client waits for it.
  await expect(ask()).rejects.toBeInstanceOf(JustUnreachable);
  await expect(ask()).rejects.toBeInstanceOf(JustUnreachable);
  expect(asked).toHaveLength(2);
  asked[1]?.resolve(new Response("late"));
  await Promise.all(behind);
  const well = ask();
  asked[2]?.resolve(new Response("well"));
  expect(await (await well).text()).toBe("well");
});

it("gives a check's own answer to the request that began it", async () => {
  const { asked, ask, clock } = setUp();
  const lost = ask();
  asked[0]?.reject(new Error("Network connection lost."));
  await expect(lost).rejects.toThrow();
  clock.now += recheckEveryMs;
  const check = ask();
  asked[1]?.resolve(new Response("back"));
  expect(await (await check).text()).toBe("back");
});

it("doesn't wait for the check of any server, where none could be reached", async () => {
  const { asked, ask, behind, reachable } = setUp();
  reachable.cutOff();
  await expect(ask()).rejects.toBeInstanceOf(JustUnreachable);
  expect(asked).toHaveLength(1);
  asked[0]?.resolve(new Response("there after all"));
  await Promise.all(behind);
  const well = ask();
  asked[1]?.resolve(new Response("well"));
  expect(await (await well).text()).toBe("well");
});
