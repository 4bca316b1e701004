/** A snapshot whose index has an odd entry: every other file has its proof, and the operator is told once. */
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { makeKey } from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packagesOf, poolPath, sha256 } from "./archive.ts";

let key: Awaited<ReturnType<typeof makeKey>>;
beforeAll(async () => {
  key = await makeKey();
});

const stanza = (name: string, size: number) =>
  `Package: ${name}\nFilename: ${poolPath(name)}\nSize: ${size}\nSHA256: ${sha256(name)}\n\n`;
const zeros = Buffer.alloc(700);

test("a package twice with other sizes: the others are present, sampled, and the alarm says which", async () => {
  const archive = new Archive(key, { listed: { ahead: ["amd64"] } });
  const text = stanza("one", 1) + stanza("odd", 2) + stanza("two", 3) + stanza("odd", 4);
  const odd = gzipSync(text);
  await archive.publish({ indexes: { [indexName]: odd } });
  await archive.follow();
  await archive.settle();
  expect(await archive.present(poolPath("one"))).toBeDefined();
  expect(await archive.present(poolPath("two"))).toBeDefined();
  expect(await archive.present(poolPath("odd"))).toBeUndefined();
  const paths = archive.keeper.samples().map(({ path }) => path);
  expect(paths.sort()).toEqual([poolPath("one"), poolPath("two")]);
  expect(archive.alarms).toEqual({
    [indexPath]: expect.stringMatching(
      /^1 of its entries can't be used and is left out: byte \d+ unpacked: stanza 4 lists pool\/odd\.deb again with another size or SHA-256\.$/,
    ),
  });
  // A client's question for the index changes nothing of it.
  expect(await archive.index(indexPath, odd)).toBe("stored");
  expect(Object.keys(archive.alarms)).toEqual([indexPath]);

  await archive.publish({
    date: archive.now + 1000,
    indexes: { [indexName]: packagesOf(["one", "odd"]) },
  });
  await archive.follow();
  await archive.settle();
  expect(await archive.present(poolPath("odd"))).toBeDefined();
  expect(archive.alarms).toEqual({});
});

test("zero bytes behind the gzip, as apt 2.6 and gzip take them", async () => {
  const archive = new Archive(key, { listed: { ahead: ["amd64"] } });
  const padded = Buffer.concat([packagesOf(["one"]), zeros]);
  await archive.publish({ indexes: { [indexName]: padded } });
  await archive.follow();
  await archive.settle();
  expect(await archive.present(poolPath("one"))).toBeDefined();
  expect(archive.alarms).toEqual({});
});
