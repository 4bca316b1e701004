/** A start is begun by a process of its own: it never outlives the launcher, and what was given to that arrives. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createServer } from "node:net";
import { platform } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parts } from "../../../scripts/program/parts.ts";
import { family } from "../../lab/npm-start.ts";
import { listFolder } from "../../unit/scripts/mirrors/list.ts";
import { temporaryFolder } from "../../unit/temporary-folder.ts";
import { isRunning, start } from "./started.ts";

const site =
  "name: a.example\nbase:\n  http: http://a.example/\nrepositories:\n  debian:\n    path: debian/\n";

/** What a process started is read from /proc. */
const onLinux = test.runIf(platform() === "linux");

onLinux.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
  "a launcher that is told %s while it starts leaves nothing behind, and the store to the next",
  async (signal) => {
    const folder = temporaryFolder("nearmirror-begin-");
    const args = ["--port", "0", "--list", listFolder({ "a.example": site }), "--store", folder];
    // Settings that never come: the process that begins waits for them, and hears of nothing else.
    const pipe = join(folder, "settings");
    execFileSync("mkfifo", [pipe]);
    const first = start(...args, "--config", pipe);
    const held = await open(pipe, "w");
    onTestFinished(() => held.close());
    const processes = family(first.pid);
    expect(processes.length).toBeGreaterThan(1);
    onTestFinished(() => {
      for (const one of processes.filter(isRunning)) process.kill(one, "SIGKILL");
    });
    first.kill(signal);
    expect(await first.ended).toBe(signal);
    await expect
      .poll(() => processes.filter(isRunning), { timeout: 10_000, interval: 20 })
      .toEqual([]);
    const second = start(...args);
    await second.shows(/^Ctrl-C stops it\.$/m);
  },
);

test("of two services that start on one store at the same time one serves, and the other says why not", async () => {
  const store = temporaryFolder("nearmirror-begin-");
  const args = ["--port", "0", "--list", listFolder({ "a.example": site }), "--store", store];
  const both = [start(...args), start(...args)];
  const served = both.map(async (one) => {
    await Promise.race([one.shows(/^Ctrl-C stops it\.$/m), one.ended]);
    return one.printed();
  });
  const texts = (await Promise.all(served)).sort();
  expect(texts[0]).toMatch(/^--store .* is in use by another service \(process \d+\)\./);
  expect(texts[1]).toMatch(/^Nearmirror serves at /);
});

onLinux("a socket that systemd gave to the launcher is served", async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const descriptor = Number(Reflect.get(Object(Reflect.get(server, "_handle")), "fd"));
  const args = ["--list", listFolder({ "a.example": site }), "--port", String(port)];
  const store = ["--store", temporaryFolder("nearmirror-begin-")];
  // As systemd does: the process's own number, which a shell has as well until it becomes the program.
  const script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"';
  const program = [process.execPath, parts.program, "serve", ...args, ...store];
  const child = spawn("/bin/sh", ["-c", script, "sh", ...program], {
    stdio: ["ignore", "pipe", "inherit", descriptor],
  });
  onTestFinished(() => stop(child));
  let text = "";
  const greeted = new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (text.includes("Ctrl-C stops it.")) resolve();
    });
    child.once("exit", () => reject(new Error(`it ended: ${text}`)));
  });
  await greeted;
  expect(text).toContain(`serves at http://127.0.0.1:${port}/`);
});

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
