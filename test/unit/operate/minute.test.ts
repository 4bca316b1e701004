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
