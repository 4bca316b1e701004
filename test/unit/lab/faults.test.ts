import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Lab, type LabMirror, startLab } from "../../lab/lab.ts";
import { ask } from "./ask.ts";
import { big, makeTinyTrees } from "./tiny-trees.ts";

const trees = makeTinyTrees();
let lab: Lab;
let mirror: LabMirror;

beforeAll(async () => {
  lab = await startLab({
    trees,
    mirrors: 2,
    https: (number) => number === 1,
    basePath: (number) => (number === 1 ? "/" : "/pub/linux/"),
  });
  mirror = lab.mirror("mirror1");
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});
afterEach(async () => {
  lab.publish(1);
  await lab.reset();
});

const file = "/pool/big.deb";
const getBig = () => ask(mirror.url, { path: file });

test("refuse closes the port, and healing opens the same one", async () => {
  const { url } = mirror;
  await mirror.setFault({ kind: "refuse" });
  await expect(getBig()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await mirror.setFault(undefined);
  expect(mirror.url).toBe(url);
  expect((await getBig()).status).toBe(200);
});

test("down accepts and resets, and breaks an answer that is under way", async () => {
  await mirror.setFault({ kind: "slow", bytesPerSecond: 1000 });
  const begun = Promise.withResolvers<void>();
  const underWay = ask(mirror.url, { path: file, onHead: begun.resolve });
  await begun.promise;
  const connectionsBefore = mirror.log.connections;
  await mirror.setFault({ kind: "down" });
  expect((await underWay).broken).toBe("ECONNRESET");
  await expect(getBig()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(mirror.log.connections).toBe(connectionsBefore + 1);
});

test("https-only closes http and leaves https", async () => {
  const ca = readFileSync(lab.authorityFile ?? "");
  const overTls = () => ask(mirror.httpsUrl ?? "", { path: file, ca });
  expect((await overTls()).status).toBe(200);
  await mirror.setFault({ kind: "https-only" });
  await expect(getBig()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect((await overTls()).body.equals(big)).toBe(true);
  expect(mirror.log.requests.map((request) => request.scheme)).toEqual(["https", "https"]);
});

describe("404", () => {
  test("takes all files away, or those of a pattern", async () => {
    await mirror.setFault({ kind: "404" });
    expect((await getBig()).status).toBe(404);
    await mirror.setFault({ kind: "404", paths: /^dists\// });
    expect((await getBig()).status).toBe(200);
    expect((await ask(mirror.url, { path: "/dists/Release" })).status).toBe(404);
  });

  test("takes a share of the paths away, always the same ones for a seed", async () => {
    const paths = ["/empty", "/pool/big.deb", "/pool/only-1.deb", "/dists/Release"];
    const missing = async (share: number, seed: number) => {
      await mirror.setFault({ kind: "404", share, seed });
      const replies = await Promise.all(paths.map((path) => ask(mirror.url, { path })));
      return replies.map((reply) => reply.status).join();
    };
    const first = await missing(0.5, 1);
    expect(await missing(0.5, 1)).toBe(first);
    expect(first).toContain("404");
    expect(first).toContain("200");
    expect(await missing(0, 1)).not.toContain("404");
    expect(await missing(1, 1)).not.toContain("200");
  });
});

test("5xx answers with the status given", async () => {
  await mirror.setFault({ kind: "5xx" });
  expect((await getBig()).status).toBe(503);
  await mirror.setFault({ kind: "5xx", status: 500 });
  expect((await getBig()).status).toBe(500);
});

test("slow delivers the whole body, at its pace", async () => {
  await mirror.setFault({ kind: "slow", bytesPerSecond: 400_000 });
  const begun = performance.now();
  const reply = await getBig();
  expect(reply.body.equals(big)).toBe(true);
  expect(performance.now() - begun).toBeGreaterThan(400);
});

test("hang reads the request and answers nothing", async () => {
  await mirror.setFault({ kind: "hang" });
  const reply = getBig();
  const logged = await mirror.log.waitFor((request) => request.path === file);
  expect(logged).toMatchObject({ status: 0, bytes: 0, ended: "pending" });
  await mirror.setFault({ kind: "refuse" });
  await expect(reply).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("truncate breaks the connection inside a body of the announced length", async () => {
  await mirror.setFault({ kind: "truncate", afterBytes: 70_000 });
  const reply = await getBig();
  expect(reply.status).toBe(200);
  expect(reply.headers["content-length"]).toBe("200000");
  expect(reply.broken).toBe("ECONNRESET");
  expect(reply.body.equals(big.subarray(0, 70_000))).toBe(true);
  const logged = await mirror.log.waitFor((request) => request.ended !== "pending");
  expect(logged).toMatchObject({ ended: "cut", bytes: 70_000 });
});

test("corrupt keeps the size, and damages the same bytes of a file in any range", async () => {
  await mirror.setFault({ kind: "corrupt" });
  const whole = await getBig();
  expect(whole.body.length).toBe(big.length);
  expect(whole.body.equals(big)).toBe(false);
  const part = await ask(mirror.url, { path: file, headers: { range: "bytes=1000-3000" } });
  expect(part.body.equals(whole.body.subarray(1000, 3001))).toBe(true);
  expect(part.body.equals(big.subarray(1000, 3001))).toBe(false);
});

test("stale goes on serving an older version while the others move", async () => {
  await mirror.setFault({ kind: "stale", version: 1 });
  lab.publish(2);
  const release = async (base: string, path: string) => (await ask(base, { path })).body.toString();
  expect(await release(mirror.url, "/dists/Release")).toBe("version 1\n");
  expect(await release(lab.origin.url, "/dists/Release")).toBe("version 2\n");
  expect(await release(lab.mirror("mirror2").url, "/pub/linux/dists/Release")).toBe("version 2\n");
  expect((await ask(mirror.url, { path: "/pool/only-2.deb" })).status).toBe(404);
});

test("agents aims a fault at who asks, and leaves everybody else alone", async () => {
  await mirror.setFault({ kind: "5xx", agents: /^Prober\// });
  const as = (agent: string) =>
    ask(mirror.url, { path: file, headers: { "user-agent": agent } }).then(({ status }) => status);
  expect(await as("Prober/1 (+http://prober.example/)")).toBe(503);
  expect(await as("curl/8.0 Prober/1")).toBe(200);
  expect((await getBig()).status).toBe(200);
});

test("endless begins with the file and goes on after it, and HEAD tells the file's size", async () => {
  await mirror.setFault({ kind: "endless", bytesPerSecond: 10_000_000 });
  const told = await ask(mirror.url, { path: file, method: "HEAD" });
  expect(told.headers["content-length"]).toBe(String(big.length));
  const response = await fetch(new URL(file, mirror.url));
  expect(response.headers.get("content-length")).toBeNull();
  const got: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    got.push(piece);
    bytes += piece.length;
    if (bytes >= 5 * big.length) break;
  }
  expect(bytes).toBeGreaterThanOrEqual(5 * big.length);
  expect(Buffer.concat(got).subarray(0, big.length).equals(big)).toBe(true);
});

test("redirect-loop points at itself, or where it is told", async () => {
  await mirror.setFault({ kind: "redirect-loop" });
  const own = await getBig();
  expect(own.status).toBe(302);
  expect(own.headers.location).toBe(new URL(file, mirror.url).href);
  const to = lab.mirror("mirror2").url;
  await mirror.setFault({ kind: "redirect-loop", to });
  expect((await getBig()).headers.location).toBe(to);
});

test("a fault on one mirror leaves the others alone", async () => {
  await mirror.setFault({ kind: "5xx" });
  const other = await ask(lab.mirror("mirror2").url, { path: "/pub/linux/pool/big.deb" });
  expect(other.status).toBe(200);
});
