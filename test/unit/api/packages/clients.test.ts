/** What clients of other services ask, and the form in which they expect the answer. */
import { expect, test } from "vitest";
import {
  archSonames,
  archVersion,
} from "../../../../worker/api/packages/clients/archweb-package.ts";
import {
  mdapiBranch,
  mdapiEntry,
  mdapiRepository,
} from "../../../../worker/api/packages/clients/mdapi-package.ts";
import { ask, standIn } from "./stand-in.ts";

test("madison prints what dak's format prints", async () => {
  // Python 3.11: dak's own format string over these rows.
  const lines = [
    "mc         | 3:4.8.29-2    | bookworm   | amd64, arm64",
    "mc         | 3:4.8.33-1    | trixie     | amd64",
    "mc-data    | 3:4.8.29-2    | bookworm   | all",
    "mc-data    | 3:4.8.33-1    | trixie     | all",
  ];
  const text = (of: readonly string[]) => of.map((line) => `${line}\n`).join("");
  // As rmadison of devscripts 2.23.4 writes it: its own arguments are behind the last &.
  const one = await ask("/madison?package=mc&text=on&");
  expect([one.status, one.text]).toEqual([200, text(lines.slice(0, 2))]);
  expect((await ask("/madison?package=mc+mc-data&text=on&")).text).toBe(text(lines));
  expect((await ask("/madison?package=mc&text=on&S")).text).toBe(text(lines));
  expect((await ask("/madison?package=mc&text=on&a=*&s=bookworm,trixie&t")).text).toBe(
    text(lines.slice(0, 2)),
  );
  expect((await ask("/madison?package=mc&text=on&a=arm64&s=bookworm&c=main")).text).toBe(
    "mc         | 3:4.8.29-2    | bookworm   | arm64\n",
  );
  expect((await ask("/madison?package=mc&text=on&c=contrib")).text).toBe("");
  expect((await ask("/madison?package=mc:amd64&text=on&g")).text).toBe(
    text([...lines.slice(0, 2), "", "mc (>= 3:4.8.33-1)"]),
  );
  expect((await ask("/madison?package=nothing")).text).toBe("");
});

test("madison asks suites of dpkg's kind alone, or those that are named", async () => {
  const { service, calls } = standIn();
  await ask("/madison?package=zlib", { service });
  await ask("/madison?package=zlib&kind=pacman&repository=archlinux", { service });
  expect(calls.map(({ of }) => of[1])).toEqual([
    { repositories: [], suites: [], kinds: ["apt"], architectures: [] },
    { repositories: ["archlinux"], suites: [], kinds: ["pacman"], architectures: [] },
  ]);
});

test("f is madison's nested form", async () => {
  const { json, headers } = await ask("/madison?package=mc-data&s=bookworm&f=json");
  expect(headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
  expect(json()).toEqual([
    {
      "mc-data": {
        bookworm: {
          "3:4.8.29-2": {
            component: "main",
            architectures: ["all"],
            source: "mc",
            source_version: "3:4.8.29-2",
          },
        },
      },
    },
  ]);
  expect((await ask("/madison?package=nothing&f")).text).toBe("[]");
});

test("archweb's search, page by page", async () => {
  const { json, headers } = await ask("/packages/search/json/?q=zlib&limit=2");
  expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
  const first: { results: object[] } = Object(json());
  expect(first).toMatchObject({ version: 2, limit: 2, valid: true, num_pages: 2, page: 1 });
  expect(first.results[0]).toEqual({
    pkgname: "zlib",
    pkgbase: "zlib",
    repo: "core",
    arch: "x86_64",
    pkgver: "1.3.1",
    pkgrel: "2",
    epoch: 1,
    pkgdesc:
      "Compression library implementing the deflate compression method found in gzip and PKZIP",
    url: "https://www.zlib.net/",
    filename: "zlib-1:1.3.1-2-x86_64.pkg.tar.zst",
    compressed_size: 93_000,
    installed_size: 338_000,
    build_date: "2024-05-02T11:40:00.000Z",
    last_update: "2026-11-30T10:00:00.000Z",
    flag_date: null,
    maintainers: [],
    packager: null,
    groups: [],
    licenses: ["Zlib"],
    conflicts: [],
    provides: ["libz.so=1-64"],
    replaces: [],
    depends: ["glibc"],
    optdepends: ["python: for tools"],
  });
  // Behind the last page is the last one, as there.
  const names = async (query: string) => {
    const { results }: { results: { pkgname: string }[] } = Object(
      (await ask(`/packages/search/json/?${query}`)).json(),
    );
    return results.map(({ pkgname }) => pkgname);
  };
  expect(await names("q=zlib&limit=2&page=9")).toEqual(["minizip"]);
  expect(await names("name=zlib")).toEqual(["zlib"]);
  expect(await names("q=zlib&repo=Extra")).toEqual(["minizip"]);
  expect(await names("q=zlib&arch=any")).toEqual(["zlib-tools"]);
  expect(await names("q=zlib&sort=pkgname")).toEqual(["minizip", "zlib", "zlib-tools"]);
  expect(await names("q=zlib&sort=-pkgname")).toEqual(["zlib-tools", "zlib", "minizip"]);
  expect(await names("desc=mini zip")).toEqual(["minizip"]);
  // Nothing asked is no valid question.
  expect((await ask("/packages/search/json/")).json()).toEqual({
    version: 2,
    limit: 250,
    valid: false,
    results: [],
  });
});

test("one package as archweb has it", async () => {
  const path = "/packages/core/x86_64/zlib";
  expect((await ask(`${path}/json/`)).json()).toMatchObject({ pkgname: "zlib", repo: "core" });
  expect((await ask(`${path}/files/json/`)).json()).toEqual({
    ...{ pkgname: "zlib", repo: "core", arch: "x86_64" },
    pkg_last_update: "2026-11-30T10:00:00.000Z",
    files_last_update: "2026-11-30T10:00:00.000Z",
    files_count: 2,
    dir_count: 0,
    files: ["usr/include/zlib.h", "usr/lib/libz.so.1"],
  });
  expect((await ask(`${path}/sonames/json/`)).json()).toMatchObject({ sonames: ["libz.so.1"] });
  const download = await ask(`${path}/download/`);
  expect([download.status, download.headers.get("Location")]).toEqual([
    302,
    "/archlinux/core/os/x86_64/zlib-1:1.3.1-2-x86_64.pkg.tar.zst",
  ]);
  // A package of any architecture belongs to each.
  expect((await ask("/packages/core/x86_64/zlib-tools/json/")).status).toBe(200);
  expect((await ask("/packages/extra/x86_64/zlib/json/")).status).toBe(404);
  expect((await ask("/packages/core/x86_64/zlib-tools/download/")).status).toBe(404);
});

test.each([
  // archweb's VERSION_RE in Python 3.11.
  ["1:1.3.1-2", { pkgver: "1.3.1", pkgrel: "2", epoch: 1 }],
  ["2-1", { pkgver: "2", pkgrel: "1", epoch: 0 }],
  ["1.0.r12.g3-1", { pkgver: "1.0.r12.g3", pkgrel: "1", epoch: 0 }],
])("pacman's version %s", (version, parts) => {
  expect(archVersion(version)).toEqual(parts);
});

test("what provides isn't a library names no soname", () => {
  const provides = ["libz.so=1-64", "libfoo.so=2.1-32", "libbar.so", "zlib-ng=1.3"];
  const record = { name: "a", version: "1-1", architecture: "x86_64", relations: { provides } };
  const place = {
    ...({ repository: "", kind: "pacman", suite: "", snapshot: "", purl: "" } as const),
    record,
  };
  expect(archSonames(place)).toEqual(["libz.so.1", "libfoo.so.2.1"]);
});

test("mdapi: releases, a package of the newest part of one, its files", async () => {
  expect((await ask("/mdapi/branches")).json()).toEqual(["f44"]);
  const entry = { epoch: null, version: null, release: null, flags: null };
  expect((await ask("/mdapi/f44/pkg/zlib-ng")).json()).toMatchObject({
    repo: "release",
    release: "3.fc44",
  });
  const one = await ask("/mdapi/fedora/pkg/zlib-ng-compat");
  expect(one.json()).toMatchObject({ "co-packages": ["zlib-ng", "zlib-ng-compat"] });
  const provides = await ask("/mdapi/f44/provides/libz.so.1()(64bit)");
  expect(provides.json()).toEqual([
    {
      arch: "x86_64",
      epoch: "0",
      version: "2.2.5",
      release: "1.fc44",
      summary: "Zlib replacement with optimizations",
      description: "zlib-ng is a zlib replacement.",
      basename: "zlib-ng",
      url: "https://github.com/zlib-ng/zlib-ng",
      conflicts: [],
      obsoletes: [{ name: "zlib", epoch: "0", version: "1.3", release: null, flags: "LT" }],
      provides: [
        { name: "zlib", epoch: "0", version: "1.3.1", release: null, flags: "EQ" },
        { name: "libz.so.1()(64bit)", ...entry },
        { name: "zlib-ng-compat", epoch: "1", version: "2.2.5", release: "1.fc44", flags: "EQ" },
      ],
      requires: [
        { name: "libc.so.6()(64bit)", ...entry },
        { name: "glibc", epoch: "0", version: "2.38", release: null, flags: "GE" },
        { name: "(foo if bar)", ...entry },
      ],
      enhances: [],
      recommends: [],
      suggests: [],
      supplements: [],
      repo: "updates",
    },
  ]);
  expect((await ask("/mdapi/f44/requires/glibc")).json()).toHaveLength(1);
  expect((await ask("/mdapi/f44/suggests/glibc")).status).toBe(404);
  expect((await ask("/mdapi/f44/srcpkg/zlib-ng")).json()).toMatchObject({ basename: "zlib-ng" });
  expect((await ask("/mdapi/f44/files/zlib-ng-compat")).json()).toMatchObject({
    files: [
      { dirname: "/usr/lib64", filenames: "libz.so.1/libz.so.1.3.1", filetypes: "ff" },
      { dirname: "/usr/share/licenses", filenames: "LICENSE", filetypes: "f" },
    ],
  });
  const wrong = await ask("/mdapi/f45/pkg/zlib-ng");
  expect([wrong.status, wrong.text.includes("Did you mean f44?")]).toEqual([404, true]);
  expect((await ask("/mdapi/f44/changelog/zlib-ng")).status).toBe(404);
  expect((await ask("/mdapi/branches", { mood: { isComing: true } })).status).toBe(503);
});

test.each([
  [{ repository: "fedora", suite: "releases/44/Everything/x86_64/os" }, "f44", "release"],
  [
    { repository: "fedora", suite: "updates/testing/44/Everything/x86_64" },
    "f44",
    "updates-testing",
  ],
  [
    { repository: "fedora", suite: "development/rawhide/Everything/x86_64/os" },
    "rawhide",
    "release",
  ],
  [{ repository: "epel", suite: "testing/9/Everything/x86_64" }, "epel9", "testing"],
  [{ repository: "almalinux", suite: "9/AppStream/x86_64/os" }, "almalinux9", "release"],
  [{ repository: "opensuse", suite: "tumbleweed/repo/oss" }, "opensuse", "release"],
])("%o is a part of a branch", (suite, branch, part) => {
  expect([mdapiBranch(suite), mdapiRepository(suite.suite)]).toEqual([branch, part]);
});

test("a file's path is a token like others", () => {
  const { name, flags } = mdapiEntry("/usr/bin/sh");
  expect([name, flags]).toEqual(["/usr/bin/sh", null]);
});

test("Repology's project: packages of the name and of the source", async () => {
  const { json } = await ask("/api/v1/project/zlib");
  expect(json()).toEqual([
    {
      repo: "archlinux_core_os_x86_64",
      ...{ srcname: "zlib", binname: "zlib", visiblename: "zlib" },
      ...{ version: "1.3.1", origversion: "1:1.3.1-2" },
      summary: expect.stringContaining("Compression library"),
      licenses: ["Zlib"],
    },
    {
      repo: "archlinux_extra_os_x86_64",
      ...{ srcname: "zlib", binname: "minizip", visiblename: "zlib" },
      ...{ version: "1.3.1", origversion: "1:1.3.1-2" },
      summary: "Mini zip based on zlib",
    },
  ]);
  const mc: { repo: string; subrepo: string; maintainers?: string[] }[] = Object(
    (await ask("/api/v1/project/mc")).json(),
  );
  expect(mc.map(({ repo, subrepo }) => [repo, subrepo])).toContainEqual(["debian_trixie", "main"]);
  expect(mc.flatMap(({ maintainers = [] }) => maintainers)).toEqual(["onlyjob@debian.org"]);
  expect((await ask("/api/v1/project/nothing")).json()).toEqual([]);
});

test("Repology's projects are in the order of names, from a name on", async () => {
  const names = async (path: string) => Object.keys(Object((await ask(path)).json()));
  expect(await names("/api/v1/projects/?search=zlib")).toEqual([
    "zlib",
    "zlib-ng",
    "zlib-ng-compat",
    "zlib-tools",
  ]);
  expect(await names("/api/v1/projects/zlib-ng/?search=zlib")).toEqual([
    "zlib-ng",
    "zlib-ng-compat",
    "zlib-tools",
  ]);
  expect(await names("/api/v1/projects/..zlib-ng/?search=zlib")).toEqual(["zlib", "zlib-ng"]);
  expect(await names("/api/v1/projects/?search=zlib&inrepo=fedora")).toEqual([
    "zlib-ng",
    "zlib-ng-compat",
  ]);
  expect(await names("/api/v1/projects/?search=zlib&notinrepo=archlinux_core_os_x86_64")).toEqual([
    "zlib-ng",
    "zlib-ng-compat",
  ]);
});

test.each([
  ["keywords=mc", "/packages?q=mc&in=name"],
  [
    "keywords=mc&searchon=all&suite=stable&section=all",
    "/packages?q=mc&in=name%2Cdescription&suite=stable",
  ],
  [
    "suite=bookworm&arch=amd64&mode=exactfilename&searchon=contents&keywords=mc.hlp",
    "/packages?q=mc.hlp&in=file&exact=1&suite=bookworm&architecture=amd64",
  ],
  [
    "keywords=bin/mc&searchon=contents&mode=path&arch=any&suite=all",
    "/packages?q=bin%2Fmc&in=file",
  ],
])("packages.debian.org's %s", async (query, location) => {
  const { status, headers } = await ask(`/search?${query}`);
  expect([status, headers.get("Location")]).toEqual([303, location]);
});
