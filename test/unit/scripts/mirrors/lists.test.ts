/** Each form of list, by a small part of a real one: what becomes of it, and what is said of the rest. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseAlpineList } from "../../../../scripts/mirrors/import/alpine.ts";
import { parseArchStatus } from "../../../../scripts/mirrors/import/arch.ts";
import type { ParsedList } from "../../../../scripts/mirrors/import/entry.ts";
import { parseHostPaths } from "../../../../scripts/mirrors/import/kali.ts";
import { type ListKind, listForms, listKinds } from "../../../../scripts/mirrors/import/lists.ts";
import { parseMetalink } from "../../../../scripts/mirrors/import/metalink.ts";
import { parseMirmon } from "../../../../scripts/mirrors/import/mirmon.ts";
import { parseMirrorManager } from "../../../../scripts/mirrors/import/mirrormanager.ts";
import { parseMirrorz } from "../../../../scripts/mirrors/import/mirrorz.ts";
import { parseMirrorCacheTable } from "../../../../scripts/mirrors/import/opensuse.ts";
import { parseUbuntuList } from "../../../../scripts/mirrors/import/ubuntu.ts";

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), "utf8");

/** The entry of a host. */
const of = (list: ParsedList, host: string) => list.entries.find(({ name }) => name === host);

/** What is said of what isn't used, by its label. */
const unused = ({ notUsed }: ParsedList) =>
  Object.fromEntries(notUsed.map(({ label, why }) => [label, why]));

function expectAllAccounted({ read, entries, notUsed }: ParsedList): void {
  expect(entries.length + notUsed.length).toBe(read);
}

describe("Arch's mirror status", () => {
  const list = parseArchStatus(fixture("arch-status.json"), "archlinux");

  test("is as old as its last check", () => {
    expect(list.madeAt).toBe(Date.parse("2026-05-11T20:23:19.344Z"));
  });
  test("all URLs of a host are one entry", () => {
    expect(of(list, "mirror.aarnet.edu.au")).toEqual({
      label: "mirror.aarnet.edu.au",
      name: "mirror.aarnet.edu.au",
      place: { host: "mirror.aarnet.edu.au", country: "AU" },
      repositories: {
        archlinux: {
          urls: { https: "https://mirror.aarnet.edu.au/pub/archlinux/" },
          rsync: "rsync://mirror.aarnet.edu.au/archlinux/",
        },
      },
    });
    expectAllAccounted(list);
  });
  test("a mirror without images leaves their folder out", () => {
    const carried = of(list, "archlinux.mirror.server24.net")?.repositories.archlinux;
    expect(carried?.exclude).toEqual(["iso/"]);
    expect(carried?.urls.http).toBe("http://archlinux.mirror.server24.net/");
  });
  test("a family that it lacks is known; one that both have isn't said", () => {
    const one = JSON.stringify({
      last_check: "2026-05-11T20:23:19.344Z",
      urls: [
        {
          url: "https://four.example/",
          protocol: "https",
          last_sync: "2026-05-11T19:21:24Z",
          active: true,
          country_code: "AU",
          isos: true,
          ipv4: true,
          ipv6: false,
        },
      ],
    });
    expect(parseArchStatus(one, "archlinux").entries[0]?.families).toEqual(["ipv4"]);
    expect(of(list, "mirror.aarnet.edu.au")).not.toHaveProperty("families");
  });
  test("rsync alone, and what Arch itself found no copy at, aren't used", () => {
    expect(unused(list)).toEqual({
      "rsync.mirrors.ustc.edu.cn": "neither http nor https",
      "mirror.ufam.edu.br": expect.stringContaining("Arch's checks found no copy there"),
    });
  });
  test("a second tree at one host is told", () => {
    const said = list.partsNotUsed.filter(({ label }) => label === "pkg.adfinis-on-exoscale.ch");
    expect(said.map(({ why }) => why)).toContain(
      "http://pkg.adfinis-on-exoscale.ch/archlinux/: a second http address",
    );
  });
});

describe("Alpine's mirrors.yaml", () => {
  const list = parseAlpineList(fixture("alpine-mirrors.yaml"), "alpine");

  test.each([
    ["nl.alpinelinux.org", { country: "NL" }],
    ["uk.alpinelinux.org", { country: "GB", city: "Maidenhead" }],
    ["mirror.clarkson.edu", { country: "US", city: "Potsdam, NY" }],
    ["linorg.usp.br", { country: "BR", city: "São Paulo" }],
    ["alpine.mirror.wearetriple.com", { country: "NL", city: "Amsterdam" }],
    ["mirror.rise.ph", { country: "PH" }],
    ["dl-2.alpinelinux.org", {}],
  ])("%s is placed by its location", (host, place) => {
    expect(of(list, host)?.place).toEqual({ host, ...place });
  });
  test("URLs by scheme; ftp is told", () => {
    expect(of(list, "mirror.neostrada.nl")?.repositories.alpine).toEqual({
      urls: {
        http: "http://mirror.neostrada.nl/alpine/",
        https: "https://mirror.neostrada.nl/alpine/",
      },
      rsync: "rsync://mirror.neostrada.nl/alpine/",
    });
    expect(list.partsNotUsed.map(({ why }) => why).join()).toContain("ftp://mirror.neostrada.nl/");
  });
  test("a name that leads to several sites is none", () => {
    expect(Object.keys(unused(list))).toEqual(["dl-cdn.alpinelinux.org", "leaseweb"]);
    expectAllAccounted(list);
  });
});

test("MirrorCache's table: host, folder and country, and what isn't enabled is left out", () => {
  const list = parseMirrorCacheTable(
    `${fixture("mirrorcache.csv")}off.example,/,f,de,eu\n`,
    "opensuse",
  );
  expect(of(list, "ftp.acc.umu.se")).toMatchObject({
    place: { country: "SE" },
    repositories: { opensuse: { urls: { http: "http://ftp.acc.umu.se/mirror/opensuse.org/" } } },
  });
  expect(of(list, "suse.lagis.at")?.repositories.opensuse?.urls.http).toBe("http://suse.lagis.at/");
  expect(unused(list)).toEqual({ "off.example (line 7)": "not enabled there" });
  expectAllAccounted(list);
});

test("Kali's lines: a host and a path", () => {
  const list = parseHostPaths(`${fixture("kali-mirrors.txt")}# a remark\nno host\n`, "kali");
  expect(of(list, "ftp.acc.umu.se")?.repositories.kali?.urls).toEqual({
    http: "http://ftp.acc.umu.se/mirror/kali.org/kali/",
  });
  expect(list.read).toBe(5);
  expect(Object.keys(unused(list))).toEqual(["no host (line 6)"]);
});

describe("MirrorManager's metalinks", () => {
  test("EPEL's: what stands before the release is the mirror's path", () => {
    const list = parseMetalink(fixture("epel.metalink"), "epel");
    expect(list.madeAt).toBe(Date.parse("2024-04-15T23:33:44Z"));
    expect(of(list, "mirror.cpsc.ucalgary.ca")).toMatchObject({
      place: { country: "CA" },
      repositories: {
        epel: {
          urls: {
            http: "http://mirror.cpsc.ucalgary.ca/mirror/fedora-epel/",
            https: "https://mirror.cpsc.ucalgary.ca/mirror/fedora-epel/",
          },
          rsync: "rsync://mirror.cpsc.ucalgary.ca/fedora-epel/",
        },
      },
    });
    expect(unused(list)).toEqual({ "rsync-mci.yuki.net.uk": "neither http nor https" });
    expectAllAccounted(list);
  });
  test("Fedora's: mirrors of linux/ alone and of all of it", () => {
    const list = parseMetalink(fixture("fedora.metalink"), "fedora");
    expect(list).not.toHaveProperty("madeAt");
    const urls = (host: string) => of(list, host)?.repositories.fedora?.urls.http;
    expect(urls("mirrors.tuna.tsinghua.edu.cn")).toBe(
      "http://mirrors.tuna.tsinghua.edu.cn/fedora/",
    );
    expect(urls("ftp.iij.ad.jp")).toBe("http://ftp.iij.ad.jp/pub/linux/Fedora/fedora/linux/");
  });
  test.each([
    ["10/BaseOS/x86_64/os/repodata/repomd.xml"],
    ["9-stream/AppStream/x86_64/os/repodata/repomd.xml"],
    ["updates/44/Everything/x86_64/repodata/repomd.xml"],
    ["development/rawhide/Everything/x86_64/os/repodata/repomd.xml"],
  ])("%s begins where the mirror's path ends", (path) => {
    const text = `<metalink><url location="SE">http://a.example/8/mirror/${path}</url></metalink>`;
    expect(parseMetalink(text, "x").entries[0]?.repositories.x?.urls.http).toBe(
      "http://a.example/8/mirror/",
    );
  });
  test("a URL of which that can't be told isn't used", () => {
    const text = "<metalink><url>http://a.example/x/repodata/repomd.xml</url></metalink>";
    expect(unused(parseMetalink(text, "x"))).toEqual({
      "a.example": expect.stringContaining("where the repository begins"),
    });
  });
});

describe("mirrorz.json", () => {
  const known = [
    "almalinux",
    "debian-security",
    "epel",
    "fedora",
    "kali-images",
    "proxmox-iso",
    "raspios",
  ];
  const names = { "fedora/linux": "fedora" };
  const parsed = (text: string) => parseMirrorz(text, "cqupt.json", { known, names });
  const real: { mirrors: unknown[]; endpoints?: unknown } = JSON.parse(
    fixture("cqupt.mirrorz.json"),
  );
  const changed = (change: object) => parsed(JSON.stringify({ ...real, ...change }));
  const list = parsed(fixture("cqupt.mirrorz.json"));

  test("a site with its repositories of ours, by both schemes where its endpoint has both", () => {
    expect(list.entries).toHaveLength(1);
    expect(list.entries[0]).toMatchObject({
      name: "mirrors.cqupt.edu.cn",
      place: { host: "mirrors.cqupt.edu.cn", country: "CN", state: "Chongqing" },
      repositories: {
        almalinux: {
          urls: {
            https: "https://mirrors.cqupt.edu.cn/almalinux/",
            http: "http://mirrors.cqupt.edu.cn/almalinux/",
          },
        },
        "proxmox-iso": { urls: { https: "https://mirrors.cqupt.edu.cn/proxmox/iso/" } },
        raspios: { urls: { https: "https://mirrors.cqupt.edu.cn/raspberry-pi-os-images/" } },
      },
    });
    expect(list.entries[0]?.repositories).not.toHaveProperty("CTAN");
  });
  test("is as old as the newest of its copies", () => {
    expect(list.madeAt).toBe(1_786_196_701_000);
  });
  test("a copy that is more than a year older than the list is left out", () => {
    expect(
      changed({
        endpoints: undefined,
        mirrors: [
          { cname: "fedora", url: "/fedora", status: "S1786196701" },
          { cname: "epel", url: "/epel", status: "F1786136596O1750000000" },
        ],
      }).partsNotUsed,
    ).toEqual([{ label: "cqupt.json", why: "epel: its copy is of 2025-06-15" }]);
    expect(list.entries[0]?.repositories).toHaveProperty("epel");
  });
  test("without endpoints the scheme is that of the site's own URL, and the place its domain's", () => {
    const { entries } = changed({ endpoints: undefined });
    expect(entries[0]?.place).toEqual({ host: "mirrors.cqupt.edu.cn", country: "CN" });
    expect(entries[0]?.repositories.fedora?.urls).toEqual({
      https: "https://mirrors.cqupt.edu.cn/fedora/",
    });
  });
  test("names as sites have them, and two paths of one repository", () => {
    const { entries, doubted } = changed({
      mirrors: [
        { cname: "fedora/linux", url: "/fedora/linux", status: "U" },
        { cname: "fedora", url: "/fedora", status: "U" },
        { cname: "constructor", url: "/x", status: "U" },
        { cname: "epel", url: "https://other.example/epel", status: "U" },
      ],
    });
    expect(entries[0]?.repositories.fedora?.urls.https).toBe(
      "https://mirrors.cqupt.edu.cn/fedora/linux/",
    );
    expect(Object.keys(entries[0]?.repositories ?? {})).toEqual(["fedora"]);
    expect(doubted).toHaveLength(1);
  });
});

describe("mirrorz.d.json", () => {
  const list = parseMirrorz(fixture("ustc.mirrorz.d.json"), "ustc.json", {
    known: ["debian", "archlinux", "alpine"],
    names: {},
  });

  test("the networks of its endpoints are the site's, other names and providers are told", () => {
    expect(list.entries[0]).toMatchObject({
      name: "mirrors.ustc.edu.cn",
      place: { country: "CN", state: "Anhui" },
      prefixes: ["202.38.64.0/19"],
      repositories: {
        debian: {
          urls: {
            https: "https://mirrors.ustc.edu.cn/debian/",
            http: "http://mirrors.ustc.edu.cn/debian/",
          },
        },
      },
    });
    expect(list.entries[0]).not.toHaveProperty("private");
    expect(list.partsNotUsed.map(({ why }) => why)).toEqual([
      "endpoint ustc6: ipv6.mirrors.ustc.edu.cn is another name of the site",
      "endpoint ustccernet: cernet.mirrors.ustc.edu.cn is another name of the site",
    ]);
  });
  test("a port is of the site's own scheme", () => {
    const root = JSON.parse(fixture("ustc.mirrorz.d.json"));
    const site = { ...root.site, url: "https://mirrors.ustc.edu.cn:8443" };
    const { entries } = parseMirrorz(JSON.stringify({ ...root, site }), "u", {
      known: ["debian"],
      names: {},
    });
    expect(entries[0]?.repositories.debian?.urls).toEqual({
      https: "https://mirrors.ustc.edu.cn:8443/debian/",
    });
  });
  test("a site without a public endpoint is for its networks alone", () => {
    const root = JSON.parse(fixture("ustc.mirrorz.d.json"));
    const endpoints = [
      {
        label: "in",
        public: false,
        resolve: "mirrors.ustc.edu.cn",
        filter: ["V4", "NOSSL"],
        range: ["AS4538", "ISP:CERNET", "10.0.0.0/99"],
      },
    ];
    const { entries, partsNotUsed } = parseMirrorz(JSON.stringify({ ...root, endpoints }), "u", {
      known: ["debian"],
      names: {},
    });
    expect(entries[0]).toMatchObject({ private: true, asns: [4538] });
    expect(entries[0]?.repositories.debian?.urls).toEqual({
      http: "http://mirrors.ustc.edu.cn/debian/",
    });
    expect(partsNotUsed.map(({ why }) => why)).toEqual([
      "range ISP:CERNET: no network that is known",
      "range 10.0.0.0/99: no network that is known",
    ]);
  });
});

test("Ubuntu's list: its ports and its images are repositories of their own", () => {
  const { entries } = parseUbuntuList(
    "#LOC:DE\nhttp://a.example/ubuntu-ports/\nhttp://b.example/pub/releases.ubuntu.com/ubuntu/\n",
  );
  expect(entries.map(({ repositories }) => Object.keys(repositories))).toEqual([
    ["ubuntu-ports"],
    ["ubuntu-releases"],
  ]);
});

describe("a file of another form", () => {
  const files: Record<string, string> = {
    arch: fixture("arch-status.json"),
    alpine: fixture("alpine-mirrors.yaml"),
    opensuse: fixture("mirrorcache.csv"),
    kali: fixture("kali-mirrors.txt"),
    metalink: fixture("epel.metalink"),
    mirrorz: fixture("cqupt.mirrorz.json"),
  };
  const read = (kind: (typeof listKinds)[number], text: string) =>
    listForms[kind].read({ text, name: "x", repository: "debian", architectures: {}, names: {} });

  const pairs = listKinds.flatMap((kind) =>
    kind in files
      ? Object.keys(files).flatMap((other) => (other === kind ? [] : [[kind, other] as const]))
      : [],
  );
  test.each(pairs)("import %s of %s's file is refused, and says what it has not", (kind, other) => {
    expect(() => read(kind, files[other] ?? "")).toThrow(/^(?:it |its |no )/);
  });
});

const read = (kind: ListKind, name: string, more: { repository?: string; site?: string } = {}) =>
  listForms[kind].read({
    text: fixture(name),
    name,
    architectures: { archlinux: [], epel: [], centos: [] },
    names: {},
    ...more,
  });

/** Where each host is, and by which URL it is reached. */
const told = (list: ParsedList, repository: string) =>
  list.entries.map(({ name, place, repositories }) => [
    name,
    place.country,
    place.city,
    repositories[repository]?.urls,
  ]);

describe("forms of other lists", () => {
  test("mirmon's, as mirrorbits exports it: a host's URLs are one entry", () => {
    const list = read("mirmon", "mirmon.txt", { repository: "r" });
    expect(told(list, "r")).toEqual([
      ["mirror.example.de", "DE", undefined, { http: "http://mirror.example.de/repo/" }],
      ["us.example.org", "US", undefined, { https: "https://us.example.org/pub/repo/" }],
    ]);
    expect(list.entries[0]?.repositories.r?.rsync).toBe("rsync://mirror.example.de/repo/");
    expect(Object.keys(unused(list))).toEqual(["ftp.example.fr"]);
    expectAllAccounted(list);
  });

  test("mirmon's form of Apache, with the scheme before the country", () => {
    const list = parseMirmon("http us http://a.example/ noc@example.org\n", "r");
    expect(told(list, "r")).toEqual([
      ["a.example", "US", undefined, { http: "http://a.example/" }],
    ]);
  });

  test("MirrorManager's hosts: place, capacity and networks; what has no URL isn't used", () => {
    const list = read("mirrormanager", "mirrormanager.json", { repository: "fedora" });
    expect(list.madeAt).toBe(1_792_327_834_000);
    expect(list.entries[0]).toEqual({
      label: "mirror.example.de",
      name: "mirror.example.de",
      place: {
        host: "mirror.example.de",
        country: "DE",
        point: { latitude: 50.1109, longitude: 8.6821 },
      },
      sponsor: { name: "Example University" },
      capacity: 20_000,
      asns: [64_496],
      repositories: {
        fedora: {
          urls: {
            https: "https://mirror.example.de/fedora/linux/",
            http: "http://mirror.example.de/fedora/linux/",
          },
          rsync: "rsync://mirror.example.de/fedora/linux/",
        },
      },
    });
    expect(list.entries[1]).toMatchObject({
      private: true,
      prefixes: ["192.0.2.0/24"],
      countries: ["US"],
    });
    expect(list.entries[1]?.repositories.fedora).not.toHaveProperty("rsync");
    expect(unused(list)).toEqual({
      "gone.example.net": expect.stringContaining("isn't active"),
      "record.example.org": expect.stringContaining("no URL"),
    });
    expect(list.partsNotUsed.map(({ why }) => why)).toEqual([
      "ftp://mirror.example.de/fedora/linux: neither http, https nor rsync",
      "Fedora EPEL: not the category that is imported",
      "rsync://push.example.com/fedora: for other mirrors alone",
    ]);
    expectAllAccounted(list);
  });
  test("MirrorManager's categories are taken by their names, or where there is only one", () => {
    const epel = read("mirrormanager", "mirrormanager.json", { repository: "epel" });
    expect(epel.entries.map(({ name }) => name)).toEqual(["mirror.example.de"]);
    expect(() => read("mirrormanager", "mirrormanager.json", { repository: "rocky" })).toThrow(
      "Fedora Linux, Fedora EPEL",
    );
    const one = fixture("mirrormanager.json").replaceAll("Fedora EPEL", "Fedora Linux");
    expect(parseMirrorManager(one, "rocky").entries).toHaveLength(2);
  });

  test("mirrorbits' answer: coordinates and bounds; what it leaves out is used with a doubt", () => {
    const list = read("mirrorbits", "mirrorbits.json", { repository: "r" });
    expect(list.entries[0]).toEqual({
      label: "mirror1",
      name: "one.example.de",
      place: {
        host: "one.example.de",
        country: "DE",
        point: { latitude: 52.5244, longitude: 13.4105 },
      },
      sponsor: { name: "Example e.V.", url: "https://example.de/" },
      asns: [64_496],
      repositories: {
        r: {
          urls: { https: "https://one.example.de/repo/" },
          rsync: "rsync://one.example.de/repo/",
        },
      },
    });
    expect(list.entries[1]).toEqual({
      label: "mirror2",
      name: "two.example.fr",
      place: { host: "two.example.fr", country: "FR" },
      countries: ["FR", "BE"],
      repositories: {
        r: { urls: { https: "https://two.example.fr/repo/", http: "http://two.example.fr/repo/" } },
      },
    });
    expect(list.doubted.map(({ label, why }) => `${label}: ${why}`)).toEqual([
      "mirror3: mirrorbits sends nobody there: Unreachable",
      "mirror3: mirrorbits sends its continent's clients alone",
    ]);
    expect(unused(list)).toEqual({
      mirror4: "not enabled there",
      mirror5: "no http or https URL",
    });
    expectAllAccounted(list);
  });

  test("pacman's mirrorlist: countries by headings, what leads to several sites left out", () => {
    const list = read("mirrorlist", "arch-mirrorlist", { repository: "r" });
    expect(told(list, "r")[0]).toEqual([
      "al.arch.niranjan.co",
      "AL",
      undefined,
      { https: "https://al.arch.niranjan.co/" },
    ]);
    expect(unused(list)["geo.mirror.pkgbuild.com"]).toContain("several sites");
    expectAllAccounted(list);
  });

  test("Arch Linux ARM's mirrorlist: cities below countries", () => {
    const list = read("mirrorlist", "arm-mirrorlist", { repository: "r" });
    expect(told(list, "r").map(([name, country, city]) => [name, country, city])).toEqual([
      ["dk.mirror.archlinuxarm.org", "DK", "Aalborg"],
      ["fr.mirror.archlinuxarm.org", "FR", "Paris"],
      ["de3.mirror.archlinuxarm.org", "DE", "Aachen"],
    ]);
  });

  test("Void's: what isn't enabled, or is everywhere, isn't used", () => {
    const list = read("void", "void-mirrors.yaml", { repository: "r" });
    expect(told(list, "r").slice(0, 2)).toEqual([
      ["repo-fi.voidlinux.org", "FI", "Helsinki", { https: "https://repo-fi.voidlinux.org/" }],
      ["repo-de.voidlinux.org", "DE", "Frankfurt", { https: "https://repo-de.voidlinux.org/" }],
    ]);
    expect(unused(list)["repo-us.voidlinux.org"]).toContain("isn't enabled");
    expectAllAccounted(list);
  });

  test("Gentoo's: families as the list has them, ftp alone isn't used", () => {
    const list = read("gentoo", "gentoo-distfiles.xml", { repository: "r" });
    expect(list.entries.map(({ name, families }) => [name, families])).toEqual([
      ["gentoo.mirrors.tera-byte.com", ["ipv4"]],
      ["mirror.csclub.uwaterloo.ca", undefined],
    ]);
    expect(list.entries[1]?.repositories.r).toEqual({
      urls: {
        https: "https://mirror.csclub.uwaterloo.ca/gentoo-distfiles/",
        http: "http://mirror.csclub.uwaterloo.ca/gentoo-distfiles/",
      },
      rsync: "rsync://mirror.csclub.uwaterloo.ca/gentoo-distfiles/",
    });
    expect(unused(list)).toEqual({ "Old ways": "neither http nor https" });
    expectAllAccounted(list);
  });

  test("Termux': the main repository alone", () => {
    const list = read("termux", "termux-mirror", { repository: "r" });
    expect(told(list, "r")).toEqual([
      [
        "mirror.sjtu.edu.cn",
        "CN",
        undefined,
        { https: "https://mirror.sjtu.edu.cn/termux/termux-main/" },
      ],
    ]);
    expect(list.partsNotUsed).toHaveLength(2);
  });

  test("Manjaro's: a URL for each protocol that it names", () => {
    const list = read("manjaro", "manjaro-mirrors.json", { repository: "r" });
    expect(told(list, "r")[1]).toEqual([
      "mirrors.shu.edu.cn",
      "CN",
      undefined,
      { https: "https://mirrors.shu.edu.cn/manjaro/", http: "http://mirrors.shu.edu.cn/manjaro/" },
    ]);
    expectAllAccounted(list);
  });

  test("tunasync's status: copies that are there, below the site that is told", () => {
    const list = read("tunasync", "tunasync.json", { site: "https://mirrors.example.cn" });
    expect(list.entries[0]?.repositories).toEqual({
      epel: { urls: { https: "https://mirrors.example.cn/epel/" } },
      archlinux: { urls: { https: "https://mirrors.example.cn/archlinux/" } },
      centos: { urls: { https: "https://mirrors.example.cn/centos/" } },
    });
    expect(list.partsNotUsed.map(({ why }) => why)).toContain("a job without a name");
    expectAllAccounted(list);
  });

  const newer = [
    "tunasync",
    "mirmon",
    "mirrorbits",
    "mirrormanager",
    "mirrorlist",
    "void",
    "gentoo",
    "termux",
    "manjaro",
  ] as const;
  test.each(newer)("%s: a file of another form is refused with what is missing", (kind) => {
    const other = kind === "void" ? "mirmon.txt" : "void-mirrors.yaml";
    expect(() => read(kind, other, { repository: "r", site: "https://a.example/" })).toThrow();
  });
});
