/** `nearmirror health`: one line and an exit status as plugins of Nagios have them, in a bounded time. */
import { createServer, type RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { askHealth } from "../../../../scripts/health/ask-health.ts";
import { judgeHealth } from "../../../../scripts/health/judge-health.ts";
import { reasonOfFetch } from "../../../../scripts/health/reason-of-fetch.ts";
import { freePort } from "../../../../scripts/service/free-port.ts";
import { run } from "../../../lab/process.ts";

const script = fileURLToPath(new URL("../../../../scripts/nearmirror.js", import.meta.url));

const well = {
  status: "ok",
  roster: { version: 1, list: 1, mirrors: 5 },
  catalogue: { version: 1, repositories: 3 },
  warnings: [],
};

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
}

const health = (...args: string[]) =>
  run(process.execPath, [script, "health", ...args], { deadlineMs: 20_000 });

/** Development Guidelines of monitoring-plugins.org: one line, `SERVICE STATUS - text | label=value…`, 0 to 3. */
const form = /^NEARMIRROR (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \|( \w+=\d+(\.\d+)?s?)+)?\n$/;

it.each([
  { service: "well", status: 200, body: well, code: 0, line: /OK - 5 mirrors, 3 repositories \|/ },
  {
    service: "with alarms",
    status: 200,
    body: { ...well, status: "warning", warnings: ["blind weur-0: cut\noff | now", "b", "c", "d"] },
    code: 1,
    line: /WARNING - blind weur-0: cut off now; b; c; and 1 more \|.*alarms=4/,
  },
  {
    service: "that can't serve",
    status: 503,
    body: {},
    code: 2,
    line: /CRITICAL - .*: it answers 503/,
  },
  {
    service: "another",
    status: 200,
    body: { hello: 1 },
    code: 2,
    line: /CRITICAL - .*is no Nearmirror/,
  },
])("a service: $service", async ({ status, body, code, line }) => {
  const url = await answering((request, response) => {
    expect(request.url).toBe("/api/v1/health");
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  });
  const ended = await health("--url", url);
  expect(ended.stdout).toMatch(form);
  expect(ended.stdout).toMatch(line);
  expect(ended.code).toBe(code);
});

it("a service that says nothing is CRITICAL in the time that was given", async () => {
  const silent = await answering(() => undefined);
  const begun = performance.now();
  const judged = judgeHealth(await askHealth(silent, 300), silent);
  expect(judged.state).toBe("CRITICAL");
  expect(judged.line).toContain("no answer within 0.3 s");
  expect(performance.now() - begun).toBeLessThan(5_000);
  // One that begins and never ends is no better.
  const endless = await answering((_, response) => {
    response.write("{");
  });
  expect(judgeHealth(await askHealth(endless, 300), endless).line).toContain("no answer within");
});

it.each([
  [
    new Error("fetch failed", { cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }) }),
    "its name doesn't resolve",
  ],
  [
    // As Node 24 words it.
    new Error("fetch failed", {
      cause: new Error(
        "40AA:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/x.c:77:\n",
      ),
    }),
    "TLS failed: wrong version number",
  ],
  [new Error("fetch failed", { cause: new AggregateError([], "") }), "it failed"],
])("a reason is on one line", (error, said) => {
  expect(reasonOfFetch(error)).toBe(said);
});

it("nothing listens there", async () => {
  const url = `http://127.0.0.1:${await freePort()}/`;
  const ended = await health("--url", url);
  expect(ended.stdout).toContain(`NEARMIRROR CRITICAL - ${url}: nothing listens there |`);
  expect(ended.code).toBe(2);
});

it.each([
  [["--url", "ftp://x/"], /--url is "ftp:/],
  [["--seconds", "soon"], /--seconds is "soon"/],
  [["--uri", "x"], /--uri/],
])("a wrong call is UNKNOWN: %j", async (args, said) => {
  const ended = await health(...args);
  expect(ended.stdout).toMatch(form);
  expect(ended.stdout).toMatch(said);
  expect(ended.code).toBe(3);
});
