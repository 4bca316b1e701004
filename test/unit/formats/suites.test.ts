/** What suites are called, and which architectures are read of them. */
import { expect, test } from "vitest";
import type { Kind } from "../../../worker/formats/kinds.ts";
import { suiteNamings } from "../../../worker/formats/suites.ts";

test.each<[Kind, string, string]>([
  ["apt", "dists/bookworm/InRelease", "bookworm"],
  ["apt", "dists/stable/updates/InRelease", "stable/updates"],
  ["apt", "ubuntu/dists/noble-updates/Release", "noble-updates"],
  ["apt", "InRelease", "."],
  ["apt", "deb/InRelease", "deb"],
  ["rpm", "9/AppStream/x86_64/os/repodata/repomd.xml", "9/AppStream/x86_64/os"],
  ["rpm", "repodata/repomd.xml", "."],
  ["pacman", "core/os/x86_64/core.db", "core/os/x86_64"],
  ["pacman", "x86_64/chaotic-aur.db.tar.zst", "x86_64/chaotic-aur"],
  ["pacman", "custom.db", "custom"],
  ["apk", "v3.24/main/x86_64/APKINDEX.tar.gz", "v3.24/main/x86_64"],
])("%s %s is %s", (kind, root, suite) => {
  expect(suiteNamings[kind]?.suite(root)).toBe(suite);
});

test("of apt the architectures that are had ahead are read, else one; of others all of a root", () => {
  const architectures = ["arm64", "amd64", "i386"];
  const of = (kind: Kind, more = {}) =>
    suiteNamings[kind]?.architectures({ architectures, ...more });
  expect(of("apt")).toEqual(["amd64"]);
  expect(of("apt", { ahead: ["arm64", "i386"] })).toEqual(["arm64", "i386"]);
  expect(of("apt", { architectures: ["riscv64", "armhf"] })).toEqual(["riscv64"]);
  expect(of("rpm", { ahead: ["x86_64"] })).toEqual([]);
  expect(suiteNamings.images).toBe(undefined);
});
