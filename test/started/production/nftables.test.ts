/** The shipped packet filter in a network of its own: who gets connections, and how many. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingForNamespaces, NetworkNamespace } from "../../lab/network-namespace.ts";
import { findProgram } from "../../lab/process.ts";

const filter = fileURLToPath(
  new URL("../../../scripts/production/nftables/nearmirror.nft", import.meta.url),
);
const client = fileURLToPath(new URL("many-connections.ts", import.meta.url));

/** Accepts at three ports, and closes when the client does. */
const server = `
const { createServer } = require("node:net");
const listen = (port) => new Promise((done) => createServer((s) => s.on("error", () => {})).listen(port, "::", 4096, done));
Promise.all([80, 443, 8080].map(listen)).then(() => console.log("listens"));
`;

const missing = missingForNamespaces() ?? (findProgram("nft") ? undefined : "needs nftables");

describe.skipIf(missing !== undefined)(`the packet filter (${missing ?? "root, nft"})`, () => {
  let inside: NetworkNamespace;
  let outside: NetworkNamespace;
  const children: ChildProcess[] = [];

  const start = (where: NetworkNamespace, ...words: string[]) => {
    const [program, args] = where.words(process.execPath, ...words);
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    return child;
  };
  const line = async ({ stdout }: ChildProcess) => {
    if (stdout === null) throw new Error("no output is read");
    const [first] = await once(createInterface({ input: stdout }), "line");
    return String(first);
  };

  beforeAll(async () => {
    inside = await NetworkNamespace.make();
    outside = await NetworkNamespace.make();
    await inside.connect(outside, {
      here: ["10.9.0.1/16", "fd00::1/32"],
      there: [
        ...["10.9.0.2/16", "10.9.0.3/16", "10.9.0.4/16"],
        ...["fd00:0:1:1::1/32", "fd00:0:1:1::2/32", "fd00:0:1:2::1/32"],
      ],
    });
    await inside.run("nft", "-f", filter);
    await line(start(inside, "-e", server));
  }, 30_000);

  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await inside?.end();
    await outside?.end();
  });

  interface Opening {
    from: string;
    count: number;
    port?: number;
    pauseMs?: number;
    /** Default true. */
    held?: boolean;
  }

  async function opens({ from, count, port = 80, pauseMs = 0, held = true }: Opening) {
    const to = from.includes(":") ? "fd00::1" : "10.9.0.1";
    const words = [from, to, port, count, pauseMs, held ? "hold" : "close"].map(String);
    const child = start(outside, client, ...words);
    const told: unknown = JSON.parse(await line(child));
    return { told, child };
  }

  const counters = async () => {
    const text = await inside.run("nft", "list", "counters", "table", "inet", "nearmirror");
    const found = text.matchAll(/counter (\w+) \{[^}]*?packets (\d+)/g);
    return Object.fromEntries([...found].map(([, name, packets]) => [name, Number(packets)]));
  };

  it("holds an address to 250 connections, and serves its neighbour", async () => {
    const first = await opens({ from: "10.9.0.2", count: 240 });
    expect(first.told).toEqual({ accepted: 240, refused: 0, silent: 0 });
    // Slower than 50 a second.
    const more = await opens({ from: "10.9.0.2", count: 20, pauseMs: 40 });
    expect(more.told).toEqual({ accepted: 10, refused: 10, silent: 0 });
    expect(await counters()).toMatchObject({ too_many: 10, too_fast: 0, full: 0 });
    const neighbour = await opens({ from: "10.9.0.3", count: 20, port: 443 });
    expect(neighbour.told).toEqual({ accepted: 20, refused: 0, silent: 0 });
    // Once its connections are over, the address is as good as any.
    for (const { child } of [first, more]) {
      child.stdin?.end();
      await once(child, "exit");
    }
    await expect
      .poll(async () => (await opens({ from: "10.9.0.2", count: 1 })).told, { timeout: 10_000 })
      .toEqual({ accepted: 1, refused: 0, silent: 0 });
  });

  it("counts a network of IPv6 as one", async () => {
    const first = await opens({ from: "fd00:0:1:1::1", count: 240 });
    expect(first.told).toEqual({ accepted: 240, refused: 0, silent: 0 });
    const second = await opens({ from: "fd00:0:1:1::2", count: 20, pauseMs: 40 });
    expect(second.told).toEqual({ accepted: 10, refused: 10, silent: 0 });
    const other = await opens({ from: "fd00:0:1:2::1", count: 20 });
    expect(other.told).toEqual({ accepted: 20, refused: 0, silent: 0 });
  });

  it("holds an address to 50 new connections a second after the first 250", async () => {
    const begun = performance.now();
    const { told } = await opens({ from: "10.9.0.4", count: 2000, held: false });
    const seconds = (performance.now() - begun) / 1000;
    const { accepted } = told as { accepted: number };
    expect(accepted).toBeGreaterThanOrEqual(250);
    expect(accepted).toBeLessThanOrEqual(250 + 50 * seconds + 1);
    expect((await counters()).too_fast).toBeGreaterThan(0);
  });

  it("lets nobody past the proxy", async () => {
    const { told } = await opens({ from: "10.9.0.3", count: 1, port: 8080 });
    expect(told).toEqual({ accepted: 0, refused: 0, silent: 1 });
  });

  it("can be loaded again, and leaves other tables alone", async () => {
    await inside.run("nft", "add table inet other");
    await inside.run("nft", "-f", filter);
    expect(await inside.run("nft", "list", "tables")).toContain("inet other");
  });
});
