/** What apt's indexes tell of packages, held against what apt 2.6.2 prints of the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { aptPackages } from "../../../../worker/formats/apt/packages.ts";
import type { PackageCommands, PackageRecord } from "../../../../worker/formats/package-record.ts";
import { anyIndex, readEntries, readPackages } from "../read-packages.ts";

/** By `apt-ftparchive packages pool` of two packages that `dpkg-deb` built (apt 2.6.2, dpkg 1.21.22), and one by hand. */
const packages = readFileSync(join(import.meta.dirname, "fixtures/Packages"));
const root = "dists/s/InRelease";

const recordOf = async (name: string): Promise<PackageRecord | undefined> => {
  const { entries } = await readPackages(aptPackages, root, packages);
  return entries.find((one) => one.name === name);
};

test("all of a stanza, as apt-cache show prints it", async () => {
  expect(await recordOf("lamp")).toEqual({
    name: "lamp",
    version: "2:1.4~rc1-3",
    architecture: "amd64",
    summary: "lamp that glows („warm“)",
    description: "A lamp that glows.\n\n* bright & warm\n* quiet",
    source: "lighting",
    sourceVersion: "1.4~rc1-3",
    section: "misc",
    priority: "optional",
    homepage: "https://lamp.example/",
    maintainer: "Ada Példa <ada@example.org>",
    path: "pool/lamp_1.4~rc1-3_amd64.deb",
    size: 20672,
    sha256: "c1205d76bb678ea4b049f661f95ad18688b9e6b63d35d18f2da3bdf3429de329",
    installedSize: 42 * 1024,
    relations: {
      preDepends: ["init-system-helpers (>= 1.54~)"],
      depends: [
        "oil (>= 1:2.0)",
        "wick | candle (<< 2) | light-source",
        "python3:any (>= 3.9~)",
        "libc6",
      ],
      recommends: ["matches|lighter"],
      suggests: ["shade"],
      enhances: ["table"],
      conflicts: ["torch (<< 4)"],
      breaks: ["night (<= 1)"],
      replaces: ["candle"],
      provides: ["light (= 5)", "glow"],
    },
    tags: ["role::program", "use::glowing", "works-with::light"],
  });
});

test("a package that provides its own name without a version is no provider of it, as apt-cache showpkg has it (2.6.2)", async () => {
  const stanza =
    "Package: wick\nVersion: 1\nArchitecture: all\nProvides: wick, wick-new, wick (= 2)\n";
  const { entries } = await readPackages(aptPackages, root, new TextEncoder().encode(stanza));
  expect(entries).toMatchObject([{ relations: { provides: ["wick-new", "wick (= 2)"] } }]);
});

test("the source's version is told where it is another", async () => {
  expect(await recordOf("lamp-data")).toMatchObject({ source: "lighting" });
  expect(await recordOf("lamp-data")).not.toHaveProperty("sourceVersion");
});

test("names of fields don't mind case, the last of two counts, a value begins on the next line", async () => {
  expect(await recordOf("odd")).toEqual({
    name: "odd",
    version: "1.0-1",
    architecture: "amd64",
    path: "pool/lamp-data_1.4~rc1-3_all.deb",
    size: 1,
    sha256: "a".repeat(64),
    summary: "first",
    description: "long",
    relations: { depends: ["d (>= 1)", "e"] },
  });
});

test("names in relations are those of apt-cache depends", async () => {
  const { relations = {} } = (await recordOf("lamp")) ?? {};
  const names = [...(relations.depends ?? []), ...(relations.recommends ?? [])].flatMap((entry) =>
    aptPackages.namesIn(entry),
  );
  // apt-cache keeps the `:any` of python3, which is no part of the name.
  expect(names.join(" ")).toBe("oil wick candle light-source python3 libc6 matches lighter");
  expect(aptPackages.namesIn("mta (= 1.2)")).toEqual(["mta"]);
});

describe("left out or absent", () => {
  const good = "Package: a\nVersion: 1\nArchitecture: all\nFilename: a.deb\n\n";
  test.each([
    ["Package", "Version: 1\nArchitecture: all\n", /stanza 2 has no Package/],
    ["Version", "Package: b\nArchitecture: all\n", /stanza 2 has no Version/],
    ["Architecture", "Package: b\nVersion: 1\n", /stanza 2 has no Architecture/],
    ["a name", "Package: b c\nVersion: 1\nArchitecture: all\n", /stanza 2 has no Package/],
  ])("without %s", async (_, stanza, says) => {
    const { entries, leftOut } = await readPackages(aptPackages, root, `${good}${stanza}\n${good}`);
    expect(entries.map(({ name }) => name)).toEqual(["a", "a"]);
    expect(leftOut?.first).toMatch(says);
  });

  test("a path that leads elsewhere isn't there", async () => {
    const odd = good.replace("a.deb", "../a.deb");
    const { entries } = await readPackages(aptPackages, root, odd);
    expect(entries).toEqual([{ name: "a", version: "1", architecture: "all" }]);
  });

  test.each([
    ["dists/s/InRelease", "a.deb", "a.deb"],
    ["ubuntu/dists/s/InRelease", "a.deb", "ubuntu/a.deb"],
    ["binary/Release", "a.deb", "binary/a.deb"],
    ["binary/Release", "binary/a.deb", "binary/a.deb"],
  ])("of %s, %s is at %s", async (path, name, placed) => {
    const { entries } = await readPackages(aptPackages, path, good.replace("a.deb", name));
    expect(entries[0]?.path).toBe(placed);
  });
});

test("Translation-en: what stands behind the first line", async () => {
  // As bookworm's, with a package whose text is of one line.
  const text =
    "Package: 0ad\nDescription-md5: d943033bedada21853d2ae54a2578a7b\nDescription-en: Real-time strategy game of ancient warfare\n 0 A.D. is free.\n .\n  * really\n\nPackage: b\nDescription-en: short\n\n";
  const read = await readEntries<(string | undefined)[]>(
    (take) =>
      aptPackages.descriptions?.(root, anyIndex, (...one) => take(one)) ?? expect.fail("none"),
    text,
  );
  expect(read).toEqual({ entries: [["0ad", "0 A.D. is free.\n\n* really", "d943033bedad"]] });
});

test("Commands: visible names, ignored commands, bonus", async () => {
  // In the form that command-not-found's own reader takes.
  const text = `suite: noble
component: main
arch: amd64

name: default-jre
version: 8
priority-bonus: 5
commands: java,javaw

name: python3.12-minimal
visible-pkgname: python3.12
version: 3.12
commands: python3.12,ignore-me
ignore-commands: ignore-me

name: unversioned
commands: x
`;
  const read = await readEntries<PackageCommands>(
    (take) => aptPackages.commands?.(root, anyIndex, take) ?? expect.fail("none"),
    text,
  );
  expect(read).toEqual({
    entries: [
      { name: "default-jre", version: "8", commands: ["java", "javaw"], bonus: 5 },
      { name: "python3.12", version: "3.12", commands: ["python3.12"] },
      { name: "unversioned", commands: ["x"] },
    ],
  });
});
