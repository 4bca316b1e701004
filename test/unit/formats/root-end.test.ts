/** The end of a large root: from the origin's bytes to what probes compare a mirror's copy with. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { lastOf } from "../../../worker/formats/root-end.ts";
import { maxRootBytes } from "../../../worker/formats/roots.ts";
import { baselineFromSnapshots } from "../../../worker/repositories/baseline/baseline-from-snapshots.ts";
import { Archive } from "../repositories/chain/archive.ts";
import { makeKey } from "./openpgp/signing.ts";
import { tar } from "./packed.ts";

const root = "extra/os/x86_64/extra.db";

/** A database of so many bytes, stored, of one package. */
function database(bytes: number): Buffer {
  const desc = `%FILENAME%\na-1-x86_64.pkg.tar.zst\n\n%NAME%\na\n\n%CSIZE%\n9\n\n`;
  return gzipSync(tar({ "a-1/desc": desc, "a-1/files": "x".repeat(bytes) }), { level: 0 });
}

test.each([
  ["large", maxRootBytes, true],
  ["small", 1000, undefined],
])("of a %s database", async (_what, bytes, large) => {
  const listed = { kind: "pacman", roots: [root], keys: [], verify: "checksums" } as const;
  const archive = new Archive(await makeKey(), { listed: { ...listed, roots: [root], keys: [] } });
  const packed = database(bytes);
  archive.origin.put(root, packed);
  expect(await archive.follow()).toBe(true);
  const { current, listed: repository } = archive;
  const state = { snapshots: [current], samples: [], askedAt: 0 };
  const [told] = baselineFromSnapshots(repository, state).roots;
  const end = { size: packed.length, last: packed.subarray(-8).toString("hex") };
  expect(told?.large).toBe(large);
  expect(told?.generations[0]?.end).toEqual(large && end);
});

test("what isn't gzip tells nothing by its end", () => {
  expect(lastOf(zstdCompressSync(Buffer.alloc(100)))).toBeUndefined();
  expect(lastOf(Buffer.of())).toBeUndefined();
  // RFC 1952: CRC-32 and length, both little-endian; those of "a" are e8b7be43 and 1.
  expect(lastOf(gzipSync("a"))).toBe("43beb7e801000000");
});
