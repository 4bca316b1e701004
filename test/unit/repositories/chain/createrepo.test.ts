/** rpm repositories as createrepo_c and mergerepo_c write them with other options than the usual ones. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { makeKey } from "../../formats/openpgp/signing.ts";
import { zck, zckText } from "../../formats/packed.ts";
import { Archive, hashOf } from "./archive.ts";

const root = "os/repodata/repomd.xml";

interface Data {
  type: string;
  file: string;
  body: Uint8Array;
}

/** An unsigned repository that is watched, with these indexes; followed to its end. */
async function followed(hash: string, data: readonly Data[]): Promise<Archive> {
  const listed = { kind: "rpm", roots: [root], keys: [], verify: "checksums" } as const;
  const archive = new Archive(await makeKey(), {
    listed: { ...listed, roots: [root], keys: [], ahead: ["os"], architectures: ["os"] },
  });
  const parts = data.map(({ type, file, body }) => {
    archive.origin.put(`os/repodata/${file}`, body);
    return `<data type="${type}"><checksum type="${hash}">${hashOf(hash, body)}</checksum><location href="repodata/${file}"/><timestamp>1796002813</timestamp><size>${body.byteLength}</size></data>`;
  });
  archive.origin.put(root, `<repomd><revision>1796002813</revision>${parts.join("")}</repomd>`);
  expect(await archive.follow()).toBe(true);
  await archive.settle();
  return archive;
}

const packages = ["os/a.rpm", "os/b.rpm", "os/c.rpm"];
const primary = { type: "primary", file: "primary.xml.gz", body: gzipSync(zckText) };

test("`-s sha512`: its files are listed, and mirrors are sampled by them", async () => {
  const archive = await followed("sha512", [primary]);
  expect(archive.alarms).toEqual({});
  const paths = archive.keeper.samples().map(({ path }) => path);
  expect(paths.sort()).toEqual(packages);
});

test.each(["sha224", "sha384"])(
  "`-s %s`: the root is taken, and what is unproven is said",
  async (hash) => {
    const archive = await followed(hash, [primary]);
    expect(Object.keys(archive.manifest(root).files)).toEqual([]);
    expect(archive.alarms).toEqual({
      [root]: expect.stringMatching(
        /"primary" has a checksum that is neither sha256 nor sha512\.$/,
      ),
    });
  },
);

test("a primary in zchunk alone", async () => {
  const archive = await followed("sha256", [
    { type: "primary", file: "primary.xml.zck", body: zck },
  ]);
  expect(archive.alarms).toEqual({});
  for (const path of packages) expect(await archive.present(path)).toBeDefined();
});

test("mergerepo_c's xml:base at every package: clients fetch from there, and that is said", async () => {
  const merged = zckText.replaceAll("<location ", '<location xml:base="http://other.example/" ');
  const archive = await followed("sha256", [{ ...primary, body: gzipSync(merged) }]);
  expect(archive.alarms).toEqual({
    "os/repodata/primary.xml.gz": expect.stringMatching(
      /^Its files aren't listed: package 1 .* is at another base than the repository\.$/,
    ),
  });
});
