import { describe, expect, it } from "vitest";
import { setupScript } from "../../../../worker/pages/setup/setup-script.ts";
import {
  almalinux,
  alpine,
  archlinux,
  base,
  done,
  everything,
  makeRoot,
  pipe,
  repository,
  shells,
  text,
} from "./hosts.ts";

const script = (of = almalinux) => setupScript(of, base) ?? "";

describe.each(shells())("rpm in $name", (shell) => {
  const key = { "etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-9": "key" };
  const release = { "etc/os-release": 'ID="almalinux"\nVERSION_ID="9.6"\n' };
  const file = "etc/yum.repos.d/almalinux.repo";
  const repo = `[baseos]
name=AlmaLinux $releasever - BaseOS
mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/baseos
# baseurl=https://repo.almalinux.org/
enabled=0
gpgcheck=0
gpgkey=file:///a
       file:///b
metadata_expire = 86400

[baseos-source]
mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/baseos-source
`;

  it("gives a section our lines and comments what they replace, and only these", () => {
    const root = makeRoot({ ...key, ...release, [file]: repo });
    const before = everything(root);
    done(script(), root, shell, "--apply");
    expect(text(root, file)).toBe(`[baseos]
baseurl=https://near.example/almalinux/$releasever/BaseOS/$basearch/os/
metadata_expire=6h
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-$releasever
name=AlmaLinux $releasever - BaseOS
#nearmirror# mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/baseos
# baseurl=https://repo.almalinux.org/
enabled=0
#nearmirror# gpgcheck=0
#nearmirror# gpgkey=file:///a
#nearmirror#        file:///b
#nearmirror# metadata_expire = 86400

[baseos-source]
mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/baseos-source
`);
    expect(done(script(), root, shell, "--apply")).toBe("Nothing to change.\n");
    done(script(), root, shell, "--undo");
    expect(everything(root)).toEqual(before);
  });

  it("writes a file of its own where no file has the ids, once", () => {
    const other = "[epel]\nbaseurl=https://epel.example/\n";
    const root = makeRoot({ ...key, ...release, "etc/yum.repos.d/epel.repo": other });
    const before = everything(root);
    done(script(), root, shell, "--apply");
    const own = text(root, "etc/yum.repos.d/nearmirror.repo");
    expect(own.match(/^\[.*\]$/gm)).toEqual(["[baseos]", "[extras]"]);
    expect(own.match(/^gpgcheck=1$/gm)).toHaveLength(2);
    expect(text(root, "etc/yum.repos.d/epel.repo")).toBe(other);
    expect(done(script(), root, shell, "--apply")).toBe("Nothing to change.\n");
    done(script(), root, shell, "--undo");
    expect(everything(root)).toEqual(before);
  });

  it("leaves a section of the same name that is somebody else's, says so, and doubles nothing", () => {
    const theirs =
      "[extras]\nname=Ours\nbaseurl=https://repo.corp.example/extras/\ngpgkey=file:///etc/corp\n";
    const more = { ...key, ...release, "etc/yum.repos.d/corp.repo": theirs };
    const alone = makeRoot(more);
    const before = everything(alone);
    expect(done(script(), alone, shell, "--apply")).toBe(
      `Left as it is, ${alone}/etc/yum.repos.d/corp.repo: [extras] https://repo.corp.example/extras/\nNothing to change.\n`,
    );
    expect(everything(alone)).toEqual(before);
    const both = makeRoot({ ...more, [file]: repo });
    expect(done(script(), both, shell, "--apply")).toContain("Left as it is");
    expect(text(both, "etc/yum.repos.d/corp.repo")).toBe(theirs);
    expect(text(both, file)).toContain("\nbaseurl=https://near.example/almalinux/");
  });

  it.each([
    ["by its host", "mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/extras"],
    [
      "by its key",
      "baseurl=http://mirror.lan/alma/\ngpgkey=http://mirror.lan/RPM-GPG-KEY-AlmaLinux-9",
    ],
    [
      "by a second URL",
      "baseurl=http://mirror.lan/alma/\n  https://repo.almalinux.org/almalinux/9/extras/",
    ],
  ])("takes a section for the distribution's %s", (_, lines) => {
    const root = makeRoot({ ...key, ...release, [file]: `[extras]\nname=x\n${lines}\n` });
    done(script(), root, shell, "--apply");
    const now = text(root, file)
      .split("\n")
      .filter((line) => !line.startsWith("#"));
    expect(now.filter((line) => /url|list|^ /.test(line))).toEqual([
      "baseurl=https://near.example/almalinux/$releasever/extras/$basearch/os/",
    ]);
  });

  it("refuses without the key of that release", () => {
    const root = makeRoot({
      ...key,
      "etc/os-release": "ID=almalinux\nVERSION_ID=10\n",
      [file]: repo,
    });
    const { code, err } = pipe(script(), ["--root", root], shell);
    expect(code).toBe(1);
    expect(err).toMatch(/There is no .*RPM-GPG-KEY-AlmaLinux-10: install/);
  });

  it("zypper: the same in its own folder", () => {
    const leap = repository("rpm", "opensuse", {
      channels: { "repo-oss": "leap/$releasever/oss/" },
    });
    const root = makeRoot({
      "etc/os-release": 'ID="opensuse-leap"\nVERSION_ID="15.6"\n',
      "etc/zypp/repos.d/x": "",
    });
    done(script(leap), root, shell, "--apply");
    const own = text(root, "etc/zypp/repos.d/nearmirror.repo");
    expect(own).toContain(
      "[repo-oss]\nbaseurl=https://near.example/opensuse/leap/$releasever/oss/\n",
    );
    expect(own).toContain("\nautorefresh=1\n");
    // Nobody is told to go without signatures.
    expect(own).toContain("\ngpgcheck=1\n");
  });
});

describe.each(shells())("pacman in $name", (shell) => {
  it("has our server first, once, and the others below", () => {
    const list = "etc/pacman.d/mirrorlist";
    const others = "# Worldwide\nServer = https://geo.example/$repo/os/$arch\n";
    const root = makeRoot({ "etc/os-release": "ID=arch\n", [list]: others });
    const before = everything(root);
    done(script(archlinux), root, shell, "--apply");
    const ours = "Server = https://near.example/archlinux/$repo/os/$arch\n";
    expect(text(root, list)).toBe(ours + others);
    expect(done(script(archlinux), root, shell, "--apply")).toBe("Nothing to change.\n");
    done(script(archlinux), root, shell, "--undo");
    expect(everything(root)).toEqual(before);
  });
});

describe.each(shells())("apk in $name", (shell) => {
  const list = "etc/apk/repositories";
  const root = (lines: string, version = "3.22.1") =>
    makeRoot({ "etc/os-release": `ID=alpine\nVERSION_ID=${version}\n`, [list]: lines });

  it("keeps branch, repository and tag, and what isn't the distribution's", () => {
    const of = root(`#/media/cdrom/apks
/media/cdrom/apks
http://dl-cdn.alpinelinux.org/alpine/v3.20/main
https://dl-cdn.alpinelinux.org/alpine/v3.20/main
@edge https://mirror.example/alpine/edge/testing/
https://dev.alpinelinux.org/~somebody/v3.20/main
https://tool.example/package/alpine/v3.20/main`);
    const before = everything(of);
    done(script(alpine), of, shell, "--apply");
    expect(text(of, list)).toBe(`#/media/cdrom/apks
/media/cdrom/apks
#nearmirror# http://dl-cdn.alpinelinux.org/alpine/v3.20/main
https://near.example/alpine/v3.20/main
#nearmirror# https://dl-cdn.alpinelinux.org/alpine/v3.20/main
#nearmirror# @edge https://mirror.example/alpine/edge/testing/
@edge https://near.example/alpine/edge/testing
https://dev.alpinelinux.org/~somebody/v3.20/main
https://tool.example/package/alpine/v3.20/main
`);
    expect(done(script(alpine), of, shell, "--apply")).toBe("Nothing to change.\n");
    done(script(alpine), of, shell, "--undo");
    expect(everything(of)).toEqual(before);
  });

  it("gives an empty list the host's branch", () => {
    const lines = (branch: string) =>
      `https://near.example/alpine/${branch}/main\nhttps://near.example/alpine/${branch}/community\n`;
    for (const [version, branch] of [
      ["3.22.1", "v3.22"],
      ["3.23.0_alpha20260101", "edge"],
    ] as const) {
      const of = root("", version);
      done(script(alpine), of, shell, "--apply");
      expect(text(of, list)).toBe(lines(branch));
    }
    expect(pipe(script(alpine), ["--root", root("", "x")], shell).code).toBe(1);
  });
});
