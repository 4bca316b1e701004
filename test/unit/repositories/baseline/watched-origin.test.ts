/** What the origin of a repository has that no snapshots are served of: its roots, and files to sample mirrors by. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type Baseline,
  maxGenerations,
} from "../../../../worker/repositories/baseline/baseline.ts";
import { samplesAgeMs, samplesRetryMs } from "../../../../worker/repositories/chain/draws.ts";
import { rollbackAfterMs } from "../../../../worker/repositories/chain/root-history.ts";
import { hashOf } from "../chain/archive.ts";
import { publishApt, repository, sha256, stanza } from "../origin.ts";
import { minute, WatchedObject } from "./watched-object.ts";

const root = "dists/stable/InRelease";
const monday = "Mon, 02 Nov 2026 06:00:00 UTC";
const tuesday = "Tue, 03 Nov 2026 06:00:00 UTC";
const wednesday = "Wed, 04 Nov 2026 06:00:00 UTC";

let object: WatchedObject;
beforeEach(() => {
  object = new WatchedObject();
});

const pathsOf = ({ samples }: Baseline) => samples.map(({ path }) => path).sort();
const recentOf = ({ samples }: Baseline) =>
  samples.flatMap(({ path, recent }) => (recent ? [path] : []));
const bodyOf = (path: string) => object.origin.files.get(path)?.body ?? "";

describe("roots", () => {
  test("the first reading waits for a root and an index, and knows both", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    expect(await object.baseline()).toEqual({
      repository: "r",
      origin: "http://origin.example/r/",
      askedAt: object.now,
      roots: [
        {
          path: root,
          generations: [
            { hash: sha256(bodyOf(root)), date: Date.parse(monday), seenAt: object.now },
          ],
        },
      ],
      samples: [{ path: "pool/a.deb", size: 10, sha256: sha256("pool/a.deb") }],
    });
    expect(object.origin.asked[0]?.headers).toMatchObject({
      "User-Agent": "test/1",
      "Accept-Encoding": "identity",
    });
    expect(object.origin.paths()).toEqual([root, "dists/stable/main/binary-amd64/Packages.gz"]);
    expect(object.origin.open, "bodies left open").toBe(0);
  });

  test("the next one is conditional and fetches nothing else", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const first = await object.baseline();
    object.origin.asked.length = 0;
    expect(await object.later(1000)).toEqual({ ...first, askedAt: object.now });
    expect(object.origin.asked).toHaveLength(1);
    expect(object.origin.asked[0]?.headers?.["If-None-Match"]).toBe(
      object.origin.files.get(root)?.headers?.etag,
    );
  });

  test("a changed one becomes the newest generation, and its index alone is read", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const { now: before } = object;
    await object.baseline();
    publishApt(object.origin, tuesday, ["pool/a.deb", "pool/b.deb"]);
    object.origin.asked.length = 0;
    const second = await object.later(1000);
    const versions = second.roots[0]?.generations ?? [];
    expect(versions.map(({ seenAt }) => seenAt)).toEqual([before + 1000, before]);
    expect(versions[0]?.date).toBe(Date.parse(tuesday));
    expect(object.origin.paths()).toEqual([root, "dists/stable/main/binary-amd64/Packages.gz"]);
  });

  test("what is stored of it stays small: no index, no root but the newest", async () => {
    for (const [at, date] of [monday, tuesday, wednesday].entries()) {
      publishApt(object.origin, date, [`pool/${at}.deb`]);
      await object.later(1000);
    }
    const names = object.sqlite.sql.exec("SELECT name FROM blob").toArray();
    // The root, its manifest, and what its index lists.
    expect(names).toHaveLength(3);
    expect(names).toContainEqual({ name: sha256(bodyOf(root)) });
  });

  test("of an origin that publishes all the time no more states are stored than are compared", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    await object.baseline();
    for (let at = 1; at <= 200; at++) {
      const files = [{ path: root, size: 1, sha256: sha256(`${at}`) }];
      const snapshot = { repository: "r", generation: 1, id: `${at}`, at, roots: [] };
      object.sqlite.sql.exec(
        "INSERT INTO watched_snapshot (id, at, json) VALUES (?, ?, ?)",
        snapshot.id,
        at,
        JSON.stringify({ ...snapshot, roots: [{ path: root, files, manifest: "m" }] }),
      );
    }
    publishApt(object.origin, tuesday, ["pool/b.deb"]);
    const [known] = (await object.later(1000)).roots;
    expect(known?.generations).toHaveLength(maxGenerations);
    expect(object.store.all()).toHaveLength(maxGenerations);
  });

  test("an older copy of one server among the origin's doesn't become it, nor its validators", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const older = object.origin.files.get(root);
    await object.baseline();
    publishApt(object.origin, tuesday, ["pool/b.deb"]);
    const second = await object.later(1000);
    if (older) object.origin.files.set(root, older);
    const third = await object.later(1000);
    expect(third).toEqual({ ...second, askedAt: object.now });
    publishApt(object.origin, tuesday, ["pool/b.deb"]);
    object.origin.asked.length = 0;
    expect((await object.later(1000)).roots).toEqual(second.roots);
    expect(object.origin.asked[0]?.headers?.["If-None-Match"]).toBe(
      object.origin.files.get(root)?.headers?.etag,
    );
  });

  test("an older one that was never seen here is known by its hash, behind what followed it", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    await object.baseline();
    publishApt(object.origin, wednesday, ["pool/c.deb"]);
    const { roots } = await object.later(1000);
    publishApt(object.origin, tuesday, ["pool/b.deb"]);
    const seen = sha256(bodyOf(root));
    const [after] = (await object.later(1000)).roots;
    const [newest, oldest] = roots[0]?.generations ?? [];
    const between = { hash: seen, date: Date.parse(tuesday), seenAt: newest?.seenAt };
    expect(after?.generations).toEqual([newest, between, oldest]);
    object.restart();
    expect((await object.later(1000)).roots[0]?.generations).toEqual(after?.generations);
  });

  test("an origin that keeps to the older one is believed after six hours, and not before", async () => {
    const index = publishApt(object.origin, monday, ["pool/a.deb"]);
    const [older, itsIndex] = [object.origin.files.get(root), object.origin.files.get(index)];
    await object.baseline();
    publishApt(object.origin, tuesday, ["pool/b.deb"]);
    const [newer] = (await object.later(1000)).roots;
    if (older) object.origin.files.set(root, older);
    if (itsIndex) object.origin.files.set(index, itsIndex);
    await object.later(1000);
    expect((await object.later(rollbackAfterMs - 1)).roots).toEqual([newer]);
    const [back] = (await object.later(1)).roots;
    expect(back?.generations.map(({ hash }) => hash)).toEqual([
      sha256(older?.body ?? ""),
      newer?.generations[0]?.hash,
    ]);
    expect(back?.generations[0]?.seenAt).toBe(object.now);
    expect(pathsOf(await object.later(1000))).toEqual(["pool/a.deb"]);
  });

  test("seeing the newest in between starts the while anew, also where the origin confirms it", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const older = object.origin.files.get(root);
    await object.baseline();
    publishApt(object.origin, tuesday, ["pool/b.deb"]);
    const newer = object.origin.files.get(root);
    const [known] = (await object.later(1000)).roots;
    for (const file of [older, newer, older]) {
      if (file) object.origin.files.set(root, file);
      expect((await object.later(rollbackAfterMs / 2)).roots).toEqual([known]);
    }
    expect((await object.later(rollbackAfterMs - 1)).roots).toEqual([known]);
  });

  test("an origin that is gone keeps all, and says so; back again, it is as if nothing was", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const first = await object.baseline();
    object.origin.gone = true;
    const second = await object.later(minute);
    expect(second.failed).toMatch(/InRelease: Refused/);
    expect(second).toMatchObject({
      askedAt: first.askedAt,
      samples: first.samples,
      roots: [{ ...first.roots[0], failed: "Refused." }],
    });
    object.origin.gone = false;
    expect(await object.later(minute)).toEqual({ ...first, askedAt: object.now });
  });

  test.each<[what: string, body: string, headers: Record<string, string>, says: RegExp]>([
    ["a captive page by its type", "SHA256:\n", { "content-type": "text/html" }, /web page/],
    ["a captive page by its bytes", " \n<!DOCTYPE html>SHA256:\n", {}, /web page/],
    ["something else", "hello", {}, /no Release file/],
    ["nothing", "", {}, /empty/],
    ["too large", `SHA256:\n${"x".repeat(2 * 1024 * 1024)}`, {}, /larger than/],
  ])("%s is no root", async (_what, body, headers, says) => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const first = await object.baseline();
    object.origin.put(root, body, headers);
    const second = await object.later(minute);
    expect(second.roots[0]?.generations).toEqual(first.roots[0]?.generations);
    expect(second.roots[0]?.failed).toMatch(says);
    expect(second.failed).toMatch(says);
  });

  test("a cut body and an error are no roots", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const whole = object.origin.files.get(root);
    if (whole) object.origin.files.set(root, { ...whole, breaksAfter: 20 });
    expect((await object.baseline()).failed).toMatch(/ended early/);
    if (whole) object.origin.files.set(root, { ...whole, status: 503 });
    expect((await object.later(minute)).failed).toMatch(/503/);
  });

  test("one of two missing: the other counts, and the baseline isn't failed", async () => {
    object.listed = repository({ roots: [root, "dists/gone/InRelease"] });
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const baseline = await object.baseline();
    expect(baseline.failed).toBeUndefined();
    expect(baseline.askedAt).toBe(object.now);
    expect(baseline.roots.map(({ failed }) => failed)).toEqual([
      undefined,
      "The origin has no such file.",
    ]);
  });

  test("what was known of another origin isn't used, nor roots no longer listed", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    await object.baseline();
    object.origin.gone = true;
    object.listed = repository({ roots: ["dists/other/InRelease"] });
    expect((await object.baseline()).roots).toEqual([
      { path: "dists/other/InRelease", generations: [], failed: "Refused." },
    ]);
    object.listed = repository({ origin: "http://other.example/" });
    object.now += minute;
    expect(await object.baseline()).toMatchObject({
      origin: "http://other.example/",
      askedAt: 0,
      roots: [{ generations: [] }],
      samples: [],
    });
  });

  test("without roots nothing is asked", async () => {
    object.listed = repository({ roots: [] });
    expect(await object.baseline()).toMatchObject({ askedAt: 0, roots: [] });
    expect(object.origin.asked).toEqual([]);
  });

  test("redirects at the origin are followed, but not out of https", async () => {
    const ask = async (to: string) => {
      const other = new WatchedObject({ origin: "https://origin.example/r/" });
      const { access } = other.origin;
      access.ask = async ({ url }) => {
        const isFirst = url.startsWith("https://origin.example/");
        const body = new TextEncoder().encode(isFirst ? "" : "SHA256:\n");
        const headers = new Headers(isFirst ? { location: to } : {});
        const status = isFirst ? 302 : 200;
        return { status, headers, body, whole: true, headersMs: 1, totalMs: 1 };
      };
      return await other.baseline();
    };
    expect((await ask("https://other.example/x")).failed).toBeUndefined();
    expect((await ask("http://other.example/x")).failed).toMatch(/https to http/);
  });

  test("what apt takes all the same is a root with samples: expired, of another suite, unsigned", async () => {
    const index = publishApt(object.origin, monday, ["pool/a.deb"]);
    const packages = object.origin.files.get(index)?.body ?? "";
    object.origin.put(
      root,
      `Suite: other\nDate: ${monday}\nValid-Until: ${tuesday}\nSHA256:\n ${sha256(packages)} ${packages.length} main/binary-amd64/Packages.gz\n`,
    );
    object.now = Date.parse(wednesday);
    const baseline = await object.baseline();
    expect(baseline.failed).toBeUndefined();
    expect(pathsOf(baseline)).toEqual(["pool/a.deb"]);
  });

  test("a root whose names can't be read is compared with, and says why there are no samples", async () => {
    const head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n";
    object.origin.put(root, `${head}\nDate: ${monday}\nSHA256:\n`);
    const baseline = await object.baseline();
    expect(baseline.failed).toBeUndefined();
    expect(baseline.roots[0]?.generations).toHaveLength(1);
    expect(baseline.withoutSamples).toMatch(/^dists\/stable\/InRelease: It ends before/);
  });
});

describe("samples", () => {
  test("what wasn't listed before is recent, and stays so while it is listed", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    await object.baseline();
    publishApt(object.origin, tuesday, ["pool/a.deb", "pool/b.deb"]);
    expect(recentOf(await object.later(1000))).toEqual(["pool/b.deb"]);
    publishApt(object.origin, wednesday, ["pool/a.deb", "pool/b.deb", "pool/c.deb"]);
    const third = await object.later(1000);
    expect(third.samples.map(({ path, recent }) => [path, recent ?? false])).toEqual([
      ["pool/c.deb", true],
      ["pool/b.deb", true],
      ["pool/a.deb", false],
    ]);
    publishApt(object.origin, "Thu, 05 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
    expect(pathsOf(await object.later(1000))).toEqual(["pool/a.deb"]);
  });

  test("of each root one index; where one changes its own is read, and nobody else's", async () => {
    object.listed = repository({ roots: ["dists/one/InRelease", "dists/two/InRelease"] });
    publishApt(object.origin, monday, ["pool/one.deb"], "one");
    publishApt(object.origin, monday, ["pool/two.deb"], "two");
    // The first question waits for one index, and the alarm goes on with the others.
    expect((await object.baseline()).samples).toHaveLength(1);
    expect(object.alarmAt).toBeLessThan(object.now + 1000);
    await object.fire();
    expect(pathsOf(await object.baseline())).toEqual(["pool/one.deb", "pool/two.deb"]);
    for (let turn = 2; turn < 6; turn++) {
      const suite = turn % 2 === 0 ? "one" : "two";
      const date = new Date(Date.parse(tuesday) + turn * 60_000).toUTCString();
      const index = publishApt(object.origin, date, [`pool/${suite}${turn}.deb`], suite);
      object.origin.asked.length = 0;
      expect(pathsOf(await object.later(1000))).toContain(`pool/${suite}${turn}.deb`);
      expect(object.origin.paths().filter((path) => path.endsWith(".gz"))).toEqual([index]);
    }
  });

  test("a root that changed, and whose index didn't, costs one question", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const first = await object.baseline();
    const same = String(bodyOf(root));
    object.origin.put(root, same.replace(monday, tuesday));
    object.origin.asked.length = 0;
    const second = await object.later(1000);
    expect(object.origin.paths()).toEqual([root]);
    expect(second.samples).toEqual(first.samples);
    expect(second.roots[0]?.generations).toHaveLength(2);
    expect((await object.later(samplesAgeMs)).samples).toEqual(first.samples);
    expect(object.origin.paths()).toHaveLength(3);
  });

  test("drawn anew after a day, from a root that didn't change", async () => {
    const many = Array.from({ length: 300 }, (_, number) => `pool/${number}.deb`);
    publishApt(object.origin, monday, many);
    const first = await object.baseline();
    expect(first.samples).toHaveLength(64);
    object.origin.asked.length = 0;
    expect(pathsOf(await object.later(samplesAgeMs - 1))).toEqual(pathsOf(first));
    const later = await object.later(1);
    expect(later.samples).toHaveLength(64);
    expect(pathsOf(later)).not.toEqual(pathsOf(first));
    expect(recentOf(later)).toEqual([]);
    expect(object.origin.paths().filter((path) => path.endsWith(".gz"))).toHaveLength(1);
  });

  test("an index that isn't what the root names changes nothing, and is tried again after a while", async () => {
    publishApt(object.origin, monday, ["pool/a.deb"]);
    const first = await object.baseline();
    const index = publishApt(object.origin, tuesday, ["pool/b.deb"]);
    const right = object.origin.files.get(index);
    object.origin.put(index, gzipSync(stanza("pool/x.deb")));
    const second = await object.later(1000);
    expect(second.roots[0]?.generations).toHaveLength(2);
    expect(second.withoutSamples).toMatch(/Packages.gz: Its SHA-256 is/);
    expect(second.samples).toEqual(first.samples);
    if (right) object.origin.files.set(index, right);
    expect((await object.later(samplesRetryMs - 1)).samples).toEqual(first.samples);
    const third = await object.later(1);
    expect(pathsOf(third)).toEqual(["pool/b.deb"]);
    expect(recentOf(third)).toEqual(["pool/b.deb"]);
    expect(third.withoutSamples).toBeUndefined();
  });

  test.each<[what: string, index: Uint8Array | string, says: RegExp]>([
    ["cut gzip", gzipSync(stanza("pool/a.deb")).subarray(0, -9), /Packages.gz: .*end/],
    ["damaged gzip", gzipSync(stanza("a")).fill(7, 12, 60), /Packages.gz: /],
    ["broken xz", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2), /Packages.gz: .*xz/],
    ["not stanzas", gzipSync("<html>\n\n"), /stanza 1 has no Filename/],
  ])("%s is refused with its reason", async (_what, body, says) => {
    const index = publishApt(object.origin, monday, ["pool/a.deb"]);
    const named = String(bodyOf(root));
    const old = bodyOf(index);
    object.origin.put(index, body);
    // An index of less than 65 bytes is taken for an empty one.
    const size = `${sha256(body)} ${body.length}`;
    object.origin.put(root, named.replace(`${sha256(old)} ${old.length}`, size));
    const baseline = await object.baseline();
    if (body.length > 64) expect(baseline.withoutSamples).toMatch(says);
    else expect(baseline.withoutSamples).toMatch(/names no/);
    expect(baseline.samples).toEqual([]);
    expect(baseline.askedAt).toBe(object.now);
    expect(object.origin.open, "bodies left open").toBe(0);
  });

  test("a body that breaks off, or is missing, is told", async () => {
    const many = Array.from({ length: 500 }, (_, k) => `pool/${k}.deb`);
    const index = publishApt(object.origin, monday, many);
    const whole = object.origin.files.get(index);
    if (whole) object.origin.files.set(index, { ...whole, breaksAfter: 3000 });
    expect((await object.baseline()).withoutSamples).toMatch(/Packages.gz: .*broke off/);
    object.origin.files.delete(index);
    expect((await object.later(samplesRetryMs)).withoutSamples).toMatch(/answers 404/);
  });

  test("gzip in several members, and plain bytes under the name of gzip", async () => {
    const [a, b] = [stanza("pool/a.deb"), stanza("pool/b.deb")];
    for (const body of [Buffer.concat([gzipSync(a), gzipSync(b)]), Buffer.from(a + b)]) {
      const other = new WatchedObject();
      const index = publishApt(other.origin, monday, []);
      const named = String(other.origin.files.get(root)?.body);
      const old = other.origin.files.get(index)?.body ?? "";
      other.origin.put(index, body);
      const size = `${sha256(body)} ${body.length}`;
      other.origin.put(root, named.replace(`${sha256(old)} ${old.length}`, size));
      expect(pathsOf(await other.baseline())).toEqual(["pool/a.deb", "pool/b.deb"]);
    }
  });

  test("one package twice with two sizes is no reason to sample none of the others", async () => {
    const index = publishApt(object.origin, monday, []);
    const old = bodyOf(index);
    const text = stanza("pool/a.deb") + stanza("pool/b.deb") + stanza("pool/a.deb", 11);
    const body = gzipSync(text);
    object.origin.put(index, body);
    const named = String(bodyOf(root));
    const size = `${sha256(body)} ${body.length}`;
    object.origin.put(root, named.replace(`${sha256(old)} ${old.length}`, size));
    expect(pathsOf(await object.baseline())).toContain("pool/b.deb");
  });

  test.each([
    ["zstd", "sha256", (text: string) => zstdCompressSync(text)],
    ["gzip", "sha256", (text: string) => gzipSync(text)],
    ["plain", "sha256", (text: string) => Buffer.from(text)],
    // `createrepo_c -s sha512` 1.2: checksums of the indexes and of the packages.
    ["gzip", "sha512", (text: string) => gzipSync(text)],
  ] as const)(
    "rpm: repomd, primary by %s and %s, packages beside repodata",
    async (_what, type, pack) => {
      object.listed = repository({ kind: "rpm", roots: ["9/os/repodata/repomd.xml"], setup: {} });
      const hash = (bytes: string | Uint8Array) => hashOf(type, bytes);
      const publish = (revision: number, names: readonly string[]) => {
        const items = names.map(
          (name) =>
            `<package type="rpm"><checksum type="${type}" pkgid="YES">${hash(name)}</checksum><size package="7"/><location href="Packages/${name}"/></package>`,
        );
        const primary = pack(`<metadata>${items.join("\n")}</metadata>`);
        const path = `repodata/${hash(primary)}-primary.xml.gz`;
        object.origin.put(`9/os/${path}`, primary);
        object.origin.put(
          "9/os/repodata/repomd.xml",
          `<repomd><revision>${revision}</revision><data type="primary"><checksum type="${type}">${hash(primary)}</checksum><location href="${path}"/><size>${primary.length}</size></data></repomd>`,
        );
      };
      const sampled = (name: string) => ({
        path: `9/os/Packages/${name}`,
        size: 7,
        ...(type === "sha256" && { sha256: sha256(name) }),
      });
      publish(1_700_000_000, ["a.rpm"]);
      const first = await object.baseline();
      expect(first.withoutSamples).toBeUndefined();
      expect(first.roots[0]?.generations[0]?.date).toBe(1_700_000_000_000);
      expect(first.samples).toEqual([sampled("a.rpm")]);
      publish(1_700_000_100, ["a.rpm", "b.rpm"]);
      expect((await object.later(1000)).samples).toEqual([
        { ...sampled("b.rpm"), recent: true },
        sampled("a.rpm"),
      ]);
    },
  );

  test("images: names and hashes of the list, sizes by HEAD, sixteen at most", async () => {
    object.listed = repository({ kind: "images", roots: ["current/SHA256SUMS"], setup: {} });
    const { origin } = object;
    const names = Array.from({ length: 40 }, (_, number) => `x-${number}.iso`);
    for (const name of names) origin.put(`current/${name}`, name);
    const date = "Mon, 02 Nov 2026 06:00:00 GMT";
    const sums = (of: readonly string[]) => of.map((name) => `${sha256(name)}  ${name}\n`).join("");
    origin.put("current/SHA256SUMS", sums(names), { "last-modified": date });
    const first = await object.baseline();
    expect(first.roots[0]?.generations[0]?.date).toBe(Date.parse(date));
    expect(first.samples).toHaveLength(16);
    for (const { path, size, sha256: hash } of first.samples) {
      const name = path.slice("current/".length);
      expect([size, hash]).toEqual([name.length, sha256(name)]);
    }
    expect(origin.asked.filter(({ method }) => method === "HEAD")).toHaveLength(16);
    // Its signatures aren't asked for: nobody verifies it.
    expect(origin.asked.filter(({ method }) => method === "GET")).toHaveLength(1);
    // A page in place of an image isn't one, and a new image is looked at in any case.
    origin.put("current/new.iso", "new");
    origin.put("current/page.iso", "page", { "content-type": "text/html" });
    origin.put("current/SHA256SUMS", sums([...names, "new.iso", "page.iso"]), {
      "last-modified": "Tue, 03 Nov 2026 06:00:00 GMT",
    });
    expect((await object.later(1000)).samples.filter((file) => file.recent)).toEqual([
      { path: "current/new.iso", size: 3, sha256: sha256("new.iso"), recent: true },
    ]);
  });

  test.each([
    ["sha256sums", ["a.iso"]],
    ["OTHERSUMS", ["a.iso"]],
    ["MD5SUMS", []],
  ])("a list by the name of %s gives %j", async (name, paths) => {
    object.listed = repository({ kind: "images", roots: [name], setup: {} });
    object.origin.put(name, `${sha256("a")}  a.iso\n`);
    object.origin.put("a.iso", "a");
    expect(pathsOf(await object.baseline())).toEqual(paths);
  });

  test("images whose sizes the origin doesn't tell give none, say so, and are tried again", async () => {
    object.listed = repository({ kind: "images", roots: ["SHA256SUMS"], setup: {} });
    object.origin.put("SHA256SUMS", `${sha256("a")}  a.iso\n`);
    expect((await object.baseline()).withoutSamples).toMatch(/the size of none of its files/);
    object.origin.put("a.iso", "a");
    const later = await object.later(samplesRetryMs);
    expect([pathsOf(later), later.withoutSamples]).toEqual([["a.iso"], undefined]);
  });

  test("a root that names no index gives none, and says so", async () => {
    object.listed = repository({ kind: "files", roots: ["project/trace/x"] });
    object.origin.put("project/trace/x", "Mon Nov  2 06:00:00 UTC 2026\n");
    expect((await object.baseline()).withoutSamples).toMatch(/names no index/);
  });
});
