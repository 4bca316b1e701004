/** What exports write, by the programs that read it. Skipped where a program is missing. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type ExportKind, formOf } from "../../../../scripts/mirrors/export/forms.ts";
import { writeList } from "../../../../scripts/mirrors/export/write-list.ts";
import { findProgram, run } from "../../../lab/process.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { list, now } from "./export-list.ts";

/** Writes an export, and says where its files are. */
function exported(format: ExportKind, repository: string): string[] {
  const form = formOf(format);
  if ("fault" in form) throw new Error(form.fault);
  const written = writeList(list, { format, form, repository, now });
  if ("fault" in written) throw new Error(written.fault);
  const folder = temporaryFolder("exported-");
  return [...written.files].map(([name, text]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}

const missing = (program: string) => findProgram(program) === undefined;

test.skipIf(missing("pacman-conf"))(
  "pacman has a server for each URL of the mirrorlist",
  async () => {
    const [file = ""] = exported("mirrorlist", "pacman");
    const conf = join(dirname(file), "pacman.conf");
    writeFileSync(conf, `[options]\nArchitecture = x86_64\n[core]\nInclude = ${file}\n`);
    const { stdout } = await run("pacman-conf", ["--config", conf, "--repo", "core", "Server"]);
    expect(stdout.trim().split("\n")).toEqual([
      "https://nowhere.example:8443/pub/pacman/core/os/x86_64",
      "https://both.example.de/pub/pacman/core/os/x86_64",
      "http://both.example.de/pub/pacman/core/os/x86_64",
      "https://secure.example.hk/pub/pacman/core/os/x86_64",
      "http://assumed.example.it/pub/pacman/core/os/x86_64",
      "https://back.example.jp/pub/pacman/core/os/x86_64",
      "https://apart.example.kr/pub/pacman/core/os/x86_64",
      "http://apart.example.kr/plain/core/os/x86_64",
      "http://four.example.us/pub/pacman/core/os/x86_64",
    ]);
  },
);

test.skipIf(missing("xmllint"))(
  "Gentoo's list is well-formed, with names as they are",
  async () => {
    const [file = ""] = exported("gentoo", "files");
    const path = "string(//mirrorgroup[@country='DE']/mirror/name)";
    const { stdout } = await run("xmllint", ["--xpath", path, file]);
    expect(stdout.trim()).toBe('Example & Sons, "the" <firm>');
  },
);

test("a shell takes each of Termux' files for one URL", async () => {
  for (const file of exported("termux", "apt")) {
    const { stdout } = await run("sh", ["-euc", '. "$1"; echo "$WEIGHT $MAIN"', "sh", file]);
    expect(stdout).toMatch(/^1 https?:\/\/[a-z.]+example(?:\.[a-z]{2})?(?::8443)?\/pub\/apt\n$/);
  }
});
