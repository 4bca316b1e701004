/** The shipped units, judged by systemd itself. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findProgram, run } from "../../lab/process.ts";
import { temporaryFolder } from "../../unit/temporary-folder.ts";

const shipped = fileURLToPath(new URL("../../../scripts/production/systemd", import.meta.url));
const names = readdirSync(shipped);
const services = names.filter((name) => name.endsWith(".service"));

/** Keys that are newer than Debian 12's systemd 252, which tells that it ignores them. */
const newer = /Unknown key(?: name)? '(?:RestartSteps|RestartMaxDelaySec)' in section /;

/** Of 100: 0 is a service that can do nothing, 92 one without any restriction. The service itself has 13. */
const mostExposed = 20;

/** The units as if the production folder were at another place, where there is a program. */
function installed(): string {
  const folder = temporaryFolder("nearmirror-units-");
  const program = join(folder, "opt/bin/nearmirror");
  mkdirSync(join(folder, "opt/bin"), { recursive: true });
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  cpSync(shipped, folder, { recursive: true });
  for (const name of names) {
    const text = readFileSync(join(shipped, name), "utf8");
    writeFileSync(join(folder, name), text.replaceAll("/opt/nearmirror/", `${folder}/opt/`));
  }
  return folder;
}

describe.skipIf(findProgram("systemd-analyze") === undefined)("by systemd-analyze", () => {
  it("they are all understood", async () => {
    const folder = installed();
    const paths = names.map((name) => join(folder, name));
    const outcome = await run("systemd-analyze", ["verify", "--man=no", ...paths]);
    const said = `${outcome.stdout}${outcome.stderr}`
      .split("\n")
      .filter((line) => line.includes(folder) && !newer.test(line));
    expect(said).toEqual([]);
  });

  it.each(services)("%s can do little", async (name) => {
    const args = ["security", "--offline=true", "--no-pager", `--threshold=${mostExposed}`];
    const outcome = await run("systemd-analyze", [...args, join(installed(), name)]);
    expect(outcome.code, outcome.stdout).toBe(0);
  });
});

describe("what they have in common", () => {
  const hardening = (name: string) => {
    const text = readFileSync(join(shipped, name), "utf8");
    const [, lines = ""] = /\nNoNewPrivileges=yes\n([\s\S]*?)(?:\n#|\n\n|$)/.exec(text) ?? [];
    return lines.trim();
  };

  it("is the same restrictions in every service", () => {
    const [first, ...others] = services.map(hardening);
    expect(first).toContain("SystemCallFilter=@system-service");
    for (const other of others) expect(other).toBe(first);
  });

  it("leaves V8 able to compile", () => {
    for (const name of services) {
      expect(readFileSync(join(shipped, name), "utf8")).not.toMatch(/^MemoryDenyWriteExecute=/m);
    }
  });
});
