/** Which indexes tell of packages, of roots as distributions have them. */
import { describe, expect, test } from "vitest";
import { apkPackages } from "../../../worker/formats/apk/packages.ts";
import { aptPackages } from "../../../worker/formats/apt/packages.ts";
import type { NamedFiles } from "../../../worker/formats/kind-reading.ts";
import type { PackageIndex, PackageReading } from "../../../worker/formats/package-reading.ts";
import { pacmanPackages } from "../../../worker/formats/pacman/packages.ts";
import { rpmPackages } from "../../../worker/formats/rpm/packages.ts";

const hash = "a".repeat(64);
const named = (...paths: string[]): NamedFiles =>
  Object.fromEntries(paths.map((path) => [path, { size: 5, sha256: hash }]));
const file = (path: string) => ({ path, size: 7, sha256: hash });

interface Asked {
  architectures?: string[];
  files?: boolean;
  text?: string;
}

/** Each index in a line: its role, component, architecture, and its variants. */
function told(indexes: readonly PackageIndex[]): string[] {
  return indexes.map(({ role, component = "-", architecture = "-", variants, isRoot }) =>
    [
      role,
      component,
      architecture,
      ...variants.map(({ path }) => path),
      ...(isRoot ? ["root"] : []),
    ].join(" "),
  );
}

function ask(reading: PackageReading, root: string, paths: readonly string[], asked: Asked = {}) {
  const { architectures = [], files = true, text } = asked;
  const wanted = { architectures, files };
  const itself = { path: root, files: [file(root)], ...(text !== undefined && { text }) };
  return told(reading.indexes(itself, named(...paths), wanted));
}

describe("apt", () => {
  const suite = "dists/bookworm/";
  // Of bookworm's InRelease, one of each form.
  const bookworm = [
    "main/Contents-amd64",
    "main/Contents-amd64.gz",
    "main/Contents-all.gz",
    "main/Contents-source.gz",
    "main/Contents-udeb-amd64.gz",
    "main/Contents-arm64.gz",
    "main/binary-all/Packages.xz",
    "main/binary-amd64/Packages",
    "main/binary-amd64/Packages.xz",
    "main/binary-amd64/Packages.gz",
    "main/binary-amd64/Release",
    "main/binary-arm64/Packages.xz",
    "main/debian-installer/binary-amd64/Packages.xz",
    "main/i18n/Translation-de.bz2",
    "main/i18n/Translation-en",
    "main/i18n/Translation-en.bz2",
    "main/i18n/Translation-en.xz",
    "main/source/Sources.xz",
  ].map((name) => suite + name);
  const root = `${suite}InRelease`;
  const of = (name: string) => `${suite}main/${name}`;
  const amd64 = `packages main amd64 ${of("binary-amd64/Packages.gz")} ${of("binary-amd64/Packages.xz")} ${of("binary-amd64/Packages")}`;
  const descriptions = `descriptions main - ${of("i18n/Translation-en.xz")} ${of("i18n/Translation-en")}`;
  const contents = [
    `files main amd64 ${of("Contents-amd64.gz")} ${of("Contents-amd64")}`,
    `files main all ${of("Contents-all.gz")}`,
  ];

  test("wanted architectures and all, gzip first, bzip2 never", () => {
    expect(ask(aptPackages, root, bookworm, { architectures: ["amd64"] })).toEqual([
      `packages main all ${of("binary-all/Packages.xz")}`,
      amd64,
      descriptions,
      ...contents,
    ]);
  });

  test("none of all where each architecture's index has the same packages", () => {
    const asked = {
      architectures: ["amd64"],
      text: "Suite: oldstable\nNo-Support-for-Architecture-all: Packages\nArchitectures: all amd64\n",
    };
    expect(ask(aptPackages, root, bookworm, asked)).toEqual([amd64, descriptions, ...contents]);
    const other = { ...asked, text: "No-Support-for-Architecture-all: Contents\n" };
    expect(ask(aptPackages, root, bookworm, other)).toHaveLength(5);
  });

  test("every architecture where none is named, and no files where none are wanted", () => {
    expect(ask(aptPackages, root, bookworm, { files: false })).toEqual([
      `packages main all ${of("binary-all/Packages.xz")}`,
      amd64,
      `packages main arm64 ${of("binary-arm64/Packages.xz")}`,
      descriptions,
    ]);
  });

  test("Ubuntu's commands, and its Contents of all components", () => {
    const noble = [
      "Contents-amd64.gz",
      "Contents-i386.gz",
      "main/cnf/Commands-amd64.xz",
      "main/cnf/Commands-i386.xz",
      "main/binary-amd64/Packages.xz",
    ].map((name) => `dists/noble/${name}`);
    expect(ask(aptPackages, "dists/noble/InRelease", noble, { architectures: ["amd64"] })).toEqual([
      "packages main amd64 dists/noble/main/binary-amd64/Packages.xz",
      "commands main amd64 dists/noble/main/cnf/Commands-amd64.xz",
      "files - amd64 dists/noble/Contents-amd64.gz",
    ]);
  });

  test("a flat repository, and none of what lies below it", () => {
    const flat = ["Packages", "Packages.gz", "en.xz", "Contents-amd64.gz", "other/Packages"];
    expect(ask(aptPackages, "InRelease", flat, { architectures: ["amd64"] })).toEqual([
      "packages - - Packages.gz Packages",
      "descriptions - - en.xz",
      "files - amd64 Contents-amd64.gz",
    ]);
  });

  test("what no hash proves is no form, and a SHA-512 proves as well", () => {
    const files = {
      "Packages.gz": { size: 1, md5: "0".repeat(32) },
      "Packages.xz": { size: 2, sha512: "b".repeat(128) },
    };
    const wanted = { architectures: [], files: true };
    const [index] = aptPackages.indexes({ path: "InRelease", files: [] }, files, wanted);
    expect(index?.variants).toEqual([{ path: "Packages.xz", sha256: "b".repeat(128), size: 2 }]);
  });
});

describe("rpm", () => {
  const base = "9/BaseOS/x86_64/os/repodata/";
  const root = `${base}repomd.xml`;
  // Of CentOS Stream 9's repomd.xml, shortened hashes filled up; as createrepo_c names its files.
  const stream = [
    `${hash}-primary.xml.gz`,
    `${hash}-primary.sqlite.xz`,
    `${hash}-filelists.xml.gz`,
    `${hash}-filelists-ext.xml.gz`,
    `${hash}-other.xml.gz`,
    `${hash}-comps-BaseOS.x86_64.xml`,
    `${hash}-comps-BaseOS.x86_64.xml.gz`,
    `${hash}-updateinfo.xml.gz`,
    `${hash}-modules.yaml.gz`,
  ].map((name) => base + name);

  test("by the names that are the same in each state", () => {
    const one = { path: root, files: [file(root)] };
    const indexes = rpmPackages.indexes(one, named(...stream), { architectures: [], files: true });
    expect(indexes.map(({ role, name }) => `${role} ${name}`)).toEqual([
      `packages ${base}primary.xml`,
      `groups ${base}comps-BaseOS.x86_64.xml`,
      `advisories ${base}updateinfo.xml`,
      `files ${base}filelists.xml`,
    ]);
    expect(indexes[1]?.variants.map(({ path }) => path.endsWith(".gz"))).toEqual([true, false]);
  });

  test("the architecture is a step of the path", () => {
    const count = (path: string, architectures: string[], files = false) =>
      ask(
        rpmPackages,
        path,
        stream.map((one) => one.replace(base, path.replace("repomd.xml", ""))),
        {
          architectures,
          files,
        },
      ).length;
    expect(count(root, ["x86_64"])).toBe(3);
    expect(count(root, ["x86_64"], true)).toBe(4);
    expect(count(root, ["aarch64"])).toBe(0);
    expect(count("tumbleweed/repo/oss/repodata/repomd.xml", ["x86_64"])).toBe(3);
    expect(count("9/BaseOS/source/tree/repodata/repomd.xml", [])).toBe(0);
  });
});

describe("pacman and apk", () => {
  test("a database and its files, held beside it or named by their hash", () => {
    const root = "core/os/x86_64/core.db";
    const wanted = { architectures: ["x86_64"], files: true };
    const files = "core/os/x86_64/core.files";
    const held = { path: root, files: [file(root), file(`${root}.sig`), file(files)] };
    const both = [`packages - x86_64 ${root} root`, `files - x86_64 ${files}`];
    expect(told(pacmanPackages.indexes(held, {}, wanted))).toEqual(both);
    expect(ask(pacmanPackages, root, [files, `${files}.tar.gz`], wanted)).toEqual(both);
    expect(ask(pacmanPackages, root, [], wanted)).toEqual(both.slice(0, 1));
    expect(ask(pacmanPackages, root, [files], { ...wanted, files: false })).toHaveLength(1);
    expect(ask(pacmanPackages, root, [], { architectures: ["aarch64"] })).toEqual([]);
  });

  test("Alpine's root is its index", () => {
    const root = "v3.22/main/x86_64/APKINDEX.tar.gz";
    const one = [`packages - x86_64 ${root} root`];
    expect(ask(apkPackages, root, [], { architectures: ["x86_64"] })).toEqual(one);
    expect(ask(apkPackages, root, [], { architectures: ["armv7"] })).toEqual([]);
  });
});
