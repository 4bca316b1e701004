/** The cache's table in real SQLite: bound, order of eviction, what a killed process leaves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type CachedEntry, CacheMemory } from "../../../worker/embedded/cache-memory.ts";
import { CacheRows, pieceBytes } from "../../../worker/embedded/cache-rows.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";

const now = 1_000_000;
const roomBytes = 2 * 1024 * 1024;

function opened(max = roomBytes) {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-cache-rows-"));
  const sqlite = new BreakableSqlite(join(folder, "cache.sqlite"));
  onTestFinished(() => {
    sqlite.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const number = (query: string) =>
    Number(Object.values(sqlite.sql.exec(query).toArray()[0] ?? {})[0]);
  const pages = () => number("SELECT * FROM pragma_page_count");
  const free = () => number("SELECT * FROM pragma_freelist_count");
  const room = { used: () => (pages() - free()) * 4096, max };
  const memory = new CacheMemory();
  const open = () => new CacheRows(sqlite.sql, room, memory, 12345);
  const fileBytes = () => pages() * 4096;
  return { sqlite, memory, room, open, number, fileBytes };
}

function entry(size: number, until = now + 1000): CachedEntry {
  const head = {
    status: 200,
    statusText: "OK",
    headers: [["ETag", '"e"']] satisfies [string, string][],
  };
  const bytes = new Uint8Array(size).fill(7);
  return { ...head, storedAt: now, until, id: undefined, used: 0, size, bytes };
}

test("an entry is found until its end, and not by another key", () => {
  const { open } = opened();
  const rows = open();
  rows.keep([["a", entry(10)]], now);
  expect(rows.find("a", now + 999)).toMatchObject({
    status: 200,
    size: 10,
    headers: [["ETag", '"e"']],
  });
  expect(rows.find("b", now)).toBeUndefined();
  expect(rows.find("a", now + 1000)).toBeUndefined();
  expect(rows.usage()).toEqual({ count: 0, bytes: 0 });
});

test("what a clock of next year stored isn't found when the clock is right again, in rows and in memory", () => {
  const { open, memory } = opened();
  const rows = open();
  rows.keep([["a", entry(10)]], now);
  memory.put("b", entry(10));
  // Corrected by a second, it is: an entry isn't lost with each correction.
  expect(rows.find("a", now - 1000)).toBeDefined();
  expect(memory.find("b", now - 1000)).toMatchObject({ size: 10 });
  const yearBefore = now - 365 * 24 * 3_600_000;
  expect(rows.find("a", yearBefore)).toBeUndefined();
  expect(memory.find("a", yearBefore)).toBe("absent");
  expect(memory.find("b", yearBefore)).toBe("absent");
  expect(rows.usage().count).toBe(0);
});

test("five times the room in made-up names stay within the room, in file and in use", () => {
  const { open, room, fileBytes } = opened();
  const rows = open();
  const [size, batch] = [5500, 50];
  const count = (5 * roomBytes) / size;
  for (let at = 0; at < count; at += batch) {
    const names = Array.from({ length: batch }, (_, more) => `https://cache.invalid/${at + more}`);
    rows.keep(
      names.map((name) => [name, entry(size)]),
      now,
    );
  }
  expect(room.used()).toBeLessThanOrEqual(roomBytes);
  expect(fileBytes()).toBeLessThanOrEqual(roomBytes + 64 * 4096);
  // Not by throwing everything away: pages of 4096 bytes hold 5500 in two.
  expect(rows.usage().bytes).toBeGreaterThan(roomBytes * 0.55);
});

test("what is used stays, what isn't goes first", () => {
  const { open, memory } = opened();
  const rows = open();
  const used = ["used 1", "used 2", "used 3"];
  rows.keep(
    used.map((name) => [name, entry(5500)]),
    now,
  );
  rows.keep([["unused", entry(5500)]], now);
  for (let at = 0; at < 1200; at++) {
    rows.keep([[`name ${at}`, entry(5500)]], now);
    if (at % 50 === 0) {
      for (const name of used) {
        const found = memory.find(name, now);
        if (found === "unknown") rows.find(name, now);
      }
    }
  }
  expect(used.filter((name) => rows.find(name, now) !== undefined)).toEqual(used);
  expect(rows.find("unused", now)).toBeUndefined();
});

test("a key's new entry takes the place of the old one", () => {
  const { open } = opened();
  const rows = open();
  rows.keep([["a", entry(10)]], now);
  rows.keep([["a", entry(20)]], now);
  expect(rows.usage()).toEqual({ count: 1, bytes: 20 });
  expect(rows.delete("a")).toBe(true);
  expect(rows.delete("a")).toBe(false);
});

test("pieces without their end are removed by the next process, in rows and in the filter", () => {
  const { open, sqlite, memory, number } = opened();
  const rows = open();
  const id = rows.begin("big", entry(0));
  rows.addPiece(id, 0, new Uint8Array(pieceBytes), now);
  expect(rows.find("big", now)).toBeUndefined();
  sqlite.reopen();
  expect(open().usage()).toEqual({ count: 0, bytes: 0 });
  expect(number("SELECT count(*) FROM entry_piece")).toBe(0);
  expect(memory.find("big", now)).toBe("absent");
});

test("what the next process finds is what was there", () => {
  const { open, sqlite, memory } = opened();
  open().keep([["a", entry(10)]], now);
  sqlite.reopen();
  const rows = open();
  expect(memory.find("other", now)).toBe("absent");
  expect(rows.find("a", now)?.size).toBe(10);
});

test("pieces that are read stay until the reader ends", () => {
  const { open } = opened();
  const rows = open();
  const id = rows.begin("big", entry(0));
  rows.addPiece(id, 0, new Uint8Array(pieceBytes), now);
  rows.finish(id, "big", pieceBytes);
  rows.readers.begin(id, now);
  expect(rows.delete("big")).toBe(true);
  expect(rows.find("big", now)).toBeUndefined();
  expect(rows.piece(id, 0)?.byteLength).toBe(pieceBytes);
  rows.readers.end(id);
  expect(rows.piece(id, 0)).toBeUndefined();
});

test("what finds no room isn't kept, and the rest is", () => {
  const { open } = opened();
  const rows = open();
  rows.keep([["large", entry(roomBytes + 1)]], now);
  expect(rows.find("large", now)).toBeUndefined();
  rows.keep([["small", entry(10)]], now);
  expect(rows.find("small", now)?.size).toBe(10);
});
