/**
 * Whose the list is, on a machine: the files' until somebody changes it over the API, the service's own from then on,
 * whatever happens to the files, the processes and parts of the store. Real processes; nothing is probed.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type NpmStart, type NpmStartOptions, npmStart, signal } from "../../lab/npm-start.ts";
import { firstToken, posted } from "../../lab/operator.ts";
import { nameOf } from "../../trials/process-name.ts";
import { listFolder, siteText } from "../../unit/scripts/mirrors/list.ts";

/** Several starts, 2 s each on a free processor. */
const startsMs = 240_000;
/** What a service that runs has to do within some looks at its store, ms. */
const soon = { timeout: 20_000, interval: 50 };

const scratch = mkdtempSync(join(tmpdir(), "nearmirror-own-list-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

/** A list of files, and a store; each start is on both. */
function place() {
  const list = join(scratch, `list-${++folders}`);
  cpSync(listFolder({ "a.example": siteText("a.example") }), list, { recursive: true });
  const store = join(scratch, `store-${folders}`);
  return {
    list,
    store,
    async start(options: Partial<NpmStartOptions> = {}): Promise<NpmStart> {
      const { args = ["--probing", "off"], ...more } = options;
      const service = await npmStart({
        args: ["--port", "0", "--list", list, "--store", store, "--place", "DE 50.1 8.7", ...args],
        ...more,
      });
      onTestFinished(() => service.stop());
      return service;
    },
  };
}

const program = fileURLToPath(new URL("../../../scripts/nearmirror.js", import.meta.url));

/** A verb of the program. Rejects with what it printed where it fails. */
async function nearmirror(...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [program, ...args]);
}

const site = (name: string) => ({
  name,
  base: { https: `https://${name}/` },
  repositories: { debian: { path: "debian/" } },
});

interface List {
  version: number;
  owner: string;
  entries: Record<string, unknown>;
}

async function listOf(url: string, token: string): Promise<List> {
  const answer = await fetch(`${url}api/v1/list`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  const list: List = JSON.parse(text);
  return list;
}

/** Adds a mirror over the API. @returns the list's new version */
async function add(url: string, token: string, name: string): Promise<number> {
  const { version } = await listOf(url, token);
  const { method, headers } = posted(token);
  const answer = await fetch(`${url}api/v1/list/apply`, {
    method,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({
      base: version,
      why: "a test",
      changes: { [`mirrors/${name}`]: site(name) },
    }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  const made: { version: number } = JSON.parse(text);
  return made.version;
}

interface Edge {
  list: number;
  mirrors: string[];
}

/** What a client is answered by now. */
async function edge(url: string): Promise<Edge> {
  const health: { roster: { list: number } } = await (await fetch(`${url}api/v1/health`)).json();
  const trace = await (
    await fetch(`${url}debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb?trace=json`)
  ).text();
  const told = new Set([...trace.matchAll(/"mirror": ?"([^"]+)"/g)].map(([, name = ""]) => name));
  return { list: health.roster.list, mirrors: [...told].sort() };
}

/** Answers that are looked at after a kill. */
const answersLooked = 300;

/** What the service answers once it was away. */
async function answersAfter(url: string): Promise<Edge[]> {
  const seen: Edge[] = [];
  let wasAway = false;
  while (seen.length < answersLooked) {
    try {
      const now = await edge(url);
      if (wasAway) seen.push(now);
    } catch {
      wasAway = true;
      await pause(20);
    }
  }
  return seen;
}

test(
  "files are in force until the first change over the API, and are only compared from then on",
  async () => {
    const { list, start } = place();
    const first = await start();
    const token = await firstToken(first.url);
    const given = await listOf(first.url, token);
    expect(given.owner).toBe("folder");
    expect((await edge(first.url)).list).toBe(given.version);
    expect(Object.keys(given.entries)).toContain("mirrors/a.example");

    // Of files, with what they say now.
    writeFileSync(join(list, "mirrors/b.example.yaml"), siteText("b.example"));
    await expect.poll(async () => (await edge(first.url)).mirrors, soon).toContain("b.example");
    await expect
      .poll(async () => Object.keys((await listOf(first.url, token)).entries), soon)
      .toContain("mirrors/b.example");
    const changed = await listOf(first.url, token);
    expect(changed.owner).toBe("folder");
    expect((await edge(first.url)).list).toBe(changed.version);

    const version = await add(first.url, token, "c.example");
    await expect
      .poll(() => edge(first.url), soon)
      .toEqual({ list: version, mirrors: ["a.example", "b.example", "c.example"] });

    writeFileSync(join(list, "mirrors/d.example.yaml"), siteText("d.example"));
    await expect.poll(() => first.printed(), soon).toMatch(/the service keeps its list itself/);
    expect(first.printed()).toMatch(/plan shows what the files would change/);
    expect(await edge(first.url)).toMatchObject({ list: version });
    await first.stop();

    // Nor at the next start, also where there are no files any more.
    rmSync(list, { recursive: true });
    const second = await start();
    expect(await edge(second.url)).toEqual({
      list: version,
      mirrors: ["a.example", "b.example", "c.example"],
    });
    expect(second.printed()).toMatch(/keeps its mirror list itself/);
    expect(await listOf(second.url, token)).toMatchObject({ owner: "service", version });
    const health: { alarms?: unknown } = await (await fetch(`${second.url}api/v1/health`)).json();
    expect(JSON.stringify(health)).not.toMatch(/views refused|list on disk/);
    await second.stop();
  },
  startsMs,
);

test(
  "a workerd that is killed right behind a change comes back with the service's list, not for a moment with the files'",
  async () => {
    const { start } = place();
    const service = await start({
      args: ["--probing", "asked", "--set", "ROSTER_AGE_SECONDS=20"],
    });
    const token = await firstToken(service.url);
    // The location's cache has the files' views for a while yet.
    expect((await edge(service.url)).mirrors).toEqual(["a.example"]);
    const version = await add(service.url, token, "c.example");
    const [, ...children] = service.processes();
    for (const pid of children) if (nameOf(pid) === "workerd") signal(pid, "SIGKILL");
    const seen = await answersAfter(service.url);
    expect(new Set(seen.map((one) => one.list))).toEqual(new Set([version]));
    for (const one of seen) expect(one.mirrors).toEqual(["a.example", "c.example"]);
    await service.stop();
  },
  startsMs,
);

test(
  "the service's list comes back by itself where the store of views was lost",
  async () => {
    const { store, start } = place();
    const first = await start();
    const token = await firstToken(first.url);
    const version = await add(first.url, token, "c.example");
    await first.stop();
    const keys = join(store, "embedded/embedded-keys");
    expect(readdirSync(keys).length).toBeGreaterThan(0);
    for (const name of readdirSync(keys)) writeFileSync(join(keys, name), "no database");
    const second = await start();
    expect(existsSync(join(store, "broken"))).toBe(true);
    await expect
      .poll(async () => (await edge(second.url)).mirrors, soon)
      .toEqual(["a.example", "c.example"]);
    // Under a version that is greater than that of the files, with which this start began.
    expect((await edge(second.url)).list).toBeGreaterThan(version);
    expect((await listOf(second.url, token)).version).toBe(version);
    await second.stop();
    const third = await start();
    expect((await edge(third.url)).mirrors).toEqual(["a.example", "c.example"]);
    await third.stop();
  },
  startsMs,
);

test(
  "a backup has the service's list, its accounts and whose the list is; a restored service goes on with them",
  async () => {
    const { list, store, start } = place();
    const first = await start();
    const token = await firstToken(first.url);
    const version = await add(first.url, token, "c.example");
    const backup = join(scratch, `backup-${folders}`);
    await nearmirror("backup", backup, "--store", store);
    await add(first.url, token, "d.example");
    await first.stop();
    await nearmirror("restore", backup, "--store", store);
    writeFileSync(join(list, "mirrors/e.example.yaml"), siteText("e.example"));
    const second = await start();
    expect(await edge(second.url)).toEqual({ list: version, mirrors: ["a.example", "c.example"] });
    expect(await listOf(second.url, token)).toMatchObject({ owner: "service", version });
    const audit = await fetch(`${second.url}api/v1/audit/verify`, {
      headers: posted(token).headers,
    });
    expect(audit.status).toBe(200);
    await second.stop();
  },
  startsMs,
);

test(
  "a store of the version before, without operators and entries, can be taken over",
  async () => {
    const { store, start } = place();
    const first = await start();
    await firstToken(first.url);
    await first.stop();
    rmSync(join(store, "do/nearmirror-Operations"), { recursive: true });
    rmSync(join(store, "embedded/embedded-keys"), { recursive: true });
    const second = await start();
    const token = await firstToken(second.url);
    expect((await listOf(second.url, token)).owner).toBe("folder");
    const version = await add(second.url, token, "c.example");
    await expect
      .poll(() => edge(second.url), soon)
      .toEqual({ list: version, mirrors: ["a.example", "c.example"] });
    await second.stop();
  },
  startsMs,
);
