/** Small mirror lists for the tests: as files in a temporary folder, or as parsed values. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseSource } from "../../../../scripts/mirrors/source.ts";
import { type CheckedList, checkList } from "../../../../worker/list/check.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

export const repositoryTexts = {
  debian:
    "name: debian\nkind: apt\ntitle: Debian\norigin: http://ftp.debian.org/debian/\narchitectures: [amd64, arm64, i386]\n",
  "debian-cd":
    "name: debian-cd\nkind: images\ntitle: CDs\norigin: https://cdimage.debian.org/debian-cd/\n",
  almalinux:
    "name: almalinux\nkind: rpm\ntitle: AlmaLinux\norigin: https://repo.almalinux.org/almalinux/\n",
  ubuntu: "name: ubuntu\nkind: apt\ntitle: Ubuntu\norigin: http://archive.ubuntu.com/ubuntu/\n",
};

/** A site's file that has nothing wrong with it; `.name` goes with the file's name. */
export function siteText(name: string, more = ""): string {
  return `name: ${name}\nbase:\n  https: https://${name}/\nrepositories:\n  debian:\n    path: debian/\n${more}`;
}

export const now = Date.parse("2026-11-22T12:00:00Z");

/** Checks a list of mirror files, given as texts by name, against the four repositories above. */
export function checkTexts(
  mirrors: Record<string, string>,
  repositories: Record<string, string> = repositoryTexts,
): CheckedList {
  const sources = (texts: Record<string, string>) =>
    Object.entries(texts).map(([name, text]) => parseSource(`${name}.yaml`, text));
  return checkList(
    { repositories: sources(repositories), mirrors: sources(mirrors), keys: new Set(["a.gpg"]) },
    now,
  );
}

/** Writes a list into a temporary folder, removed after the test file. */
export function listFolder(
  mirrors: Record<string, string> = {},
  repositories: Record<string, string> = repositoryTexts,
): string {
  const dir = temporaryFolder("mirror-list-");
  for (const [folder, texts] of [
    ["repositories", repositories],
    ["mirrors", mirrors],
  ] as const) {
    mkdirSync(join(dir, folder));
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(dir, folder, `${name}.yaml`), text);
    }
  }
  return dir;
}
