import { appendFileSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setupScript } from "../../../../worker/pages/setup/setup-script.ts";
import { findProgram, run } from "../../../lab/process.ts";
import {
  almalinux,
  alpine,
  archlinux,
  base,
  debian,
  debianSecurity,
  done,
  everything,
  makeRoot,
  pipe,
  plainShell,
  repository,
  shells,
  text,
} from "./hosts.ts";

function scriptOf(of = debian, catalogue = [debian, debianSecurity]): string {
  return setupScript(of, base, { catalogue }) ?? "";
}

const keyring = "usr/share/keyrings/debian-archive-keyring.gpg";
const release = "ID=debian\nVERSION_CODENAME=trixie\n";
const source = "etc/apt/sources.list.d/nearmirror.sources";

function debianRoot(more: Record<string, string> = {}): string {
  const list = "deb http://ftp.de.debian.org/debian trixie main\n";
  const files = { "etc/os-release": release, [keyring]: "key", "etc/apt/sources.list": list };
  const root = makeRoot({ ...files, ...more });
  mkdirSync(join(root, "etc/apt/sources.list.d"), { recursive: true });
  mkdirSync(join(root, "etc/apt/apt.conf.d"), { recursive: true });
  return root;
}

describe.each(shells())("a script in $name", (shell) => {
  it("changes nothing unless told, and shows what it would", () => {
    const root = debianRoot();
    const before = everything(root);
    const said = done(scriptOf(), root, shell);
    expect(said).toContain("+http://near.example/debian/\tpriority:1\n");
    expect(said).toContain("-deb http://ftp.de.debian.org/debian trixie main\n");
    expect(said).toMatch(/Nothing was changed yet: --apply does it.\n$/);
    expect(everything(root)).toEqual(before);
  });

  it("changes it once, says so the second time, and puts back every byte, mode and link", () => {
    const root = debianRoot({ "etc/apt/kept": "deb http://ftp.de.debian.org/debian trixie main" });
    symlinkSync("../kept", join(root, "etc/apt/sources.list.d/linked.list"));
    const before = everything(root);
    expect(done(scriptOf(), root, shell, "--apply")).toMatch(/Done\./);
    const after = everything(root);
    expect(after).not.toEqual(before);
    expect(text(root, source)).toContain("Suites: trixie trixie-updates\n");
    expect(done(scriptOf(), root, shell, "--apply")).toBe("Nothing to change.\n");
    expect(done(scriptOf(), root, shell)).toBe("Nothing to change.\n");
    expect(everything(root)).toEqual(after);
    done(scriptOf(), root, shell, "--undo");
    expect(everything(root)).toEqual(before);
    expect(done(scriptOf(), root, shell, "--undo")).toBe("Nothing to undo.\n");
  });

  it("keeps what was there before the first change, not before the last", () => {
    const root = debianRoot();
    const before = everything(root);
    done(scriptOf(), root, shell, "--apply");
    const moved = setupScript(debian, "http://other.example/", { catalogue: [debian] }) ?? "";
    expect(done(moved, root, shell, "--apply")).toContain("+http://other.example/debian/\t");
    done(moved, root, shell, "--undo");
    expect(everything(root)).toEqual(before);
  });

  it("keeps what was there before the first change of a file that is changed again", () => {
    const root = debianRoot();
    const before = everything(root);
    done(scriptOf(), root, shell, "--apply");
    appendFileSync(
      join(root, "etc/apt/sources.list"),
      "deb http://ftp.de.debian.org/debian trixie contrib\n",
    );
    expect(done(scriptOf(), root, shell, "--apply")).toContain("+Components: main contrib\n");
    done(scriptOf(), root, shell, "--undo");
    expect(everything(root)).toEqual(before);
  });

  it("keeps what somebody wrote since beside what it puts back", () => {
    const root = debianRoot();
    const before = everything(root);
    done(scriptOf(), root, shell, "--apply");
    const line = "deb https://pkgs.vpn.example/debian trixie main\n";
    appendFileSync(join(root, "etc/apt/sources.list"), line);
    expect(done(scriptOf(), root, shell, "--undo")).toContain("Changed since: what ");
    const kept = "etc/apt/sources.list.undone-nearmirror.save";
    expect(text(root, kept)).toContain(line);
    const { [kept]: _, ...after } = everything(root);
    expect(after).toEqual(before);
  });

  it("says which file names a release that the host has left since", () => {
    const root = debianRoot();
    const before = everything(root);
    done(scriptOf(), root, shell, "--apply");
    writeFileSync(join(root, "etc/os-release"), "ID=debian\nVERSION_CODENAME=forky\n");
    const said = done(scriptOf(), root, shell, "--undo");
    expect(said).toContain(
      `Look at ${root}/etc/apt/sources.list before the next update: it names trixie, and this host is forky now.\n`,
    );
    writeFileSync(join(root, "etc/os-release"), release);
    expect(everything(root)).toEqual(before);
    done(scriptOf(), root, shell, "--apply");
    expect(done(scriptOf(), root, shell, "--undo")).not.toContain("Look at");
  });

  it("does nothing when the download is cut off", () => {
    const root = debianRoot();
    const before = everything(root);
    const script = scriptOf();
    const call = script.lastIndexOf("main");
    const lines = [...script.matchAll(/\n/g)].map(({ index }) => index + 1);
    const cuts = lines.filter((end, index) => end <= call && index % 4 === 0);
    for (const end of [...cuts, call, call + 1, call + 3, call + 4, call + 6]) {
      pipe(script.slice(0, end), ["--root", root, "--apply"], shell);
      expect(everything(root), `cut at ${end}`).toEqual(before);
    }
  });

  it("answers wrong use with 2 and one line", () => {
    const wrong = [
      ["--aply"],
      ["x"],
      ["--root"],
      ["--root", "/no such"],
      ["--apply", "--undo"],
      [""],
    ];
    for (const args of wrong) {
      const { code, err } = pipe(scriptOf(), args, shell);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(err).toMatch(/^nearmirror: .*\n$/);
    }
  });

  it("tells how it is used", () => {
    const { code, out } = pipe(scriptOf(), ["--help"], shell);
    expect(code).toBe(0);
    for (const word of [
      "--apply",
      "--undo",
      "--root",
      "https://near.example/setup/debian",
      "Debian",
    ]) {
      expect(out).toContain(word);
    }
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["another distribution", { "etc/os-release": "ID=ubuntu\n" }, /for debian, but .* says ubuntu/],
    ["one that is only like it", { "etc/os-release": "ID=mint\nID_LIKE=debian\n" }, /says mint/],
    ["an os-release without an ID", { "etc/os-release": "NAME=Debian\n" }, /says nothing/],
    ["an unknown release", { "etc/os-release": "ID=debian\n" }, /no VERSION_CODENAME/],
    [
      "an architecture it hasn't",
      {
        "var/lib/dpkg/status":
          "Package: dpkg\nStatus: install ok installed\nArchitecture: mips\n\n",
      },
      /this host is mips/,
    ],
  ])("refuses %s with 1, changing nothing", (_, more, said) => {
    const root = debianRoot(more);
    const before = everything(root);
    const { code, err } = pipe(scriptOf(), ["--root", root, "--apply"], shell);
    expect(code).toBe(1);
    expect(err).toMatch(said);
    expect(everything(root)).toEqual(before);
  });

  it("refuses a root without os-release, without keyring, without apt", () => {
    const bare = makeRoot({ "etc/hostname": "x" });
    expect(pipe(scriptOf(), ["--root", bare], shell)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/distribution this is can't be told/),
    });
    const keyless = makeRoot({
      "etc/os-release": release,
      "etc/apt/sources.list.d/x": "",
      "etc/apt/apt.conf.d/x": "",
    });
    expect(pipe(scriptOf(), ["--root", keyless], shell)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/There is no .*debian-archive-keyring.gpg/),
    });
    const aptless = makeRoot({ "etc/os-release": release, [keyring]: "key" });
    expect(pipe(scriptOf(), ["--root", aptless], shell)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/There is no .*etc\/apt/),
    });
  });

  it("reads quoted os-release values, and usr/lib's where etc's is a link out of the root", () => {
    const root = debianRoot({
      "etc/os-release": `NAME="x"\nID="debian"\nVERSION_CODENAME='forky'\n`,
    });
    expect(done(scriptOf(), root, shell)).toContain("+Suites: forky forky-updates\n");
    const linked = makeRoot({ "usr/lib/os-release": release, [keyring]: "key" });
    mkdirSync(join(linked, "etc/apt/sources.list.d"), { recursive: true });
    mkdirSync(join(linked, "etc/apt/apt.conf.d"), { recursive: true });
    symlinkSync("/etc/hostname", join(linked, "etc/os-release"));
    expect(done(scriptOf(), linked, shell)).toContain("+Suites: trixie trixie-updates\n");
  });

  // Only nobody may try this without --root: were the check missing, nothing could be written.
  it.skipIf(process.getuid?.() !== 0)("refuses to change this host unless it is root", () => {
    expect(pipe(scriptOf(), [], shell, 65534).err).not.toContain("must be run as root");
    for (const mode of ["--apply", "--undo"]) {
      const { code, err } = pipe(scriptOf(), [mode], shell, 65534);
      expect({ code, err }).toEqual({ code: 1, err: `nearmirror: ${mode} must be run as root.\n` });
    }
  });
});

describe("a script", () => {
  it("is for the security repository as well, asked for as either", () => {
    expect(scriptOf(debianSecurity)).toBe(scriptOf(debian));
    const alone = setupScript(debianSecurity, base) ?? "";
    expect(done(alone, debianRoot(), plainShell())).toContain("nearmirror-debian-security.sources");
  });

  it("is for the distribution the caller names, beside the distribution's own", () => {
    const tools = repository("apt", "tools", { suites: "stable", components: "main" });
    const script = setupScript(tools, base, { distributions: ["ubuntu", "debian"] }) ?? "";
    const certificates = { "etc/ssl/certs/ca-certificates.crt": "" };
    const said = done(script, debianRoot(certificates), plainShell());
    expect(said).toContain("nearmirror-tools.sources");
    expect(said).toContain("+Suites: stable\n");
  });

  it("fetches nothing, evaluates nothing, and files have none", () => {
    for (const of of [debian, almalinux, alpine, archlinux]) {
      const script = scriptOf(of);
      const code = script.replace(/cat <<END[\s\S]*?\nEND\n/, "");
      expect(code, of.name).not.toMatch(/\b(eval|curl|wget)\b/);
    }
    expect(setupScript(repository("images", "cd", { example: "a" }), base)).toBeUndefined();
    expect(setupScript(repository("files", "f", {}), base)).toBeUndefined();
    // apt refuses an entry without a suite, and with it all others.
    expect(setupScript(repository("apt", "a", { suites: " " }), base)).toBeUndefined();
  });

  it.skipIf(findProgram("shellcheck") === undefined)("passes shellcheck", async () => {
    for (const of of [debian, almalinux, alpine, archlinux]) {
      const root = makeRoot({ script: scriptOf(of) });
      expect(lstatSync(join(root, "script")).size).toBeGreaterThan(1000);
      // SC2016: that nothing is expanded in single quotes is what they are for.
      const args = ["--shell=sh", "--exclude=SC2016", join(root, "script")];
      const { code, stdout } = await run(findProgram("shellcheck") ?? "", args);
      expect({ name: of.name, code, stdout }).toEqual({ name: of.name, code: 0, stdout: "" });
    }
  });
});
