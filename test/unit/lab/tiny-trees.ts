/** Two versions of a small tree, for tests that need no package tools. */

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { incompressible } from "../../lab/bytes.ts";
import type { Trees } from "../../lab/lab.ts";

/** Bytes of `pool/big.deb`, the same in both versions. */
export const big = incompressible("big", 200_000);

/** Date of every file in version k. */
export const dateOf = (version: number): Date => new Date(Date.UTC(2026, 0, version));

export function makeTinyTrees(): Trees & { remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "nearmirror-tiny-"));
  for (const version of [1, 2]) {
    const files: Record<string, string | Buffer> = {
      "dists/Release": `version ${version}\n`,
      "pool/a+b~1_%3a.deb": "odd name",
      "pool/big.deb": big,
      [`pool/only-${version}.deb`]: "x",
      empty: "",
    };
    for (const [path, bytes] of Object.entries(files)) {
      const file = join(directory, String(version), path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, bytes);
      utimesSync(file, dateOf(version), dateOf(version));
    }
  }
  return {
    versions: 2,
    root: (version) => join(directory, String(version)),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
