/** The images of a snapshot: made with it, of its own lists; sizes come afterwards; kept and dropped with it. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import type { Blobs } from "../../../../worker/blobs/blobs.ts";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import type { Image } from "../../../../worker/images/image.ts";
import { readImagesBlob } from "../../../../worker/images/images-blob.ts";
import { imagesAgainMs } from "../../../../worker/repositories/chain/build-snapshot-images.ts";
import { sizesPerStep } from "../../../../worker/repositories/chain/image-sizes.ts";
import { clearSigned, day, makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive, type ArchiveOptions, hashOf, sha256 } from "./archive.ts";

let key: PrivateKey;
beforeAll(async () => {
  key = await makeKey();
});

const hour = 3_600_000;
const list = "current/amd64/iso-cd/SHA256SUMS";
const netinst = "current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso";
const edu = "current/amd64/iso-cd/debian-edu-13.2.0-amd64-netinst.iso";
const httpDate = (at: number) => ({ "last-modified": new Date(at).toUTCString() });

/** Unsigned: what is tested here is the same for signed lists. */
function archiveOf(options: ArchiveOptions = {}, roots = [list]): Archive {
  return new Archive(key, {
    ...options,
    listed: { kind: "images", roots, verify: "checksums", keys: [] },
  });
}

function putFile(archive: Archive, path: string, body: string, at = noon - hour): void {
  archive.origin.put(path, body, httpDate(at));
}

/** Puts files, and a list of them beside them. */
function putList(archive: Archive, files: Record<string, string>, root = list, at = noon): void {
  const folder = root.slice(0, root.lastIndexOf("/") + 1);
  for (const [path, body] of Object.entries(files)) putFile(archive, path, body, at - hour);
  const lines = Object.entries(files).map(
    ([path, body]) => `${sha256(body)}  ${path.slice(folder.length)}\n`,
  );
  archive.origin.put(root, lines.join(""), httpDate(at));
}

function imagesIn(archive: Archive, blob = archive.current.images?.blob): Image[] {
  const bytes = archive.stored.get(blob ?? "");
  if (bytes === undefined) throw new Error("the snapshot's images aren't stored");
  return readImagesBlob(bytes);
}

const heads = (archive: Archive) =>
  archive.origin.asked.filter(({ method }) => method === "HEAD").length;

test("every file of every list is in it, with the digest of its list", async () => {
  const archive = archiveOf();
  putList(archive, { [netinst]: "netinst", [edu]: "edu", "current/amd64/iso-cd/x.jigdo": "jigdo" });
  await archive.follow();
  // At once with the snapshot, before anybody was asked for a size.
  expect(imagesIn(archive).map(({ path, sha256: digest, type }) => [path, digest, type])).toEqual([
    [netinst, sha256("netinst"), "netinst"],
    [edu, sha256("edu"), "netinst"],
    ["current/amd64/iso-cd/x.jigdo", sha256("jigdo"), "other"],
  ]);
  expect(imagesIn(archive)[0]).toMatchObject({ series: "13", codename: "trixie", date: noon });
  expect(heads(archive)).toBe(0);
});

test("sizes and dates are asked for afterwards, and carried over by digest", async () => {
  const archive = archiveOf();
  putList(archive, { [netinst]: "netinst", [edu]: "edu" });
  await archive.follow();
  await archive.settle();
  const sizes = () => imagesIn(archive).map(({ path, size, date }) => [path, size, date]);
  expect(sizes()).toEqual([
    [netinst, 7, noon - hour],
    [edu, 3, noon - hour],
  ]);
  const { generation, images } = archive.current;

  // A point release: the same edu image under another name, and a new netinst.
  const [next, sameEdu] = [netinst, edu].map((path) => path.replace("13.2.0", "13.3.0"));
  archive.now += day;
  archive.origin.files.delete(netinst);
  putList(archive, { [next ?? ""]: "netinst 13.3", [sameEdu ?? ""]: "edu" }, list, archive.now);
  const asked = heads(archive);
  await archive.follow();
  expect(imagesIn(archive).map(({ path, size }) => [path, size])).toEqual([
    [next, undefined],
    [sameEdu, 3],
  ]);
  await archive.settle();
  expect(imagesIn(archive)[0]).toMatchObject({ path: next, size: 12, version: "13.3.0" });
  expect(archive.current.generation).toBeGreaterThan(generation);
  // Presence's samples ask as well; of edu nobody asked again.
  expect(heads(archive)).toBeGreaterThan(asked);
  expect(archive.current.images).not.toEqual(images);

  // Nothing new: nothing is made, and nobody asked.
  const { id } = archive.current;
  const before = heads(archive);
  archive.now += hour * 2;
  await archive.follow();
  await archive.settle();
  expect([archive.current.id, heads(archive)]).toEqual([id, before]);
});

test("a size of what took the file's place meanwhile isn't taken", async () => {
  const archive = archiveOf();
  putList(archive, { [netinst]: "netinst", [edu]: "edu" });
  // The origin has the next state's file already, and the list of the one before.
  putFile(archive, netinst, "netinst of the next state", noon + 2 * hour);
  await archive.follow();
  await archive.settle();
  expect(imagesIn(archive).map(({ size }) => size)).toEqual([undefined, 3]);
  expect(imagesIn(archive)[0]?.sha256).toBe(sha256("netinst"));
});

test("a list with sizes needs no question; SHA-512 alone is a digest, and two lists are one", async () => {
  const [checksum, sums512] = ["iso/CHECKSUM", "iso/SHA512SUMS"];
  const archive = archiveOf({}, [checksum, sums512]);
  const workstation = "Fedora-Workstation-Live-43-1.6.x86_64.iso";
  archive.origin.put(
    checksum,
    `# ${workstation}: 2742190080 bytes\nSHA256 (${workstation}) = ${sha256("w")}\nSHA256 (odd.iso) = ${sha256("o")}\n`,
    httpDate(noon),
  );
  archive.origin.put(
    sums512,
    `${hashOf("sha512", "w")}  ${workstation}\n${hashOf("sha512", "n")} *only512.iso\n`,
    httpDate(noon),
  );
  await archive.follow();
  expect(imagesIn(archive)).toMatchObject([
    {
      path: `iso/${workstation}`,
      sha256: sha256("w"),
      sha512: hashOf("sha512", "w"),
      size: 2742190080,
      distribution: "fedora",
      series: "43",
    },
    { path: "iso/odd.iso", sha256: sha256("o"), type: "other" },
    { path: "iso/only512.iso", sha512: hashOf("sha512", "n") },
  ]);
  expect(imagesIn(archive)[2]?.sha256).toBeUndefined();
});

test("a clear-signed list is read without its signature", async () => {
  const archive = new Archive(key, { listed: { kind: "images", roots: ["10/isos/CHECKSUM"] } });
  const name = "AlmaLinux-10.1-x86_64-boot.iso";
  const text = `# ${name}: 986 bytes\nSHA256 (${name}) = ${sha256("boot")}\n`;
  archive.origin.put("10/isos/CHECKSUM", await clearSigned(text, [key], { at: noon }));
  await archive.follow();
  expect(archive.alarms).toEqual({});
  expect(imagesIn(archive)).toMatchObject([
    { path: `10/isos/${name}`, sha256: sha256("boot"), size: 986, date: noon, series: "10" },
  ]);
});

test("where two lists name other digests of a file, none is told", async () => {
  const roots = ["SHA256SUMS", "iso/SHA256SUMS"];
  const archive = archiveOf({}, roots);
  archive.origin.put("SHA256SUMS", `${sha256("one")}  iso/debian-13.2.0-amd64-netinst.iso\n`);
  archive.origin.put("iso/SHA256SUMS", `${sha256("two")}  debian-13.2.0-amd64-netinst.iso\n`);
  await archive.follow();
  const [image] = imagesIn(archive);
  expect(image).toMatchObject({ path: "iso/debian-13.2.0-amd64-netinst.iso", type: "netinst" });
  expect(image?.sha256).toBeUndefined();
  expect(archive.logged.join()).toContain("contradict each other about iso/debian-13.2.0");
});

test("many sizes are asked for in steps, and an origin that fails keeps nobody waiting", async () => {
  const archive = archiveOf();
  const count = 2 * sizesPerStep + 5;
  const files = Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `current/amd64/iso-cd/debian-13.2.${number}-amd64-netinst.iso`,
      `body ${number}`,
    ]),
  );
  putList(archive, files);
  await archive.follow();
  const first = heads(archive);
  await archive.keeper.advance(archive.listed);
  expect(heads(archive) - first).toBeLessThanOrEqual(sizesPerStep);
  expect(archive.keeper.unfinished).toBe(true);
  await archive.settle();
  expect(imagesIn(archive).every(({ size }) => size !== undefined)).toBe(true);
  // One snapshot for the list, and one for all sizes.
  expect(archive.keeper.snapshots().length).toBeLessThanOrEqual(3);

  const gone = archiveOf();
  putList(gone, { [netinst]: "netinst" });
  gone.origin.files.delete(netinst);
  await gone.follow();
  await gone.settle();
  expect(imagesIn(gone)[0]?.size).toBeUndefined();
  const asked = heads(gone);
  await gone.follow();
  await gone.settle();
  expect(heads(gone)).toBe(asked);
  // Later it is asked again, though nothing else is new.
  putFile(gone, netinst, "netinst");
  gone.now += imagesAgainMs;
  await gone.follow();
  await gone.settle();
  expect(imagesIn(gone)[0]?.size).toBe(7);
});

test("the store of a version without images has them after an update, though its origin has nothing new", async () => {
  const archive = archiveOf();
  putList(archive, { [netinst]: "netinst" });
  await archive.follow();
  await archive.settle();
  const { images: _, ...before } = archive.current;
  archive.sqlite.sql.exec("UPDATE snapshot SET json = ?", JSON.stringify(before));
  archive.restart();
  expect(archive.current.images).toBeUndefined();
  await archive.follow();
  await archive.settle();
  expect(imagesIn(archive)).toMatchObject([{ path: netinst, sha256: sha256("netinst") }]);
  expect(archive.current.generation).toBeGreaterThan(before.generation);
  expect(archive.current.roots).toEqual(before.roots);
});

test("images whose blob is lost are made again", async () => {
  const archive = archiveOf();
  putList(archive, { [netinst]: "netinst" });
  await archive.follow();
  await archive.settle();
  const blob = archive.current.images?.blob ?? "";
  archive.stored.delete(blob);
  archive.restart();
  await archive.follow();
  await archive.settle();
  expect(imagesIn(archive)).toMatchObject([{ path: netinst }]);
});

test("a kept snapshot's images stay, and a dropped one's go", async () => {
  const archive = archiveOf({ retention: { keepMs: day, keepCount: 1 } });
  putList(archive, { [netinst]: "netinst" });
  await archive.follow();
  await archive.settle();
  const old = archive.current.images?.blob ?? "";
  archive.now += hour;
  putList(archive, { [netinst]: "another" }, list, archive.now);
  await archive.follow();
  await archive.settle();
  const current = archive.current.images?.blob ?? "";
  expect(current).not.toBe(old);
  await archive.keeper.collect();
  expect([archive.stored.has(old), archive.stored.has(current)]).toEqual([true, true]);
  archive.now += 2 * day;
  await archive.keeper.collect();
  expect([archive.stored.has(old), archive.stored.has(current)]).toEqual([false, true]);
});

test("a store that fails keeps no snapshot waiting for its images", async () => {
  const blobs = (stored: Map<string, Uint8Array>): Blobs => {
    const { put, ...others } = memoryBlobs(stored);
    return {
      ...others,
      put: async (name, bytes) => {
        const isImages =
          bytes instanceof Uint8Array && new TextDecoder().decode(bytes).includes('"distribution"');
        if (isImages) throw new Error("no room");
        await put(name, bytes);
      },
    };
  };
  const archive = archiveOf({ blobs });
  putList(archive, { [netinst]: "netinst" });
  expect(await archive.follow()).toBe(true);
  expect(archive.current.images).toBeUndefined();
  expect(archive.logged.join()).toContain("its images can't be listed: no room");
  // And doesn't spin.
  await archive.settle();
});

test("a repository of another kind has none", async () => {
  const archive = new Archive(key, {
    listed: { kind: "files", roots: [list], verify: "checksums", keys: [] },
  });
  putList(archive, { [netinst]: "netinst" });
  await archive.follow();
  await archive.settle();
  expect(archive.current.roots).toHaveLength(1);
  expect(archive.current.images).toBeUndefined();
});
