import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fieldFilter, freezeIndex } from "../../../../scripts/solve-truths/freeze-index.ts";
import { releaseOf } from "../../../../scripts/solve-truths/release-facts.ts";
import { fieldOf, readUniverse, stanzasOf } from "../../../../scripts/solve-truths/universe.ts";
import { readUniverseFacts } from "../../../../scripts/solve-truths/universe-facts.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { writeSmallUniverse } from "./small-universe.ts";

const index = `Package: a
Version: 1
Architecture: all
Maintainer: Jörg <j@debian.invalid>
Depends: b,
 c
Tag: role::program,
 uitoolkit::sdl

Package: b
Version: 2
Architecture: all
Description: Depends: nothing

`;
const frozen = `Package: a
Version: 1
Architecture: all
Depends: b,
 c

Package: b
Version: 2
Architecture: all

`;
const fields = ["Package", "Version", "Architecture", "Depends"];
const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

it("keeps the fields that are named, with all their lines", () => {
  const isKept = fieldFilter(fields);
  expect(index.split("\n").filter(isKept).join("\n")).toBe(frozen);
});

it.each(["Packages", "Packages.xz", "Packages.gz"])("freezes %s", async (name) => {
  const folder = temporaryFolder("index-");
  const packers: Record<string, string> = { "Packages.xz": "xz", "Packages.gz": "gzip" };
  const packer = packers[name];
  writeFileSync(
    join(folder, name),
    packer === undefined ? index : execFileSync(packer, ["--stdout"], { input: index }),
  );
  const to = join(folder, "frozen.xz");
  const made = await freezeIndex(join(folder, "Packages"), to, fields);
  expect(execFileSync("xz", ["--decompress", "--stdout", to], { encoding: "utf8" })).toBe(frozen);
  expect(made).toEqual({
    originSha256: sha256(index),
    sha256: sha256(readFileSync(to)),
    textSha256: sha256(frozen),
    bytes: statSync(to).size,
    packages: 2,
  });
});

it("reads what pins go by and the hashes of a signed Release", () => {
  const hash = "f9bb50b06e18c3a5e7e3fdece5d6d351ff9a39acac205ebfa7948b56bc1e91a4";
  const { facts, hashes } = releaseOf(`-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Label: Debian-Security
Suite: oldstable-security
Version: 12
Codename: bookworm-security
Date: Mon, 30 Nov 2026 00:22:33 UTC
Description: Debian 12 - Security Updates
SHA256:
 ${hash}  2563447 main/binary-amd64/Packages
`);
  expect(facts).toEqual({
    Origin: "Debian",
    Label: "Debian-Security",
    Suite: "oldstable-security",
    Version: "12",
    Codename: "bookworm-security",
    Date: "Mon, 30 Nov 2026 00:22:33 UTC",
  });
  expect([...hashes]).toEqual([["main/binary-amd64/Packages", hash]]);
});

describe("a stanza", () => {
  const [stanza] = stanzasOf(index, "main");
  it("has its fields, and none of other fields' text", () => {
    expect(stanza).toMatchObject({ name: "a", version: "1", architecture: "all", suite: "main" });
    expect(fieldOf(stanza?.text ?? "", "Depends")).toBe("b, c");
    expect(fieldOf(stanza?.text ?? "", "Provides")).toBe("");
    expect(fieldOf("Package: b\nDescription: Depends: x", "Depends")).toBe("");
  });

  it("without a version is refused by its number", () => {
    expect(() =>
      stanzasOf("Package: a\nVersion: 1\nArchitecture: all\n\nPackage: b", "main"),
    ).toThrow("Stanza 2 of main has no Version.");
  });
});

describe("a universe", () => {
  it("that was changed is refused", () => {
    const folder = temporaryFolder("universe-");
    writeSmallUniverse(folder);
    expect(readUniverse(folder).stanzas.get("amd64")).toHaveLength(10);
    writeFileSync(join(folder, "main.amd64.xz"), execFileSync("xz", ["-c"], { input: frozen }));
    expect(() => readUniverse(folder)).toThrow("main.amd64.xz has SHA-256");
  });

  it("of another format is refused", () => {
    const folder = temporaryFolder("universe-");
    writeFileSync(join(folder, "universe.json"), '{"format":2,"suites":[]}');
    expect(() => readUniverseFacts(folder)).toThrow("make it anew by npm run solve:universes");
  });
});
