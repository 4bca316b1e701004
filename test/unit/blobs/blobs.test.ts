/** Blobs in memory and in SQLite keep the same promises; what SQLite alone has to promise. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memoryBlobs } from "../../../worker/blobs/memory-blobs.ts";
import { pageLength, pieceBytes, sqlBlobs } from "../../../worker/blobs/sql-blobs.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { blobsContract, nameOf, streamed, varied } from "./blobs-contract.ts";

const promises = Object.entries(blobsContract);

function database(): BreakableSqlite {
  return new BreakableSqlite(join(temporaryFolder("blobs"), "blobs.sqlite"));
}

describe("in memory", () => {
  test.each(promises)("%s", (_, promise) => promise(memoryBlobs()));
});

describe("in SQLite", () => {
  test.each(promises)("%s", (_, promise) => promise(sqlBlobs(database().sql)));

  test("no row has more than a piece, and the rows of what was refused or deleted are gone", async () => {
    const { sql } = database();
    const blobs = sqlBlobs(sql);
    const pieces = () =>
      sql.exec("SELECT length(bytes) AS size FROM blob_piece ORDER BY number").toArray();
    const bytes = varied(2 * pieceBytes + 5);
    await expect(blobs.put(nameOf(varied(9)), streamed(bytes))).rejects.toThrow("not those of");
    expect(pieces()).toEqual([]);
    await blobs.put(nameOf(bytes), streamed(bytes));
    expect(pieces().map(({ size }) => size)).toEqual([pieceBytes, pieceBytes, 5]);
    await blobs.delete([nameOf(bytes)]);
    expect(pieces()).toEqual([]);
  });

  test("a process that ends at any step leaves all of a blob or nothing", async () => {
    const bytes = varied(2 * pieceBytes + 5);
    const name = nameOf(bytes);
    let whole = false;
    let step = 1;
    for (; !whole; step++) {
      const store = database();
      const first = sqlBlobs(store.sql);
      store.breakAt(step, "dies");
      await first.put(name, streamed(bytes)).catch(() => undefined);
      whole = store.whole;
      store.reopen();
      const second = sqlBlobs(store.sql);
      const stored = await second.get(name);
      if (stored !== null) {
        expect(nameOf(new Uint8Array(await new Response(stored.body).arrayBuffer()))).toBe(name);
      }
      const rows = store.sql.exec("SELECT count(*) AS pieces FROM blob_piece").toArray();
      expect(rows).toEqual([{ pieces: stored === null ? 0 : 3 }]);
      store.close();
    }
    // The row, three pieces, the commit.
    expect(step).toBeGreaterThan(6);
  });

  test("a stream whose blob is deleted breaks off", async () => {
    const blobs = sqlBlobs(database().sql);
    const bytes = varied(3 * pieceBytes);
    await blobs.put(nameOf(bytes), streamed(bytes));
    const stored = await blobs.get(nameOf(bytes));
    await blobs.delete([nameOf(bytes)]);
    await expect(new Response(stored?.body ?? null).arrayBuffer()).rejects.toThrow();
  });

  test("long lists come in pages", async () => {
    const { sql } = database();
    const blobs = sqlBlobs(sql);
    sql.transaction(() => {
      for (let number = 0; number <= pageLength; number++) {
        const name = String(number).padStart(64, "0");
        sql.exec("INSERT INTO blob (name, size, whole) VALUES (?, 0, 1)", name);
      }
    });
    const page = await blobs.list();
    expect(page.names).toHaveLength(pageLength);
    expect(page.after).toBe(page.names.at(-1));
    expect(await blobs.list(page.after)).toEqual({ names: [String(pageLength).padStart(64, "0")] });
  });
});
