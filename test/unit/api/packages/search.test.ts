import { expect, test } from "vitest";
import { ask, standIn } from "./stand-in.ts";

test("a package is told with why it was found, where it is, and of which states that is", async () => {
  const { status, headers, json } = await ask("/api/v1/packages?q=mc&suite=bookworm");
  expect(status).toBe(200);
  expect(headers.get("Content-Type")).toBe("application/json");
  expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(json()).toEqual({
    snapshots: [
      {
        repository: "debian",
        kind: "apt",
        suite: "bookworm",
        id: "20261130T100000Z-abcd",
        at: "2026-11-30T10:00:00.000Z",
        former: true,
        indexes: [
          { name: "main/binary-amd64/Packages", role: "packages", read: true, entries: 4 },
          { name: "main/Contents-amd64", role: "files", read: false, why: "It is being read." },
        ],
        untold: ["Alternatives are in no index."],
      },
    ],
    unanswered: [],
    total: 2,
    truncated: false,
    next: null,
    results: [
      {
        name: "mc",
        repository: "debian",
        kind: "apt",
        why: [{ by: "name" }],
        version: "3:4.8.29-2",
        summary: "Midnight Commander - a powerful file manager",
        homepage: "https://www.midnight-commander.org",
        versions: [
          {
            suite: "bookworm",
            component: "main",
            version: "3:4.8.29-2",
            architecture: "amd64",
            purl: "pkg:deb/debian/mc@3%3A4.8.29-2?arch=amd64&distro=bookworm",
            url: "https://near.example/debian/pool/main/m/mc/mc_4.8.29-2_amd64.deb",
            size: 528_076,
            sha256: "ab".repeat(32),
            since: "2026-11-30T10:00:00.000Z",
          },
          expect.objectContaining({ architecture: "arm64" }),
        ],
      },
      expect.objectContaining({ name: "mc-data", why: [{ by: "source", what: "mc" }] }),
    ],
  });
});

test("lists are repeated or behind commas, and files are looked through where a path was typed", async () => {
  const { service, calls } = standIn();
  await ask(
    "/api/v1/packages?q=a&suite=trixie,bookworm&repository=debian&repository=x&kind=apt&at=2026-11-01",
    { service },
  );
  await ask("/api/v1/packages?q=/usr/bin/mc&in=", { service });
  await ask("/api/v1/packages?q=x&in=command&in=provides&limit=200&after=40", { service });
  expect(calls.map(({ of }) => of[0])).toEqual([
    {
      q: "a",
      fields: ["name", "description", "provides", "command"],
      isBrief: true,
      limit: 20,
      ...{ repositories: ["debian", "x"], suites: ["trixie", "bookworm"], kinds: ["apt"] },
      ...{ architectures: [], at: "2026-11-01" },
    },
    expect.objectContaining({ fields: ["name", "description", "provides", "command", "file"] }),
    expect.objectContaining({ fields: ["command", "provides"], limit: 200, after: "40" }),
  ]);
});

test("pages lead to each other, and lose nothing", async () => {
  const seen: string[] = [];
  let url: string | null = "/api/v1/packages?q=z&limit=2";
  while (url !== null) {
    const page: {
      total: number;
      truncated: boolean;
      next: string | null;
      results: { name: string }[];
    } = Object((await ask(url)).json());
    expect(page.truncated).toBe(page.next !== null);
    expect(page.total).toBe(5);
    seen.push(...page.results.map(({ name }) => name));
    url = page.next;
  }
  expect(seen.toSorted()).toEqual(["minizip", "zlib", "zlib-ng", "zlib-ng-compat", "zlib-tools"]);
});

test("the place of a page stays as short as it is, and what follows no query has its own ?", async () => {
  const { service } = standIn();
  const next = "1~aaaaaa~!.!.a51:x%20y";
  const more = {
    ...service,
    filesOf: async () => ({
      files: [{ path: "a", owners: ["mc"], repository: "", suite: "" }],
      total: 2,
      next,
      states: [],
      unanswered: [],
    }),
  };
  const { json } = await ask("/api/v1/packages/mc/files", { service: more });
  expect(Object(json()).next).toBe(`/api/v1/packages/mc/files?after=1~aaaaaa~!.!.a51%3Ax%2520y`);
  const again = await ask(`${Object(json()).next}&limit=1`, { service: more });
  expect(Object(again.json()).next).toContain("?limit=1&after=");
});

test("lines for scripts: name, version, where and summary behind tabs, and the next page in a header", async () => {
  const { headers, text } = await ask("/api/v1/packages?q=z&limit=1&format=text");
  expect(headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
  expect(headers.get("Link")).toBe(
    '</api/v1/packages?q=z&limit=1&format=text&after=1>; rel="next"',
  );
  expect(text.split("\t").slice(0, 3)).toEqual(["zlib", "1:1.3.1-2", "archlinux/core/os/x86_64"]);
});

test("whoever has the answer gets 304", async () => {
  const { headers } = await ask("/api/v1/packages?q=mc");
  const etag = headers.get("ETag") ?? "";
  const again = await ask("/api/v1/packages?q=mc", { headers: { "If-None-Match": etag } });
  expect([again.status, again.text]).toEqual([304, ""]);
  expect(headers.get("Cache-Control")).toBe("public, no-cache");
});

test.each([
  // Of the package-url specification's own examples the types; names are the stand-in's.
  ["pkg:deb/debian/mc@3:4.8.29-2?arch=amd64", ["amd64"]],
  ["pkg:deb/debian/mc@3%3A4.8.29-2?arch=arm64&distro=bookworm", ["arm64"]],
  ["pkg:deb/debian/mc", ["amd64", "amd64", "arm64"]],
  ["pkg:deb/mc@3:4.8.33-1", ["amd64"]],
  ["pkg:deb/debian/libstdc%2B%2B6@12.2.0-14", ["amd64"]],
  ["pkg:deb/debian/libstdc++6", ["amd64"]],
  ["pkg:deb/ubuntu/mc", []],
  ["pkg:rpm/fedora/mc", []],
  ["pkg:deb/debian/mc@1", []],
])("%s", async (purl, architectures) => {
  const { status, json } = await ask(`/api/v1/packages?purl=${encodeURIComponent(purl)}`);
  expect(status).toBe(200);
  const { results } = Object(json());
  expect(
    results.flatMap((one: { versions: { architecture: string }[] }) =>
      one.versions.map(({ architecture }) => architecture),
    ),
  ).toEqual(architectures);
});

test("many names at once, and which are missing", async () => {
  const body = JSON.stringify({ names: ["zlib", "nothing", "mc", "zlib"] });
  const { status, json } = await ask("/api/v1/packages?suite=bookworm", { method: "POST", body });
  expect(status).toBe(200);
  expect(json()).toMatchObject({
    total: 1,
    missing: ["zlib", "nothing"],
    results: [{ name: "mc" }],
  });
});

test("all of one name", async () => {
  const { json } = await ask("/api/v1/packages/mc?repository=debian");
  expect(json()).toMatchObject({
    name: "mc",
    packages: [
      { repository: "debian", suite: "trixie", version: "3:4.8.33-1" },
      { suite: "bookworm", maintainer: "Dmitry Smirnov <Onlyjob@Debian.org>", section: "utils" },
      { architecture: "arm64" },
    ],
    neededBy: { names: ["task-a"], total: 3, truncated: true },
    elsewhere: [
      { by: "paths", guess: false },
      { by: "name", guess: true },
    ],
    advisories: [{ id: "FEDORA-1", issued: "2024-05-02T11:40:00.000Z" }],
  });
  expect((await ask("/api/v1/packages/libstdc%2B%2B6")).status).toBe(200);
});

test("versions with when they came, and files", async () => {
  const versions = await ask("/api/v1/packages/mc/versions");
  expect(versions.json()).toMatchObject({
    versions: [{ suite: "trixie" }, { suite: "bookworm" }, { suite: "bookworm" }],
    changes: [{ version: "3:4.8.33-1", suite: "trixie", at: "2026-11-30T10:00:00.000Z" }],
  });
  const files = await ask("/api/v1/packages/mc/files?limit=2");
  expect(files.json()).toMatchObject({
    total: 3,
    truncated: true,
    next: "/api/v1/packages/mc/files?limit=2&after=2",
    files: [{ path: "/etc/mc/mc.ext.ini" }, { path: "/usr/bin/mc" }],
  });
  const lines = await ask("/api/v1/packages/mc/files?format=text");
  // As `apt-file list mc` prints them.
  expect(lines.text).toBe(
    "mc: /etc/mc/mc.ext.ini\nmc: /usr/bin/mc\nmc: /usr/share/a file with blanks\n",
  );
});

test("files by path, and what was meant by it", async () => {
  const { service, calls } = standIn();
  for (const path of ["/usr/bin/mc", "bin/mc", "mc", "lib*.so", "usr%2Fbin%2Fmc&match=path"]) {
    await ask(`/api/v1/files?path=${path}`, { service });
  }
  expect(calls.map(({ of }) => of[1])).toEqual(["path", "end", "name", "glob", "path"]);
  const found = await ask("/api/v1/files?path=libz.so.1");
  expect(found.json()).toMatchObject({
    match: "name",
    total: 2,
    files: [
      { path: "/usr/lib/libz.so.1", packages: ["zlib"] },
      { path: "/usr/lib64/libz.so.1", packages: ["zlib-ng-compat"] },
    ],
  });
  const lines = await ask("/api/v1/files?path=bin/mc&format=text");
  expect(lines.text).toBe("mc: /usr/bin/mc\n");
});

test("that nothing is there isn't said where nobody answered", async () => {
  const mood = { isComing: true };
  for (const path of [
    ...["packages/mc", "packages/mc/versions", "packages/mc/files", "packages?q=mc"],
    ...["packages?q=mc&format=text", "packages?purl=pkg:deb/debian/mc", "files?path=mc"],
    ...["files?path=mc&format=text", "project/mc", "projects/?search=mc"],
  ]) {
    const url = `/api/v1/${path}`;
    const { status, headers, text } = await ask(url, { mood });
    expect([path, status, headers.get("Retry-After")]).toEqual([path, 503, "60"]);
    expect(text).toContain("debian trixie (it is being read)");
  }
  const missing = await ask("/api/v1/packages/nothing");
  expect(missing.status).toBe(404);
  expect(missing.json()).toMatchObject({
    status: 404,
    detail: expect.stringContaining("package nothing"),
  });
});
