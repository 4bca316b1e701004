/** A store goes from the process that opened it to the one that serves, and to no other. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claimStore } from "../../../../scripts/service/claim-store.ts";
import { handedStore, takeHandedStore } from "../../../../scripts/service/held-store.ts";
import { openStore } from "../../../../scripts/service/store.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const mark = "a-mark-of-this-start";
const now = new Date("2026-11-30T12:00:00Z");

/** A store that was opened for a process, made ready, and let go; on its way as JSON. */
async function handed(folder: string) {
  const opened = await openStore(folder, now, process.ppid);
  writeFileSync(join(opened.layout.run, "service.capnp"), `# ${mark}\n`);
  return { layout: opened.layout, store: JSON.parse(JSON.stringify(opened.handOver())) };
}

it("is the other process's as it was left, until that closes it", async () => {
  const folder = temporaryFolder("nearmirror-handed-");
  const { layout, store } = await handed(folder);
  expect(readFileSync(join(folder, "in-use-by"), "utf8")).toBe(`${process.ppid}\n`);
  const taken = takeHandedStore(store, mark);
  expect(() => claimStore(folder)).toThrow(`in use by another service (process ${process.pid})`);
  expect(existsSync(layout.running)).toBe(true);
  await taken.valuesTaken();
  expect(JSON.parse(readFileSync(layout.format, "utf8"))).toEqual({ version: 2 });
  taken.close();
  taken.close();
  expect([layout.run, layout.running].filter(existsSync)).toEqual([]);
  claimStore(folder).release();
});

it("isn't taken where another service came between: one that runs, and one that has ended", async () => {
  const folder = temporaryFolder("nearmirror-handed-");
  const first = await handed(folder);
  const other = await openStore(folder, now);
  expect(() => takeHandedStore(first.store, mark)).toThrow("is in use by another service");
  other.close();
  expect(() => takeHandedStore(first.store, mark)).toThrow(
    /was used by another service while this one started.* Start this one once more\.$/,
  );
  // And is free for the next.
  const second = await handed(folder);
  rmSync(join(second.layout.run, "service.capnp"));
  expect(() => takeHandedStore(second.store, mark)).toThrow("once more");
  claimStore(folder).release();
});

it("values of an older store arrive byte by byte", () => {
  const folder = temporaryFolder("nearmirror-handed-");
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const found = { folder, notes: ["mended"], values: [{ key: "views", bytes }] };
  const store = handedStore({ ...found, isOlder: true, hasOldStores: true });
  claimStore(join(folder, "run")).release();
  writeFileSync(join(folder, "run/service.capnp"), mark);
  const taken = takeHandedStore(JSON.parse(JSON.stringify(store)), mark);
  expect(taken.notes).toEqual(["mended"]);
  expect(taken.values.map(({ key, bytes }) => [key, ...bytes])).toEqual([["views", ...bytes]]);
  taken.close();
});
