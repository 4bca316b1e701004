/** `nearmirror doctor` on a deployment in which much is wrong: what it gathers, and that it changes nothing. */
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import type { Finding } from "../../../../scripts/doctor/finding.ts";
import { claimStore } from "../../../../scripts/service/claim-store.ts";
import { freePort } from "../../../../scripts/service/free-port.ts";
import { run } from "../../../lab/process.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { listFolder } from "../mirrors/list.ts";

const script = fileURLToPath(new URL("../../../../scripts/nearmirror.js", import.meta.url));

async function doctor(settings: string, ...args: string[]) {
  const folder = temporaryFolder("nearmirror-doctor-");
  const config = join(folder, "nearmirror.conf");
  writeFileSync(config, settings);
  chmodSync(config, 0o600);
  return await doctorBy(config, ...args);
}

async function doctorBy(config: string, ...args: string[]) {
  const all = [script, "doctor", "--json", "--config", config, ...args];
  const { code, stdout, stderr } = await run(process.execPath, all, { deadlineMs: 30_000 });
  expect(stderr).toBe("");
  const findings: Finding[] = JSON.parse(stdout);
  return { code, findings, names: findings.map(({ name }) => name) };
}

/** All files, with when they were changed. */
function stateOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
    .sort();
}

it("finds what is wrong, and changes nothing", async () => {
  const folder = temporaryFolder("nearmirror-doctor-");
  const store = join(folder, "store");
  mkdirSync(join(store, "broken/2026-11-30"), { recursive: true });
  mkdirSync(join(store, "restoring"));
  writeFileSync(join(store, "format.json"), '{"version":99}');
  const databases = join(folder, "databases");
  mkdirSync(databases);
  // The head of one, as of a disk that was full.
  writeFileSync(join(databases, "country.mmdb"), "not a database");
  const claimed = claimStore(store);
  onTestFinished(() => claimed.release());
  const config = join(folder, "nearmirror.conf");
  const port = await freePort();
  writeFileSync(
    config,
    [
      `NEARMIRROR_PORT=${port}`,
      `NEARMIRROR_STORE=${store}`,
      `NEARMIRROR_DATABASES=${databases}`,
      `NEARMIRROR_LIST=${listFolder({ "a.example": "name: [" })}`,
      `NEARMIRROR_PUBLIC_URL=https://127.0.0.1:${await freePort()}/`,
    ].join("\n"),
  );
  chmodSync(config, 0o666);
  const before = stateOf(folder);
  const { code, names, findings } = await doctorBy(config);
  expect(code).toBe(1);
  expect(names).toEqual([
    "config-writable",
    "not-running",
    "store-newer",
    "restore-interrupted",
    "store-locked",
    "list-errors",
    "public-url-unreachable",
    "proxies-missing",
    "store-broken-parts",
    "database-broken",
    "database-missing",
  ]);
  expect(findings.find(({ name }) => name === "store-locked")?.says).toContain(
    `process ${process.pid}`,
  );
  expect(findings.find(({ name }) => name === "list-errors")?.says).toMatch(
    /a\.example\.yaml:1:\d+: /,
  );
  expect(stateOf(folder)).toEqual(before);
}, 60_000);

it("another program at the port, and settings that can't be taken", async () => {
  const server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const taken = await doctor(
    `NEARMIRROR_PORT=${port}\nNEARMIRROR_STORE=${temporaryFolder("nearmirror-doctor-")}\n`,
  );
  expect(taken.names).toContain("port-taken");
  expect(taken.names).not.toContain("list-errors");
  const wrong = await doctor("NEARMIRROR_PORT=many\n");
  expect(wrong).toMatchObject({ code: 1, names: ["settings"] });
  expect(wrong.findings[0]?.says).toMatch(/nearmirror\.conf:1: NEARMIRROR_PORT is "many"/);
}, 60_000);

it("the origins are asked where that is wanted, and alone", async () => {
  let asked = 0;
  const origin = createServer((_, response) => {
    asked++;
    // A clock that is an hour behind.
    response.setHeader("Date", new Date(Date.now() - 3_600_000).toUTCString());
    response.statusCode = 403;
    response.end();
  });
  await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void origin.close());
  const address = origin.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
  const closed = `http://127.0.0.1:${await freePort()}/`;
  const list = listFolder(
    {},
    {
      near: `name: near\nkind: files\ntitle: Near\norigin: ${url}\n`,
      far: `name: far\nkind: files\ntitle: Far\norigin: ${closed}\n`,
    },
  );
  const settings = `NEARMIRROR_PORT=${await freePort()}\nNEARMIRROR_LIST=${list}\nNEARMIRROR_STORE=${temporaryFolder("nearmirror-doctor-")}\n`;
  await doctor(settings);
  expect(asked).toBe(0);
  const { names, findings } = await doctor(settings, "--network");
  expect(asked).toBe(1);
  expect(names).toEqual(expect.arrayContaining(["origin-unreachable", "clock-off"]));
  const { says = "" } = findings.find(({ name }) => name === "origin-unreachable") ?? {};
  expect(says).toContain(`${closed}, could not be asked: nothing listens there`);
}, 60_000);
