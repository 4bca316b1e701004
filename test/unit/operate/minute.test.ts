/** What time alone does to what operators keep. */
import { expect, it } from "vitest";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import { openOffice } from "./office.ts";

it("drops what is kept no longer, the audit log's oldest entries with it", async () => {
  const database = emptyDatabase();
  const { office, clock, admin } = openOffice(database.sql);
  await admin();
  await office.minute();
  expect(office.audit.query({ verb: "audit.prune" }, 1)).toEqual([]);
  clock.now += 3 * 366 * 24 * 3600 * 1000;
  await office.minute();
  expect(office.audit.query({ verb: "audit.prune" }, 1)).toHaveLength(1);
  expect(office.audit.verify()).toEqual({ checked: 2 });
  expect(office.accountStore.tokensOf("root")).toEqual([]);
  database.close();
});

it("the first event of a webhook rings at a moment to come, and a change is answered whatever rings", async () => {
  const database = emptyDatabase();
  const world = openOffice(database.sql);
  const token = await world.admin();
  await world.ask("POST", "/api/v1/webhooks", { token, body: { url: "https://hooks.example/" } });
  const drain = async (why: string) =>
    await world.ask("POST", "/api/v1/mirrors/a.example/drain", { token, body: { why } });
  expect((await drain("a cable is cut")).status).toBe(200);
  expect(world.rung.at(-1)).toBe(world.clock.now + 1);
  world.clock.now = -10;
  expect((await drain("another cable")).status).toBe(200);
  expect(world.logged.at(-1)).toContain("webhooks: no alarm was set");
  database.close();
});
