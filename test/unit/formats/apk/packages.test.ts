/** What Alpine's index tells of packages, by its documented form (apk-package(5) of apk-tools 3). */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { apkPackages } from "../../../../worker/formats/apk/packages.ts";
import { tar } from "../packed.ts";
import { readPackages } from "../read-packages.ts";

const root = "v3.22/main/x86_64/APKINDEX.tar.gz";
const index = (text: string) =>
  Buffer.concat([
    gzipSync(tar({ ".SIGN.RSA.alpine.rsa.pub": "signed" }, { ends: false })),
    gzipSync(tar({ DESCRIPTION: "v3.22", APKINDEX: text })),
  ]);

const lamp = `C:Q1pgWKsqKbPjSvMsYVWlbfNqoqIZs=
P:lamp
V:1.4_rc1-r3
A:x86_64
S:8045
I:12288
T:Lamp that glows („warm“)
U:https://lamp.example/
L:MIT AND ISC
o:lighting
m:Ada Példa <ada@example.org>
t:1700000000
c:0123456789abcdef
k:10
D:oil>=2.0 so:libc.musl-x86_64.so.1 wick~1.2 !torch !candle<2
p:cmd:glow=1.4_rc1-r3 so:liblamp.so.1=1.0.0 pc:lamp=1.4 cmd:lampd=1.4_rc1-r3
i:house=1-r0 night
r:candle
`;

test("all of a package", async () => {
  expect(await readPackages(apkPackages, root, index(lamp))).toEqual({
    entries: [
      {
        name: "lamp",
        version: "1.4_rc1-r3",
        architecture: "x86_64",
        summary: "Lamp that glows („warm“)",
        source: "lighting",
        homepage: "https://lamp.example/",
        license: "MIT AND ISC",
        maintainer: "Ada Példa <ada@example.org>",
        path: "v3.22/main/x86_64/lamp-1.4_rc1-r3.apk",
        size: 8045,
        installedSize: 12288,
        built: 1700000000,
        relations: {
          provides: [
            "cmd:glow=1.4_rc1-r3",
            "so:liblamp.so.1=1.0.0",
            "pc:lamp=1.4",
            "cmd:lampd=1.4_rc1-r3",
          ],
          depends: ["oil>=2.0", "so:libc.musl-x86_64.so.1", "wick~1.2"],
          supplements: ["house=1-r0 night"],
          conflicts: ["torch", "candle<2"],
          replaces: ["candle"],
        },
        commands: ["glow", "lampd"],
      },
    ],
  });
});

test("what has no version is left out", async () => {
  const text = `${lamp}\nP:odd\nA:x86_64\n\nP:b\nV:1\nA:noarch\n\n`;
  const { entries, leftOut } = await readPackages(apkPackages, root, index(text));
  expect(entries.map(({ name }) => name)).toEqual(["lamp", "b"]);
  expect(leftOut?.first).toMatch(/of APKINDEX: stanza 2 has no version/);
});

test.each([
  ["so:libx.so.1=1.2", "so:libx.so.1"],
  ["!c<2", "c"],
  ["d@edge", "d"],
  ["a~1 b><Q1x", "a b"],
  ["cmd:x", "cmd:x"],
  ["", ""],
])("names in %s", (entry, names) => {
  expect(apkPackages.namesIn(entry).join(" ")).toBe(names);
});
