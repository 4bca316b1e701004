/** Many mirrors at once: one version, all or none, each allowed by itself and each in the audit log. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openOffice, site, type TestOffice } from "./office.ts";

const folder = temporaryFolder("bulk-");
let files = 0;
let database: BreakableSqlite;
let world: TestOffice;

beforeEach(() => {
  database = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  world = openOffice(database.sql);
});
afterEach(() => database.close());

/** More than a list that is applied has in the audit log one by one. */
const many = Array.from({ length: 60 }, (_, at) => `m${at}.example`);

async function addMany(token: string): Promise<void> {
  const changes = Object.fromEntries(many.map((name) => [`mirrors/${name}`, site(name)]));
  const { body } = await world.ask("GET", "/api/v1/list", { token });
  const applied = await world.ask("POST", "/api/v1/list/apply", {
    token,
    body: { base: body.version, changes, why: "a test" },
  });
  expect(applied.status).toBe(200);
}

it("drains all in one version, and the audit log has each", async () => {
  const token = await world.token("op", "operator");
  await addMany(token);
  const before = world.published.length;
  const body = { mirrors: many, why: "a cable", until: "2h" };
  const drained = await world.ask("POST", "/api/v1/bulk/drain", { token, body });
  expect(drained.status).toBe(200);
  expect(drained.body.changes).toHaveLength(many.length);
  expect(world.published).toHaveLength(before + 1);
  const states = world.published
    .at(-1)
    ?.views.roster.mirrors.map(({ name, state }) => [name, state]);
  expect(Object.fromEntries(states ?? [])).toMatchObject({
    "a.example": "unknown",
    "m0.example": "drained",
    "m59.example": "drained",
  });
  for (const name of ["m0.example", "m59.example"]) {
    const audit = await world.ask("GET", `/api/v1/audit?resource=mirror/${name}`, { token });
    expect(audit.body.entries[0]).toMatchObject({ verb: "mirror.drain", why: "a cable" });
  }
  const again = await world.ask("POST", "/api/v1/bulk/enable", {
    token,
    body: { mirrors: [...many, "a.example"], why: "mended" },
  });
  expect(again.body.changes).toHaveLength(many.length);
});

it("changes none where one isn't there, or isn't theirs", async () => {
  await world.admin();
  const token = await world.token("site-a", "mirror-admin", { mirrors: ["a.example"] });
  const operator = await world.token("op", "operator");
  const ask = (mirrors: string[], by: string) =>
    world.ask("POST", "/api/v1/bulk/drain", { token: by, body: { mirrors, why: "x" } });
  expect((await ask(["a.example", "gone.example"], operator)).status).toBe(404);
  expect((await ask(["a.example", "b.example"], token)).status).toBe(403);
  expect((await ask([], operator)).status).toBe(422);
  expect(world.published).toEqual([]);
  expect((await ask(["a.example"], token)).status).toBe(200);
});

it("doesn't let a mirror's admin enable what an operator has drained", async () => {
  const operator = await world.token("op", "operator");
  const own = await world.token("site-a", "mirror-admin", { mirrors: ["a.example"] });
  const body = { mirrors: ["a.example"], why: "x" };
  expect((await world.ask("POST", "/api/v1/bulk/drain", { token: operator, body })).status).toBe(
    200,
  );
  expect((await world.ask("POST", "/api/v1/bulk/enable", { token: own, body })).status).toBe(403);
  expect((await world.ask("POST", "/api/v1/bulk/enable", { token: operator, body })).status).toBe(
    200,
  );
});
