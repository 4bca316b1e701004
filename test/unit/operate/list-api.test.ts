/** The list through the API: who may, conflicts, preconditions, audit, requests that are sent twice. */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { givenVersion, openOffice, site, start, type TestOffice } from "./office.ts";

let database: BreakableSqlite;
let world: TestOffice;
let admin: string;
let files = 0;
const folder = temporaryFolder("operate-");

beforeEach(async () => {
  database = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  world = openOffice(database.sql);
  admin = await world.admin();
});
afterEach(() => database.close());

describe("plan and apply", () => {
  it("show what changes field by field, then change it for everybody, with audit", async () => {
    const changes = {
      "mirrors/a.example": site("a.example", { capacity: 500 }),
      "mirrors/b.example": null,
      "mirrors/c.example": site("c.example"),
    };
    const plan = await world.ask("POST", "/api/v1/list/plan", { token: admin, body: { changes } });
    expect(plan.status).toBe(200);
    expect(plan.body).toEqual({
      base: givenVersion,
      changes: [
        {
          place: "mirrors/a.example",
          what: "changed",
          fields: [{ field: "/capacity", after: 500 }],
        },
        { place: "mirrors/b.example", what: "removed" },
        { place: "mirrors/c.example", what: "added" },
      ],
      errors: [],
      warnings: [],
    });
    const body = { base: plan.body.base, changes, why: "a new site" };
    const applied = await world.ask("POST", "/api/v1/list/apply", { token: admin, body });
    expect(applied.status).toBe(200);
    expect(applied.body.version).toBe(start);
    expect(world.published.at(-1)?.views.roster.mirrors.map(({ name }) => name)).toEqual([
      "a.example",
      "c.example",
    ]);
    const again = await world.ask("POST", "/api/v1/list/apply", { token: admin, body });
    expect(again.status).toBe(412);
    expect(again.body.places).toEqual([
      "mirrors/a.example",
      "mirrors/b.example",
      "mirrors/c.example",
    ]);
    const audit = await world.ask("GET", "/api/v1/audit?verb=list.apply", { token: admin });
    expect(audit.body.entries.map((one: { resource: string }) => one.resource)).toEqual([
      "mirror/c.example",
      "mirror/b.example",
      "mirror/a.example",
    ]);
    expect(audit.body.entries[0]).toMatchObject({
      principal: "root",
      address: "192.0.2.7",
      why: "a new site",
    });
    const back = await world.ask("POST", `/api/v1/list/versions/${givenVersion}/restore`, {
      token: admin,
      body: { base: start, why: "it was wrong" },
    });
    expect(back.status).toBe(200);
    expect(world.published.at(-1)?.views.roster.mirrors.map(({ name }) => name)).toEqual([
      "a.example",
      "b.example",
    ]);
  });

  it("name each fault's entry and place", async () => {
    const body = { changes: { "mirrors/c.example": site("c.example", { country: "XX" }) } };
    const plan = await world.ask("POST", "/api/v1/list/plan", { token: admin, body });
    expect(plan.body.errors).toEqual([
      { entry: "mirrors/c.example", pointer: "/country", detail: expect.stringContaining("XX") },
    ]);
    const applied = await world.ask("POST", "/api/v1/list/apply", {
      token: admin,
      body: { ...body, base: givenVersion, why: "x" },
    });
    expect(applied.status).toBe(422);
    expect(applied.headers.get("Content-Type")).toBe("application/problem+json");
    expect(applied.body.errors).toEqual(plan.body.errors);
    expect(world.published).toEqual([]);
  });
});

describe("an entry", () => {
  const path = "/api/v1/list/mirrors/a.example";

  it("is written only by who has read it as it is", async () => {
    const read = await world.ask("GET", path, { token: admin });
    const etag = read.headers.get("ETag") ?? "";
    const patch = { token: admin, body: { capacity: 10 } };
    expect((await world.ask("PATCH", path, patch)).status).toBe(428);
    expect(
      (await world.ask("PATCH", path, { ...patch, headers: { "If-Match": '"7"' } })).status,
    ).toBe(412);
    const headers = { "If-Match": etag };
    expect((await world.ask("PATCH", path, { ...patch, headers })).status).toBe(200);
    expect((await world.ask("PATCH", path, { ...patch, headers })).status).toBe(412);
    expect((await world.ask("GET", path, { token: admin })).body.capacity).toBe(10);
    expect(
      (
        await world.ask("PUT", path, {
          token: admin,
          body: site("a.example"),
          headers: { "If-None-Match": "*" },
        })
      ).status,
    ).toBe(412);
    const added = await world.ask("PUT", "/api/v1/list/mirrors/n.example", {
      token: admin,
      body: site("n.example"),
    });
    expect(added.status).toBe(200);
  });

  it("takes a field that every object has as any that isn't known", async () => {
    const patch = (body: object) =>
      world.ask("PATCH", path, { token: admin, body, headers: { "If-Match": "*" } });
    const [unknown, odd] = [await patch({ colour: 1 }), await patch({ constructor: 1 })];
    expect([odd.status, unknown.status]).toEqual([422, 422]);
  });

  it("is changed by a mirror's own admin in its URLs and contact alone", async () => {
    const own = await world.token("site-a", "mirror-admin", { mirrors: ["a.example"] });
    const headers = { "If-Match": "*" };
    const patch = (body: object, where = path) =>
      world.ask("PATCH", where, { token: own, body, headers });
    expect((await patch({ base: { https: "https://new.a.example/" } })).status).toBe(200);
    expect((await patch({ contact: "noc@a.example" })).status).toBe(200);
    const refused = await patch({ capacity: 100_000 });
    expect(refused.status).toBe(403);
    expect(refused.body.detail).toContain("mirror.weight");
    expect((await patch({ contact: "x" }, "/api/v1/list/mirrors/b.example")).status).toBe(403);
  });
});

describe("a mirror", () => {
  it("is drained until then, and not brought back by its own admin where an operator did it", async () => {
    const own = await world.token("site-a", "mirror-admin", { mirrors: ["a.example"] });
    const drain = (token: string, body: object) =>
      world.ask("POST", "/api/v1/mirrors/a.example/drain", { token, body });
    const drained = await drain(admin, { why: "disk", until: "2h" });
    expect(drained.body.changes[0].fields).toEqual([
      {
        field: "/state",
        after: { is: "drained", by: "root", why: "disk", until: "2026-11-22T14:00:00Z" },
      },
    ]);
    const enable = { token: own, body: { why: "done" } };
    expect((await world.ask("POST", "/api/v1/mirrors/a.example/enable", enable)).status).toBe(403);
    expect(
      (await world.ask("POST", "/api/v1/mirrors/a.example/enable", { ...enable, token: admin }))
        .status,
    ).toBe(200);
    expect((await drain(own, { why: "reboot" })).status).toBe(200);
    expect((await world.ask("POST", "/api/v1/mirrors/a.example/enable", enable)).status).toBe(200);
    expect((await drain(own, { why: "x", until: "yesterday" })).status).toBe(422);
    expect(
      (
        await world.ask("POST", "/api/v1/mirrors/b.example/drain", {
          token: own,
          body: { why: "x" },
        })
      ).status,
    ).toBe(403);
    expect(
      (
        await world.ask("POST", "/api/v1/mirrors/none.example/drain", {
          token: admin,
          body: { why: "x" },
        })
      ).status,
    ).toBe(404);
  });

  it("is probed when its own hook says that it has finished a sync", async () => {
    const own = await world.token("site-a", "mirror-admin", { mirrors: ["a.example"] });
    expect(
      (await world.ask("POST", "/api/v1/mirrors/a.example/synced", { token: own })).status,
    ).toBe(202);
    expect(
      (await world.ask("POST", "/api/v1/mirrors/b.example/synced", { token: own })).status,
    ).toBe(403);
    expect(world.probed).toEqual(["a.example"]);
  });

  it("isn't said to be probed where nothing is", async () => {
    const unprobed = openOffice(database.sql, { isProbed: false });
    const token = await world.token("nobody-probes", "operator");
    for (const verb of ["probe", "synced"]) {
      const path = `/api/v1/mirrors/a.example/${verb}`;
      const { status, body } = await unprobed.ask("POST", path, { token });
      expect([status, body.detail]).toEqual([409, expect.stringContaining("PROBING is off")]);
    }
  });
});

describe("a request that is sent twice with one key", () => {
  it("is done once, and answered alike", async () => {
    const body = { why: "disk" };
    const headers = { "Idempotency-Key": "key-1" };
    const drain = () =>
      world.ask("POST", "/api/v1/mirrors/a.example/drain", { token: admin, body, headers });
    const first = await drain();
    world.clock.now += 60_000;
    const second = await drain();
    expect(second.status).toBe(first.status);
    expect(second.body.version).toBe(first.body.version);
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
    const other = await world.ask("POST", "/api/v1/mirrors/b.example/drain", {
      token: admin,
      body,
      headers,
    });
    expect(other.status).toBe(422);
    const versions = await world.ask("GET", "/api/v1/list/versions", { token: admin });
    expect(versions.body.versions).toHaveLength(2);
  });

  it("shows a new token's secret once", async () => {
    const headers = { "Idempotency-Key": "key-2" };
    const make = () =>
      world.ask("POST", "/api/v1/tokens", { token: admin, body: { description: "ci" }, headers });
    expect((await make()).body.secret).toMatch(/^nmt_/);
    const again = await make();
    expect(again.status).toBe(201);
    expect(again.text).not.toContain("nmt_");
  });
});
