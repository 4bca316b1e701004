import { gzipSync, zstdCompressSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import type { Baseline } from "../../../../worker/repositories/baseline/baseline.ts";
import type { PathSet } from "../../../../worker/repositories/baseline/path-set.ts";
import {
  readBaseline,
  samplesAgeMs,
  samplesRetryMs,
} from "../../../../worker/repositories/baseline/read-baseline.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { publishApt, repository, StandInOrigin, seeded, sha256, stanza } from "../origin.ts";

const root = "dists/stable/InRelease";
const monday = "Mon, 02 Nov 2026 06:00:00 UTC";
const tuesday = "Tue, 03 Nov 2026 06:00:00 UTC";

let origin: StandInOrigin;
let listings: Map<string, PathSet>;
beforeEach(() => {
  origin = new StandInOrigin();
  listings = new Map();
});

async function read(
  before: Baseline | undefined,
  now: number,
  of: Repository = repository(),
): Promise<Baseline> {
  const reference = await readBaseline(of, before, origin.access, now, seeded(now), {
    get: (index) => listings.get(index),
    put: (index, paths) => void listings.set(index, paths),
  });
  expect(origin.open, "bodies left open").toBe(0);
  return reference;
}
const pathsOf = ({ samples }: Baseline) => samples.map(({ path }) => path).sort();

describe("roots", () => {
  test("the first reading", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const reference = await read(undefined, 1000);
    expect(reference).toEqual({
      repository: "r",
      origin: "http://origin.example/r/",
      askedAt: 1000,
      roots: [
        {
          path: root,
          generations: [
            {
              hash: sha256(origin.files.get(root)?.body ?? ""),
              date: Date.parse(monday),
              seenAt: 1000,
            },
          ],
          etag: origin.files.get(root)?.headers?.etag,
        },
      ],
      samples: [{ path: "pool/a.deb", size: 10, sha256: sha256("pool/a.deb") }],
      sampled: {
        root,
        rootHash: sha256(origin.files.get(root)?.body ?? ""),
        path: "dists/stable/main/binary-amd64/Packages.gz",
        at: 1000,
      },
      samplesTriedAt: 1000,
    });
    expect(origin.asked[0]?.headers).toMatchObject({
      "User-Agent": "test/1",
      "Accept-Encoding": "identity",
    });
  });

  test("the next one is conditional and fetches nothing else", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 1000);
    origin.asked.length = 0;
    const second = await read(first, 2000);
    expect(second).toEqual({ ...first, askedAt: 2000 });
    expect(origin.asked).toHaveLength(1);
    expect(origin.asked[0]?.headers?.["If-None-Match"]).toBe(first.roots[0]?.etag);
  });

  test("a changed one becomes the newest generation", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 1000);
    publishApt(origin, tuesday, ["pool/a.deb", "pool/b.deb"]);
    const second = await read(first, 2000);
    expect(second.roots[0]?.generations.map(({ seenAt }) => seenAt)).toEqual([2000, 1000]);
    expect(second.roots[0]?.generations[0]?.date).toBe(Date.parse(tuesday));
  });

  test("an older copy of one server among the origin's doesn't become it, nor its validators", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const older = origin.files.get(root);
    const first = await read(undefined, 1000);
    publishApt(origin, tuesday, ["pool/b.deb"]);
    const second = await read(first, 2000);
    if (older) origin.files.set(root, older);
    const third = await read(second, 3000);
    expect(third.roots[0]).toEqual({ ...second.roots[0], olderSince: 3000 });
    publishApt(origin, tuesday, ["pool/b.deb"]);
    expect((await read(third, 4000)).roots[0]).toEqual(second.roots[0]);
  });

  test("an origin that is gone keeps all, and says so; back again, it is as if nothing was", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 1000);
    origin.gone = true;
    const second = await read(first, 2000);
    expect(second.failed).toMatch(/InRelease: Refused/);
    expect(second).toMatchObject({
      askedAt: 1000,
      samples: first.samples,
      roots: [{ ...first.roots[0], failed: "Refused." }],
    });
    origin.gone = false;
    expect(await read(second, 3000)).toEqual({ ...first, askedAt: 3000 });
  });

  test.each<[what: string, body: string, headers: Record<string, string>, says: RegExp]>([
    ["a captive page by its type", "SHA256:\n", { "content-type": "text/html" }, /web page/],
    ["a captive page by its bytes", " \n<!DOCTYPE html>SHA256:\n", {}, /web page/],
    ["something else", "hello", {}, /no Release file/],
    ["nothing", "", {}, /no Release file/],
    ["too large", `SHA256:\n${"x".repeat(2 * 1024 * 1024)}`, {}, /larger than/],
  ])("%s is no root", async (_what, body, headers, says) => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 1000);
    origin.put(root, body, headers);
    const second = await read(first, 2000);
    expect(second.roots[0]?.generations).toEqual(first.roots[0]?.generations);
    expect(second.roots[0]?.failed).toMatch(says);
    expect(second.failed).toMatch(says);
  });

  test("a cut body and an error are no roots", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const whole = origin.files.get(root);
    if (whole) origin.files.set(root, { ...whole, breaksAfter: 20 });
    expect((await read(undefined, 1)).failed).toMatch(/ended early/);
    if (whole) origin.files.set(root, { ...whole, status: 503 });
    expect((await read(undefined, 1)).failed).toMatch(/503/);
  });

  test("one of two missing: the other counts, and the reference isn't failed", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const two = repository({ roots: [root, "dists/gone/InRelease"] });
    const reference = await read(undefined, 1000, two);
    expect(reference.failed).toBeUndefined();
    expect(reference.askedAt).toBe(1000);
    expect(reference.roots.map(({ failed }) => failed)).toEqual([
      undefined,
      "The origin answers 404.",
    ]);
  });

  test("what was known of another origin or repository isn't used, nor roots no longer listed", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 1000);
    origin.gone = true;
    expect((await read({ ...first, origin: "http://other/" }, 2000)).samples).toEqual([]);
    expect((await read({ ...first, repository: "s" }, 2000)).roots[0]?.generations).toEqual([]);
    const other = repository({ roots: ["dists/other/InRelease"] });
    expect((await read(first, 2000, other)).roots.map(({ path }) => path)).toEqual(other.roots);
  });

  test("without roots nothing is asked", async () => {
    expect(await read(undefined, 1, repository({ roots: [] }))).toMatchObject({
      askedAt: 0,
      roots: [],
    });
    expect(origin.asked).toEqual([]);
  });

  test("redirects at the origin are followed, but not out of https", async () => {
    const secure = repository({ origin: "https://origin.example/r/" });
    const access = origin.access;
    const at = (url: string) => new Headers({ location: url });
    const ask = (to: string) =>
      readBaseline(
        secure,
        undefined,
        {
          ...access,
          ask: async (question) =>
            question.url.startsWith(secure.origin)
              ? {
                  status: 302,
                  headers: at(to),
                  body: new Uint8Array(),
                  whole: true,
                  headersMs: 1,
                  totalMs: 1,
                }
              : {
                  status: 200,
                  headers: new Headers(),
                  body: new TextEncoder().encode("SHA256:\n"),
                  whole: true,
                  headersMs: 1,
                  totalMs: 1,
                },
        },
        1,
        seeded(1),
      );
    expect((await ask("https://other.example/x")).failed).toBeUndefined();
    expect((await ask("http://other.example/x")).failed).toMatch(/https to http/);
  });
});

describe("samples", () => {
  test("what wasn't listed before is recent, and stays so while it is listed", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 1);
    publishApt(origin, tuesday, ["pool/a.deb", "pool/b.deb"]);
    const second = await read(first, 2);
    expect(second.samples.filter(({ recent }) => recent).map(({ path }) => path)).toEqual([
      "pool/b.deb",
    ]);
    publishApt(origin, "Wed, 04 Nov 2026 06:00:00 UTC", ["pool/a.deb", "pool/b.deb", "pool/c.deb"]);
    const third = await read(second, 3);
    expect(third.samples.map(({ path, recent }) => [path, recent ?? false])).toEqual([
      ["pool/c.deb", true],
      ["pool/b.deb", true],
      ["pool/a.deb", false],
    ]);
    publishApt(origin, "Thu, 05 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
    expect(pathsOf(await read(third, 4))).toEqual(["pool/a.deb"]);
  });

  test("of the changed root's index, whatever chance says", async () => {
    const two = repository({ roots: ["dists/one/InRelease", "dists/two/InRelease"] });
    publishApt(origin, monday, ["pool/one.deb"], "one");
    publishApt(origin, monday, ["pool/two.deb"], "two");
    let reference = await read(undefined, 1, two);
    for (let turn = 2; turn < 12; turn++) {
      const suite = turn % 2 === 0 ? "one" : "two";
      const date = new Date(Date.parse(tuesday) + turn * 60_000).toUTCString();
      publishApt(origin, date, [`pool/${suite}${turn}.deb`], suite);
      reference = await read(reference, turn, two);
      expect(pathsOf(reference)).toEqual([`pool/${suite}${turn}.deb`]);
    }
  });

  test("drawn anew after a day, from a root that didn't change", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 0);
    expect((await read(first, samplesAgeMs - 1)).sampled?.at).toBe(0);
    expect((await read(first, samplesAgeMs)).sampled?.at).toBe(samplesAgeMs);
  });

  test("an index that isn't what the root names changes nothing, and is tried again after a while", async () => {
    publishApt(origin, monday, ["pool/a.deb"]);
    const first = await read(undefined, 0);
    const index = publishApt(origin, tuesday, ["pool/b.deb"]);
    const right = origin.files.get(index);
    origin.put(index, gzipSync(stanza("pool/evil.deb")));
    const second = await read(first, 1000);
    expect(second.withoutSamples).toMatch(/not the bytes its root names/);
    expect(second.samples).toEqual(first.samples);
    if (right) origin.files.set(index, right);
    expect((await read(second, samplesRetryMs)).samples).toEqual(first.samples);
    const third = await read(second, 1000 + samplesRetryMs);
    expect(pathsOf(third)).toEqual(["pool/b.deb"]);
    expect(third.withoutSamples).toBeUndefined();
  });

  test.each<[what: string, index: Uint8Array | string, says: RegExp]>([
    ["cut gzip", gzipSync(stanza("pool/a.deb")).subarray(0, -9), /unexpected end|Packages.gz: /],
    ["damaged gzip", gzipSync(stanza("a")).fill(7, 12, 60), /Packages.gz: /],
    ["xz", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2), /xz/],
    ["not stanzas", gzipSync("<html>\n\n"), /stanza 1 has no Filename/],
    ["a bomb", gzipSync("\n".repeat(300 * 1024 * 1024), { level: 1 }), /unpacks to more than/],
    ["more than is taken", new Uint8Array(65 * 1024 * 1024).fill(10), /larger than/],
  ])("%s is refused with its reason", async (_what, body, says) => {
    const index = publishApt(origin, monday, ["pool/a.deb"]);
    const named = origin.files.get(root)?.body.toString() ?? "";
    const old = sha256(origin.files.get(index)?.body ?? "");
    origin.put(index, body);
    origin.put(root, named.replace(old, sha256(body)));
    const reference = await read(undefined, 1);
    expect(reference.withoutSamples).toMatch(says);
    expect(reference.samples).toEqual([]);
    expect(reference.askedAt).toBe(1);
  });

  test("a body that breaks off, or is missing, is told", async () => {
    const index = publishApt(
      origin,
      monday,
      Array.from({ length: 500 }, (_, k) => `pool/${k}.deb`),
    );
    const whole = origin.files.get(index);
    if (whole) origin.files.set(index, { ...whole, breaksAfter: 3000 });
    expect((await read(undefined, 1)).withoutSamples).toMatch(/byte 3000 of the file: broken off/);
    origin.files.delete(index);
    expect((await read(undefined, 1)).withoutSamples).toMatch(/answers 404/);
  });

  test("gzip in several members, and plain bytes under the name of gzip", async () => {
    const index = publishApt(origin, monday, []);
    const named = origin.files.get(root)?.body.toString() ?? "";
    const old = sha256(origin.files.get(index)?.body ?? "");
    const [a, b] = [stanza("pool/a.deb"), stanza("pool/b.deb")];
    for (const body of [Buffer.concat([gzipSync(a), gzipSync(b)]), Buffer.from(a + b)]) {
      origin.put(index, body);
      origin.put(root, named.replace(old, sha256(body)));
      expect(pathsOf(await read(undefined, 1))).toEqual(["pool/a.deb", "pool/b.deb"]);
    }
  });

  test.each([
    ["zstd", (text: string) => zstdCompressSync(text)],
    ["gzip", (text: string) => gzipSync(text)],
    ["plain", (text: string) => Buffer.from(text)],
  ])("rpm: repomd, primary by %s, packages beside repodata", async (_what, pack) => {
    const rpm = repository({ kind: "rpm", roots: ["9/os/repodata/repomd.xml"], setup: {} });
    const publish = (revision: number, names: readonly string[]) => {
      const items = names.map(
        (name) =>
          `<package type="rpm"><checksum type="sha256" pkgid="YES">${sha256(name)}</checksum><size package="7"/><location href="Packages/${name}"/></package>`,
      );
      const primary = pack(`<metadata>${items.join("\n")}</metadata>`);
      const path = `repodata/${sha256(primary)}-primary.xml`;
      origin.put(`9/os/${path}`, primary);
      origin.put(
        "9/os/repodata/repomd.xml",
        `<repomd><revision>${revision}</revision><data type="primary"><checksum type="sha256">${sha256(primary)}</checksum><location href="${path}"/></data></repomd>`,
      );
    };
    publish(1_700_000_000, ["a.rpm"]);
    const first = await read(undefined, 1, rpm);
    expect(first.withoutSamples).toBeUndefined();
    expect(first.roots[0]?.generations[0]?.date).toBe(1_700_000_000_000);
    expect(first.samples).toEqual([
      { path: "9/os/Packages/a.rpm", size: 7, sha256: sha256("a.rpm") },
    ]);
    publish(1_700_000_100, ["a.rpm", "b.rpm"]);
    const second = await read(first, 2, rpm);
    expect(second.samples).toEqual([
      { path: "9/os/Packages/b.rpm", size: 7, sha256: sha256("b.rpm"), recent: true },
      ...first.samples,
    ]);
  });

  test("images: names and hashes of the list, sizes by HEAD, sixteen at most", async () => {
    const images = repository({ kind: "images", roots: ["current/SHA256SUMS"], setup: {} });
    const names = Array.from({ length: 40 }, (_, number) => `x-${number}.iso`);
    for (const name of names) origin.put(`current/${name}`, name);
    const date = "Mon, 02 Nov 2026 06:00:00 GMT";
    const sums = (of: readonly string[]) => of.map((name) => `${sha256(name)}  ${name}\n`).join("");
    origin.put("current/SHA256SUMS", sums(names), { "last-modified": date });
    const first = await read(undefined, 1, images);
    expect(first.roots[0]?.generations[0]?.date).toBe(Date.parse(date));
    expect(first.samples).toHaveLength(16);
    for (const { path, size, sha256: hash } of first.samples) {
      const name = path.slice("current/".length);
      expect([size, hash]).toEqual([name.length, sha256(name)]);
    }
    expect(origin.asked.filter(({ method }) => method === "HEAD")).toHaveLength(16);
    // A page in place of an image isn't one, and a new image is looked at in any case.
    origin.put("current/new.iso", "new");
    origin.put("current/page.iso", "page", { "content-type": "text/html" });
    origin.put("current/SHA256SUMS", sums([...names, "new.iso", "page.iso"]), {
      "last-modified": "Tue, 03 Nov 2026 06:00:00 GMT",
    });
    const second = await read(first, 2, images);
    const recent = second.samples.filter((file) => file.recent);
    expect(recent).toEqual([
      { path: "current/new.iso", size: 3, sha256: sha256("new.iso"), recent: true },
    ]);
  });

  test("a root that names no index gives none, and says so", async () => {
    origin.put("project/trace/x", "Mon Nov  2 06:00:00 UTC 2026\n");
    const traced = repository({ kind: "files", roots: ["project/trace/x"] });
    expect((await read(undefined, 1, traced)).withoutSamples).toMatch(/names no index/);
  });
});
