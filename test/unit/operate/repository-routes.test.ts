/** Having an origin polled over the API: who may, and what is kept of it. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openOffice, type TestOffice } from "./office.ts";

const path = "/api/v1/repositories/debian/refresh";
let database: BreakableSqlite;
let world: TestOffice;

beforeEach(() => {
  database = new BreakableSqlite(join(temporaryFolder("refresh-"), "a.sqlite"));
  world = openOffice(database.sql);
});
afterEach(() => database.close());

const auditOf = async (token: string) =>
  (await world.ask("GET", "/api/v1/audit?verb=repository.refresh", { token })).body.entries;

it("is for operators, for one repository where a scope says so, and in the audit log", async () => {
  const admin = await world.admin();
  const operator = await world.token("ops", "operator");
  const scoped = await world.token("other", "operator", { scopes: ["repositories=ubuntu"] });
  const reader = await world.token("reader", "reader");
  expect((await world.ask("POST", path)).status).toBe(401);
  for (const token of [reader, scoped]) {
    expect((await world.ask("POST", path, { token })).status).toBe(403);
  }
  expect(await auditOf(admin)).toEqual([]);
  const taken = await world.ask("POST", path, { token: operator });
  expect([taken.status, taken.body]).toEqual([
    202,
    { accepted: true, snapshots: "/api/v1/repositories/debian/snapshots" },
  ]);
  expect(await auditOf(admin)).toMatchObject([
    { principal: "ops", verb: "repository.refresh", resource: "repository/debian" },
  ]);
});

it("is once where a request is sent twice, and nothing for a repository that isn't listed", async () => {
  const token = await world.admin();
  const headers = { "Idempotency-Key": "push-1" };
  expect((await world.ask("POST", path, { token, headers })).status).toBe(202);
  const again = await world.ask("POST", path, { token, headers });
  expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([202, "true"]);
  const unknown = await world.ask("POST", path.replace("debian", "nothing"), { token });
  expect([unknown.status, unknown.body.detail]).toEqual([404, expect.stringContaining("nothing")]);
  expect(await auditOf(token)).toHaveLength(1);
});
