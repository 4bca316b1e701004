/** Each row of the API with each role: who is answered, and who is refused with the verb that is missing. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Role, roles, type Verb, verbRow } from "../../../worker/accounts/verbs.ts";
import { apiRoutes } from "../../../worker/operate/api-table.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { givenVersion, openOffice, site, type TestOffice } from "./office.ts";

/** What a row is asked with, so that only the role decides; and the verb that the table of roles has for it. */
const questions: Readonly<
  Record<string, { verb: Verb; path?: string; body?: unknown; headers?: Record<string, string> }>
> = {
  "GET /api/v1/list": { verb: "list.read" },
  "POST /api/v1/list/plan": { verb: "list.plan", body: { changes: {} } },
  "POST /api/v1/list/apply": { verb: "list.apply", body: { base: 1, changes: {}, why: "x" } },
  "GET /api/v1/list/versions": { verb: "list.read" },
  "GET /api/v1/list/versions/{version}": { verb: "list.read", path: "/api/v1/list/versions/1" },
  "POST /api/v1/list/versions/{version}/restore": {
    verb: "list.apply",
    path: "/api/v1/list/versions/1/restore",
    body: { base: givenVersion, why: "x" },
  },
  "GET /api/v1/list/{folder}/{name}": {
    verb: "mirror.read",
    path: "/api/v1/list/mirrors/a.example",
  },
  "PUT /api/v1/list/{folder}/{name}": {
    verb: "mirror.add",
    path: "/api/v1/list/mirrors/z.example",
    body: site("y.example"),
  },
  "PATCH /api/v1/list/{folder}/{name}": {
    verb: "mirror.edit",
    path: "/api/v1/list/mirrors/a.example",
    body: { note: 1 },
    headers: { "If-Match": "*" },
  },
  "DELETE /api/v1/list/{folder}/{name}": {
    verb: "mirror.remove",
    path: "/api/v1/list/mirrors/a.example",
    headers: { "If-Match": '"7"' },
  },
  "POST /api/v1/mirrors/{name}/drain": { verb: "mirror.drain", body: { why: "x", until: "never" } },
  "POST /api/v1/mirrors/{name}/disable": {
    verb: "mirror.disable",
    body: { why: "x", until: "never" },
  },
  "POST /api/v1/mirrors/{name}/enable": { verb: "mirror.enable", body: { why: "x" } },
  "POST /api/v1/mirrors/{name}/weight": {
    verb: "mirror.weight",
    body: { capacity: 1e9, why: "x" },
  },
  "POST /api/v1/mirrors/{name}/probe": { verb: "mirror.probe" },
  "POST /api/v1/mirrors/{name}/synced": { verb: "mirror.synced" },
  "POST /api/v1/bulk/drain": {
    verb: "mirror.drain",
    path: "/api/v1/bulk/drain",
    body: { mirrors: ["a.example"], why: "x", until: "never" },
  },
  "POST /api/v1/bulk/disable": {
    verb: "mirror.disable",
    path: "/api/v1/bulk/disable",
    body: { mirrors: ["a.example"], why: "x", until: "never" },
  },
  "POST /api/v1/bulk/enable": {
    verb: "mirror.enable",
    path: "/api/v1/bulk/enable",
    body: { mirrors: ["a.example"], why: "x" },
  },
  "POST /api/v1/repositories/{name}/refresh": {
    verb: "repository.refresh",
    path: "/api/v1/repositories/nothing/refresh",
  },
  "GET /api/v1/me": { verb: "account.read-own" },
  "GET /api/v1/principals": { verb: "account.read" },
  "POST /api/v1/principals": { verb: "account.add", body: { name: "root", role: "reader" } },
  "GET /api/v1/principals/{name}": { verb: "account.read", path: "/api/v1/principals/nobody-here" },
  "PATCH /api/v1/principals/{name}": {
    verb: "account.edit",
    path: "/api/v1/principals/nobody-here",
    body: {},
  },
  "POST /api/v1/principals/{name}/disable": {
    verb: "account.disable",
    path: "/api/v1/principals/nobody-here/disable",
    body: { why: "x" },
  },
  "POST /api/v1/principals/{name}/enable": {
    verb: "account.enable",
    path: "/api/v1/principals/nobody-here/enable",
    body: { why: "x" },
  },
  "DELETE /api/v1/principals/{name}": {
    verb: "account.erase",
    path: "/api/v1/principals/nobody-here",
  },
  "GET /api/v1/tokens": { verb: "token.read-own" },
  "POST /api/v1/tokens": {
    verb: "token.create-own",
    body: { description: "x", scopes: ["no such scope"] },
  },
  "DELETE /api/v1/tokens/{id}": { verb: "token.revoke", path: "/api/v1/tokens/nothing" },
  "GET /api/v1/events": { verb: "watch" },
  "GET /api/v1/webhooks": { verb: "webhook.read" },
  "POST /api/v1/webhooks": { verb: "webhook.add", body: { url: "ftp://x" } },
  "POST /api/v1/webhooks/{id}/enable": { verb: "webhook.edit", path: "/api/v1/webhooks/9/enable" },
  "POST /api/v1/webhooks/{id}/disable": {
    verb: "webhook.edit",
    path: "/api/v1/webhooks/9/disable",
  },
  "POST /api/v1/webhooks/{id}/test": { verb: "webhook.test", path: "/api/v1/webhooks/9/test" },
  "DELETE /api/v1/webhooks/{id}": { verb: "webhook.remove", path: "/api/v1/webhooks/9" },
  "GET /api/v1/audit": { verb: "audit.read" },
  "GET /api/v1/audit/verify": { verb: "audit.verify" },
  "GET /api/v1/audit/export": { verb: "audit.export" },
  "GET /api/v1/stats/all": { verb: "statistics.read" },
  "GET /api/v1/backup": { verb: "backup.export" },
  "PUT /api/v1/backup": {
    verb: "backup.import",
    body: "no backup",
    headers: { "Content-Type": "application/jsonl" },
  },
};

let world: TestOffice;
let database: BreakableSqlite;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  database = new BreakableSqlite(join(temporaryFolder("roles-"), "db.sqlite"));
  world = openOffice(database.sql);
  for (const role of roles) {
    const mirrors = role === "mirror-admin" ? ["a.example"] : [];
    tokens.set(role, await world.token(`the-${role}`, role, { mirrors }));
  }
});
afterAll(() => database.close());

it("has a question for each row of the API", () => {
  const rows = apiRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(questions).sort()).toEqual(rows.sort());
});

describe.each(Object.entries(questions))("%s", (row, question) => {
  const [method = "", pattern = ""] = row.split(" ");
  const { verb, path = pattern.replace("{name}", "a.example"), body, headers } = question;
  const ask = (token: string | undefined) =>
    world.ask(method, path, {
      ...(token !== undefined && { token }),
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
    });

  it.each(roles)("asked by role %s", async (role) => {
    const { roles: may } = verbRow(verb);
    const isAllowed = role === "admin" || may.some((one) => one === role);
    const answered = await ask(tokens.get(role));
    // What it answers to who may is tried elsewhere: here only that the role was no hindrance.
    if (isAllowed) expect([401, 403]).not.toContain(answered.status);
    else {
      expect(answered.status).toBe(403);
      expect(answered.body.verb).toBe(verb);
      expect(answered.body.detail).toContain(verb);
    }
  });

  it("is refused without a token, and with one that was never made", async () => {
    expect((await ask(undefined)).status).toBe(401);
    const admin = tokens.get("admin") ?? "";
    const turned = `${admin.slice(0, 20)}${admin.slice(20).split("").reverse().join("")}`;
    const wrong = await ask(turned);
    expect([401, 429]).toContain(wrong.status);
    expect(
      wrong.headers.get(wrong.status === 401 ? "WWW-Authenticate" : "Retry-After"),
    ).not.toBeNull();
  });
});

it("a scope narrows what a role may, whatever the row", async () => {
  // Addresses with many wrong tokens have to wait, as those above had.
  world.clock.now += 3_600_000;
  const narrow = await world.token("narrow", "operator", {
    scopes: ["verbs=mirror.drain", "mirrors=a.example"],
  });
  const drain = (name: string) =>
    world.ask("POST", `/api/v1/mirrors/${name}/drain`, { token: narrow, body: { why: "x" } });
  expect((await drain("a.example")).status).toBe(200);
  expect((await drain("b.example")).status).toBe(403);
  expect((await world.ask("GET", "/api/v1/list", { token: narrow })).status).toBe(403);
  expect(
    (
      await world.ask("POST", "/api/v1/list/apply", {
        token: narrow,
        body: { base: 1, changes: {}, why: "x" },
      })
    ).status,
  ).toBe(403);
  // A token that is made by it may no more than it may itself.
  const made = await world.ask("POST", "/api/v1/tokens", {
    token: narrow,
    body: { description: "x" },
  });
  expect(made.status).toBe(403);
});
