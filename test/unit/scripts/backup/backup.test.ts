/** Backups of a state folder that is written meanwhile, and what a restore refuses. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { isArchive, isOtherArchive, pack, unpack } from "../../../../scripts/backup/archive.ts";
import { type BackingUp, backUp } from "../../../../scripts/backup/back-up.ts";
import { readManifest } from "../../../../scripts/backup/manifest.ts";
import { restore } from "../../../../scripts/backup/restore.ts";
import { claimStore } from "../../../../scripts/service/claim-store.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const stateFormat = 2;
const now = new Date("2026-11-30T06:00:00Z");

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Opens a database as workerd does: in WAL mode, and it stays open. */
function openDatabase(path: string): DatabaseSync {
  mkdirSync(join(path, ".."), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS named (blob TEXT)");
  return database;
}

const object = "do/nearmirror-Repository/0a.sqlite";

function aStore(): string {
  const store = join(temporaryFolder("nearmirror-backup-"), "store");
  mkdirSync(join(store, "blobs/debian"), { recursive: true });
  writeFileSync(join(store, "format.json"), `${JSON.stringify({ version: stateFormat })}\n`);
  writeFileSync(join(store, "list-version"), "17\n");
  return store;
}

function putBlob(store: string, text: string): string {
  const name = sha256(text);
  writeFileSync(join(store, "blobs/debian", name), text);
  return name;
}

function options(store: string, more: Partial<BackingUp> = {}): BackingUp {
  const target = join(store, "..", "backup");
  return { store, target, version: "0.1.0", stateFormat, now, ...more };
}

const restoring = (backup: string, store: string) => ({
  backup,
  store,
  stateFormat,
  now,
  claim: claimStore,
});

it("what is in a database's log only is in the backup, and the database goes on", async () => {
  const store = aStore();
  const database = openDatabase(join(store, object));
  const name = putBlob(store, "first");
  database.prepare("INSERT INTO named VALUES (?)").run(name);
  expect(existsSync(join(store, `${object}-wal`))).toBe(true);
  const { target } = options(store);
  const manifest = await backUp(options(store));
  database.prepare("INSERT INTO named VALUES ('later')").run();
  database.close();
  expect(manifest.files.map(({ path }) => path)).toEqual([
    `state/blobs/debian/${name}`,
    `state/${object}`,
    "state/format.json",
    "state/list-version",
  ]);
  const elsewhere = join(store, "..", "elsewhere");
  const restored = await restore(restoring(target, elsewhere));
  expect(restored.before).toBeUndefined();
  const copy = new DatabaseSync(join(elsewhere, object));
  expect(copy.prepare("SELECT blob FROM named").all()).toEqual([{ blob: name }]);
  copy.close();
  expect(readFileSync(join(elsewhere, "blobs/debian", name), "utf8")).toBe("first");
  expect(readdirSync(elsewhere)).not.toContain("restoring");
});

it("every blob that a copied database names is there, also where a writer never rests", async () => {
  const store = aStore();
  const database = openDatabase(join(store, object));
  const insert = database.prepare("INSERT INTO named VALUES (?)");
  let written = 0;
  let goesOn = true;
  // As the service does: the blob first, then its name.
  const writing = (async () => {
    while (goesOn) {
      insert.run(putBlob(store, `blob ${written++} ${"x".repeat(2000)}`));
      await pause(1);
    }
  })();
  const { target } = options(store);
  await backUp(options(store));
  goesOn = false;
  await writing;
  database.close();
  const copy = new DatabaseSync(join(target, "state", object));
  const named = copy
    .prepare("SELECT blob FROM named")
    .all()
    .map(({ blob }) => String(blob));
  copy.close();
  const there = new Set(readdirSync(join(target, "state/blobs/debian")));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !there.has(name))).toEqual([]);
});

it("the cache, what is half written and what is there by the way stay out", async () => {
  const store = aStore();
  openDatabase(join(store, "embedded/embedded-cache/c.sqlite")).close();
  openDatabase(join(store, "embedded/embedded-keys/k.sqlite")).close();
  writeFileSync(join(store, "blobs/debian/.kj-tmp.1"), "half");
  mkdirSync(join(store, "run"));
  writeFileSync(join(store, "run/edge.js"), "");
  const { files } = await backUp(options(store));
  expect(files.map(({ path }) => path)).toEqual([
    "state/embedded/embedded-keys/k.sqlite",
    "state/format.json",
    "state/list-version",
  ]);
});

it("a list and settings are kept where asked for; what the list was built to isn't", async () => {
  const store = aStore();
  const list = join(store, "..", "list");
  for (const [path, text] of [
    ["mirrors/a.yaml", "a"],
    ["built/views.txt", "b"],
  ] as const) {
    mkdirSync(join(list, path, ".."), { recursive: true });
    writeFileSync(join(list, path), text);
  }
  const settings = join(store, "..", "any.conf");
  writeFileSync(settings, "NEARMIRROR_PORT=1\n");
  const { files } = await backUp(options(store, { list, settings }));
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["mirror-list/mirrors/a.yaml", "settings/nearmirror.conf"]),
  );
  expect(files.some(({ path }) => path.includes("built"))).toBe(false);
});

it("what was there is kept aside", async () => {
  const store = aStore();
  putBlob(store, "first");
  const { target } = options(store);
  await backUp(options(store));
  putBlob(store, "second");
  const { before = "" } = await restore(restoring(target, store));
  expect(readdirSync(join(store, "blobs/debian"))).toEqual([sha256("first")]);
  expect(readdirSync(join(before, "blobs/debian")).sort()).toEqual(
    [sha256("first"), sha256("second")].sort(),
  );
});

it("a damaged backup, a running service and what is no backup are refused, and nothing is changed", async () => {
  const store = aStore();
  const name = putBlob(store, "first");
  const { target } = options(store);
  await backUp(options(store));
  const blob = join(target, "state/blobs/debian", name);
  const told = async () =>
    await restore(restoring(target, store)).then(String, (error) => error.message);

  writeFileSync(blob, "First");
  expect(await told()).toMatch(/^The backup is damaged: state\/blobs\/.* has other bytes/);
  rmSync(blob);
  expect(await told()).toMatch(/^The backup is damaged: state\/blobs\/.* could not be copied/);
  writeFileSync(blob, "first");
  const claimed = claimStore(store);
  expect(await told()).toMatch(/is in use by another service/);
  claimed.release();
  expect(readdirSync(store)).not.toContain("restoring");
  expect(readFileSync(join(store, "blobs/debian", name), "utf8")).toBe("first");
  const manifest = join(target, "backup.json");
  writeFileSync(manifest, readFileSync(manifest, "utf8").slice(0, 50));
  expect(await told()).toMatch(/^backup\.json is no JSON/);
  rmSync(manifest);
  expect(await told()).toMatch(/is no backup/);
});

it.each([
  ["a newer state", { format: 1, stateFormat: 3, files: [] }, /newer version.*format 3/],
  ["a newer backup", { format: 2, stateFormat: 2, files: [] }, /newer version/],
  ["no format", { files: [] }, /says no format/],
  ["no files", { format: 1, stateFormat: 2 }, /names no files/],
  [
    "a path that leads out",
    { format: 1, stateFormat: 2, files: [{ path: "state/../../x", bytes: 1, sha256: "" }] },
    /no way that can be read/,
  ],
])("a manifest with %s is refused", (_, manifest, said) => {
  expect(() => readManifest(JSON.stringify(manifest), stateFormat)).toThrow(said);
});

it("a target that is there, or inside the state folder, and a store of before are refused", async () => {
  const store = aStore();
  await expect(backUp(options(store, { target: store }))).rejects.toThrow(/is there already/);
  await expect(backUp(options(store, { target: join(store, "b") }))).rejects.toThrow(/inside/);
  rmSync(join(store, "format.json"));
  await expect(backUp(options(store))).rejects.toThrow(/no format\.json/);
  await expect(backUp(options(join(store, "none")))).rejects.toThrow(/There is no state folder/);
});

it("an archive has all of it", async () => {
  const store = aStore();
  const name = putBlob(store, "first");
  const { target } = options(store);
  await backUp(options(store));
  const archive = join(store, "..", "backup.tar.gz");
  expect(isArchive(archive)).toBe(true);
  pack(target, archive);
  // Settings with secrets may be in it.
  expect(statSync(archive).mode & 0o777).toBe(0o600);
  const unpacked = join(store, "..", "unpacked");
  unpack(archive, unpacked);
  await restore(restoring(unpacked, join(store, "..", "other")));
  expect(readFileSync(join(store, "..", "other/blobs/debian", name), "utf8")).toBe("first");
  expect(() => pack(join(store, "none"), join(store, "x.tar"))).toThrow(/^tar: /);
  expect(existsSync(join(store, ".new-x.tar"))).toBe(false);
});

it.each([
  ["b.tar.bz2", true],
  ["b.zip", true],
  ["b.tar.zst", false],
  ["b.tgz", false],
  ["2026-11-30", false],
])("%s: another archive than can be made is %s", (name, is) => {
  expect(isOtherArchive(`/backups/${name}`)).toBe(is);
});

it("a link in the state folder is not followed", async () => {
  const store = aStore();
  symlinkSync("/etc/hostname", join(store, "blobs/debian/link"));
  const { files } = await backUp(options(store));
  expect(files.some(({ path }) => path.endsWith("link"))).toBe(false);
});
