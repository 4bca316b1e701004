/** A process that ends by itself is started again, unless it does so again and again. */
import { describe, expect, it } from "vitest";
import { keepRunning } from "../../../../scripts/service/kept-running.ts";
import type { LogLine } from "../../../../scripts/service/quiet-log.ts";
import type { WorkerdProcess } from "../../../../scripts/service/workerd-process.ts";

function processes() {
  const started: { end(reason: string): void; stopped: boolean }[] = [];
  const start = async (): Promise<WorkerdProcess> => {
    const { promise: failed, resolve: end } = Promise.withResolvers<string>();
    const one = { end, stopped: false };
    started.push(one);
    const stop = async () => {
      one.stopped = true;
    };
    return { pid: started.length, ports: new Map(), failed, stop };
  };
  const lines: LogLine[] = [];
  const clock = { now: 0 };
  const again: number[] = [];
  const options = {
    start,
    startedAgain: ({ pid }: WorkerdProcess) => again.push(pid),
    log: (line: LogLine) => lines.push(line),
    now: () => clock.now,
    pause: async (ms: number) => {
      clock.now += ms;
    },
  };
  return { started, lines, clock, again, options };
}

describe("a process that is kept running", () => {
  it("is started again when it ended", async () => {
    const { started, lines, again, options } = processes();
    const kept = await keepRunning(options);
    started[0]?.end("it broke");
    await expect.poll(() => again).toEqual([2]);
    expect(kept.current.pid).toBe(2);
    expect(lines).toEqual([{ level: "error", message: "it broke\nIt is started again." }]);
  });

  it("is given up at the sixth end within a minute", async () => {
    const { started, clock, again, options } = processes();
    const kept = await keepRunning(options);
    for (let end = 1; end <= 6; end++) {
      clock.now += 1000;
      started[end - 1]?.end("it broke");
      if (end < 6) await expect.poll(() => again.length).toBe(end);
    }
    expect(await kept.failed).toContain("ended 6 times within a minute");
    expect(started).toHaveLength(6);
  });

  it("is tried again where a start fails, as when its port is taken for a moment", async () => {
    const { started, again, options } = processes();
    let fails = 0;
    const start = async () => {
      if (fails-- > 0) throw new Error("Address already in use");
      return options.start();
    };
    const kept = await keepRunning({ ...options, start });
    fails = 2;
    started[0]?.end("it broke");
    await expect.poll(() => again).toEqual([2]);
    fails = 10;
    started[1]?.end("it broke");
    expect(await kept.failed).toContain("Address already in use\nIt ended 6 times within a minute");
  });

  it("goes on where its ends are minutes apart", async () => {
    const { started, clock, again, options } = processes();
    await keepRunning(options);
    for (let end = 1; end <= 12; end++) {
      clock.now += 61_000;
      started[end - 1]?.end("it broke");
      await expect.poll(() => again.length).toBe(end);
    }
  });

  it("stays stopped", async () => {
    const { started, again, options } = processes();
    const kept = await keepRunning(options);
    await kept.stop(0);
    expect(started[0]?.stopped).toBe(true);
    started[0]?.end("it was stopped");
    await new Promise((resolve) => setImmediate(resolve));
    expect([started.length, again.length]).toEqual([1, 0]);
  });
});
