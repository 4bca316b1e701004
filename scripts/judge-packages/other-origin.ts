/** Origins of other kinds, of what a suite is converted to. Nothing is signed: what a root names has the hash that it tells. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { convertToApk } from "../convert-packages/apk.ts";
import { convertSuite } from "../convert-packages/converted.ts";
import { convertToPacman } from "../convert-packages/pacman.ts";
import { convertToRpm } from "../convert-packages/rpm.ts";
import type { ServedOrigin } from "./serve.ts";
import type { SuiteFiles } from "./suite-files.ts";

/** With the root of each and what a snapshot of it must have passed: a database names nothing. */
const others = {
  rpm: { convert: convertToRpm, root: "repodata/repomd.xml", verify: "checksums" },
  pacman: { convert: convertToPacman, root: ".db", verify: "none" },
  apk: { convert: convertToApk, root: "APKINDEX.tar.gz", verify: "none" },
} as const;

export type OtherKind = keyof typeof others;

export const otherKinds = Object.keys(others);

export function isOtherKind(text: string): text is OtherKind {
  return Object.hasOwn(others, text);
}

/**
 * The repository is in the folder `SUITE` below the origin's, and its suite is called as the service calls it.
 *
 * @param converted folder of such a repository that was made before; absent: it is made
 */
export async function otherOrigin(
  directory: string,
  kind: OtherKind,
  files: SuiteFiles,
  converted?: string,
): Promise<ServedOrigin> {
  const { convert, root, verify } = others[kind];
  const origin = join(directory, "origin");
  const folder = join(origin, files.suite);
  mkdirSync(origin, { recursive: true });
  if (converted === undefined) await convertSuite(files, [{ convert, to: folder }], directory);
  else cpSync(converted, folder, { recursive: true });
  return {
    kind,
    roots: [`${files.suite}/${kind === "pacman" ? files.suite : ""}${root}`],
    suites: [files.suite],
    verify,
    keys: [],
    keyFiles: {},
    directory: origin,
  };
}
