import { afterAll, expect, test } from "vitest";
import { type Client, check, NotRun, type Row, type RowResult } from "../../clients/row.ts";
import { runRows } from "../../clients/run-rows.ts";
import { run } from "../../lab/process.ts";
import { LabServer } from "../../lab/server.ts";
import { ask } from "./ask.ts";
import { makeTinyTrees } from "./tiny-trees.ts";

const tiny = makeTinyTrees();
const trees = { ...tiny, publicKeyFile: undefined, missing: { rpm: "install rpm" } };
afterAll(() => tiny.remove());

const clients: Client[] = [
  { name: "present", packages: "x", version: async () => "1.0" },
  { name: "absent", packages: "absent-package", version: async () => undefined },
];

let stopped = 0;
/** Stands in for the service: a lab server, since these rows only look at what surrounds them. */
async function startService() {
  const server = new LabServer({ name: "service", host: "127.0.0.1", root: tiny.root });
  await server.start();
  return {
    url: server.url,
    async publish() {},
    async stop() {
      stopped += 1;
      await server.stop();
    },
  };
}

async function resultOf(row: Partial<Row>): Promise<RowResult> {
  const whole: Row = { row: "row", client: "present", run: async () => "seen", ...row };
  const [result] = await runRows({ rows: [whole], clients, trees, startService });
  if (!result) throw new Error("no result");
  return result;
}

test("a row that sees what it should has passed, and its service is stopped", async () => {
  const before = stopped;
  expect(await resultOf({})).toEqual({
    row: "row",
    client: "present",
    version: "1.0",
    result: "passed",
    why: "seen",
  });
  expect(stopped).toBe(before + 1);
});

test("a missing client is not run, and named with what to install", async () => {
  expect(await resultOf({ client: "absent" })).toMatchObject({
    version: "",
    result: "not run",
    why: "absent is not installed: apt-get install absent-package",
  });
});

test("a repository that could not be built is not run", async () => {
  const result = await resultOf({ needs: "rpm" });
  expect(result).toMatchObject({ result: "not run" });
  expect(result.why).toContain("install rpm");
});

test("a row that finds it can't be run is not run", async () => {
  const run = async () => {
    throw new NotRun("needs root");
  };
  expect(await resultOf({ run })).toMatchObject({ result: "not run", why: "needs root" });
});

test("a failed check has failed, with what was asked as evidence", async () => {
  const before = stopped;
  const result = await resultOf({
    async run({ tap }) {
      await ask(tap.url, { path: "/dists/Release" });
      await ask(tap.url, { path: "/none" });
      check(false, "it is wrong");
      return "";
    },
  });
  expect(result.result).toBe("failed");
  expect(result.why.split("\n")[0]).toBe("it is wrong");
  expect(result.why).toContain("GET /dists/Release -> 200\nGET /none -> 404");
  expect(stopped).toBe(before + 1);
});

test("a row that hangs has failed at its deadline, and the program it ran is ended", async () => {
  const ended = Promise.withResolvers<boolean>();
  const result = await resultOf({
    deadlineMs: 200,
    async run({ signal }) {
      const outcome = await run("sleep", ["60"], { signal });
      ended.resolve(outcome.timedOut);
      return "";
    },
  });
  expect(result).toMatchObject({ result: "failed" });
  expect(result.why).toContain("not finished after 200 ms");
  expect(await ended.promise).toBe(true);
});
