import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { askByNode } from "../../../../scripts/probe/ask-by-node.ts";
import type { Question } from "../../../../worker/outbound/ask.ts";
import type { Fault } from "../../../lab/faults.ts";
import { type Lab, type LabMirror, startLab } from "../../../lab/lab.ts";
import { big, makeTinyTrees } from "../../lab/tiny-trees.ts";

const trees = makeTinyTrees();
let lab: Lab;
let mirror: LabMirror;
let ca: Buffer;

beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 1, https: () => true, basePath: () => "/" });
  mirror = lab.mirror("mirror1");
  ca = readFileSync(lab.authorityFile ?? "");
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});
afterEach(() => lab.reset());

const question = (url: string, change: Partial<Question> = {}): Question => ({
  method: "GET",
  url: `${url}pool/big.deb`,
  deadlineMs: 3_000,
  maxBodyBytes: 1_000_000,
  ...change,
});

test("a file comes whole, with the certificate's end over https only", async () => {
  const ask = askByNode({ ca });
  for (const [base, until] of [
    [mirror.url, undefined],
    [mirror.httpsUrl ?? "", expect.any(Number)],
  ] as const) {
    const reply = await ask(question(base));
    expect(reply).toMatchObject({ status: 200, whole: true });
    if ("failed" in reply) continue;
    expect(Buffer.from(reply.body).equals(big)).toBe(true);
    expect(reply.headers.get("Content-Length")).toBe(String(big.length));
    expect(reply.certificateUntil).toEqual(until);
    expect(reply.totalMs).toBeGreaterThanOrEqual(reply.headersMs);
  }
});

test("a body is read up to the cap, and the connection ended", async () => {
  await mirror.setFault({ kind: "slow", bytesPerSecond: 100_000 });
  const reply = await askByNode()(question(mirror.url, { maxBodyBytes: 5_000 }));
  expect(reply).toMatchObject({ status: 200, whole: true });
  expect("body" in reply && reply.body.length).toBe(5_000);
  expect((await mirror.log.waitFor(({ ended }) => ended !== "pending")).ended).toBe("cut");
});

const rows: { fault: Fault; answer: object; deadlineMs?: number }[] = [
  { fault: { kind: "refuse" }, answer: { failed: "unreachable", detail: /ECONNREFUSED/ } },
  { fault: { kind: "down" }, answer: { failed: "unreachable", detail: /ECONNRESET/ } },
  { fault: { kind: "hang" }, answer: { failed: "timeout" }, deadlineMs: 200 },
  { fault: { kind: "truncate", afterBytes: 70_000 }, answer: { status: 200, whole: false } },
  {
    fault: { kind: "slow", bytesPerSecond: 10_000 },
    answer: { status: 200, whole: false, late: true },
    deadlineMs: 300,
  },
  { fault: { kind: "redirect-loop" }, answer: { status: 302, whole: true } },
];

test.each(rows)("$fault", async ({ fault, answer, deadlineMs = 3_000 }) => {
  await mirror.setFault(fault);
  const reply = await askByNode()(question(mirror.url, { deadlineMs }));
  const { detail, ...rest } = { detail: undefined, ...answer };
  expect(reply).toMatchObject(rest);
  if (detail !== undefined) expect(reply).toMatchObject({ detail: expect.stringMatching(detail) });
  expect(reply.totalMs).toBeLessThan(deadlineMs + 2_000);
});

test("an untrusted certificate says so", async () => {
  expect(await askByNode()(question(mirror.httpsUrl ?? ""))).toMatchObject({
    failed: "tls",
    detail: expect.stringMatching(/certificate.*\(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\.$/),
  });
});

test("a family that a name has no address of is unreachable", async () => {
  const { port } = new URL(mirror.url);
  // localhost resolves locally; the mirror listens at 127.0.1.1, and nobody at ::1 with its port.
  const reply = await askByNode({ family: 6 })(question(`http://localhost:${port}/`));
  expect(reply).toMatchObject({ failed: "unreachable" });
});

test("what Node won't send is told, not thrown", async () => {
  const reply = await askByNode()(question(mirror.url, { headers: { "X-Bad": "a\nb" } }));
  expect(reply).toMatchObject({ failed: "broken" });
});
