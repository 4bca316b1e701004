/** Rules of a `genisolist.ini`, held against what genisolist.py (2026-07-27) makes of the same file and names. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compileMirrorList } from "../../../scripts/mirrors/compile.ts";
import { globPattern } from "../../../worker/images/genisolist/glob.ts";
import { rulesOf } from "../../../worker/images/genisolist/image-rules.ts";
import { readIni } from "../../../worker/images/genisolist/read-ini.ts";
import { type ImageRule, readSections } from "../../../worker/images/genisolist/read-sections.ts";
import { imageOf } from "../../../worker/images/image-of.ts";
import { realReleases } from "./real-releases.ts";

const iniFolder = join(import.meta.dirname, "genisolist");

/** A list with one repository of images, which names a file of rules. */
function listWith(repository: string, files: Record<string, string> = {}, kind = "images"): string {
  const dir = mkdtempSync(join(tmpdir(), "image-rules-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const folder of ["mirrors", "repositories", "keys"]) mkdirSync(join(dir, folder));
  cpSync(iniFolder, join(dir, "images"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, "images", name), text);
  writeFileSync(
    join(dir, "repositories", `${repository}.yaml`),
    `name: ${repository}\nkind: ${kind}\ntitle: T\norigin: https://mirror.example/r/\nimages:\n  rules: images/site.ini\n`,
  );
  return dir;
}

async function rulesIn(repository: string): Promise<ImageRule[]> {
  const { views, errors } = await compileMirrorList(listWith(repository), 0);
  expect(errors).toEqual([]);
  return views?.catalogue.repositories[0]?.images?.rules ?? [];
}

async function said(repository: string, paths: readonly string[]): Promise<Record<string, string>> {
  const rules = rulesOf(await rulesIn(repository));
  const images = paths.map((path) => imageOf({ repository, path }, realReleases, rules));
  return Object.fromEntries(
    images
      .filter(({ version }) => version !== "")
      .map(({ path, distribution, version, architecture, type, edition }) => [
        path,
        [distribution, version, architecture, type, edition].join(" "),
      ]),
  );
}

test("the same files are found as by genisolist, with the same version, platform and type", async () => {
  const mint = await said("linuxmint-cd", [
    "stable/22.2/linuxmint-22.2-cinnamon-64bit.iso",
    "stable/22.2/linuxmint-22.2-xfce-64bit.iso",
    "stable/22.2/sub/linuxmint-22.2-mate-64bit.iso",
    "stable/22.2/linuxmint-22.2-mate-64bit.iso.torrent",
    "stable/19.3/linuxmint-19.3-mate-32bit.iso",
    "debian/lmde-7-cinnamon-64bit.iso",
    "debian/old/more/lmde-5-cinnamon-32bit.iso",
    "testing/linuxmint-23-cinnamon-64bit.iso",
  ]);
  expect(mint).toEqual({
    "stable/22.2/linuxmint-22.2-cinnamon-64bit.iso": "linux-mint 22.2 amd64 installer cinnamon",
    "stable/22.2/linuxmint-22.2-xfce-64bit.iso": "linux-mint 22.2 amd64 installer xfce",
    "stable/19.3/linuxmint-19.3-mate-32bit.iso": "linux-mint 19.3 i386 installer mate",
    "debian/lmde-7-cinnamon-64bit.iso": "linux-mint 7 amd64 installer cinnamon",
    "debian/old/more/lmde-5-cinnamon-32bit.iso": "linux-mint 5 i386 installer cinnamon",
  });
  const live = await said("void", [
    "live/current/void-live-x86_64-20250202-base.iso",
    "live/current/void-live-x86_64-musl-20250202-xfce.iso",
    "live/current/void-live-i686-20250202-base.iso",
    "live/current/void-live-aarch64-20250202-base.iso",
    "live/20250202/void-live-x86_64-20250202-base.iso",
  ]);
  expect(live).toEqual({
    "live/current/void-live-x86_64-20250202-base.iso":
      "void 20250202 amd64 live live-image-with-base",
    "live/current/void-live-x86_64-musl-20250202-xfce.iso":
      "void 20250202 amd64 live live-image-with-xfce-musl",
    "live/current/void-live-i686-20250202-base.iso": "void 20250202 i386 live live-image-with-base",
  });
});

test("a repository has the rules that may be of it, and ours come first", async () => {
  expect((await rulesIn("void")).map(({ distro }) => distro)).toEqual(["Void"]);
  const rule: ImageRule = { distro: "Mine", locations: ["x/*.iso"], pattern: "debian-(.+)-amd64" };
  const image = imageOf(
    { repository: "x", path: "debian-13.2.0-amd64-netinst.iso" },
    realReleases,
    rulesOf([rule]),
  );
  expect(image.distribution).toBe("debian");
});

test.each([
  ["[a]\ndistro = X\nlocation = void/*\npattern = x(\n", /site\.ini:4:1: .*Unterminated group/],
  ["[a]\nlocation = void/*\npattern = x\n", /site\.ini:1:1: \[a\] has no distro/],
  ["[a]\ndistro = X\npattern = x\n", /site\.ini:1:1: \[a\] has no location/],
  [
    "[a]\ndistro = X\nlocation = void/*\npatern = x\n",
    /site\.ini:4:1: genisolist knows no option patern/,
  ],
  ["[a]\ndistro = X\n[a]\n", /site\.ini:3:1: There is another section \[a\]/],
  ["distro = X\n", /site\.ini:1:1: Before this line a \[section\] has to begin/],
  ["[a]\ndistro\n", /site\.ini:2:1: This is no section/],
  ["!include nothing/*.ini\n", /site\.ini:1:1: No file is called nothing/],
  ["!include site.ini\n", /site\.ini:1:1: It includes itself/],
  ["[a]\ndistro = X\nlocation = other/*\npattern = x\n", /void\.yaml:6:10: None of its sections/],
])("%j is refused with its place", async (text, message) => {
  const { views, errors } = await compileMirrorList(listWith("void", { "site.ini": text }), 0);
  expect(views).toBeUndefined();
  const [first] = errors;
  expect(`${first?.file}:${first?.line}:${first?.column}: ${first?.message}`).toMatch(message);
});

test("other kinds have no images to name", async () => {
  const { errors } = await compileMirrorList(listWith("void", {}, "files"), 0);
  expect(errors[0]?.message).toContain("of no use to a repository of the kind files");
});

test("globs are pathlib's", () => {
  const matches = (glob: string, path: string) => globPattern(glob).test(path);
  expect(matches("a/*.iso", "a/b.iso")).toBe(true);
  expect(matches("a/*.iso", "a/b/c.iso")).toBe(false);
  expect(matches("a/**/*.iso", "a/c.iso")).toBe(true);
  expect(matches("a/**/*.iso", "a/b/d/c.iso")).toBe(true);
  expect(matches("[1-9][0-9]/x", "42/x")).toBe(true);
  expect(matches("[!0-9]/x", "4/x")).toBe(false);
  expect(matches("a.b/?", "axb/c")).toBe(false);
});

test("values go on over lines, and comments begin lines only", () => {
  const lines = ["[a]", "# no", "key = one ; two", "  three", "other : x=y"].map((text, index) => ({
    file: "f",
    line: index + 1,
    text,
  }));
  const sections = readIni(lines);
  const options = Array.isArray(sections) ? sections[0]?.options : undefined;
  expect(options?.get("key")?.value).toBe("one ; two\nthree");
  expect(options?.get("other")?.value).toBe("x=y");
  expect(readSections([])).toEqual([]);
});
