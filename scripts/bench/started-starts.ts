/** How long `npm start` takes until somebody is served. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { family, signal } from "../../test/lab/npm-start.ts";
import { root } from "../service/bundle.ts";
import { freePort } from "../service/free-port.ts";

/** What is started, by what people type. */
const commands: Readonly<Record<string, readonly string[]>> = {
  "npm start": ["npm", "start", "--"],
  "node scripts/nearmirror.js serve": [
    process.execPath,
    join(root, "scripts/nearmirror.js"),
    "serve",
  ],
};

/** What is asked for, as the greeting proposes it. */
const path = "/debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
/** Time between two tries to connect, ms: the error of the measurement. */
const tryMs = 5;
const deadlineMs = 60_000;

/** Milliseconds from the command to the first 200 or 302, by command; each start is on an empty store. */
export async function measureStarts(times: number): Promise<Record<string, number[]>> {
  const measured: Record<string, number[]> = {};
  for (let time = 0; time < times; time++) {
    for (const [name, command] of Object.entries(commands)) {
      measured[name] = [...(measured[name] ?? []), await measureStart(command)];
    }
  }
  return measured;
}

async function measureStart([program = "", ...args]: readonly string[]): Promise<number> {
  const port = await freePort();
  const store = mkdtempSync(join(tmpdir(), "nearmirror-start-"));
  const given = ["--port", String(port), "--store", store];
  const begun = performance.now();
  const child = spawn(program, [...args, ...given], { cwd: root, stdio: "ignore" });
  try {
    while (!(await isServed(port))) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
      if (performance.now() - begun > deadlineMs) throw new Error(`${program} serves nobody`);
      await new Promise((resolve) => setTimeout(resolve, tryMs));
    }
    return performance.now() - begun;
  } finally {
    await end(child);
    rmSync(store, { recursive: true, force: true });
  }
}

function isServed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path, method: "HEAD", agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 || answer.statusCode === 302);
    }).once("error", () => resolve(false));
  });
}

/** npm passes signals on, but not all of them and not at once. */
async function end(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const all = family(pid);
  for (const one of all) signal(one, "SIGTERM");
  const late = setTimeout(() => {
    for (const one of all) signal(one, "SIGKILL");
  }, 10_000);
  await ended;
  clearTimeout(late);
}
