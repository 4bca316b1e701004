import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { suitesWord } from "../../../../worker/formats/apt/setup-script.ts";
import { domainOf } from "../../../../worker/formats/setup-domain.ts";
import { setupScript } from "../../../../worker/pages/setup/setup-script.ts";
import {
  base,
  debian,
  debianSecurity,
  done,
  makeRoot,
  pipe,
  repository,
  shells,
  text,
} from "./hosts.ts";

const catalogue = [debian, debianSecurity];
const script = setupScript(debian, base, { catalogue }) ?? "";
const own = "etc/apt/sources.list.d/nearmirror.sources";
const list = "etc/apt/sources.list";
const sources = "etc/apt/sources.list.d/debian.sources";

function root(files: Record<string, string>): string {
  const made = makeRoot({
    "etc/os-release": "ID=debian\nVERSION_CODENAME=trixie\n",
    "usr/share/keyrings/debian-archive-keyring.gpg": "key",
    ...files,
  });
  mkdirSync(join(made, "etc/apt/sources.list.d"), { recursive: true });
  mkdirSync(join(made, "etc/apt/apt.conf.d"));
  return made;
}

describe.each(shells())("apt in $name", (shell) => {
  /** Lines of a one-line list that are still in force after the script. */
  function left(lines: string[], more: Record<string, string> = {}): string[] {
    const of = root({ [list]: `${lines.join("\n")}\n`, ...more });
    done(script, of, shell, "--apply");
    return text(of, list)
      .split("\n")
      .filter((line) => line.startsWith("deb"));
  }

  it("writes deb822 stanzas for the release the host has, the security repository's too", () => {
    const of = root({});
    done(script, of, shell, "--apply");
    expect(text(of, own).replace(/^#.*\n/, "")).toBe(
      `Types: deb
URIs: mirror+file:/etc/apt/nearmirror-debian.list
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: mirror+file:/etc/apt/nearmirror-debian-security.list
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
    );
    expect(text(of, "etc/apt/apt.conf.d/90nearmirror")).toMatch(
      /^(# .*\n)+Acquire::Retries::Delay "false";\n$/,
    );
    // Where the first place's redirect came to nothing, apt goes on to the second.
    expect(text(of, "etc/apt/nearmirror-debian.list")).toBe(
      "http://near.example/debian/\tpriority:1\nhttp://near.example/again/debian/\tpriority:2\n",
    );
    expect(text(of, "etc/apt/nearmirror-debian-security.list")).toBe(
      "http://near.example/debian-security/\tpriority:1\nhttp://near.example/again/debian-security/\tpriority:2\n",
    );
  });

  it("names the second place alone for who takes checked bytes, and is undone as the other", () => {
    const of = root({ [list]: "deb http://deb.example/debian trixie main\n" });
    const bytes = setupScript(debian, base, { catalogue, bytes: true }) ?? "";
    done(script, of, shell, "--apply");
    done(bytes, of, shell, "--apply");
    expect(text(of, "etc/apt/nearmirror-debian.list")).toBe(
      "http://near.example/again/debian/\tpriority:2\n",
    );
    expect(text(of, own)).toContain("URIs: mirror+file:/etc/apt/nearmirror-debian.list\n");
    done(bytes, of, shell, "--undo");
    expect(existsSync(join(of, "etc/apt/nearmirror-debian.list"))).toBe(false);
  });

  it("reads nothing from standard input, where a host has no entry at all", () => {
    const of = root({ "tmp/script": script });
    const entry = "deb http://ftp.de.debian.org/debian trixie contrib\n";
    const call = `sh '${join(of, "tmp/script")}' --root '${of}'; exit\n`;
    const { out } = pipe(call + entry.repeat(2000), [], shell);
    expect(out).toContain("Nothing was changed yet");
    expect(out).not.toContain("contrib");
  });

  it("uses https only where there are certificates", () => {
    const of = root({ "etc/ssl/certs/ca-certificates.crt": "PEM" });
    expect(done(script, of, shell)).toContain("+https://near.example/debian/\t");
    const plain = setupScript(debian, "http://near.example:8080/") ?? "";
    expect(done(plain, of, shell)).toContain("+http://near.example:8080/debian/\t");
  });

  it("disables a deb822 stanza, and takes over what it had besides", () => {
    const stanzas = `# Kept comment
Types: deb deb-src
URIs: http://ftp.de.debian.org/debian/
Suites: trixie trixie-updates
 trixie-backports
Components: main non-free-firmware
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----

types: deb
uris: http://security.debian.org/debian-security
suites: trixie-security
components: main contrib
enabled: yes

Types: deb
URIs: http://ftp.de.debian.org/debian
Suites: experimental
Components: main
`;
    const of = root({ [sources]: stanzas });
    done(script, of, shell, "--apply");
    const ours = text(of, own);
    expect(ours).toContain(
      "Types: deb deb-src\nURIs: mirror+file:/etc/apt/nearmirror-debian.list\n",
    );
    expect(ours).toContain("Suites: trixie trixie-updates trixie-backports\n");
    expect(ours).toContain("Components: main non-free-firmware\n");
    expect(ours).toContain("Suites: trixie-security\nComponents: main contrib\n");
    const now = text(of, sources).split("\n\n");
    expect(now[0]).toMatch(/^# Kept comment\n# Disabled.*\nEnabled: no\nTypes: deb deb-src\n/);
    expect(now[1]).toMatch(/\nEnabled: no\ntypes: deb\n[\s\S]*\n# enabled: yes$/);
    expect(now[2]).toBe(
      "Types: deb\nURIs: http://ftp.de.debian.org/debian\nSuites: experimental\nComponents: main\n",
    );
  });

  it("leaves a stanza that is disabled already", () => {
    const stanza =
      "Types: deb\nURIs: http://ftp.de.debian.org/debian\nSuites: trixie\nComponents: main\nEnabled: no\n";
    const of = root({ [sources]: stanza });
    done(script, of, shell, "--apply");
    expect(text(of, sources)).toBe(stanza);
  });

  it("disables lines that are copies of the distribution: by host, keyring, or what apt had from there", () => {
    const keyed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.pgp]";
    const lists = "var/lib/apt/lists/mirror.lan_pub_debian_dists_trixie_InRelease";
    const copies = [
      "deb http://ftp.de.debian.org/debian trixie main # a comment",
      "deb http://ftp.de.debian.org/debian/ trixie-updates main contrib",
      "  deb-src http://ftp.de.debian.org/debian/ trixie main",
      "deb http://security.debian.org/ trixie-security main",
      `deb ${keyed} https://mirror.example/debian trixie main`,
      "deb http://mirror.lan/pub/debian trixie main",
      "deb https://near.example/debian trixie main",
      "deb mirror+file:/etc/apt/mirrors/debian.list trixie main",
    ];
    const signedRoot = {
      [lists]: "-----BEGIN PGP SIGNED MESSAGE-----\n\nOrigin: Debian\nSuite: stable\n",
    };
    const mirrorFile = copies.pop() ?? "";
    expect(left(copies, signedRoot)).toEqual([]);
    // What is in that file may be anything: only the keyring tells.
    expect(left([mirrorFile])).toEqual([mirrorFile]);
    expect(left([mirrorFile.replace("deb ", `deb ${keyed} `)])).toEqual([]);
  });

  it("leaves what only looks like it, and says so", () => {
    const keyed = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]";
    const others = [
      "deb [signed-by=/etc/apt/keyrings/vpn.gpg] https://pkgs.vpn.example/stable/debian trixie main",
      "deb https://download.tool.example/linux/debian trixie stable",
      "deb http://mirror.lan/pub/debian trixie main",
      "deb http://notdebian.org/debian trixie main",
      "deb http://ftp.de.debian.org/debian-debug trixie-debug main",
      "deb http://snapshot.debian.org/archive/debian/20260101T000000Z trixie main",
      "deb [arch=amd64] http://ftp.de.debian.org/debian trixie main",
      "deb http://ftp.de.debian.org/debian bookworm main",
      "deb http://ftp.de.debian.org/debian sid main",
      "deb cdrom:[Debian 13]/ trixie main",
      // What was moved away, and what is beside the archive, though the distribution's own key signs it.
      `deb ${keyed} http://archive.debian.org/debian trixie main`,
      `deb ${keyed} http://mirror.lan/debian-archive/debian trixie main`,
      "deb http://people.debian.org/somebody/debian trixie main",
      "deb http://ftp.de.debian.org/debian trixie-infra-security main",
      "deb http://debug.debian.org/ trixie main",
    ];
    const lists = "var/lib/apt/lists/mirror.lan_pub_debian_dists_trixie_InRelease";
    expect(left(others, { [lists]: "Origin: Somebody\n" })).toEqual(others);
    const of = root({ [list]: `${others[2]}\n` });
    expect(done(script, of, shell)).toContain("Left as it is");
  });

  it("leaves the security repository where it has none itself", () => {
    const security = "deb http://security.debian.org/debian-security trixie-security main";
    const alone = setupScript(debian, base, { catalogue: [debian] }) ?? "";
    const of = root({ [list]: `deb http://ftp.de.debian.org/debian trixie main\n${security}\n` });
    done(alone, of, shell, "--apply");
    expect(text(of, list)).toContain(`\n${security}\n`);
    expect(text(of, own)).not.toContain("security");
  });

  it("follows the host to its next release, keeping components", () => {
    const of = root({ [list]: "deb http://ftp.de.debian.org/debian trixie main contrib\n" });
    done(script, of, shell, "--apply");
    const next = {
      ...Object.fromEntries([[own, text(of, own)]]),
      "etc/os-release": "ID=debian\nVERSION_CODENAME=forky\n",
    };
    const later = root(next);
    done(script, later, shell, "--apply");
    expect(text(later, own)).toContain("Suites: forky forky-updates\nComponents: main contrib\n");
  });

  it("takes Ubuntu's security suites as its own, being in the same repository", () => {
    const ubuntu = repository(
      "apt",
      "ubuntu",
      { suites: "noble noble-updates noble-security", components: "main universe" },
      { origin: "http://archive.ubuntu.com/ubuntu/" },
    );
    const of = root({
      "etc/os-release": "ID=ubuntu\nVERSION_CODENAME=jammy\n",
      "etc/ssl/certs/ca-certificates.crt": "PEM",
      [list]: "deb http://security.ubuntu.com/ubuntu jammy-security main restricted\n",
    });
    done(setupScript(ubuntu, base) ?? "", of, shell, "--apply");
    expect(text(of, list)).toMatch(/^# Disabled/);
    expect(text(of, own)).toContain(
      "Suites: jammy jammy-updates jammy-security\nComponents: main universe restricted\n",
    );
  });

  it("leaves Ubuntu's other archives, which its own domain has: past releases, debug symbols, Pro's updates", () => {
    const ubuntu = repository(
      "apt",
      "ubuntu",
      { suites: "noble noble-updates noble-security", components: "main universe" },
      { origin: "http://archive.ubuntu.com/ubuntu/" },
    );
    const others = `deb http://old-releases.ubuntu.com/ubuntu noble main
deb http://ddebs.ubuntu.com noble main
deb http://ddebs.ubuntu.com/ noble-updates main
deb https://esm.ubuntu.com/infra/ubuntu noble-infra-security main
deb https://esm.ubuntu.com/apps/ubuntu noble-apps-updates main
deb http://ports.ubuntu.com/ubuntu-ports noble main
`;
    const country = "deb http://de.archive.ubuntu.com/ubuntu noble-proposed main\n";
    const of = root({
      "etc/os-release": "ID=ubuntu\nVERSION_CODENAME=noble\n",
      "etc/ssl/certs/ca-certificates.crt": "PEM",
      [list]: others + country,
    });
    done(setupScript(ubuntu, base) ?? "", of, shell, "--apply");
    expect(text(of, list)).toBe(`${others}# Disabled for Nearmirror: ${country}`);
    expect(text(of, own)).toContain("Suites: noble noble-updates noble-security noble-proposed\n");
  });
});

describe("suites", () => {
  it("are those of the host's release, where they are a release's", () => {
    expect(suitesWord("trixie trixie-updates")).toBe('"$codename $codename-updates"');
    expect(suitesWord("trixie-security")).toBe('"$codename-security"');
    expect(suitesWord("stable")).toBe("stable");
    expect(suitesWord("./")).toBe("./");
    expect(suitesWord('x"$(id)')).toBe(`'x"$(id)'`);
  });
});

describe("the domain of a distribution", () => {
  it("is its origin's, without the host's own label", () => {
    expect(domainOf("http://ftp.debian.org/debian/")).toBe("debian.org");
    expect(domainOf("http://debian.org/debian/")).toBe("debian.org");
    expect(domainOf("http://127.0.0.1:80/debian/")).toBe("127.0.0.1");
    expect(domainOf("http://[::1]/debian/")).toBe("[::1]");
  });
});
