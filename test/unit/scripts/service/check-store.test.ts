/** What a start finds in a store: damaged databases and blobs are moved aside with a sentence, all else stays. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { checkStore } from "../../../../scripts/service/check-store.ts";
import { openStore } from "../../../../scripts/service/store.ts";
import { readStoreVersion, storeVersion } from "../../../../scripts/service/store-format.ts";
import { type StoreLayout, storeLayout } from "../../../../scripts/service/store-layout.ts";

const now = new Date("2026-03-01T12:00:00Z");
let folder: string;
let layout: StoreLayout;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nearmirror-check-"));
  layout = storeLayout(folder);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function put(path: string, bytes: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

/** A database with a table of a few pages. */
function database(path: string): string {
  const file = put(path, "");
  const made = new DatabaseSync(file);
  made.exec("CREATE TABLE t (x)");
  for (let row = 0; row < 50; row++) made.prepare("INSERT INTO t VALUES (?)").run("x".repeat(500));
  made.close();
  return file;
}

const check = () => checkStore({ folder, layout, now });
const nameOf = (text: string) => createHash("sha256").update(text).digest("hex");

describe("databases", () => {
  it("that can't be opened as the machine is now stay where they are, and the start is refused", async () => {
    const written = database("written.sqlite");
    const writer = new DatabaseSync(written);
    writer.exec("PRAGMA journal_mode = WAL; INSERT INTO t VALUES ('last')");
    // As a killed service leaves it.
    const file = put("do/nearmirror-Fleet/a.sqlite", readFileSync(written));
    writeFileSync(`${file}-wal`, readFileSync(`${written}-wal`));
    writer.close();
    // As on a full disk or without permission, and for root as well: the shared memory can't be made.
    symlinkSync("nowhere", `${file}-shm`);
    await expect(check()).rejects.toThrow(/can't be used now .*start again/);
    expect(existsSync(file)).toBe(true);
    expect(existsSync(layout.broken)).toBe(false);
  });

  it("that are whole stay, and an empty store has none", async () => {
    expect(await check()).toEqual([]);
    const file = database("do/nearmirror-Fleet/a.sqlite");
    expect(await check()).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  it.each([
    ["cut off", (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ["random bytes", (file: string) => writeFileSync(file, "no database at all ".repeat(500))],
    [
      "a page of zeros",
      (file: string) => {
        const bytes = readFileSync(file);
        bytes.fill(0, 4096, 8192);
        writeFileSync(file, bytes);
      },
    ],
  ])("that are damaged are moved aside with all that is theirs: %s", async (_, damage) => {
    const whole = database("do/nearmirror-Repository/whole.sqlite");
    const file = database("do/nearmirror-Repository/broken.sqlite");
    damage(file);
    const [sentence = "", ...more] = await check();
    expect(more).toEqual([]);
    expect(sentence).toMatch(/^do\/nearmirror-Repository\/broken\.sqlite is damaged \(.+\)/);
    const aside = /was moved to (\S+)\. /.exec(sentence)?.[1] ?? "";
    expect(aside).toMatch(/^broken\/2026-03-01T12-00-00-000Z\//);
    expect([existsSync(file), existsSync(join(folder, aside)), existsSync(whole)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe("blobs", () => {
  it("that a killed service hadn't finished go", async () => {
    const unfinished = put("blobs/debian/.abc.30515.0.tmp", "part");
    const blob = put(`blobs/debian/${nameOf("whole")}`, "whole");
    expect(await check()).toEqual([]);
    expect([existsSync(unfinished), existsSync(blob)]).toEqual([false, true]);
  });

  it("are held against their names after a service that was killed, those written last", async () => {
    const good = put(`blobs/debian/${nameOf("good")}`, "good");
    const empty = put(`blobs/debian/${nameOf("lost")}`, "");
    const old = put(`blobs/debian/${nameOf("old")}`, "other");
    utimesSync(old, 1, 1);
    expect(await check()).toEqual([]);
    put("running", "2026-03-01T11:00:00Z\n");
    const [sentence = "", ...more] = await check();
    expect(more).toEqual([]);
    expect(sentence).toContain(`blobs/debian/${nameOf("lost")} has other bytes than its name says`);
    expect([good, empty, old].map((file) => existsSync(file))).toEqual([true, false, true]);
  });
});

it.each(["do", "embedded", "blobs"])(
  "%s that is a file is told in a sentence, and the store is free again",
  async (part) => {
    const file = put(part, "");
    await expect(openStore(folder, now)).rejects.toThrow(/should be in a store .*Move it away/);
    rmSync(file);
    (await openStore(folder, now)).close();
  },
);

it.runIf(process.getuid?.() !== 0)(
  "a part that this user may only read starts nothing: a service on it would fail at each write",
  async () => {
    const file = database("do/nearmirror-Fleet/a.sqlite");
    chmodSync(file, 0o444);
    await expect(check()).rejects.toThrow(/can't be used now .*read and write/);
    chmodSync(file, 0o644);
    mkdirSync(layout.blobs, { mode: 0o555 });
    await expect(openStore(folder, now)).rejects.toThrow(/can't be used now .*read and write/);
  },
);

describe("a store's format", () => {
  it("is written with the first start, and read again", async () => {
    const store = await openStore(folder, now);
    expect(existsSync(layout.running)).toBe(true);
    store.valuesTaken();
    store.close();
    expect(readStoreVersion(layout.format)).toBe(storeVersion);
    expect([existsSync(layout.running), existsSync(layout.run)]).toEqual([false, false]);
  });

  it("of a newer service, or that can't be read, starts nothing and changes nothing", async () => {
    put("format.json", '{"version":99}');
    await expect(openStore(folder, now)).rejects.toThrow(/has format 99; this service knows/);
    put("format.json", "{");
    await expect(openStore(folder, now)).rejects.toThrow(/format\.json is damaged/);
    expect(readFileSync(layout.format, "utf8")).toBe("{");
    // Whoever can mend it isn't kept out.
    put("format.json", `{"version":${storeVersion}}`);
    (await openStore(folder, now)).close();
  });
});
