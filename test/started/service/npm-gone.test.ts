/** Whoever ends npm ends what `npm start` started: npm itself passes on little, and nothing when it is killed. */
import { platform } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { family } from "../../lab/npm-start.ts";
import { listFolder } from "../../unit/scripts/mirrors/list.ts";
import { isRunning, startByNpm } from "./started.ts";

const site =
  "name: a.example\nbase:\n  http: http://a.example/\nrepositories:\n  debian:\n    path: debian/\n";

/** What a process started is read from /proc. */
test.runIf(platform() === "linux").each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)(
  "npm that is told %s leaves nothing behind",
  async (signal) => {
    const started = startByNpm("--port", "0", "--list", listFolder({ "a.example": site }));
    await started.shows(/^Ctrl-C stops it\.$/m);
    const processes = family(started.pid);
    // npm, the launcher and workerd, at least.
    expect(processes.length).toBeGreaterThan(2);
    onTestFinished(() => {
      for (const one of processes.filter(isRunning)) process.kill(one, "SIGKILL");
    });
    started.kill(signal);
    await expect
      .poll(() => processes.filter(isRunning), { timeout: 10_000, interval: 20 })
      .toEqual([]);
  },
);
