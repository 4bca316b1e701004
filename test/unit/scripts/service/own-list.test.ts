/** The service's own list, as it is read of its database for a workerd that is about to start. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { putOwnViews, readOwnViews } from "../../../../scripts/service/own-list.ts";
import { KeyRows } from "../../../../worker/embedded/key-rows.ts";
import { listOwnerText } from "../../../../worker/list/list-owner.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

/** Longer than one row of the store. */
const views = `{"roster":"${"é".repeat(900_000)}"}`;

/** A store of keys with these values, as the embedded stores write it. */
function storeWith(values: Record<string, string>) {
  const embedded = temporaryFolder("own-list-");
  const run = temporaryFolder("own-list-run-");
  mkdirSync(join(embedded, "embedded-keys"));
  const database = new BreakableSqlite(join(embedded, "embedded-keys/0a.sqlite"));
  const rows = new KeyRows(database.sql);
  for (const [key, value] of Object.entries(values)) {
    rows.put(key, { bytes: Buffer.from(value), metadata: null, expiration: null }, 0);
  }
  database.close();
  return { embedded, run };
}

it("is read whole, and put in the place of what was there", () => {
  const store = storeWith({ "list-owner": listOwnerText(7), views });
  writeFileSync(join(store.run, "views.txt"), "the files' list");
  expect(putOwnViews(store)).toBe(true);
  expect(readFileSync(join(store.run, "views.txt"), "utf8")).toBe(views);
  expect(putOwnViews(store)).toBe(true);
});

it.each([
  ["the list is that of the files", { views }],
  ["the list was never given out", { "list-owner": listOwnerText(7) }],
  ["what is stored says nothing", { "list-owner": "{", views }],
])("is none where %s", (_, values) => {
  const store = storeWith(values);
  writeFileSync(join(store.run, "views.txt"), "the files' list");
  expect(putOwnViews(store)).toBe(false);
  expect(readFileSync(join(store.run, "views.txt"), "utf8")).toBe("the files' list");
});

it("is none where there is no store yet, or one without tables", () => {
  const empty = temporaryFolder("own-list-");
  expect(readOwnViews(empty)).toBeUndefined();
  mkdirSync(join(empty, "embedded-keys"));
  new DatabaseSync(join(empty, "embedded-keys/0a.sqlite")).close();
  expect(readOwnViews(empty)).toBeUndefined();
});
