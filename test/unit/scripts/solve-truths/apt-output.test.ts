/** Outputs are those of Debian 12's apt 2.6.2, `LC_ALL=C apt-get -s`, over a handful of packages. */
import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../../../scripts/solve-truths/apt-output.ts";
import type { InstalledPackage } from "../../../../worker/solve/request.ts";

const installed: InstalledPackage[] = [
  { name: "base", version: "0.9", architecture: "amd64" },
  { name: "libone", version: "1:1.5-2", architecture: "i386" },
  { name: "data", version: "2", architecture: "all" },
];
const read = (stdout: string, stderr = "", status = stderr === "" ? 0 : 100) =>
  outcomeOf({ status, stdout, stderr }, installed, "amd64");
const heading = "Reading package lists...\nBuilding dependency tree...\n";

describe("an answer", () => {
  it("has what is new and what replaces a version, and not what is set up", () => {
    const stdout = `${heading}The following additional packages will be installed:
  libone
The following NEW packages will be installed:
  libone
The following packages will be upgraded:
  base
1 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
Inst libone (1:1.5-2 Debian:12.15/oldstable [amd64])
Conf libone (1:1.5-2 Debian:12.15/oldstable [amd64])
Inst base [0.9] (1.0 Debian:12.15/oldstable [amd64])
Conf base (1.0 Debian:12.15/oldstable [amd64])
`;
    expect(read(stdout)).toEqual({
      changes: [
        { action: "install", name: "base", architecture: "amd64", version: "1.0", from: "0.9" },
        { action: "install", name: "libone", architecture: "amd64", version: "1:1.5-2" },
      ],
    });
  });

  it("reads foreign architectures, several suites, and what is broken meanwhile", () => {
    const stdout = `Inst libc6:i386 (2.36-9+deb12u14 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [i386]) []
Inst xz-utils (5.4.1-1+deb12u2 Debian:12.15/oldstable [amd64]) [libc6:i386 perl-base:amd64 ]
Inst data [2] (3 Debian:12.15/oldstable [all]) [base:amd64 on libone:amd64] [base:amd64 ]
`;
    expect(read(stdout)).toEqual({
      changes: [
        { action: "install", name: "data", architecture: "all", version: "3", from: "2" },
        { action: "install", name: "libc6", architecture: "i386", version: "2.36-9+deb12u14" },
        { action: "install", name: "xz-utils", architecture: "amd64", version: "5.4.1-1+deb12u2" },
      ],
    });
  });

  it("tells the architecture of what is removed, which apt prints of foreign packages alone", () => {
    const stdout = `${heading}The following packages will be REMOVED:
  data libone:i386
0 upgraded, 0 newly installed, 2 to remove and 1 not upgraded.
Remv data [2]
Remv libone:i386 [1:1.5-2]
`;
    expect(read(stdout)).toEqual({
      changes: [
        { action: "remove", name: "data", architecture: "all", version: "2" },
        { action: "remove", name: "libone", architecture: "i386", version: "1:1.5-2" },
      ],
    });
  });

  it("takes the removal of an essential package, which a simulation only warns of", () => {
    const stdout = `${heading}The following packages will be REMOVED:
  base
WARNING: The following essential packages will be removed.
This should NOT be done unless you know exactly what you are doing!
  base
0 upgraded, 0 newly installed, 1 to remove and 0 not upgraded.
Remv base [0.9]
`;
    const removed = { action: "remove", name: "base", architecture: "amd64", version: "0.9" };
    expect(read(stdout)).toEqual({ changes: [removed] });
  });

  it("may be that nothing changes", () => {
    const stdout = `${heading}Calculating upgrade...
The following packages have been kept back:
  base
0 upgraded, 0 newly installed, 0 to remove and 1 not upgraded.
`;
    expect(read(stdout)).toEqual({ changes: [] });
  });
});

describe("a refusal", () => {
  it.each([
    "Unable to correct problems, you have held broken packages.",
    "Package 'virt' has no installation candidate",
    "Version '7' for 'base' was not found",
    "Release 'nosuch' for 'base' was not found",
    "Unable to locate package nothere:i386",
  ])("%s", (text) => {
    expect(read(heading, `E: ${text}\n`)).toEqual({ refused: text });
  });

  it("has all that is wrong", () => {
    const stderr = "E: Version '1' for 'data' was not found\nE: Unable to locate package nothere\n";
    expect(read(heading, stderr)).toEqual({
      refused: "Version '1' for 'data' was not found Unable to locate package nothere",
    });
  });
});

describe("no answer", () => {
  it.each([
    ["apt's own fault", "", "E: Can't find a source to download version '2' of 'data:all'\n", 0],
    ["a lock", "", "E: Could not get lock /var/lib/dpkg/lock\n", 100],
    ["an end without a word", "", "", 100],
    ["a removal of what isn't installed", "Remv other [1]\n", "", 0],
    ["a removal of another version", "Remv data [1]\n", "", 0],
    ["a line of another form", "Inst data 3\n", "", 0],
    ["the same twice", "Remv data [2]\nRemv data [2]\n", "", 0],
  ])("%s", (_, stdout, stderr, status) => {
    expect(() => read(stdout, stderr, status)).toThrow();
  });
});
