/** `askByFetch` on a real workerd: what its `fetch` says of each failure is found out nowhere else. */
import { readFileSync } from "node:fs";
import { createServer, type Server as TcpServer } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/service/free-port.ts";
import { makeCertificates } from "../../lab/certificates.ts";
import type { Fault } from "../../lab/faults.ts";
import { type Lab, type LabMirror, startLab } from "../../lab/lab.ts";
import { makeScratch } from "../../lab/scratch.ts";
import { startTrustingWorkerd, type TrustingWorkerd } from "../../lab/trusting-workerd.ts";
import { makeTinyTrees } from "../lab/tiny-trees.ts";

const trees = makeTinyTrees();
const scratch = makeScratch("ask");
const servers: TcpServer[] = [];
let lab: Lab;
let mirror: LabMirror;
let workerd: TrustingWorkerd;

beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 1, https: () => true, basePath: () => "/" });
  mirror = lab.mirror("mirror1");
  const authority = readFileSync(lab.authorityFile ?? "", "utf8");
  workerd = await startTrustingWorkerd(join(import.meta.dirname, "ask-worker.ts"), authority);
});
afterAll(async () => {
  await workerd.stop();
  await lab.stop();
  trees.remove();
  scratch.remove();
});
afterEach(async () => {
  await lab.reset();
  for (const server of servers.splice(0)) server.close();
});

/** What the Worker answers about a question. */
async function asked(url: string, change: object = {}): Promise<unknown> {
  const question = { method: "GET", url, deadlineMs: 3_000, maxBodyBytes: 1_000_000, ...change };
  const response = await fetch(workerd.url, { method: "POST", body: JSON.stringify(question) });
  return response.json();
}

async function listen(server: TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

test("a file comes whole, over http and https", async () => {
  for (const base of [mirror.url, mirror.httpsUrl]) {
    expect(await asked(`${base}pool/big.deb`)).toMatchObject({
      status: 200,
      whole: true,
      bytes: 200_000,
      headers: { "content-length": "200000" },
    });
  }
});

test("a HEAD tells the size, and its headers go out as asked", async () => {
  const headers = { "User-Agent": "Probe/test", "Accept-Encoding": "identity" };
  expect(await asked(`${mirror.url}pool/big.deb`, { method: "HEAD", headers })).toMatchObject({
    status: 200,
    bytes: 0,
    headers: { "content-length": "200000" },
  });
  expect(mirror.log.requests.at(-1)).toMatchObject({
    method: "HEAD",
    headers: { "user-agent": "Probe/test", "accept-encoding": "identity" },
  });
});

test("a body is read up to the cap, and the rest is cancelled", async () => {
  await mirror.setFault({ kind: "slow", bytesPerSecond: 100_000 });
  const seen = await asked(`${mirror.url}pool/big.deb`, { maxBodyBytes: 5_000 });
  expect(seen).toMatchObject({ status: 200, whole: true, bytes: 5_000 });
  const logged = await mirror.log.waitFor(({ ended }) => ended !== "pending");
  expect(logged.ended).toBe("cut");
});

test("a redirect is not followed", async () => {
  await mirror.setFault({ kind: "redirect-loop" });
  const url = `${mirror.url}empty`;
  expect(await asked(url)).toMatchObject({ status: 302, headers: { location: url } });
  expect(mirror.log.requests).toHaveLength(1);
});

const failing: { fault: Fault; answer: object; tls: object; deadlineMs?: number }[] = [
  { fault: { kind: "refuse" }, answer: { failed: "unreachable" }, tls: { failed: "unreachable" } },
  {
    fault: { kind: "down" },
    answer: { failed: "unreachable" },
    // Whether the reset comes before or inside the handshake is chance.
    tls: { failed: expect.stringMatching(/^(?:tls|unreachable)$/) },
  },
  {
    fault: { kind: "hang" },
    answer: { failed: "timeout" },
    tls: { failed: "timeout" },
    deadlineMs: 300,
  },
  {
    fault: { kind: "truncate", afterBytes: 70_000 },
    answer: { status: 200, whole: false },
    tls: { status: 200, whole: false },
  },
  {
    fault: { kind: "slow", bytesPerSecond: 10_000 },
    answer: { status: 200, whole: false, late: true },
    tls: { status: 200, whole: false, late: true },
    deadlineMs: 500,
  },
];

test.each(failing)("$fault", async ({ fault, answer, tls, deadlineMs }) => {
  await mirror.setFault(fault);
  const change = deadlineMs === undefined ? {} : { deadlineMs };
  expect(await asked(`${mirror.url}pool/big.deb`, change)).toMatchObject(answer);
  expect(await asked(`${mirror.httpsUrl}pool/big.deb`, change)).toMatchObject(tls);
});

test("a closed port is unreachable by https as well", async () => {
  const url = `https://127.0.0.1:${await freePort()}/`;
  expect(await asked(url)).toMatchObject({ failed: "unreachable" });
});

test("an untrusted certificate is a failure of TLS", async () => {
  const stranger = await makeCertificates(scratch.directory, ["127.0.0.1"]);
  const port = await listen(createTlsServer({ ...stranger.certificate }, (socket) => socket.end()));
  expect(await asked(`https://127.0.0.1:${port}/`)).toMatchObject({ failed: "tls" });
});

test("what isn't HTTP is no reply", async () => {
  const port = await listen(
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("SSH-2.0-near\r\n"));
    }),
  );
  expect(await asked(`http://127.0.0.1:${port}/`)).toMatchObject({ failed: "unreachable" });
});

test("the certificate's end is read over a plain connection", async () => {
  // The lab's servers speak 1.3 as well, and are told not to by the hello.
  const response = await fetch(
    `${workerd.url}?certificate=${encodeURIComponent(mirror.httpsUrl ?? "")}`,
    { method: "POST" },
  );
  const { until } = await response.json();
  expect(until).toBeGreaterThan(Date.now() + 86_400_000);
  expect(until).toBeLessThan(Date.now() + 3 * 86_400_000);
});
