/** Attacks on a pacman repository's origin: each is kept out, told of exactly, and the last good state goes on. */
import { gzipSync } from "node:zlib";
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { maxHeldFilesBytes } from "../../../../worker/formats/pacman/read-pacman-root.ts";
import { maxIndexRootBytes } from "../../../../worker/formats/read-held-index.ts";
import {
  day,
  keyringOf,
  makeKey,
  noon,
  signature,
  signerOf,
} from "../../formats/openpgp/signing.ts";
import { tar } from "../../formats/packed.ts";
import { Archive, type ArchiveOptions, sha256 } from "./archive.ts";

const folder = "core/os/x86_64/";
const root = `${folder}core.db`;
const files = `${folder}core.files`;
let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

/** A database of packages by name and version; what it was built, Unix seconds. */
function database(
  packages: Record<string, string>,
  withFiles = false,
  built = 1_700_000_000,
): Buffer {
  const entries = Object.entries(packages).flatMap(([name, version]) => {
    const file = `${name}-${version}-x86_64.pkg.tar.zst`;
    const desc = `%FILENAME%\n${file}\n\n%NAME%\n${name}\n\n%VERSION%\n${version}\n\n%CSIZE%\n1234\n\n%SHA256SUM%\n${sha256(file)}\n\n%BUILDDATE%\n${built}\n\n`;
    const at = `${name}-${version}/`;
    return [
      [at, ""],
      [`${at}desc`, desc],
      ...(withFiles ? [[`${at}files`, "%FILES%\nusr/\n"]] : []),
    ];
  });
  return gzipSync(tar(Object.fromEntries(entries)));
}

const lastModified = (time: number) => ({ "last-modified": new Date(time).toUTCString() });

interface State {
  packages?: Record<string, string>;
  signedAt?: number;
  key?: PrivateKey;
  /** Of the file list, where it has others. */
  filesOf?: Record<string, string>;
}

/** Publishes database and file list, each with its signature. */
async function publish(
  { origin }: Archive,
  { packages = { acl: "2-1" }, signedAt = noon + 1000, key: by = key, filesOf = packages }: State,
): Promise<void> {
  for (const [path, bytes] of [
    [root, database(packages)],
    [files, database(filesOf, true)],
  ] as const) {
    origin.put(path, bytes, lastModified(signedAt));
    origin.put(`${path}.sig`, await signature(by, bytes, { at: signedAt }), lastModified(signedAt));
  }
}

const archiveOf = (listed: ArchiveOptions["listed"] = {}) =>
  new Archive(key, { listed: { kind: "pacman", roots: [root], ...listed } });

/** Follows until nothing moves: what a root lists is read after it is published, and makes a snapshot of its own. */
async function settled(archive: Archive): Promise<boolean> {
  const moved = await archive.follow();
  for (let more = moved, steps = 0; more && steps < 5; steps++) more = await archive.follow();
  return moved;
}

/** An archive with one good snapshot, and its clock an hour on. */
async function good(): Promise<Archive> {
  const archive = archiveOf();
  await publish(archive, { packages: { acl: "1-1" }, signedAt: noon });
  expect(await settled(archive)).toBe(true);
  expect(archive.alarms).toEqual({});
  archive.now += 3_600_000;
  return archive;
}

const pathsOf = (archive: Archive) => archive.current.roots[0]?.files.map(({ path }) => path);

async function keptOut(archive: Archive, file: string, said: RegExp): Promise<void> {
  const before = archive.keeper.current();
  expect(await archive.follow()).toBe(false);
  expect(archive.keeper.current()).toEqual(before);
  expect(archive.alarms).toEqual({ [file]: expect.stringMatching(said) });
  await publish(archive, { packages: { acl: "3-1" }, signedAt: noon + 2000 });
  expect(await settled(archive)).toBe(true);
  expect(archive.alarms).toEqual({});
}

test("a signed database with its file list is one snapshot", async () => {
  const archive = await good();
  expect(pathsOf(archive)).toEqual([root, `${root}.sig`, files, `${files}.sig`]);
  expect(archive.current.roots[0]).toMatchObject({
    date: noon,
    signedBy: key.getFingerprint().toUpperCase(),
  });
  // The next question is one, and conditional.
  archive.origin.asked.length = 0;
  expect(await archive.follow()).toBe(false);
  expect(archive.origin.paths()).toEqual([root]);
});

test("replay: an older database, rightly signed", async () => {
  const archive = await good();
  await publish(archive, { signedAt: noon - day });
  // The date of a file's transfer is whatever its server says.
  const body = archive.origin.files.get(root)?.body ?? "";
  archive.origin.put(root, body, lastModified(noon + 1000));
  await keptOut(
    archive,
    root,
    /^It goes back: it is of 2026-11-21T12:00:00Z, and was of 2026-11-22T12:00:00Z\.$/,
  );
});

test("wrong key: signed by somebody", async () => {
  const archive = await good();
  const stranger = await makeKey({ name: "Somebody" });
  await publish(archive, { key: stranger });
  await keptOut(
    archive,
    `${root}.sig`,
    new RegExp(`^No good signature by a pinned key: signed by ${signerOf(stranger)}\\.$`),
  );
});

test("expired key: good while the key was, kept out after", async () => {
  const archive = await good();
  const ending = await makeKey({ expiresAfterDays: 31 });
  archive.keyring = () => keyringOf(key, ending);
  await publish(archive, { key: ending, signedAt: noon + 500 });
  expect(await settled(archive)).toBe(true);
  archive.now = noon + 2 * day;
  await publish(archive, { key: ending, signedAt: noon + 600, packages: { acl: "2-2" } });
  await keptOut(archive, `${root}.sig`, /is by the expired key/);
});

test("tampered database: another one under the right signature", async () => {
  const archive = await good();
  await publish(archive, {});
  archive.origin.put(root, database({ acl: "6-6" }));
  await keptOut(
    archive,
    `${root}.sig`,
    /^The signature by [0-9A-F]{16} doesn't fit the content\.$/,
  );
});

test("tampered signature, none, and a page in its place", async () => {
  const archive = await good();
  for (const [put, said] of [
    [
      (body: Uint8Array) => body.map((byte, at) => (at === body.length - 3 ? byte ^ 1 : byte)),
      /doesn't fit the content\.$/,
    ],
    [() => "<!DOCTYPE html><html>", /^Its signature can't be read/],
    [() => new Uint8Array(), /^Its signature is empty\.$/],
  ] as const) {
    await publish(archive, {});
    const bytes = archive.origin.files.get(`${root}.sig`)?.body;
    if (!(bytes instanceof Uint8Array)) throw new Error("no signature");
    archive.origin.put(`${root}.sig`, put(bytes));
    expect(await archive.follow()).toBe(false);
    expect(archive.alarms).toEqual({ [`${root}.sig`]: expect.stringMatching(said) });
  }
  archive.origin.files.delete(`${root}.sig`);
  await keptOut(archive, `${root}.sig`, /^The origin has no such file\.$/);
});

test("endless database", async () => {
  const archive = await good();
  archive.origin.put(root, new Uint8Array(maxIndexRootBytes + 1));
  await keptOut(archive, root, /^It is larger than 16777216 bytes\.$/);
});

test("a page in the database's place, and what is none though signed", async () => {
  const archive = await good();
  archive.origin.put(root, "<html>Welcome</html>");
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({ [root]: "The origin answers with a web page." });
  const bytes = gzipSync("no archive".repeat(100));
  archive.origin.put(root, bytes);
  archive.origin.put(`${root}.sig`, await signature(key, bytes, { at: noon + 1000 }));
  await keptOut(archive, root, /^It can't be read: .*no tar header\.$/);
});

test("mixing: a file list of another state is left out until it fits", async () => {
  const archive = await good();
  await publish(archive, { filesOf: { acl: "1-1" } });
  expect(await settled(archive)).toBe(true);
  expect(pathsOf(archive)).toEqual([root, `${root}.sig`]);
  expect(archive.alarms).toEqual({
    [files]: `It lists other packages than the database. It is left out until it fits ${root}.`,
  });
  await publish(archive, {});
  expect(await settled(archive)).toBe(true);
  expect(pathsOf(archive)).toEqual([root, `${root}.sig`, files, `${files}.sig`]);
  expect(archive.alarms).toEqual({});
  // With the signature of another.
  await publish(archive, { packages: { acl: "4-1" } });
  const stranger = await makeKey();
  archive.origin.put(`${files}.sig`, await signature(stranger, new Uint8Array([1])));
  expect(await settled(archive)).toBe(true);
  expect(archive.alarms[`${files}.sig`]).toMatch(
    /^No good signature .* It is left out until it fits/,
  );
});

test("names that say how it is packed are given where the origin has the same", async () => {
  const archive = archiveOf();
  await publish(archive, {});
  const alias = `${root}.tar.gz`;
  archive.origin.put(alias, archive.origin.files.get(root)?.body ?? "");
  archive.origin.put(`${files}.tar.gz`, "of another length");
  expect(await settled(archive)).toBe(true);
  const [main, sig] = archive.current.roots[0]?.files ?? [];
  const [again, sigAgain] = archive.current.roots[0]?.files.slice(2) ?? [];
  expect(again).toEqual({ ...main, path: alias });
  expect(sigAgain).toEqual({ ...sig, path: `${alias}.sig` });
  expect(pathsOf(archive)).not.toContain(`${files}.tar.gz`);
});

const unsigned: ArchiveOptions["listed"] = { keys: [], verify: "checksums" };

test("unsigned: never older by the origin's date, and by that of the packages where there is none", async () => {
  const archive = archiveOf(unsigned);
  archive.origin.put(root, database({ acl: "1-1" }), lastModified(noon));
  expect(await settled(archive)).toBe(true);
  expect(archive.current.roots[0]).not.toHaveProperty("signedBy");
  archive.origin.put(root, database({ acl: "0-1" }), lastModified(noon - 1000));
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[root]).toMatch(/^It goes back/);
  // A package that is withdrawn takes its newer build with it.
  archive.origin.put(
    root,
    database({ acl: "0-1" }, false, 1_600_000_000),
    lastModified(noon + 1000),
  );
  expect(await settled(archive)).toBe(true);

  const undated = archiveOf(unsigned);
  undated.origin.put(root, database({ acl: "1-1" }));
  expect(await settled(undated)).toBe(true);
  expect(undated.current.roots[0]?.date).toBe(1_700_000_000_000);
  undated.origin.put(root, database({ acl: "0-1" }, false, 1_600_000_000));
  expect(await undated.follow()).toBe(false);
  expect(undated.alarms[root]).toMatch(/^It goes back/);
});

test("unsigned: a database that changes while its file list is read waits", async () => {
  let between = () => {};
  const archive = new Archive(key, {
    listed: { kind: "pacman", roots: [root], ...unsigned },
    access: (origin) => ({
      ...origin.access,
      open: (url, ...rest) => {
        between();
        return origin.access.open(url, ...rest);
      },
    }),
  });
  archive.origin.put(root, database({ acl: "1-1" }), lastModified(noon));
  archive.origin.put(files, database({ acl: "1-1" }, true), lastModified(noon));
  between = () => archive.origin.put(root, database({ acl: "2-1" }), lastModified(noon + 1));
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({ [root]: "It changed while what is beside it was read." });
});

test("a large file list: named by its hash where nothing is signed, left out where it is", async () => {
  const large = new Uint8Array(maxHeldFilesBytes + 1);
  const archive = archiveOf(unsigned);
  archive.origin.put(root, database({ acl: "1-1" }), lastModified(noon));
  archive.origin.put(files, large);
  expect(await settled(archive)).toBe(true);
  expect(pathsOf(archive)).toEqual([root]);
  expect(archive.manifest(root).files).toEqual({
    [files]: { size: large.length, sha256: sha256(large) },
  });
  expect(archive.stored.has(sha256(large))).toBe(false);
  expect(await archive.index(files, large)).toBe("stored");

  const signed = await good();
  await publish(signed, {});
  signed.origin.put(files, large);
  expect(await settled(signed)).toBe(true);
  expect(pathsOf(signed)).toEqual([root, `${root}.sig`]);
  expect(signed.manifest(root).files).toEqual({});
  expect(signed.alarms).toEqual({});
  expect(signed.origin.open + archive.origin.open).toBe(0);
});
