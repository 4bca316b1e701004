/** Roots that give no SHA-256 of what they name: it is verified and stored by its SHA-512. */
import { gzipSync } from "node:zlib";
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { algorithmOf, storedName } from "../../../../worker/blobs/stored-name.ts";
import { armoured, bytesOf, day, makeKey, noon, signature } from "../../formats/openpgp/signing.ts";
import {
  Archive,
  hashOf,
  indexName,
  indexPath,
  packages,
  packagesOf,
  poolPath,
  sha256,
} from "./archive.ts";

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});

const sha512 = (body: string | Uint8Array) => hashOf("SHA512", body);
const hour = 3_600_000;

test("bytes are named by SHA-256 where it is given, else by SHA-512", () => {
  const [short, long] = ["a".repeat(64), "b".repeat(128)];
  expect(storedName({ size: 1, sha256: short, sha512: long })).toBe(short);
  expect(storedName({ size: 1, sha512: long })).toBe(long);
  expect(storedName({ size: 1, sha1: "c".repeat(40), md5: "d".repeat(32) })).toBeUndefined();
  expect([algorithmOf(short), algorithmOf(long)]).toEqual(["sha256", "sha512"]);
});

test.each([
  ["SHA-512 alone", ["SHA512"] as const],
  ["with SHA-1", ["SHA1", "SHA512"] as const],
])("apt, %s: pulled by its hash, listed, and had ahead with the next state", async (_, hashes) => {
  const archive = new Archive(key);
  const first = packagesOf(["a", "b"]);
  await archive.publish({ indexes: { [indexName]: first }, hashes: [...hashes] });
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});

  // Twice, as by more than one client.
  for (const _ of ["one", "another"]) {
    expect(await archive.keeper.index(archive.listed, indexPath, sha512(first))).toBe("stored");
  }
  const asked = archive.origin.asked.map(({ url }) => url);
  expect(asked.at(-1)).toContain(`/main/binary-amd64/by-hash/SHA512/${sha512(first)}`);
  expect(archive.stored.get(sha512(first))).toEqual(first);
  await archive.settle();
  expect(await archive.present(poolPath("b"))).toEqual([2, undefined]);

  const second = packagesOf(["a", "c"]);
  const date = noon + hour;
  await archive.publish({ date, indexes: { [indexName]: second }, hashes: [...hashes] });
  expect(await archive.follow()).toBe(true);
  await archive.settle();
  expect(archive.stored.has(sha512(second))).toBe(true);
  expect(await archive.present(poolPath("c"))).toEqual([3, undefined]);

  // What a kept snapshot names stays; what none does goes.
  archive.now += hour;
  await archive.keeper.collect();
  expect([first, second].map((one) => archive.stored.has(sha512(one)))).toEqual([true, true]);
  for (let state = 0; state < 12; state++) {
    archive.now += 2 * day;
    const later = date + (1 + state) * hour;
    const indexes = { [indexName]: packages(`state ${state}`) };
    await archive.publish({ date: later, indexes, hashes: [...hashes] });
    await archive.follow();
    await archive.settle();
  }
  await archive.keeper.collect();
  expect(archive.stored.has(sha512(first))).toBe(false);
});

test("a tampered index is refused in a sentence, and nothing of it is stored", async () => {
  const archive = new Archive(key);
  const right = packages("right");
  const wrong = right.with(40, (right[40] ?? 0) ^ 1);
  await archive.publish({ indexes: { [indexName]: right }, hashes: ["SHA512"], byHash: false });
  await archive.follow();
  archive.origin.put(indexPath, wrong);
  const before = [...archive.stored.keys()];
  const outcome = await archive.keeper.index(archive.listed, indexPath, sha512(right));
  expect(outcome).toBe(
    `${indexPath} can't be had from the origin. ${indexPath}: Its SHA-512 is ${sha512(wrong)}, where its root says ${sha512(right)}.`,
  );
  expect([...archive.stored.keys()]).toEqual(before);
});

test("with both, the SHA-256 goes on as the name, and SHA-512 alone names nothing", async () => {
  const archive = new Archive(key);
  const index = packages("both");
  await archive.publish({ indexes: { [indexName]: index }, hashes: ["SHA256", "SHA512"] });
  await archive.follow();
  expect(await archive.keeper.index(archive.listed, indexPath, sha512(index))).toBe("absent");
  expect(await archive.index(indexPath, index)).toBe("stored");
  expect(archive.stored.has(sha256(index))).toBe(true);
  expect(archive.stored.has(sha512(index))).toBe(false);
});

test("rpm: primary.xml by SHA-512, packages with a size and no hash", async () => {
  const root = "9/os/repodata/repomd.xml";
  const archive = new Archive(key, { listed: { kind: "rpm", roots: [root] } });
  const primary = new Uint8Array(
    gzipSync(
      `<metadata packages="1"><package type="rpm"><checksum type="sha512" pkgid="YES">${"c".repeat(128)}</checksum><size package="7"/><location href="Packages/a.rpm"/></package></metadata>`,
    ),
  );
  const href = `repodata/${sha512(primary)}-primary.xml.gz`;
  const text = `<repomd xmlns="x"><revision>1700000100</revision><data type="primary"><checksum type="sha512">${sha512(primary)}</checksum><location href="${href}"/><size>${primary.byteLength}</size></data></repomd>`;
  archive.origin.put(root, text);
  archive.origin.put(`${root}.asc`, armoured(await signature(key, bytesOf(text))));
  archive.origin.put(`9/os/${href}`, primary);
  expect(await archive.follow()).toBe(true);
  const path = `9/os/${href}`;
  expect(await archive.keeper.index(archive.listed, path, sha512(primary))).toBe("stored");
  await archive.settle();
  expect(await archive.present("9/os/Packages/a.rpm")).toEqual([2, undefined]);
});
