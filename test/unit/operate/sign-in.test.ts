/** Tries that fail over HTTP: how many, from where, and whom they lock out. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import type { BreakableSqlite } from "../runtime/sqlite.ts";
import { openOffice, type TestOffice } from "./office.ts";

let database: BreakableSqlite;
let world: TestOffice;
beforeEach(() => {
  database = emptyDatabase();
  world = openOffice(database.sql);
});
afterEach(() => database.close());

const statuses = async (count: number, token: string) => {
  const all: number[] = [];
  for (let at = 0; at < count; at++) {
    all.push((await world.ask("GET", "/api/v1/me", { token })).status);
  }
  return [...new Set(all)];
};

it("ten wrong tokens lock the address out, but not a token that signed in from there", async () => {
  const admin = await world.admin();
  expect(await statuses(1, admin)).toEqual([200]);
  expect(await statuses(10, "nonsense")).toEqual([401]);
  const refused = await world.ask("GET", "/api/v1/me", { token: "nonsense" });
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "30"]);
  expect(await statuses(20, admin)).toEqual([200]);
  world.clock.now += 30_000;
  expect(await statuses(1, "nonsense")).toEqual([401]);
});

it("an expired token goes on asking for nobody else's account", async () => {
  const expired = await world.token("ops", "operator");
  world.clock.now += 100 * 24 * 3600 * 1000;
  expect(await statuses(10, expired)).toEqual([401]);
  expect(await statuses(1, expired)).toEqual([429]);
  expect(await statuses(1, "nonsense")).toEqual([401]);
});
