import { expect, test } from "vitest";
import { exactCpuMs } from "../../../../scripts/bench/exact-cpu.ts";

test("processor time is what the process itself counts, within what its other threads do", () => {
  const before = { exact: exactCpuMs(process.pid), own: process.cpuUsage() };
  const until = performance.now() + 100;
  while (performance.now() < until) Math.sqrt(until);
  const { user, system } = process.cpuUsage(before.own);
  const exact = exactCpuMs(process.pid) - before.exact;
  const own = (user + system) / 1000;
  expect(exact).toBeGreaterThan(0);
  expect(Math.abs(exact - own)).toBeLessThan(20);
});

test("a process that isn't there is an error", () => {
  expect(() => exactCpuMs(2 ** 30)).toThrow();
});
