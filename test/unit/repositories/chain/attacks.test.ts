/** Attacks at the origin: each is kept out, told of exactly, and the last good state goes on. */

import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import {
  armoured,
  bytesOf,
  clearSigned,
  day,
  keyringOf,
  makeKey,
  noon,
  signature,
  signerOf,
} from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packages, releaseText, sha256 } from "./archive.ts";

const root = "dists/trixie/InRelease";
const release = "dists/trixie/Release";
let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

/** An archive with one good snapshot, and its clock an hour on. */
async function good(): Promise<Archive> {
  const archive = new Archive(key);
  await archive.publish({ indexes: { [indexName]: packages("old") } });
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  archive.now += 3_600_000;
  return archive;
}

test("an origin that really goes back is followed only while the operator says so", async () => {
  const archive = new Archive(key, { listed: { olderUntil: noon + 2 * 3_600_000 } });
  await archive.publish({ indexes: { [indexName]: packages("withdrawn") } });
  expect(await archive.follow()).toBe(true);
  const { generation } = archive.current;
  await archive.publish({ date: noon - day, indexes: { [indexName]: packages("old") } });
  archive.now += 3_600_000;
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  expect(archive.current.roots[0]?.date).toBe(noon - day);
  expect(archive.current.generation).toBe(generation + 1);
  archive.now += 3_600_000;
  await archive.publish({ date: noon - 2 * day });
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[root]).toMatch(/^It goes back/);
});

/** Follows, and expects that nothing moved but the alarm. */
async function keptOut(archive: Archive, file: string, said: RegExp): Promise<void> {
  const before = archive.keeper.current();
  expect(await archive.follow()).toBe(false);
  expect(archive.keeper.current()).toEqual(before);
  expect(archive.alarms).toEqual({ [file]: expect.stringMatching(said) });
  // Once in the log, however often it is seen.
  expect(await archive.follow()).toBe(false);
  expect(archive.logged).toHaveLength(1);
  expect(archive.logged[0]).toContain(file);
  // And it is over when the origin is good again.
  await archive.publish({ date: noon + 1000, indexes: { [indexName]: packages("new") } });
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
}

test("replay: an older date, rightly signed", async () => {
  const archive = await good();
  await archive.publish({ date: noon - day });
  await keptOut(
    archive,
    root,
    /^It goes back: it is of 2026-11-21T12:00:00Z, and was of 2026-11-22T12:00:00Z\.$/,
  );
});

test("wrong suite: another one's InRelease in this one's place", async () => {
  const archive = await good();
  await archive.publish({ suite: "unstable", codename: "sid", date: noon + 1000 });
  await keptOut(
    archive,
    root,
    /^It has the suite unstable and the codename sid, where trixie is expected\.$/,
  );
});

test("wrong key: signed by somebody", async () => {
  const archive = await good();
  const stranger = await makeKey({ name: "Somebody" });
  await archive.publish({ key: stranger, date: noon + 1000 });
  await keptOut(
    archive,
    root,
    new RegExp(`^No good signature by a pinned key: signed by ${signerOf(stranger)}\\.$`),
  );
});

test("expired key: good while the key was, kept out after", async () => {
  const archive = await good();
  const ending = await makeKey({ expiresAfterDays: 31 });
  archive.keyring = () => keyringOf(key, ending);
  await archive.publish({ key: ending, date: noon + 500 });
  expect(await archive.follow()).toBe(true);
  archive.now = noon + 2 * day;
  await archive.publish({ key: ending, date: noon + 600 });
  await keptOut(archive, root, /is by the expired key/);
});

test("tampered root: one digit of a hash", async () => {
  const archive = await good();
  await archive.publish({ date: noon + 1000, indexes: { [indexName]: packages("new") } });
  const file = archive.origin.files.get(root);
  const hash = sha256(packages("new"));
  const forged = hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  archive.origin.put(root, String(file?.body).replace(hash, forged));
  await keptOut(archive, root, /^The signature by [0-9A-F]{16} doesn't fit the content\.$/);
});

test("endless root", async () => {
  const archive = await good();
  archive.origin.put(root, "x".repeat(2 * 1024 * 1024 + 1));
  await keptOut(archive, root, /^It is larger than 2097152 bytes\.$/);
});

test("freeze: Valid-Until past, at the origin and in what is held", async () => {
  const archive = await good();
  await archive.publish({ date: noon + 500, validUntil: noon + day / 12 });
  expect(await archive.follow()).toBe(true);
  archive.now = noon + day / 12;
  await keptOut(
    archive,
    root,
    /^It was valid until 2026-11-22T14:00:00Z, and the origin has nothing newer\.$/,
  );
});

test("Valid-Until past in something new", async () => {
  const archive = await good();
  archive.now = noon + day;
  await archive.publish({ date: noon + 500, validUntil: noon + 600 });
  await keptOut(archive, root, /^It was valid until 2026-11-22T12:00:00Z\.$/);
});

test("no answer, and an error page", async () => {
  const archive = await good();
  archive.origin.files.set(root, { body: "<html>", status: 503 });
  await keptOut(archive, root, /^The origin answers 503\.$/);
  archive.origin.gone = true;
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({ [root]: "Refused." });
});

test("mixing: Release of another state than InRelease is left out until it fits", async () => {
  const archive = await good();
  const names = () => archive.current.roots[0]?.files.map(({ path }) => path);
  const all = ["InRelease", "Release", "Release.gpg"].map((name) => `dists/trixie/${name}`);
  expect(names()).toEqual(all);

  const next = { date: noon + 1000, indexes: { [indexName]: packages("new") } };
  await archive.publish({ ...next, put: ["InRelease"] });
  expect(await archive.follow()).toBe(true);
  expect(names()).toEqual([root]);
  expect(archive.alarms).toEqual({
    [release]: "It is not what InRelease signs. It is left out until it fits InRelease.",
  });
  // The right text with the signature of the one before.
  await archive.publish({ ...next, put: ["Release"] });
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[`${release}.gpg`]).toMatch(/doesn't fit the content\. It is left out/);
  await archive.publish({ ...next, put: ["Release.gpg"] });
  expect(await archive.follow()).toBe(true);
  expect(names()).toEqual(all);
  expect(archive.alarms).toEqual({});
  // Now the origin only confirms it.
  archive.origin.asked.length = 0;
  expect(await archive.follow()).toBe(false);
  expect(archive.origin.paths()).toEqual([root]);
});

test("tampered index: never stored, told, asked under both names, and good again when it is", async () => {
  const archive = await good();
  const bytes = packages("old");
  const hashed = `dists/trixie/main/binary-amd64/by-hash/SHA256/${sha256(bytes)}`;
  const bad = bytes.slice();
  bad[12] = (bad[12] ?? 0) ^ 1;
  archive.origin.put(indexPath, bad);
  archive.origin.put(hashed, bad);
  archive.origin.asked.length = 0;
  const said = await archive.index(indexPath, bytes);
  expect(archive.origin.paths()).toEqual([hashed, indexPath]);
  expect(said).toContain(`Its SHA-256 is ${sha256(bad)}, where its root says ${sha256(bytes)}.`);
  expect(archive.stored.has(sha256(bytes))).toBe(false);
  expect(archive.stored.has(sha256(bad))).toBe(false);
  expect(archive.alarms[indexPath]).toContain(sha256(bad));
  await archive.index(indexPath, bytes);
  expect(archive.logged).toHaveLength(1);
  // The plain name is right again, the other isn't.
  archive.origin.put(indexPath, bytes);
  expect(await archive.index(indexPath, bytes)).toBe("stored");
  expect(archive.stored.get(sha256(bytes))).toEqual(bytes);
  expect(archive.alarms).toEqual({});
  expect(archive.origin.open).toBe(0);
});

test("endless index: no more is read than the root says, and nothing is stored", async () => {
  let given = 0;
  const archive = new Archive(key, {
    access: (origin) => ({
      ...origin.access,
      open: async () => ({
        status: 200,
        headers: new Headers(),
        body: new ReadableStream<Uint8Array>({
          pull(controller) {
            given++;
            controller.enqueue(new Uint8Array(1000));
          },
        }),
      }),
    }),
  });
  const bytes = new Uint8Array(10_000);
  await archive.publish({ byHash: false, indexes: { [indexName]: bytes } });
  await archive.follow();
  expect(await archive.index(indexPath, bytes)).toContain(
    "It has more than the 10000 bytes that its root says.",
  );
  expect(archive.stored.has(sha256(bytes))).toBe(false);
  // Eleven pieces are one too many; streams read a little ahead.
  expect(given).toBeLessThan(16);
});

test("Release and Release.gpg alone; a Release with the signature of another", async () => {
  const archive = new Archive(key);
  await archive.publish({ put: ["Release", "Release.gpg"] });
  expect(await archive.follow()).toBe(true);
  expect(archive.current.roots[0]?.files.map(({ path }) => path)).toEqual([
    release,
    `${release}.gpg`,
  ]);
  await archive.publish({ date: noon + 1000, put: ["Release"] });
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[`${release}.gpg`]).toMatch(/doesn't fit the content/);
});

test("InRelease taken away: the held one stays until Release is newer", async () => {
  const archive = await good();
  archive.origin.files.delete(root);
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({
    [root]: "The origin has it no more, and Release is no newer than it was.",
  });
  await archive.publish({ date: noon + 1000, put: ["Release", "Release.gpg"] });
  expect(await archive.follow()).toBe(true);
  expect(archive.current.roots[0]?.files[0]?.path).toBe(release);
  expect(archive.alarms).toEqual({});
});

test("a pinned key taken away: what it signed is verified anew, though the origin confirms it", async () => {
  const archive = await good();
  const other = await makeKey();
  archive.keyring = () => keyringOf(other);
  const listed = { ...archive.listed, keys: [{ file: "1.gpg", fingerprints: ["other"] }] };
  expect(await archive.keeper.follow(listed)).toBe(false);
  expect(archive.alarms[root]).toMatch(/^No good signature by a pinned key/);
});

test("keys that can't be read keep all out, and say why", async () => {
  const archive = await good();
  archive.keyring = () => Promise.reject(new Error("a.gpg has no key 00"));
  await archive.publish({ date: noon + 1000 });
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({ [root]: "The keys can't be read: a.gpg has no key 00." });
});

test("rpm: signature of another state, an older revision, a tampered one", async () => {
  const path = "9/os/repodata/repomd.xml";
  const archive = new Archive(key, { listed: { kind: "rpm", roots: [path] } });
  const text = (revision: number) =>
    `<repomd xmlns="x"><revision>${revision}</revision><data type="primary"><checksum type="sha256">${"ab".repeat(32)}</checksum><location href="repodata/p.xml.gz"/><size>5</size></data></repomd>`;
  const put = async (body: string, signed = body) => {
    archive.origin.put(path, body);
    archive.origin.put(`${path}.asc`, armoured(await signature(key, bytesOf(signed))));
  };
  await put(text(1_700_000_100));
  expect(await archive.follow()).toBe(true);
  expect(archive.manifest(path)).toEqual({
    root: path,
    byHash: false,
    files: { "9/os/repodata/p.xml.gz": { size: 5, sha256: "ab".repeat(32) } },
  });
  expect(archive.current.roots[0]).toMatchObject({
    revision: 1_700_000_100,
    signedBy: key.getFingerprint().toUpperCase(),
  });
  for (const [body, signed, file, said] of [
    [text(1_700_000_200), text(1_700_000_100), `${path}.asc`, /doesn't fit the content/],
    [
      text(1_700_000_000),
      text(1_700_000_000),
      path,
      /its revision is 1700000000, and was 1700000100/,
    ],
  ] as const) {
    await put(body, signed);
    expect(await archive.follow()).toBe(false);
    expect(archive.alarms).toEqual({ [file]: expect.stringMatching(said) });
  }
  archive.origin.files.delete(`${path}.asc`);
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({ [`${path}.asc`]: "The origin has no such file." });
});

test("images: signatures beside the list and within it, replay by the time of signing", async () => {
  const list = `${"ab".repeat(32)}  a.iso\n`;
  for (const ending of [".sign", ".gpg", ".asc"]) {
    const archive = new Archive(key, { listed: { kind: "images", roots: ["SHA256SUMS"] } });
    const put = async (body: string, at: number) => {
      archive.origin.put("SHA256SUMS", body);
      archive.origin.put(`SHA256SUMS${ending}`, await signature(key, bytesOf(body), { at }));
    };
    await put(list, noon);
    expect(await archive.follow()).toBe(true);
    expect(archive.current.roots[0]?.files.map(({ path }) => path)).toEqual([
      "SHA256SUMS",
      `SHA256SUMS${ending}`,
    ]);
    await archive.settle();
    await put(list.replace("a.iso", "b.iso"), noon - 1000);
    expect(await archive.follow()).toBe(false);
    expect(archive.alarms.SHA256SUMS).toMatch(/^It goes back/);
    archive.origin.put("SHA256SUMS", list.replace("a.iso", "c.iso"));
    expect(await archive.follow()).toBe(false);
    expect(archive.alarms.SHA256SUMS).toMatch(/doesn't fit the content/);
    archive.origin.files.delete(`SHA256SUMS${ending}`);
    expect(await archive.follow()).toBe(false);
    expect(archive.alarms.SHA256SUMS).toMatch(/^It has no signature/);
  }
  const archive = new Archive(key, { listed: { kind: "images", roots: ["8/CHECKSUM"] } });
  archive.origin.put(
    "8/CHECKSUM",
    await clearSigned(`SHA256 (a.iso) = ${"ab".repeat(32)}\n`, [key]),
  );
  expect(await archive.follow()).toBe(true);
  expect(archive.current.roots[0]?.signedBy).toBeDefined();
});

test("one root that fails doesn't hold back the others, and all that changed is one snapshot", async () => {
  const roots = ["dists/trixie/InRelease", "dists/sid/InRelease", "dists/forky/InRelease"];
  const archive = new Archive(key, { listed: { roots } });
  const publish = async (directory: string, date: number) =>
    archive.publish({ directory, suite: directory, codename: directory, date });
  for (const name of ["trixie", "sid", "forky"]) await publish(name, noon);
  expect(await archive.follow()).toBe(true);
  const before = archive.current;
  await publish("trixie", noon + 1000);
  await publish("sid", noon - 1000);
  await publish("forky", noon + 1000);
  expect(await archive.follow()).toBe(true);
  const after = archive.current;
  expect(archive.keeper.snapshots()).toHaveLength(2);
  expect(after.roots.map(({ path }) => path)).toEqual(roots);
  expect(after.roots[1]).toEqual(before.roots[1]);
  expect(after.roots.map(({ date }) => date)).toEqual([noon + 1000, noon, noon + 1000]);
  expect(Object.keys(archive.alarms)).toEqual(["dists/sid/InRelease"]);
  expect(archive.keeper.snapshots()[0]?.roots.map(({ changed }) => changed)).toEqual([
    true,
    false,
    true,
  ]);
});

test("unsigned repositories: only where the list says so, and never two states in one", async () => {
  const unsigned = new Archive(key, { listed: { keys: [] } });
  unsigned.origin.put(root, releaseText({}));
  expect(await unsigned.follow()).toBe(false);
  expect(unsigned.keeper.current()).toBeUndefined();
  expect(unsigned.origin.asked).toEqual([]);

  const archive = new Archive(key, { listed: { keys: [], verify: "checksums" } });
  archive.origin.put(root, releaseText({}));
  expect(await archive.follow()).toBe(true);
  expect(archive.current.roots[0]).not.toHaveProperty("signedBy");
  archive.origin.put(root, releaseText({ date: noon - 1000 }));
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[root]).toMatch(/^It goes back/);
});

test("an unsigned root that changes while its signature is read is not taken with the other's", async () => {
  const path = "repodata/repomd.xml";
  let before = () => {};
  const archive = new Archive(key, {
    listed: { kind: "rpm", roots: [path], keys: [], verify: "checksums" },
    access: (origin) => ({
      ...origin.access,
      ask: (question) => {
        if (question.url.endsWith(".asc")) before();
        return origin.access.ask(question);
      },
    }),
  });
  const text = (revision: number) => `<repomd><revision>${revision}</revision></repomd>`;
  const put = (revision: number) => {
    archive.origin.put(path, text(revision));
    archive.origin.put(`${path}.asc`, `of ${revision}`);
  };
  put(1);
  before = () => put(2);
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms).toEqual({ [path]: "It changed while its signature was read." });
  before = () => {};
  expect(await archive.follow()).toBe(true);
  const [main, signed] = archive.current.roots[0]?.files ?? [];
  expect(archive.textOf(main?.sha256 ?? "")).toBe(text(2));
  expect(archive.textOf(signed?.sha256 ?? "")).toBe("of 2");
});

test("a root that nothing is known of is kept only where the list says none", async () => {
  for (const verify of ["checksums", "none"] as const) {
    const archive = new Archive(key, {
      listed: { kind: "files", roots: ["TIME"], keys: [], verify },
    });
    archive.origin.put("TIME", "1795222383\n");
    expect(await archive.follow()).toBe(verify === "none");
    const said = { TIME: "It is no root of a kind that can be verified." };
    expect(archive.alarms).toEqual(verify === "none" ? {} : said);
  }
});
