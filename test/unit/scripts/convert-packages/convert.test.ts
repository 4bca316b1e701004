/** Indexes that are made of apt's: what the other kinds' real tools read of them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findProgram, runOrThrow } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";

const scratch = makeScratch("convert");
afterAll(() => scratch.remove());
const at = (...path: string[]) => join(scratch.directory, ...path);

const packages = `Package: mc
Source: mc-source (3:4.8.29-1)
Version: 3:4.8.29-2
Installed-Size: 1500
Maintainer: Ænne <a@b.example>
Architecture: amd64
Provides: mail-reader, mc-api (= 3:4.8.29-2)
Depends: libz1 (>= 1.2), cat | dog (<< 2-1), any-tool:any
Recommends: dog
Conflicts: old-mc (<= 1:2.0-3)
Breaks: libz1 (<< 1.0)
Replaces: old-mc (<< 1:2.0-4), other
Description: file manager & <viewer>
Section: utils
Filename: pool/main/m/mc/mc_4.8.29-2_amd64.deb
Size: 500000
MD5sum: d41d8cd98f00b204e9800998ecf8427e
SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

Package: libz1
Version: 1.2~rc1-3+deb12u1
Architecture: amd64
Description: library
Section: libs
Filename: pool/main/l/libz1.deb
Size: 20
SHA256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

Package: two
Version: 1.0
Architecture: all
Description: older
Section: doc
Filename: pool/two-1.deb
Size: 20
SHA256: cb7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad

Package: two
Version: 1.0-rc-1-2
Architecture: all
Description: newer
Section: doc
Filename: pool/two-2.deb
Size: 20
SHA256: db7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
`;
const contentsAmd64 = `etc/mc/mc.ext                                           utils/mc
usr/bin/mc                                              utils/mc
usr/bin/mcedit                                          utils/mc
usr/lib/x86_64-linux-gnu/libz.so.1                      libs/libz1
usr/lib/x86_64-linux-gnu/pkgconfig/z.pc                 libs/libz1
usr/share/mc/with two  blanks.txt                       utils/mc
usr/share/shared                                        utils/mc,libs/libz1
`;
const contentsAll = "usr/games/two              doc/two\nusr/share/nobody           doc/stranger\n";

const kinds = ["rpm", "pacman", "apk", "cnf"] as const;

beforeAll(() => {
  mkdirSync(at("from"));
  writeFileSync(at("from", "Packages"), packages);
  writeFileSync(at("from", "Contents-amd64"), contentsAmd64);
  writeFileSync(at("from", "Contents-all.gz"), gzipSync(contentsAll));
  const security = packages.split("\n\n").find((stanza) => stanza.includes("Package: libz1")) ?? "";
  writeFileSync(at("security"), `${security}\n`);
  for (const kind of kinds) {
    const told = convert(
      "--from",
      at("from"),
      "--to",
      at(kind),
      "--kind",
      kind,
      "--security",
      at("security"),
    );
    // In a pipe nothing but the files is told.
    expect(told.split("\n").filter((line) => !line.startsWith(at(kind)))).toEqual([""]);
  }
});

function convert(...args: string[]): string {
  const script = new URL("../../../../scripts/convert-packages.ts", import.meta.url).pathname;
  return execFileSync(process.execPath, [script, ...args, "--name", "tiny"], {
    encoding: "utf8",
    stdio: "pipe",
  });
}

test.skipIf(findProgram("dnf") === undefined)(
  "rpm, by dnf (skipped where it is missing)",
  async () => {
    for (const folder of ["repos", "log"]) mkdirSync(at(folder));
    writeFileSync(
      at("repos", "tiny.repo"),
      `[tiny]\nname=tiny\nbaseurl=file://${at("rpm")}\ngpgcheck=0\nenabled=1\n`,
    );
    const settings = [
      `reposdir=${at("repos")}`,
      `cachedir=${at("cache")}`,
      `persistdir=${at("persist")}`,
      `logdir=${at("log")}`,
    ].map((setting) => `--setopt=${setting}`);
    const root = ["--installroot", at("root"), "--releasever=1", "--forcearch=x86_64", "-q"];
    const dnf = async (...args: string[]) => {
      const told = await runOrThrow(findProgram("dnf") ?? "", [...settings, ...root, ...args]);
      return told.split("\n").filter((line) => line !== "");
    };
    expect(await dnf("repoquery")).toEqual([
      "libz1-0:1.2~rc1-3+deb12u1.x86_64",
      "mc-3:4.8.29-2.x86_64",
      "two-0:1.0-0.noarch",
      "two-0:1.0_rc_1-2.noarch",
    ]);
    expect(await dnf("repoquery", "--requires", "mc")).toEqual([
      "(cat or dog < 2-1)",
      "any-tool",
      "libz1 >= 1.2",
    ]);
    expect(await dnf("repoquery", "--conflicts", "mc")).toEqual([
      "libz1 < 1.0",
      "old-mc <= 1:2.0-3",
    ]);
    expect(await dnf("repoquery", "--obsoletes", "mc")).toEqual(["old-mc < 1:2.0-4"]);
    expect(await dnf("repoquery", "--provides", "mc")).toEqual([
      "mail-reader",
      "mc = 3:4.8.29-2",
      "mc-api = 3:4.8.29-2",
    ]);
    expect(await dnf("repoquery", "--whatprovides", "libz.so.1()(64bit)")).toHaveLength(1);
    expect(await dnf("repoquery", "--list", "mc")).toContain("/usr/share/mc/with two  blanks.txt");
    expect(await dnf("repoquery", "--whatprovides", "/usr/share/shared")).toHaveLength(2);
    expect(await dnf("repoquery", "--qf", "%{summary}|%{packager}|%{sourcerpm}", "mc")).toEqual([
      "file manager & <viewer>|Ænne <a@b.example>|mc-source-4.8.29-1.src.rpm",
    ]);
    // `updateinfo list` tells only of what is installed.
    expect(await dnf("repoquery", "--security")).toEqual(["libz1-0:1.2~rc1-3+deb12u1.x86_64"]);
    expect((await dnf("group", "list", "--hidden")).map((line) => line.trim())).toContain("utils");
  },
  120_000,
);

test.skipIf(findProgram("pacman") === undefined)(
  "pacman, by itself (skipped where it is missing)",
  async () => {
    mkdirSync(at("pacman-root/var/lib/pacman"), { recursive: true });
    const configuration = at("pacman.conf");
    writeFileSync(
      configuration,
      `[options]\nRootDir = ${at("pacman-root")}\nDBPath = ${at("pacman-root/var/lib/pacman")}/\n` +
        `LogFile = ${at("pacman.log")}\nArchitecture = x86_64\nSigLevel = Never\n` +
        `[tiny]\nServer = file://${at("pacman")}\n`,
    );
    const pacman = (...args: string[]) =>
      runOrThrow(findProgram("pacman") ?? "", ["--config", configuration, ...args]);
    await pacman("-Sy");
    await pacman("-Fy");
    // Of two versions of a name the newer one by dpkg: 1.0 is older than 1.0-rc-1-2.
    expect(await pacman("-Sl")).toBe(
      "tiny libz1 1.2~rc1-3+deb12u1\ntiny mc 3:4.8.29-2\ntiny two 1.0_rc_1-2\n",
    );
    const told = await pacman("-Si", "mc");
    const line = (name: string) => new RegExp(`^${name} +: (.*)$`, "m").exec(told)?.[1];
    expect(line("Depends On")).toBe("libz1>=1.2  cat  any-tool");
    expect(line("Provides")).toBe("mail-reader  mc-api=3:4.8.29-2");
    expect(line("Conflicts With")).toBe("old-mc<=1:2.0-3  libz1<1.0");
    expect(line("Replaces")).toBe("old-mc<1:2.0-4");
    expect(await pacman("-Si", "libz1")).toMatch(/^Provides +: libz\.so=1-64$/m);
    expect(await pacman("-Fl", "mc")).toContain("mc usr/share/mc/with two  blanks.txt\n");
    expect(await pacman("-Fq", "/usr/bin/mcedit")).toBe("tiny/mc\n");
    expect(await pacman("-Fq", "/usr/share/shared")).toBe("tiny/libz1\ntiny/mc\n");
  },
  60_000,
);

test("apk, in the form of Alpine's own index", async () => {
  const index = at("apk", "APKINDEX.tar.gz");
  const read = (name: string) => execFileSync("tar", ["xzOf", index, name], { encoding: "utf8" });
  expect(read("DESCRIPTION")).toContain("Converted");
  const stanzas = read("APKINDEX")
    .split("\n\n")
    .filter((one) => one !== "");
  const line = (name: string, letter: string) =>
    stanzas
      .find((one) => one.includes(`\nP:${name}\n`))
      ?.split("\n")
      .find((one) => one.startsWith(`${letter}:`));
  expect(stanzas).toHaveLength(3);
  expect(line("mc", "V")).toBe("V:4.8.29-r2");
  expect(line("libz1", "V")).toBe("V:1.2_rc1-r3");
  expect(line("mc", "D")).toBe("D:libz1>=1.2-r0 cat any-tool !old-mc<=2.0-r3 !libz1<1.0-r0");
  expect(line("mc", "p")).toBe(
    "p:mail-reader mc-api=4.8.29-r2 cmd:mc=4.8.29-r2 cmd:mcedit=4.8.29-r2",
  );
  expect(line("libz1", "p")).toBe("p:so:libz.so.1=1 pc:z=1.2_rc1-r3");
  expect(line("two", "A")).toBe("A:noarch");
});

test("commands, in the form of Ubuntu's", () => {
  const told = gunzipSync(readFileSync(at("cnf", "Commands-amd64.gz"))).toString();
  const [head, ...stanzas] = told.split("\n\n").filter((one) => one !== "");
  expect(head).toMatch(/^suite: tiny\ncomponent: main\narch: amd64\n/);
  expect(stanzas).toEqual([
    "name: mc\nversion: 3:4.8.29-2\ncommands: mc,mcedit",
    "name: two\nversion: 1.0\ncommands: two",
    "name: two\nversion: 1.0-rc-1-2\ncommands: two",
  ]);
});

test("what is missing is said", () => {
  const said = (...args: string[]) => {
    try {
      convert(...args);
    } catch (error) {
      return String(Reflect.get(Object(error), "stderr"));
    }
    return "";
  };
  mkdirSync(at("empty"));
  expect(said("--from", at("empty"), "--to", at("none"), "--kind", "rpm")).toContain(
    "unpack Packages.xz",
  );
  expect(said("--from", at("from"), "--to", at("none"), "--kind", "deb")).toContain(
    "rpm, pacman, apk, cnf",
  );
  writeFileSync(at("empty", "Packages"), "Package: a\nVersion: 1\n");
  expect(said("--from", at("empty"), "--to", at("none"), "--kind", "rpm")).toContain(
    "stanza 1 has no Architecture",
  );
});
