import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  aptSettingsOf,
  debianMirrorOf,
  keptDebian,
  proxyVariables,
} from "../../clients/debian-make.ts";
import { debianRoot } from "../../clients/debian-root.ts";
import { findProgram, run, runOrThrow } from "../../lab/process.ts";
import { makeScratch } from "../../lab/scratch.ts";

const scratch = makeScratch("debian-root");
afterAll(() => scratch.remove());

/** Chroot and mounts are not allowed to everybody, and not in every container. */
const mayMount =
  process.getuid?.() === 0 &&
  findProgram("unshare") !== undefined &&
  (await run("unshare", ["--mount", "true"])).code === 0;

const environment = { PATH: "/usr/bin:/bin" };

/** A folder with the few programs that are run here, and the libraries they are linked with. */
async function makeRoot(): Promise<string> {
  const root = join(scratch.directory, "root");
  for (const name of ["dev", "proc", "run", "tmp", "usr/bin", "etc", "var/tmp"]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  symlinkSync("usr/bin", join(root, "bin"));
  for (const name of ["env", "cat", "pwd", "setsid", "sh", "sleep", "touch"]) {
    const program = join("/usr/bin", name);
    copyFileSync(program, join(root, program));
    const linked = await runOrThrow("ldd", [program]);
    for (const [, library = ""] of linked.matchAll(/(\/\S+) \(0x/g)) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
  }
  return root;
}

describe.skipIf(!mayMount)("a Debian in a folder", () => {
  it("runs programs there, which see what is below the temporary directory and may not change the folder", async () => {
    const root = await makeRoot();
    const machine = debianRoot(root, "lab");
    const mountsBefore = readFileSync("/proc/self/mountinfo", "utf8");
    writeFileSync(join(root, "etc/which"), "there\n");
    const shared = join(scratch.directory, "shared");
    writeFileSync(shared, "both\n");

    const cat = machine.find("cat") ?? "";
    expect(cat).toBe("/usr/bin/cat");
    const read = await machine.run(cat, ["/etc/which", shared], { env: environment });
    expect(read).toMatchObject({ code: 0, stdout: "there\nboth\n" });
    expect(read.command).toBe(`/usr/bin/cat /etc/which ${shared}`);
    const where = await machine.run("/usr/bin/pwd", [], {
      env: environment,
      cwd: scratch.directory,
    });
    expect(where.stdout).toBe(`${scratch.directory}\n`);

    const made = await machine.run("/usr/bin/touch", [`${shared}2`], { env: environment });
    expect(made.code).toBe(0);
    expect(existsSync(`${shared}2`)).toBe(true);
    const spoilt = await machine.run("/usr/bin/touch", ["/etc/spoilt"], { env: environment });
    expect(spoilt.stderr).toContain("Read-only file system");
    expect(existsSync(join(root, "etc/spoilt"))).toBe(false);

    expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(mountsBefore);
  });

  it("ends a program at its deadline, and with a program what it has left running", async () => {
    const machine = debianRoot(join(scratch.directory, "root"), "lab");
    const late = await machine.run("/usr/bin/sleep", ["61.5"], {
      env: environment,
      deadlineMs: 300,
    });
    expect(late.timedOut).toBe(true);
    const began = "setsid sleep 62.5 > /dev/null 2>&1 < /dev/null & exit 3";
    const left = await machine.run("/usr/bin/sh", ["-c", began], { env: environment });
    expect(left).toMatchObject({ code: 3, stderr: "" });
    const running = readdirSync("/proc").flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0")[1] ?? [];
      } catch {
        return [];
      }
    });
    expect(running).not.toContain("61.5");
    expect(running).not.toContain("62.5");
  });

  it("lacks what is not in the folder, whatever this machine has", () => {
    const machine = debianRoot(join(scratch.directory, "root"), "lab");
    expect(machine.find("ldd")).toBeUndefined();
    expect(machine.find("/usr/bin/ldd")).toBeUndefined();
    expect(machine.lacks("npm", "npm")).toBe("npm is not in lab");
  });

  it("is not taken from a folder that others could have changed", async () => {
    const directory = join(scratch.directory, "open");
    mkdirSync(directory);
    await runOrThrow("chmod", ["777", directory]);
    const options = { suite: "trixie", name: "Debian 13", packages: [], tell: () => {} };
    await expect(keptDebian({ ...options, directory })).rejects.toThrow("only root can change");
    const link = join(scratch.directory, "link");
    symlinkSync(basename(directory), link);
    await expect(keptDebian({ ...options, directory: link })).rejects.toThrow("only root");
  });
});

it("takes the archive that apt uses, and no other repository of Debian's", () => {
  const targets = `Some|Some|main|http://some.example/debian/
Debian|Debian-Security|main|http://deb.example/debian-security/
Debian|Debian|contrib|http://deb.example/contrib/
Debian|Debian|main|mirror+file:///etc/apt/list
Debian|Debian|main|https://deb.example/debian/
Debian|Debian|main|http://other.example/debian/
`;
  expect(debianMirrorOf(targets)).toBe("https://deb.example/debian");
  expect(debianMirrorOf("\n")).toBeUndefined();
});

it("passes apt's way to repositories on, and nothing else of its settings", () => {
  const dump = `APT "";
APT::Architecture "amd64";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::http::Proxy::local.example "DIRECT";
Acquire::https::Proxy "http://proxy.example:3129";
Acquire::Check-Valid-Until "false";
Acquire::Languages:: "none";
Dir "/";
`;
  const settings = `Acquire::http::Proxy "http://proxy.example:3128";
Acquire::http::Proxy::local.example "DIRECT";
Acquire::https::Proxy "http://proxy.example:3129";
Acquire::Check-Valid-Until "false";
`;
  expect(aptSettingsOf(dump)).toBe(settings);
  expect(proxyVariables(settings)).toEqual({
    http_proxy: "http://proxy.example:3128",
    https_proxy: "http://proxy.example:3129",
  });
  expect(proxyVariables('Acquire::http::Proxy "DIRECT";\n')).toEqual({});
});
