/** `nearmirror images classify`. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { classify, namesIn, shownClassified } from "../../../../scripts/images/classify.ts";
import { realReleases as releases } from "../../images/real-releases.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const hash = "ab".repeat(32);
const rule = {
  distro: "Void",
  locations: ["void/live/current/*.iso"],
  pattern: String.raw`void-live-(x86_64|i686)-(\d+)-(\w+)\.iso`,
  version: "$2",
  type: "live image with $3",
  platform: "$1",
};

test("each name is told with whose rule knows it, and the link that leads to it", () => {
  const paths = [
    "live/current/void-live-x86_64-20250202-base.iso",
    "debian-13.2.0-arm64-netinst.iso",
    "debian-13.1.0-arm64-netinst.iso",
    "notes.bin",
  ];
  const all = classify(paths, { repository: "void", rules: [rule], releases });
  expect(all.map(({ by, link }) => [by, link])).toEqual([
    ["rules", "/images/void/20250202/amd64/live-live-image-with-base"],
    ["nearmirror", "/images/debian/13/arm64/netinst"],
    // The link leads to the newer one.
    ["nearmirror", undefined],
    [null, undefined],
  ]);
  expect(all.map(shownClassified)).toEqual([
    "live/current/void-live-x86_64-20250202-base.iso: Void 20250202; amd64; live live-image-with-base; iso; by the rules given; /images/void/20250202/amd64/live-live-image-with-base",
    "debian-13.2.0-arm64-netinst.iso: Debian 13.2.0 (series 13, trixie); arm64; netinst; iso; /images/debian/13/arm64/netinst",
    "debian-13.1.0-arm64-netinst.iso: Debian 13.1.0 (series 13, trixie); arm64; netinst; iso",
    "notes.bin: no rule knows it; it is listed as other",
  ]);
});

test.each([
  // As sha256sum, sha256sum --tag, FreeBSD's sha256 and md5sum write them.
  [`${hash}  a.iso\n${hash} *./b c.iso\n`, ["a.iso", "b c.iso"]],
  [`SHA256 (a.iso) = ${hash}\n`, ["a.iso"]],
  [`SHA512 (a.iso) = ${hash}${hash}\nSHA256 (a.iso) = ${hash}\n`, ["a.iso"]],
  [`${"0f".repeat(16)}  a.iso\n`, ["a.iso"]],
  // Signed in itself: what isn't a sum is no name.
  [
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# a.iso: 12 bytes\r\nSHA256 (a.iso) = ${hash}\r\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n`,
    ["a.iso"],
  ],
  ["# mine\na.iso\n\n  b.iso  \na.iso\n", ["a.iso", "b.iso"]],
])("names are taken from %j", (text, names) => {
  expect(namesIn(text, "")).toEqual({ names, wrong: [] });
  expect(namesIn(text, "/13/amd64/").names).toEqual(names.map((name) => `13/amd64/${name}`));
});

test("what is no path inside a repository is told", () => {
  expect(namesIn("/etc/passwd\na/../b.iso\nc.iso", "")).toEqual({
    names: ["c.iso"],
    wrong: ["/etc/passwd", "a/../b.iso"],
  });
});

const program = fileURLToPath(new URL("../../../../scripts/nearmirror.js", import.meta.url));
const run = (args: string[], input = "") => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "images", ...args], {
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
};

test("the program reads a list of sums and a genisolist.ini, and says what it can't read", () => {
  const folder = temporaryFolder("classify-");
  const ini = join(folder, "site.ini");
  const options = ["--rules", ini, "--repository", "void", "--folder", "live/current"];
  const sums = `SHA256 (void-live-i686-20250202-xfce.iso) = ${hash}\n`;
  const ask = () => run(["classify", "--json", ...options], sums);
  expect(ask()).toMatchObject({ status: 1, stderr: expect.stringContaining("no file site.ini") });
  writeFileSync(
    ini,
    `[Void]\ndistro = Void\nlocation = void/live/current/*.iso\npattern = ${rule.pattern}\nversion = $2\ntype = $3\nplatform = $1\n`,
  );
  const { status, stdout } = ask();
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ distribution: "void", architecture: "i386", by: "rules" }),
  ]);
  expect(run(["classify", "--rules", ini, "a.iso"])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("begins with images/"),
  });
  writeFileSync(ini, "[Void]\nlocation = a\n");
  expect(ask()).toMatchObject({ status: 1, stderr: expect.stringMatching(/site\.ini:1.*distro/) });
  expect(run(["clasify"])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Did you mean classify?"),
  });
  expect(run(["classify", "/etc/passwd"])).toMatchObject({ status: 1, stdout: "" });
});
