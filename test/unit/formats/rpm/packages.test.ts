/** What rpm-md's indexes tell of packages, held against what dnf 4.14 prints of the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Advisory, PackageGroup } from "../../../../worker/formats/package-record.ts";
import { rpmPackages } from "../../../../worker/formats/rpm/packages.ts";
import { anyIndex, readEntries, readFiles, readPackages } from "../read-packages.ts";

/** By createrepo_c 0.17.3 of packages that rpmbuild 4.18 made; comps and updateinfo are as it passes them on. */
const fixture = (name: string) => readFileSync(join(import.meta.dirname, `fixtures/${name}.xml`));
const root = "9/x86_64/repodata/repomd.xml";

test("all of a package; that of sources isn't one", async () => {
  const { entries } = await readPackages(rpmPackages, root, fixture("primary"));
  expect(entries).toEqual([
    {
      name: "lamp",
      version: "2:1.4~rc1-3.el9",
      architecture: "x86_64",
      summary: "A lamp that glows",
      description: "A lamp that glows.\n\n* bright & warm\n* „quoted“ <text>",
      section: "Applications/System",
      homepage: "https://lamp.example/",
      license: "MIT and ISC",
      maintainer: "Ada Példa <ada@example.org>",
      path: "9/x86_64/lamp-1.4~rc1-3.el9.x86_64.rpm",
      size: 8045,
      sha256: "6e00a38d8fc05a6133dcd9c54121d18e7c1f860b1f71a563e835faf9bbbb036e",
      installedSize: 12,
      built: 1796108888,
      // `dnf repoquery --requires` and its like.
      relations: {
        provides: [
          "config(lamp) = 2:1.4~rc1-3.el9",
          "config(light) = 7-1",
          "lamp = 2:1.4~rc1-3.el9",
          "lamp(x86-64) = 2:1.4~rc1-3.el9",
          "liblamp.so.1()(64bit)",
          "light = 5",
          "perl(Lamp::Glow) = 1.5",
        ],
        depends: ["(chimney if glass)", "/usr/sbin/useradd", "oil >= 1:2.0-1", "wick"],
        recommends: ["(matches or lighter)"],
        suggests: ["shade = 3"],
        supplements: ["(house and night)"],
        enhances: ["table"],
        conflicts: ["torch < 4"],
        replaces: ["candle <= 1.0"],
      },
      commands: ["glow", "lampd"],
    },
    expect.objectContaining({
      name: "lamp-libs",
      version: "9-1",
      architecture: "noarch",
      source: "lamp",
      sourceVersion: "1.4~rc1-3.el9",
      relations: {
        provides: ["lamp-libs = 9-1"],
        depends: ["lamp = 2:1.4~rc1-3.el9"],
      },
    }),
  ]);
});

test("files: folders aren't, ghosts are", async () => {
  const { entries } = await readFiles(rpmPackages, fixture("filelists"));
  // `dnf repoquery -l lamp`, without its folders.
  expect(entries).toEqual([
    "lamp etc/lamp.d/lamp.conf",
    "lamp etc/lamp.d/state",
    "lamp usr/bin/glow",
    "lamp usr/games/flicker",
    "lamp usr/lib/lamp/bin/inner",
    "lamp usr/sbin/lampd",
    "lamp usr/share/lamp/read me & more.txt",
    "lamp-libs usr/share/lamp/lib",
  ]);
});

test("groups, and environments with the packages of their groups", async () => {
  const { entries } = await readEntries<PackageGroup>(
    (take) => rpmPackages.groups?.(root, anyIndex, take) ?? expect.fail("none"),
    fixture("comps"),
  );
  // `dnf group info whole-house lights`.
  expect(entries).toEqual([
    {
      id: "lights",
      title: "Lights",
      description: "Lamps & more",
      packages: ["lamp", "torch"],
    },
    { id: "spare", title: "Spare parts", packages: ["lamp-libs", "lamp"] },
    { id: "extra", title: "Extra", packages: ["shade"] },
    {
      id: "whole-house",
      title: "Whole house",
      description: "Everything that glows",
      packages: ["lamp", "torch", "lamp-libs"],
    },
  ]);
});

const readAdvisories = (text: string | Uint8Array) =>
  readEntries<Advisory>(
    (take) => rpmPackages.advisories?.(root, anyIndex, take) ?? expect.fail("none"),
    text,
  );

test("advisories", async () => {
  const { entries } = await readAdvisories(fixture("updateinfo"));
  expect(entries).toEqual([
    {
      id: "EX-2026:0001",
      type: "security",
      title: "Important: lamp security update",
      severity: "Important",
      issued: Date.UTC(2026, 2, 4, 5, 6, 7) / 1000,
      references: ["CVE-2026-1", "77"],
      packages: [
        { name: "lamp", version: "2:1.4~rc1-3.el9", architecture: "x86_64" },
        { name: "lamp-libs", version: "9-1", architecture: "noarch" },
      ],
    },
  ]);
});

test.each([
  ["1435735892", 1435735892],
  ["2015-07-01", 1435708800],
  ["2015-07-01 00:00:01 UTC", 1435708801],
  ["2015-13-01", undefined],
  ["soon", undefined],
])("issued %s", async (date, seconds) => {
  // Fedora writes `None` for no severity.
  const more = `<issued date="${date}"/><severity>None</severity>`;
  const { entries } = await readAdvisories(
    `<updates><update type="bugfix"><id>a</id>${more}</update></updates>`,
  );
  const issued = seconds === undefined ? {} : { issued: seconds };
  const own = { id: "a", type: "bugfix", title: "a", references: [], packages: [] };
  expect(entries).toStrictEqual([{ ...own, ...issued }]);
});

test.each([
  ["foo >= 1:2-3", "foo"],
  ["libx.so.1()(64bit)", "libx.so.1()(64bit)"],
  ["/bin/sh", "/bin/sh"],
  ["(foo if bar)", "foo bar"],
  ["((a >= 1 and b(x)) or (c with d < 2) unless e)", "a b(x) c d e"],
  ["(libx.so.1()(64bit) or config(y) = 3 else z)", "libx.so.1()(64bit) config(y) z"],
  ["(kmod(if.ko) without and)", "kmod(if.ko)"],
  ["", ""],
])("names in %s", (entry, names) => {
  expect(rpmPackages.namesIn(entry).join(" ")).toBe(names);
});

const entry = (name: string, more = "") =>
  `<package type="rpm">${name}<arch>noarch</arch><version epoch="0" ver="1" rel="1"/><location href="a.rpm"${more}/></package>`;
const named = "<name>a</name>";
const primary = (...packages: string[]) => `<metadata>${packages.join("\n")}</metadata>`;

test("a package without a name is left out, one at another base has no path", async () => {
  const text = primary(entry(named), entry(""), entry(named, ' xml:base="https://x.example/"'));
  const { entries, leftOut } = await readPackages(rpmPackages, root, text);
  expect(entries.map(({ path }) => path)).toEqual(["9/x86_64/a.rpm", undefined]);
  expect(leftOut).toEqual({
    count: 1,
    first: expect.stringMatching(/^package 2 \(line 2, column \d+\): has no name/),
  });
});

test.each([
  ["another list", "<filelists></filelists>", /no list of packages/],
  ["no end", "<metadata>", /the end of the list is missing|unclosed/],
  ["entities", '<!DOCTYPE metadata [<!ENTITY a "b">]><metadata/>', /declaration of a document's/],
  ["a text without end", `<metadata>${"x".repeat(2 ** 20 + 1)}`, /no tag for 1048576 characters/],
  ["deep elements", `<metadata>${"<a>".repeat(20)}`, /more than 16 elements inside each other/],
])("%s is refused", async (_, text, says) => {
  expect((await readPackages(rpmPackages, root, text)).refused).toMatch(says);
});

test("an entry of too many elements, and groups of too many names, are refused", async () => {
  const many = `<metadata><package>${"<a/>".repeat(200_001)}</package></metadata>`;
  expect((await readPackages(rpmPackages, root, many)).refused).toMatch(
    /more than 200000 elements/,
  );
  const groups = Array.from({ length: 30 }, (_, at) => {
    const names = Array.from({ length: 4000 }, (_, nth) => `<packagereq>p${nth}</packagereq>`);
    return `<group><id>g${at}</id><packagelist>${names.join("")}</packagelist></group>`;
  });
  const { entries, refused } = await readEntries<PackageGroup>(
    (take) => rpmPackages.groups?.(root, anyIndex, take) ?? expect.fail("none"),
    `<comps>${groups.join("\n")}</comps>`,
    65_536,
  );
  expect(refused).toBe("group g24: more than 100000 names");
  expect(entries).toHaveLength(24);
});

test("long runs of blanks and line ends cost no more than their length", async () => {
  const description = `<description>a${" ".repeat(300_000)}${"\n".repeat(300_000)}b</description>`;
  const { entries } = await readPackages(rpmPackages, root, primary(entry(named + description)));
  expect(entries[0]?.description).toHaveLength(300_002);
});

test("comps may name its type, and no entities of its own", async () => {
  const group = "<comps><group><id>a</id></group></comps>";
  const read = (text: string) =>
    readEntries<PackageGroup>(
      (take) => rpmPackages.groups?.(root, anyIndex, take) ?? expect.fail("none"),
      text,
    );
  expect((await read(`<!DOCTYPE comps SYSTEM "comps.dtd">${group}`)).entries).toHaveLength(1);
  const refused = (await read(`<!DOCTYPE comps [<!ENTITY a "b">]>${group}`)).refused;
  expect(refused).toMatch(/^group 1 .*declaration of a document's type/);
});
