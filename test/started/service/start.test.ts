/** `npm start`: what it says, what it refuses, and that it leaves nothing behind. */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer } from "node:net";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { valueCacheFile } from "../../../scripts/mirrors/value-cache.ts";
import { listToServe } from "../../../scripts/serve/list-to-serve.ts";
import { listFolder } from "../../unit/scripts/mirrors/list.ts";
import { temporaryFolder } from "../../unit/temporary-folder.ts";
import { childrenOf, isRunning, type Started, start } from "./started.ts";

function site(name: string): string {
  return `name: ${name}\nbase:\n  http: http://${name}/\nrepositories:\n  debian:\n    path: debian/\n`;
}

function emptyFolder(): string {
  return temporaryFolder("nearmirror-empty-");
}

/** As an editor saves: the whole file at once. */
function save(list: string, name: string, text: string): void {
  const path = join(list, "mirrors", `${name}.yaml`);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Base URL of a server on loopback that ends with this file's tests. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/`;
}

/** Ends it by the signal, and sees that nothing that it started is left. */
async function ends(started: Started, signal: NodeJS.Signals, codes: readonly number[]) {
  // What a process started is read from /proc.
  const children = platform() === "linux" ? childrenOf(started.pid) : [];
  if (platform() === "linux") expect(children.length).toBeGreaterThan(0);
  started.kill(signal);
  expect(codes).toContain(await started.ended);
  // No event tells of a grandchild's end.
  await expect.poll(() => children.filter(isRunning), { timeout: 5_000, interval: 20 }).toEqual([]);
}

async function redirectOf(url: string): Promise<{ status: number; location: string }> {
  const response = await fetch(url, { method: "HEAD", redirect: "manual" });
  return { status: response.status, location: response.headers.get("Location") ?? "" };
}

test("the first curl it prints is a redirect to a mirror that has the file; SIGINT ends it and all it started", async () => {
  // A package of its size, at the origin and at the mirror.
  const server = createHttpServer((_, response) => {
    response.setHeader("Content-Length", 3_000_000);
    response.end();
  });
  const base = await listening(server);
  const list = listFolder(
    {
      "b.example": `name: b.example\nbase:\n  http: ${base}\nrepositories:\n  debian:\n    path: mirror/\n`,
    },
    { debian: `name: debian\nkind: apt\ntitle: Debian\norigin: ${base}origin/\n` },
  );
  const started = start("--port", "0", "--list", list);
  const [, url = ""] = await started.shows(/^Nearmirror serves at (http:\/\/127\.0\.0\.1:\d+\/)$/m);
  const [, first = ""] = await started.shows(/^Try: {2}curl -sI (\S+)$/m);
  expect(first.startsWith(`${url}debian/pool/`)).toBe(true);
  const path = first.slice(`${url}debian/`.length);
  expect(await redirectOf(first)).toEqual({ status: 302, location: `${base}mirror/${path}` });
  // A first plan doesn't read them all anew.
  expect(existsSync(valueCacheFile(list, process.env, homedir()))).toBe(true);
  await ends(started, "SIGINT", [0, 130]);
});

test("a list with an error starts nothing and says file and line", async () => {
  const list = listFolder({
    "a.example": site("a.example"),
    "b.example": `${site("b.example")}capacity: much\n`,
  });
  const started = start("--port", "0", "--list", list);
  expect(await started.ended).toBe(1);
  expect(started.printed()).toMatch(/b\.example\.yaml:7:\d+: .+/);
  expect(started.printed()).toContain("Nothing was started");
  expect(started.printed()).not.toContain("serves at");
});

test("a list with an error is served as it was when it last had none, and that is said", async () => {
  const list = listFolder({ "a.example": site("a.example") });
  const kept = await listToServe(list, Date.parse("2026-11-22T12:00:00Z"));
  expect(kept).toEqual({
    views: expect.anything(),
    entries: expect.anything(),
    errors: [],
  });
  save(list, "b.example", `${site("b.example")}capacity: much\n`);
  const started = start("--port", "0", "--list", list);
  const [, first = ""] = await started.shows(/^Try: {2}curl -sI (\S+)$/m);
  expect(started.printed()).toMatch(/b\.example\.yaml:7:\d+: .+/);
  expect(started.printed()).toMatch(/^WARNING: .*2026-11-22T12:00:00Z/m);
  const urls = async () => (await (await fetch(`${first}?mirrorlist`)).text()).trim().split("\n");
  expect(await urls()).toEqual([expect.stringContaining("http://a.example/debian/")]);
  const alarms = async () => {
    const health = await fetch(new URL("/api/v1/health", first));
    const { alarms: on } = await health.json();
    return on
      .map(({ name, detail }: { name: string; detail: string }) => `${name}: ${detail}`)
      .filter((text: string) => text.startsWith("list"));
  };
  // Anybody may read it: no path of this machine is in it.
  expect(await alarms()).toEqual([
    expect.stringMatching(/^list refused: .* \(mirrors\/b\.example\.yaml:7:/),
  ]);
  expect(await alarms()).not.toEqual([expect.stringContaining(list)]);
  const metrics = await (await fetch(new URL("/metrics", first))).text();
  expect(metrics).toContain('\nnearmirror_alarm{alarm="list refused"} 1\n');
  expect(metrics).toContain('nearmirror_answers_total{route="plain",repository="debian"');
  save(list, "b.example", site("b.example"));
  await started.shows(/^Took up the changed mirror list: 2 mirrors\.$/m);
  expect(await urls()).toHaveLength(2);
  await expect.poll(alarms).toEqual([]);
});

test("a list that isn't there starts nothing", async () => {
  const list = join(emptyFolder(), "none");
  const started = start("--port", "0", "--list", list);
  expect(await started.ended).toBe(1);
  expect(started.printed()).toContain(list);
  expect(started.printed()).not.toContain("    at ");
});

// What is wrong: `serve/options.test.ts`.
test("wrong usage is told and exits 2", async () => {
  const started = start("--list", listFolder(), "--port", "65536");
  expect(await started.ended).toBe(2);
  expect(started.printed()).toMatch(
    /^--port is "65536"; it must be a port .*\n.* serve --help tells more\.\n$/,
  );
});

test("a port in use is told, with another to try", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const started = start("--port", String(port), "--list", listFolder());
  expect(await started.ended).toBe(1);
  expect(started.printed()).toMatch(
    new RegExp(`Port ${port} is in use\\. .*npm start -- --port \\d+`),
  );
  expect(started.printed()).not.toContain("serves at");
  await new Promise((resolve) => server.close(resolve));
});

test("without IP databases it starts, warns and redirects; SIGTERM ends it and all it started", async () => {
  const list = listFolder({ "a.example": site("a.example") });
  const more = ["--databases", emptyFolder(), "--private-network"];
  const started = start("--port", "0", "--list", list, ...more);
  const [, first = ""] = await started.shows(/^Try: {2}curl -sI (\S+)$/m);
  expect(started.printed()).toMatch(/^Warning: an IP database is missing/m);
  expect(started.printed()).not.toContain("Only public addresses");
  expect(await redirectOf(first)).toMatchObject({ status: 302 });
  await ends(started, "SIGTERM", [0, 143]);
});

test("a changed list is taken up while running, as a newer one also where the clock went back; a broken one is not", async () => {
  const list = listFolder({ "a.example": site("a.example") });
  const store = emptyFolder();
  // What an earlier run left whose clock was ahead of ours.
  const ahead = Date.now() + 1e9;
  writeFileSync(join(store, "list-version"), `${ahead}\n`);
  const started = start("--port", "0", "--list", list, "--store", store);
  const [, url = ""] = await started.shows(/^Nearmirror serves at (\S+)$/m);
  const inForce = async () => (await (await fetch(`${url}api/v1/health`)).json()).catalogue.version;
  const [, first = ""] = await started.shows(/^Try: {2}curl -sI (\S+)$/m);
  await started.shows(/^Only public addresses are connected to \(--private-network: all\)\.$/m);
  await started.shows(/^Ctrl-C stops it\.$/m);
  const urls = async () => (await fetch(`${first}?mirrorlist`)).text();
  expect(await urls()).not.toContain("b.example");
  expect(await inForce()).toBe(ahead + 1);

  save(list, "b.example", site("b.example"));
  await started.shows(/^Took up the changed mirror list: 2 mirrors\.$/m);
  expect(await urls()).toContain("http://b.example/debian/");
  expect(await inForce()).toBe(ahead + 2);

  const before = started.printed().length;
  save(list, "a.example", "name: [");
  await started.shows(/a\.example\.yaml:\d+:\d+: /, before);
  await started.shows(/the one before stays in force/, before);
  expect((await urls()).trim().split("\n")).toHaveLength(2);

  save(list, "a.example", site("a.example"));
  await started.shows(/^Took up the changed mirror list: 2 mirrors\.$/m, before);
  expect(started.printed()).not.toContain("inside a network");

  // It can't be reached by a process that connects to public addresses only.
  const inside = site("a.example").replace("http://a.example/", "http://127.0.0.1/");
  save(list, "a.example", `${inside}private: true\nprefixes: [127.0.0.0/8]\n`);
  await started.shows(/has servers inside a network.+ start it again/);
});

test("a store that can't be written is told", async () => {
  const store = join(emptyFolder(), "file");
  writeFileSync(store, "");
  const started = start("--port", "0", "--list", listFolder(), "--store", store);
  expect(await started.ended).toBe(1);
  expect(started.printed()).toMatch(/^--store .* can.t be used: .*file/m);
  expect(started.printed()).not.toContain("    at ");
});
