/** What systemd hears of the service. The words are those of sd_notify(3). */
import { expect, test } from "vitest";
import { tellSystemd, watchdogMs } from "../../../../scripts/service/tell-systemd.ts";

function world(environment: Record<string, string>) {
  const sent: string[] = [];
  const periods: number[] = [];
  let tick = () => {};
  const told = tellSystemd({
    environment,
    pid: 7,
    send: async (message) => void sent.push(message),
    every(ms, call) {
      periods.push(ms);
      tick = call;
      return () => {
        tick = () => {};
      };
    },
  });
  return { told, sent, periods, tick: () => tick() };
}

const supervised = { NOTIFY_SOCKET: "/run/systemd/notify" };

test("nothing is said where nobody listens", async () => {
  const { told, sent, periods } = world({ WATCHDOG_USEC: "60000000", WATCHDOG_PID: "7" });
  await told.ready(async () => true);
  await told.stopping();
  expect({ sent, periods }).toEqual({ sent: [], periods: [] });
});

test("a service that serves is ready, and tells its end", async () => {
  const { told, sent, periods } = world(supervised);
  await told.ready(async () => true);
  await told.stopping();
  expect({ sent, periods }).toEqual({ sent: ["READY=1", "STOPPING=1"], periods: [] });
});

test("the watchdog hears of a service that answers, and of no other", async () => {
  const { told, sent, periods, tick } = world({ ...supervised, WATCHDOG_USEC: "60000000" });
  const answers = [true, false, "throws", true] as const;
  let asked = 0;
  await told.ready(async () => {
    const answer = answers[asked++];
    if (answer === "throws") throw new Error("no answer");
    return answer === true;
  });
  expect(periods).toEqual([15_000]);
  for (const _ of answers) {
    tick();
    await new Promise(setImmediate);
  }
  expect(sent).toEqual(["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
  await told.stopping();
  tick();
  expect(asked).toBe(answers.length);
});

test("a question that hangs is not asked again, and nothing is told", async () => {
  const { told, sent, tick } = world({ ...supervised, WATCHDOG_USEC: "4000000" });
  let asked = 0;
  await told.ready(() => {
    asked += 1;
    return new Promise<boolean>(() => {});
  });
  tick();
  tick();
  expect({ sent, asked }).toEqual({ sent: ["READY=1"], asked: 1 });
});

test.each([
  [{}, undefined],
  [{ WATCHDOG_USEC: "30000000" }, 30_000],
  [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" }, 30_000],
  // Of the process that this one was started by.
  [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" }, undefined],
  [{ WATCHDOG_USEC: "soon", WATCHDOG_PID: "7" }, undefined],
])("the time of the watchdog: %j", (environment, ms) => {
  expect(watchdogMs(environment, 7)).toBe(ms);
});
