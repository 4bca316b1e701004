import { describe, expect, it } from "vitest";
import type { Kind } from "../../../../worker/formats/kinds.ts";
import { setupOf } from "../../../../worker/pages/setup/setup.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";

const base = "https://mirror.example/";

function repository(kind: Kind, name: string, setup: Repository["setup"]): Repository {
  return {
    name,
    kind,
    title: "A title",
    origin: "https://o.example/",
    architectures: [],
    keys: [],
    setup,
  };
}

/** Text to copy, by use. */
function texts(of: Repository): Record<string, string> {
  return Object.fromEntries(setupOf(of, base).map(({ use, text }) => [use, text]));
}

describe("lines to copy", () => {
  it("apt: one deb822 stanza with the fields of sources.list(5), in a .sources file", () => {
    const debian = repository("apt", "debian", {
      suites: "trixie trixie-updates",
      components: "main",
      signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
    });
    expect(setupOf(debian, base)).toEqual([
      {
        use: "apt",
        // Not `debian.sources`, where Debian 12 and 13 keep the security updates' stanza.
        file: "/etc/apt/sources.list.d/nearmirror-debian.sources",
        text: [
          "Types: deb",
          "URIs: https://mirror.example/debian/",
          "Suites: trixie trixie-updates",
          "Components: main",
          "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
        ].join("\n"),
      },
    ]);
  });

  it("apt: no field is empty, which apt refuses, and none blank, which would end the stanza", () => {
    const flat = texts(repository("apt", "flat", { suites: "./" })).apt ?? "";
    expect(flat).toBe("Types: deb\nURIs: https://mirror.example/flat/\nSuites: ./");
    for (const line of flat.split("\n")) expect(line).toMatch(/^[A-Z][A-Za-z-]*: \S/);
  });

  const alma = repository("rpm", "almalinux", {
    signedBy: "file:///etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-$releasever",
    channels: {
      baseos: "$releasever/BaseOS/$basearch/os/",
      crb: "$releasever/CRB/$basearch/os/",
    },
  });

  it("dnf: a section for each channel, variables left to dnf, signatures checked", () => {
    expect(texts(alma).dnf).toBe(
      [
        "[nearmirror-baseos]",
        "name=A title baseos",
        "baseurl=https://mirror.example/almalinux/$releasever/BaseOS/$basearch/os/",
        "enabled=1",
        "cost=500",
        "skip_if_unavailable=1",
        "gpgcheck=1",
        "gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-$releasever",
        "",
        "[nearmirror-crb]",
        "name=A title crb",
        "baseurl=https://mirror.example/almalinux/$releasever/CRB/$basearch/os/",
        "enabled=1",
        "cost=500",
        "skip_if_unavailable=1",
        "gpgcheck=1",
        "gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-AlmaLinux-$releasever",
      ].join("\n"),
    );
  });

  it("dnf: a repository without a key names none, and goes on being checked", () => {
    const { dnf } = texts(repository("rpm", "plain", {}));
    expect(dnf).toBe(
      "[nearmirror-plain]\nname=A title plain\nbaseurl=https://mirror.example/plain/\nenabled=1\ncost=500\nskip_if_unavailable=1\ngpgcheck=1",
    );
  });

  it("yum of EL7: dnf's file, with variables as its manual has them", () => {
    const braces = repository("rpm", "el", {
      channels: { os: `$${"{"}releasever}/os/$basearch/` },
    });
    expect(texts(alma).yum).toBe(texts(alma).dnf);
    expect(texts(braces).dnf).toContain(`/el/$${"{"}releasever}/os/$basearch/\n`);
    expect(texts(braces).yum).toContain("/el/$releasever/os/$basearch/\n");
  });

  it("zypper: a command for each channel, quoted so that the shell leaves zypper's variables", () => {
    expect(texts(alma).zypper).toBe(
      [
        "sudo zypper addrepo --refresh 'https://mirror.example/almalinux/$releasever/BaseOS/$basearch/os/' nearmirror-baseos",
        "sudo zypper addrepo --refresh 'https://mirror.example/almalinux/$releasever/CRB/$basearch/os/' nearmirror-crb",
      ].join("\n"),
    );
  });

  it("pacman: a Server line with pacman's own variables", () => {
    expect(setupOf(repository("pacman", "arch", {}), base)).toEqual([
      {
        use: "pacman",
        file: "/etc/pacman.d/nearmirror-arch",
        text: "Server = https://mirror.example/arch/$repo/os/$arch",
        include: "/etc/pacman.d/nearmirror-arch",
      },
    ]);
  });

  it("apk: a file of ours for the host's own branch", () => {
    expect(texts(repository("apk", "alpine", {})).apk).toBe(
      `mkdir -p /etc/apk/repositories.d
branch=v$(cut -d . -f 1,2 /etc/alpine-release)
printf '%s\\n' https://mirror.example/alpine/"$branch"/main https://mirror.example/alpine/"$branch"/community > /etc/apk/repositories.d/nearmirror-alpine.list`,
    );
  });

  it("curl: the example of any kind, failing on errors and following the redirect", () => {
    for (const kind of ["apt", "rpm", "pacman", "apk", "images", "files"] as const) {
      const of = repository(kind, "repo", { example: "a/b+c.iso" });
      expect(setupOf(of, base).at(-1), kind).toEqual({
        use: "curl",
        text: "curl -fLO https://mirror.example/repo/a/b+c.iso",
      });
    }
    expect(setupOf(repository("images", "cd", {}), base)).toEqual([]);
    expect(setupOf(repository("files", "files", {}), base)).toEqual([]);
  });
});
