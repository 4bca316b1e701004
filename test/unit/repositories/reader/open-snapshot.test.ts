/** Reading snapshots, and telling which root a path belongs to. */
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import {
  isRootLike,
  namesARoot,
  OpenSnapshot,
  readSnapshot,
  snapshotId,
} from "../../../../worker/repositories/reader/open-snapshot.ts";

const sha256 = "0".repeat(64);
const root = (path: string) => ({ path, files: [{ path, size: 1, sha256 }], manifest: sha256 });
const snapshot = (...roots: string[]): Snapshot => ({
  repository: "debian",
  generation: 1,
  id: "20260301T120000Z-00000000",
  at: 0,
  roots: roots.map(root),
});

describe("a snapshot's text", () => {
  it("is read back", () => {
    const given = snapshot("dists/a/InRelease");
    expect(readSnapshot(JSON.stringify(given))).toEqual(given);
    expect(snapshotId(JSON.stringify(given))).toBe(given.id);
  });

  it.each([
    ["nothing", ""],
    ["cut off", JSON.stringify(snapshot("a")).slice(0, -5)],
    ["null", "null"],
    ["without roots", JSON.stringify({ ...snapshot(), roots: undefined })],
    ["without a manifest", JSON.stringify({ ...snapshot(), roots: [{ path: "a", files: [] }] })],
    [
      "with a name that is no hash",
      JSON.stringify({ ...snapshot(), roots: [{ ...root("a"), manifest: "../../x" }] }),
    ],
    [
      "with a file that has none",
      JSON.stringify({ ...snapshot(), roots: [{ ...root("a"), files: [{ path: "a", size: 1 }] }] }),
    ],
  ])("is refused: %s", (_, text) => {
    expect(() => readSnapshot(text)).toThrow();
    expect(snapshotId(text)).toBeUndefined();
  });
});

describe("files to look at mirrors by", () => {
  const file = { path: "pool/a.deb", size: 2048, sha256, first: 1 };

  it("are read back", () => {
    const given = { ...snapshot("a"), lookFiles: [file] };
    expect(readSnapshot(JSON.stringify(given))).toEqual(given);
  });

  it.each<[string, unknown]>([
    ["no list", "pool/a.deb"],
    ["null", null],
    ["one without a hash", [file, { ...file, sha256: undefined }]],
    ["one with a hash that is none", [{ ...file, sha256: "none" }]],
    ["one without a generation", [{ ...file, first: "1" }]],
    ["one that is too large to be fetched whole", [{ ...file, size: 40_000 }]],
    ["one of no bytes", [{ ...file, size: 0 }]],
    ["one of half a byte", [{ ...file, size: 2048.5 }]],
    ["too many", Array.from({ length: 9 }, () => file)],
  ])("are left out, and the snapshot isn't refused for it: %s", (_, lookFiles) => {
    const given = snapshot("a");
    expect(readSnapshot(JSON.stringify({ ...given, lookFiles }))).toEqual(given);
  });
});

describe("the roots that may name a path", () => {
  it("are those whose directory it is in, the nearest first", () => {
    const open = new OpenSnapshot(
      snapshot("dists/a/InRelease", "dists/a/updates/InRelease", "dists/ab/InRelease"),
      "apt",
    );
    const of = (path: string) => open.scopes(path).map(({ root: { path: one } }) => one);
    expect(of("dists/a/main/Packages")).toEqual(["dists/a/InRelease"]);
    expect(of("dists/a/updates/main/Packages")).toEqual([
      "dists/a/updates/InRelease",
      "dists/a/InRelease",
    ]);
    expect(of("dists/b/InRelease")).toEqual([]);
  });

  it("are for rpm those beside whose repodata/ it is", () => {
    const open = new OpenSnapshot(snapshot("9/os/repodata/repomd.xml"), "rpm");
    expect(open.scopes("9/os/repodata/x.xml")).toHaveLength(1);
    expect(open.scopes("9/os/comps.xml")).toHaveLength(1);
    expect(open.scopes("9/x")).toHaveLength(0);
    const top = new OpenSnapshot(snapshot("repodata/repomd.xml"), "rpm");
    expect(top.scopes("repodata/x.xml")).toHaveLength(1);
  });
});

describe("a root by its name", () => {
  it.each([
    ["apt", "dists/a/InRelease", "dists/a/Release.gpg", true],
    ["apt", "dists/a/InRelease", "dists/a/Release", true],
    ["apt", "dists/a/Release", "dists/a/InRelease", true],
    ["apt", "dists/a/InRelease", "dists/a/main/Release", false],
    ["apt", "dists/a/InRelease", "dists/b/InRelease", false],
    ["rpm", "os/repodata/repomd.xml", "os/repodata/repomd.xml.asc", true],
    ["rpm", "os/repodata/repomd.xml", "os/repodata/repomd.xml.key", false],
    ["rpm", "os/repodata/repomd.xml", "os/repodata/primary.xml.gz", false],
    ["images", "a/SHA256SUMS", "a/SHA256SUMS.sign", true],
    ["images", "a/SHA256SUMS", "a/SHA512SUMS", false],
    ["pacman", "os/core.db", "os/core.db.sig", true],
    ["pacman", "os/core.db", "os/core.db.tar.gz", true],
    ["pacman", "os/core.db", "os/core.files", true],
    ["pacman", "os/core.db", "os/core.files.tar.zst.sig", true],
    ["pacman", "os/core.db", "os/core-testing.db", false],
    ["pacman", "os/core.db", "os/score.db", false],
    ["pacman", "os/core.db", "os/core.db.old", false],
    ["pacman", "os/core.db", "os/core-1-1-any.pkg.tar.zst", false],
    ["apk", "a/x86_64/APKINDEX.tar.gz", "a/x86_64/APKINDEX.tar.gz", true],
    ["apk", "a/x86_64/APKINDEX.tar.gz", "a/x86/APKINDEX.tar.gz", false],
  ] as const)("%s: %s has beside it %s: %s", (kind, of, path, expected) => {
    expect(isRootLike(kind, of, path)).toBe(expected);
  });

  it.each([
    ["apt", "dists/a/InRelease", true],
    ["apt", "dists/a/main/Packages", false],
    ["rpm", "repodata/repomd.xml.asc", true],
    ["rpm", "repodata/primary.xml", false],
    ["images", "a/SHA512SUMS.gpg", true],
    ["images", "a/Fedora-43-CHECKSUM", true],
    ["images", "a/README", false],
    ["pacman", "core/os/x86_64/core.db", true],
    ["pacman", "core/os/x86_64/core.files.tar.gz.sig", true],
    ["pacman", "core/os/x86_64/acl-2-1-x86_64.pkg.tar.zst.sig", false],
    ["apk", "v3.20/main/x86_64/APKINDEX.tar.gz", true],
    ["apk", "v3.20/main/x86_64/musl-1.2.5-r0.apk", false],
  ] as const)("%s: %s: %s", (kind, path, expected) => {
    expect(namesARoot(kind, path)).toBe(expected);
  });
});
