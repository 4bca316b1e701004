/** Folders in workerd: each server's listing is read, and shown as a page, JSON and names. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type FolderServices, serveFolder } from "../../worker/pages/folder/serve-folder.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import type { PageEntry } from "../../worker/repositories/directory-page/entry.ts";
import { readHtmlPage } from "../../worker/repositories/directory-page/html-page.ts";
import { maxEntries } from "../../worker/repositories/directory-page/limits.ts";
import { freshMs } from "../../worker/repositories/directory-page/read-directory-page.ts";
import { OpenManifest } from "../../worker/repositories/reader/manifests.ts";
import { OpenSnapshot } from "../../worker/repositories/reader/open-snapshot.ts";
import type { IndexedFiles } from "../../worker/repositories/reader/snapshots-at-edge.ts";
import { listedFiles, makeEdge, type Origin, start } from "./services.ts";

afterEach(() => vi.restoreAllMocks());

const read = (text: string, folder = "/debian/pool/") => readHtmlPage(text, folder);
const utc = (text: string) => Date.parse(text);

const minute = utc("2025-06-07T09:12:00Z");
const second = utc("2025-06-07T09:12:33Z");

/** As these servers write them; each has a folder `sub`, and a file `g++ & <1>.deb`. */
const pages: Record<string, { page: string; file: Partial<PageEntry>; folder?: number }> = {
  "nginx autoindex": {
    page: `<html>
<head><title>Index of /debian/pool/</title></head>
<body>
<h1>Index of /debian/pool/</h1><hr><pre><a href="../">../</a>
<a href="sub/">sub/</a>                                               07-Jun-2025 09:12                   -
<a href="g++%20&amp;%20%3C1%3E.deb">g++ &amp; &lt;1&gt;.deb</a>                                    07-Jun-2025 09:12             1234567
</pre><hr></body>
</html>
`,
    file: { size: 1234567, modified: minute },
    folder: minute,
  },
  "nginx autoindex, rounded": {
    page: `<html><head><title>Index of /</title></head><body><h1>Index of /</h1><hr><pre><a href="../">../</a>
<a href="sub/">sub/</a>   07-Jun-2025 09:12       -
<a href="g%2B%2B%20%26%20%3C1%3E.deb">g++ &amp; &lt;1&gt;.deb</a>   07-Jun-2025 09:12     12K
</pre><hr></body></html>`,
    file: { size: 12 * 1024, approximate: true, modified: minute },
    folder: minute,
  },
  "Apache, fancy table": {
    page: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /debian/pool</title>
 </head>
 <body>
<h1>Index of /debian/pool</h1>
  <table>
   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th><th><a href="?C=S;O=A">Size</a></th><th><a href="?C=D;O=A">Description</a></th></tr>
   <tr><th colspan="5"><hr></th></tr>
<tr><td valign="top"><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="/debian/">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td><td>&nbsp;</td></tr>
<tr><td valign="top"><img src="/icons/folder.gif" alt="[DIR]"></td><td><a href="sub/">sub/</a></td><td align="right">2025-06-07 09:12  </td><td align="right">  - </td><td>&nbsp;</td></tr>
<tr><td valign="top"><img src="/icons/unknown.gif" alt="[   ]"></td><td><a href="g++%20&amp;%20%3c1%3e.deb">g++ &amp; &lt;1&gt;.deb</a></td><td align="right">2025-06-07 09:12  </td><td align="right">1.2M</td><td>5.0K of something</td></tr>
   <tr><th colspan="5"><hr></th></tr>
</table>
<address>Apache/2.4.57 (Debian) Server at near.example Port 80</address>
</body></html>
`,
    file: { size: Math.round(1.2 * 1024 ** 2), approximate: true, modified: minute },
    folder: minute,
  },
  "Apache, fancy text with icons that are links": {
    page: `<html><head><title>Index of /debian/pool</title></head><body><h1>Index of /debian/pool</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <hr><a href="/debian/"><img src="/icons/back.gif" alt="[PARENTDIR]"></a> <a href="/debian/">Parent Directory</a>                             -   
<a href="sub/"><img src="/icons/folder.gif" alt="[DIR]"></a> <a href="sub/">sub/</a>                    2025-06-07 09:12    -   
<a href="g++%20&amp;%20%3c1%3e.deb"><img src="/icons/unknown.gif" alt="[   ]"></a> <a href="g++%20&amp;%20%3c1%3e.deb">g++ &amp; &l..&gt;</a>           2025-06-07 09:12  345   
<hr></pre>
</body></html>`,
    file: { size: 345, modified: minute },
    folder: minute,
  },
  "Apache, plain list": {
    page: `<html><head><title>Index of /debian/pool</title></head><body><h1>Index of /debian/pool</h1>
<ul><li><a href="/debian/"> Parent Directory</a></li>
<li><a href="sub/"> sub/</a></li>
<li><a href="g++%20&amp;%20%3c1%3e.deb"> g++ &amp; &lt;1&gt;.deb</a></li>
</ul></body></html>`,
    file: {},
  },
  lighttpd: {
    page: `<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>Index of /debian/pool/</title><style>a, a:active {text-decoration: none;}</style></head>
<body><h2>Index of /debian/pool/</h2><div class="list"><table summary="Directory Listing" cellpadding="0" cellspacing="0">
<thead><tr><th class="n">Name</th><th class="m">Last Modified</th><th class="s">Size</th><th class="t">Type</th></tr></thead><tbody>
<tr class="d"><td class="n"><a href="../">..</a>/</td><td class="m">&nbsp;</td><td class="s">- &nbsp;</td><td class="t">Directory</td></tr>
<tr class="d"><td class="n"><a href="sub/">sub</a>/</td><td class="m">2025-Jun-07 09:12:33</td><td class="s">- &nbsp;</td><td class="t">Directory</td></tr>
<tr><td class="n"><a href="g%2b%2b%20%26%20%3c1%3e.deb">g++ &amp; &lt;1&gt;.deb</a></td><td class="m">2025-Jun-07 09:12:33</td><td class="s">1.2K</td><td class="t">application/octet-stream</td></tr>
</tbody></table></div><div class="foot">lighttpd/1.4.69</div></body></html>`,
    file: { size: Math.round(1.2 * 1024), approximate: true, modified: second },
    folder: second,
  },
  caddy: {
    page: `<!DOCTYPE html><html><head><title>/debian/pool/</title><style>body{}</style></head><body>
<svg><defs><g id="x"><title>4.0 KiB</title></g></defs></svg><header><h1><a href="/">/</a><a href="/debian/">debian</a><a href="">pool</a></h1></header>
<div class="meta"><b>1</b> directory <input type="text" id="filter"></div>
<table aria-describedby="summary"><thead><tr><th></th><th><a href="?sort=name&order=desc">Name</a></th><th><a href="?sort=size&order=asc">Size</a></th><th><a href="?sort=time&order=asc">Modified</a></th></tr></thead><tbody>
<tr><td></td><td><a href=".."><span class="goup">Up</span></a></td><td></td><td class="timestamp hideable"></td></tr>
<tr class="file"><td></td><td><a href="./sub/"><svg><path d="M0"/></svg><span class="name">sub</span></a></td><td>&mdash;</td><td class="timestamp hideable"><time datetime="2025-06-07T09:12:33Z">06/07/2025 09:12:33 AM +00:00</time></td><td class="hideable"></td></tr>
<tr class="file"><td></td><td><a href="./g++%20&amp;%20%3C1%3E.deb"><svg><path d="M0"/></svg><span class="name">g++ &amp; &lt;1&gt;.deb</span></a></td><td class="size" data-size="1234567"><div class="sizebar"><div class="sizebar-bar"></div><div class="sizebar-text">1.2 MiB</div></div></td><td class="timestamp hideable"><time datetime="2025-06-07T11:12:33+02:00">06/07/2025 11:12:33 AM +02:00</time></td></tr>
</tbody></table><footer>Served with <a rel="noopener" href="https://caddyserver.com">Caddy</a></footer></body></html>`,
    file: { size: 1234567, modified: second },
    folder: second,
  },
  h5ai: {
    page: `<!DOCTYPE html><html><head><title>index - powered by h5ai</title><script>var x = "<a href='no'>no</a> 12K";</script></head><body>
<div id="fallback"><table><tr><th class="fb-i"></th><th class="fb-n"><span>Name</span></th><th class="fb-d"><span>Last modified</span></th><th class="fb-s"><span>Size</span></th></tr>
<tr><td class="fb-i"><img src="/_h5ai/public/images/fallback/folder-parent.png"/></td><td class="fb-n"><a href="..">Parent Directory</a></td><td class="fb-d"></td><td class="fb-s"></td></tr>
<tr><td class="fb-i"></td><td class="fb-n"><a href="/debian/pool/sub/">sub</a></td><td class="fb-d">2025-06-07 09:12</td><td class="fb-s"></td></tr>
<tr><td class="fb-i"></td><td class="fb-n"><a href="/debian/pool/g%2B%2B%20%26%20%3C1%3E.deb">g++ &amp; &lt;1&gt;.deb</a></td><td class="fb-d">2025-06-07 09:12</td><td class="fb-s">1205 KB</td></tr>
</table></div><a href="https://larsjung.de/h5ai/">powered by h5ai</a></body></html>`,
    file: { size: 1205 * 1024, approximate: true, modified: minute },
    folder: minute,
  },
  "nginx fancyindex": {
    page: `<html><head><title>Index of /debian/pool/</title></head><body><h1>Index of /debian/pool/</h1>
<table id="list"><thead><tr><th><a href="?C=N&amp;O=A">File Name</a></th><th><a href="?C=S&amp;O=A">File Size</a></th><th><a href="?C=M&amp;O=A">Date</a></th></tr></thead>
<tbody><tr><td class="link"><a href="../">Parent directory/</a></td><td class="size">-</td><td class="date">-</td></tr>
<tr><td class="link"><a href="sub/" title="sub">sub/</a></td><td class="size">-</td><td class="date">2025-Jun-07 09:12</td></tr>
<tr><td class="link"><a href="g%2B%2B%20%26%20%3C1%3E.deb" title="g++">g++ &amp; &lt;1&gt;.deb</a></td><td class="size">1.2 KiB</td><td class="date">2025-Jun-07 09:12</td></tr>
</tbody></table></body></html>`,
    file: { size: Math.round(1.2 * 1024), approximate: true, modified: minute },
    folder: minute,
  },
  "an unknown one": {
    page: `<p>Welcome to <a href="https://example.org/">our mirror</a>!</p><a href="sub">sub/</a><br><a href='g%2B%2B%20&#38;%20&#x3C;1&gt;.deb'>g++ &amp; &lt;1&gt;.deb</a>`,
    file: {},
  },
};

describe("the listing of", () => {
  it.each(Object.entries(pages))("%s is read", async (_, { page, file, folder }) => {
    expect(await read(page)).toEqual([
      { name: "sub", type: "folder", ...(folder !== undefined && { modified: folder }) },
      { name: "g++ & <1>.deb", type: "file", ...file },
    ]);
  });

  it("an empty folder is one, and a page with links is none", async () => {
    const empty = `<html><head><title>Index of /e/</title></head><body><h1>Index of /e/</h1><hr><pre><a href="../">../</a>\n</pre></body></html>`;
    expect(await read(empty)).toEqual([]);
    const welcome = `<h1>Welcome</h1><a href="https://a.example/">a</a> <a href="https://b.example/">b</a> <a href="debian/">debian/</a> or <a href="readme.html">how to</a>`;
    expect(await read(welcome)).toBeUndefined();
    expect(await read("<p>Nothing here")).toBeUndefined();
  });

  it("who would lead elsewhere leads nowhere", async () => {
    const links = [
      "//evil.example/x",
      "http://evil.example/x",
      "javascript:x",
      "a/../x",
      "..%2Fx",
      "%2e%2e",
      ".",
      "x%00",
      "x%5cy",
      "x%2Fy/",
      "x?y",
      "x#y",
      "/other/x",
      "%ff",
      "x%0a",
    ];
    const rows = links.map((link) => `<a href="${link}">x</a> 07-Jun-2025 09:12  5\n`).join("");
    expect(await read(`<title>Index of /</title><pre>${rows}</pre>`)).toEqual([]);
  });
});

const origin = "http://origin.example/debian/";
const repository: Repository = {
  name: "debian",
  kind: "apt",
  title: "Test <debian>",
  origin,
  architectures: ["amd64"],
  keys: [],
  setup: {},
};

let unique = 0;
/** A folder nobody has asked for yet: all tests share the location's cache. */
const freshFolder = () => `pool/t${unique++}/`;

/** Serves folders of one origin, with a clock that goes. */
function world(answer: Origin, files?: IndexedFiles) {
  const asked: Request[] = [];
  const state = { now: start, answer };
  const edge: FolderServices = {
    ...(files && { files }),
    bytes: {
      fetch: async (to, how) => {
        const sent = new Request(to, how);
        asked.push(sent);
        return state.answer(sent);
      },
      ownHosts: [],
      cache: caches.default,
    },
  };
  const get = async (path: string, query = "", init: RequestInit = {}, prefix = "debian") => {
    const ctx = createExecutionContext();
    const request = new Request(`http://near.example/${prefix}/${path}`, init);
    const decoded = decodeURIComponent(path);
    const { now } = state;
    const folder = {
      request,
      scheme: "http" as const,
      repository,
      path,
      decoded,
      query,
      prefix,
      now,
    };
    const response = await serveFolder(folder, edge, ctx);
    const text = await response.text();
    await waitOnExecutionContext(ctx);
    return { status: response.status, headers: response.headers, text };
  };
  return { asked, state, get };
}

const page = (text: string) => new Response(text, { headers: { "Content-Type": "text/html" } });
const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** As nginx would write it, sizes exact. */
function listing(names: readonly string[]): string {
  const rows = names.map(
    (name, at) =>
      `<a href="${encodeURIComponent(name)}">${escaped(name)}</a>  07-Jun-2025 09:12  ${at}\n`,
  );
  return `<title>Index of /</title><pre><a href="../">../</a>\n${rows.join("")}</pre>`;
}

/** Names of all that a name may hold, the same each time. */
function oddNames(count: number): string[] {
  const parts = [
    ..."+&<>\"'%#?ü;=:@$,!*()[]{}|^`~ .-_aZ0",
    "日本",
    "\u{1f600}",
    "&amp;",
    "%2F",
    "..",
    "\u202e",
    "\u2028",
    "\u00a0",
    "  ",
    "https:",
    "?C=N",
  ];
  let seed = 7;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const names = new Set<string>();
  while (names.size < count) {
    const name = Array.from({ length: 1 + next(6) }, () => parts[next(parts.length)]).join("");
    if (name !== "." && name !== "..") names.add(name);
  }
  return [...names];
}

describe("a folder of a repository", () => {
  it("is shown at its URL, answers ?mirrorlist as ever, and has no page of a snapshot that isn't", async () => {
    const edge = makeEdge(() => page(listing(["a b.deb"])));
    const folder = `http://near.example/debian/${freshFolder()}`;
    const shown = await edge.fetch(folder);
    expect(await shown.text()).toContain('<a href="a%20b.deb"><bdi>a b.deb</bdi></a>');
    expect(await (await edge.fetch(`${folder}?format=text`)).text()).toBe("a b.deb\n");
    expect(edge.asked).toHaveLength(1);
    const listed = await edge.fetch(`${folder}?mirrorlist`);
    expect(await listed.text()).not.toContain("a b.deb");
    const none = await edge.fetch(folder.replace("debian/", "debian@20200101T000000Z/"));
    expect(none.status).toBe(404);
  });
});

describe("a folder", () => {
  it("has any name right in the page, in links and in JSON", async () => {
    const names = oddNames(300);
    const { get } = world(() => page(listing(names)));
    const folder = freshFolder();
    const sorted = [...names].sort();
    const shown = await get(folder);
    expect(shown.status).toBe(200);
    const again = await read(shown.text, `/debian/${folder}`);
    expect(again?.map(({ name }) => name).sort()).toEqual(sorted);
    expect(again?.find(({ name }) => name === names[9])).toEqual({
      name: names[9],
      type: "file",
      size: 9,
      modified: minute,
    });
    const told: { name: string; path: string }[] = JSON.parse(
      (await get(folder, "format=json")).text,
    );
    expect(told.map(({ name }) => name).sort()).toEqual(sorted);
    for (const { name, path } of told) {
      // As a browser resolves it: to that folder, and to no query or fragment.
      const url = new URL(path, "http://near.example/");
      expect(url.href).toBe(`http://near.example/debian/${folder}${encodeURIComponent(name)}`);
      expect([url.search, url.hash]).toEqual(["", ""]);
    }
    const text = await get(folder, "format=text");
    expect(text.text.trimEnd().split("\n").sort()).toEqual(sorted);
  });

  it("is asked for once a minute, and tells its age when the origin is gone", async () => {
    const { get, asked, state } = world(() => page(listing(["a.deb"])));
    const folder = freshFolder();
    await get(folder);
    state.now += freshMs - 1;
    await get(folder);
    expect(asked).toHaveLength(1);
    state.now += 1;
    state.answer = () => page(listing(["b.deb"]));
    expect((await get(folder)).text).toContain("b.deb");
    expect(asked).toHaveLength(2);
    state.now += 3 * 3600_000;
    for (const gone of [
      () => Promise.reject(new Error("connection refused")),
      () => new Response("oops", { status: 502 }),
    ]) {
      state.answer = gone;
      const old = await get(folder);
      expect([old.status, old.headers.get("Age")]).toEqual([200, "10800"]);
      expect(old.text).toContain("b.deb");
      expect(old.text).toContain("3 hours ago");
    }
    const never = await get(freshFolder());
    expect(never.status).toBe(503);
    // What the origin took away is gone.
    state.answer = () => new Response("none", { status: 404 });
    expect((await get(folder)).status).toBe(404);
    expect(asked.length).toBe(6);
  });

  it("that breaks off is never shown as whole", async () => {
    const { get, state } = world(() => page(listing(["a.deb", "b.deb"])));
    const folder = freshFolder();
    await get(folder);
    state.now += freshMs;
    state.answer = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(listing(["a.deb"]).slice(0, -9)));
          controller.error(new Error("connection lost"));
        },
      });
      return new Response(body, { headers: { "Content-Type": "text/html" } });
    };
    const old = await get(folder);
    expect(old.text).toContain("b.deb");
    expect(old.text).toContain("could not be asked");
    expect((await get(freshFolder())).status).toBe(503);
  });

  it("has exact sizes and hashes from the index, else what the listing says", async () => {
    const rows = ["listed.deb", "unlisted.deb"].map(
      (name) => `<a href="${name}">${name}</a>  07-Jun-2025 09:12   12K\n`,
    );
    const sha256 = new Uint8Array(32).fill(0xab);
    const prefix = freshFolder();
    const files = (atHand: boolean) =>
      listedFiles(
        (path) => (path === `${prefix}listed.deb` ? { size: 12_345, sha256, first: 1 } : null),
        atHand,
      );
    for (const atHand of [true, false]) {
      const { get } = world(
        () => page(`<title>Index of /</title><pre>${rows.join("")}`),
        files(atHand),
      );
      expect(JSON.parse((await get(prefix, "format=json")).text)).toEqual([
        {
          name: "listed.deb",
          type: "file",
          size: 12_345,
          modified: "2025-06-07T09:12:00Z",
          sha256: "ab".repeat(32),
          path: `/debian/${prefix}listed.deb`,
        },
        {
          name: "unlisted.deb",
          type: "file",
          size: 12_288,
          approximate: true,
          modified: "2025-06-07T09:12:00Z",
          path: `/debian/${prefix}unlisted.deb`,
        },
      ]);
      const shown = (await get(prefix)).text;
      expect(shown).toContain('data-size="12345">12.1 KiB');
      expect(shown).toContain(`<code>${"ab".repeat(32)}</code>`);
      expect(shown).toContain("≈ 12.0 KiB");
    }
  });

  it("has exact sizes and hashes of metadata from the snapshot that is asked for", async () => {
    const sha256 = { old: "1".repeat(64), current: "2".repeat(64), named: "3".repeat(64) };
    const root = "dists/stable/InRelease";
    const snapshot = (hash: string, lastModified: string) =>
      new OpenSnapshot(
        {
          repository: "debian",
          generation: 1,
          id: "20260301T120000Z-00000000",
          at: start,
          roots: [
            {
              path: root,
              manifest: hash,
              files: [{ path: root, size: 1000, sha256: hash, lastModified }],
            },
          ],
        },
        "apt",
      );
    const current = snapshot(sha256.current, "Sun, 01 Mar 2026 11:00:07 GMT");
    const old = snapshot(sha256.old, "Sat, 28 Feb 2026 11:00:07 GMT");
    const files = { "dists/stable/Contents-all.gz": { size: 77, sha256: sha256.named } };
    const snapshots: FolderServices["snapshots"] = {
      current: { of: () => current },
      manifests: { of: async () => new OpenManifest({ root, byHash: true, files }) },
    };
    const bytes = {
      fetch: async () => page(listing(["InRelease", "Contents-all.gz", "README"])),
      ownHosts: [],
      cache: caches.default,
    };
    const folder = {
      request: new Request("http://near.example/"),
      scheme: "http" as const,
      repository: { ...repository, verify: "signed" as const, roots: [root] },
      path: "dists/stable/",
      decoded: "dists/stable/",
      query: "format=json",
      prefix: "debian",
      now: start,
    };
    const told = async (edge: FolderServices) => {
      const ctx = createExecutionContext();
      const response = await serveFolder(folder, edge, ctx);
      await waitOnExecutionContext(ctx);
      return response.json();
    };
    const expected = (hash: string, modified: string) => [
      { name: "Contents-all.gz", size: 77, sha256: sha256.named },
      { name: "InRelease", size: 1000, sha256: hash, modified },
      { name: "README", size: 2 },
    ];
    expect(await told({ bytes, snapshots })).toMatchObject(
      expected(sha256.current, "2026-03-01T11:00:07Z"),
    );
    expect(await told({ bytes, snapshots, snapshot: old })).toMatchObject(
      expected(sha256.old, "2026-02-28T11:00:07Z"),
    );
  });

  it("is shown without its index where that can't be read", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const gone: IndexedFiles = {
      fileAtHand: () => undefined,
      findFile: async () => {
        throw new Error("the store is gone");
      },
      served: () => 1,
    };
    const { get } = world(() => page(listing(["a.deb"])), gone);
    expect(JSON.parse((await get(freshFolder(), "format=json")).text)).toMatchObject([{ size: 0 }]);
  });

  it("that the origin shows as something else is shown like that", async () => {
    const { get, asked, state } = world(
      () => new Response("<script>1</script>Welcome", { headers: { "Content-Type": "text/html" } }),
    );
    const folder = freshFolder();
    for (const requests of [2, 3]) {
      const shown = await get(folder);
      expect([shown.status, shown.text]).toEqual([200, "<script>1</script>Welcome"]);
      expect(shown.headers.get("Content-Security-Policy")).toContain("sandbox");
      expect(asked).toHaveLength(requests);
    }
    expect((await get(folder, "format=json")).status).toBe(406);
    state.answer = () => new Response("text");
    const plain = freshFolder();
    expect((await get(plain)).text).toBe("text");
    expect(asked).toHaveLength(4);
    expect((await get(plain, "format=json")).status).toBe(406);
  });

  it("with more names than we show is the origin's own page", async () => {
    const entries = Array.from({ length: maxEntries }, (_, at) => ({
      name: `a${at}`,
      type: "file",
    }));
    const json = (listed: object[]) =>
      new Response(JSON.stringify(listed), { headers: { "Content-Type": "application/json" } });
    const { get, state } = world(() => json(entries));
    const all = await get(freshFolder(), "format=text");
    expect(all.text.split("\n")).toHaveLength(maxEntries + 1);
    const more = [...entries, { name: "b", type: "file" }];
    state.answer = () => json(more);
    expect((await get(freshFolder())).text).toBe(JSON.stringify(more));
    // Nothing of an endless one is held, and no more of it is read than 8 MiB.
    let pulled = 0;
    state.answer = ({ method }) => {
      const body = new ReadableStream({
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
        },
      });
      return method === "GET" && pulled === 0
        ? new Response(body, { headers: { "Content-Type": "text/html" } })
        : page("the page");
    };
    expect((await get(freshFolder())).text).toBe("the page");
    expect(pulled).toBeLessThan(15);
  });

  it("has the headers of a page that runs nothing, HEAD and 304", async () => {
    const { get } = world(() => page(listing(["a.deb"])));
    const folder = freshFolder();
    const got = await get(folder);
    expect(got.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(got.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(got.headers.get("Cache-Control")).toBe("public, no-cache");
    expect(got.headers.get("Vary")).toBe("Accept");
    expect(got.headers.get("Content-Security-Policy")).toMatch(/^default-src 'none';/);
    expect(got.headers.get("Content-Security-Policy")).not.toContain("script-src");
    expect(got.text).not.toContain("<script");
    const head = await get(folder, "", { method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers.get("Content-Length")).toBe(got.headers.get("Content-Length"));
    const etag = got.headers.get("ETag") ?? "";
    const same = await get(folder, "", { headers: { "If-None-Match": etag } });
    expect([same.status, same.text]).toEqual([304, ""]);
  });

  it.each([
    [undefined, "", "text/html"],
    ["*/*", "", "text/html"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "", "text/html"],
    ["application/json", "", "application/json"],
    ["application/json, text/plain, */*", "", "application/json"],
    ["text/plain", "", "text/plain"],
    ["application/json", "format=html", "text/html"],
    ["text/html", "C=N&format=json", "application/json"],
    ["text/html", "C=M;O=D", "text/html"],
  ])("for Accept %s and ?%s is %s", async (accept, query, type) => {
    const { get } = world(() => page(listing(["a.deb"])));
    const headers: Record<string, string> = accept === undefined ? {} : { Accept: accept };
    const { headers: got } = await get(freshFolder(), query, { headers });
    expect(got.get("Content-Type")).toBe(`${type}; charset=utf-8`);
  });

  it("has no other form", async () => {
    const { get, asked } = world(() => page(listing(["a.deb"])));
    expect((await get(freshFolder(), "format=xml")).status).toBe(400);
    expect(asked).toEqual([]);
  });

  it("leads to its parents, at a repository's root to its set-up, and stays with the snapshot asked for", async () => {
    const { get } = world(() => page(listing(["a.deb"])));
    const folder = freshFolder();
    const plain = (await get(folder)).text;
    expect(plain).toContain('<a href="/debian/pool/">');
    expect(plain).toContain('<a href="/debian/">');
    expect(plain).toContain('<a href="../">');
    expect(plain).not.toContain("/setup/");
    const pin = "debian@20260301T120000Z";
    const pinned = (await get(folder, "", {}, pin)).text;
    expect(pinned).toContain(`<a href="/${pin}/pool/">`);
    expect(pinned).not.toContain('"/debian/');
    const told = (await get(folder, "format=json", {}, "debian@2026-03-01T12%3A01%3A30Z")).text;
    expect(JSON.parse(told)[0].path).toBe(`/debian@2026-03-01T12%3A01%3A30Z/${folder}a.deb`);
    const root = (await get("")).text;
    expect(root).toContain('<a href="/setup/debian">');
    expect(root).toContain("<h1>Test &lt;debian&gt;</h1>");
  });

  it("is read from JSON as well", async () => {
    const json = JSON.stringify([
      { name: "sub", type: "directory", mtime: "Sat, 07 Jun 2025 09:12:33 GMT" },
      { name: "ü #.deb", type: "file", mtime: "Sat, 07 Jun 2025 09:12:33 GMT", size: 7 },
      { name: "../x", type: "file", size: 7 },
    ]);
    const headers = { "Content-Type": "application/json" };
    const { get } = world(() => new Response(json, { headers }));
    const folder = freshFolder();
    const modified = "2025-06-07T09:12:33Z";
    expect(JSON.parse((await get(folder, "format=json")).text)).toEqual([
      { name: "sub", type: "folder", modified, path: `/debian/${folder}sub/` },
      {
        name: "ü #.deb",
        type: "file",
        size: 7,
        modified,
        path: `/debian/${folder}%C3%BC%20%23.deb`,
      },
    ]);
  });

  describe("in a browser", () => {
    const browser = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
    const names = Array.from({ length: 2500 }, (_, at) => `n${at}.deb`);
    const linksIn = (text: string) =>
      [...text.matchAll(/<a href="(n\d+\.deb)">/g)].map(([, name = ""]) => name);

    it("is in the frame, in its language, and varies by both headers", async () => {
      const { get } = world(() => page(listing(["a.deb"])));
      const folder = freshFolder();
      const headers = { ...browser, "Accept-Language": "zh-CN,en;q=0.5" };
      const shown = await get(folder, "", { headers });
      expect(shown.headers.get("Content-Language")).toBe("zh-CN");
      expect(shown.headers.get("Vary")).toBe("Accept, Accept-Language");
      expect(shown.headers.get("Cache-Control")).toBe("public, no-cache");
      expect(shown.text).toContain("修改时间");
      const etag = shown.headers.get("ETag") ?? "";
      const again = { headers: { ...headers, "If-None-Match": etag } };
      expect((await get(folder, "", again)).status).toBe(304);
      const english = await get(folder, "lang=en", { headers });
      expect([english.headers.get("Vary"), english.headers.get("Content-Language")]).toEqual([
        "Accept",
        "en",
      ]);
      const policy = shown.headers.get("Content-Security-Policy") ?? "";
      expect(policy).toMatch(/script-src 'sha256-/);
      expect(policy).not.toContain("unsafe-inline");
    });

    it("has a thousand a page, and by its links every entry once; programs get all at once", async () => {
      const { get } = world(() => page(listing(names)));
      const folder = freshFolder();
      const seen: string[] = [];
      let query: string | undefined = "";
      let pages = 0;
      while (query !== undefined && pages < 10) {
        const { text } = await get(folder, query, { headers: browser });
        seen.push(...linksIn(text));
        pages++;
        query = /href="\?([^"]*)" rel="next"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
      }
      expect(pages).toBe(3);
      expect(seen).toEqual(names);
      for (const accept of ["*/*", undefined]) {
        const headers: Record<string, string> = accept === undefined ? {} : { Accept: accept };
        const { text } = await get(folder, "", { headers });
        expect(linksIn(text)).toEqual(names);
        // wget -r would follow each of these for every folder.
        expect(text).not.toMatch(/href="\?(?:sort|page|lang)/);
      }
      expect(
        JSON.parse((await get(folder, "format=json", { headers: browser })).text),
      ).toHaveLength(names.length);
    });

    it("finds and sorts for all forms, and counts", async () => {
      const { get } = world(() => page(listing(names)));
      const folder = freshFolder();
      const found = await get(folder, "q=N249&sort=-name", { headers: browser });
      const expected = ["n2499", "n2498", "n2497", "n2496", "n2495", "n2494", "n2493", "n2492"];
      expect(linksIn(found.text).slice(0, 8)).toEqual(expected.map((name) => `${name}.deb`));
      expect(found.text).toContain("11 of 2,500 entries");
      const text = (await get(folder, "q=n249&format=text")).text;
      expect(text.trim().split("\n")).toHaveLength(11);
      // Sizes are 0 to 2,499, in the order of the names.
      const largest = await get(folder, "sort=-size", { headers: browser });
      expect(linksIn(largest.text)[0]).toBe("n2499.deb");
    });

    it.each([
      [
        "sort=sise",
        "sort=sise is none of name, -name, size, -size, date, -date. Nearest: sort=size.",
      ],
      ["page=4", "page=4 is behind the last. Nearest: page=3."],
      ["page=x", "page=x is no number from 1 on. Nearest: page=1."],
      ["lang=xx", "lang=xx"],
    ])("with ?%s is refused, and says what is allowed", async (query, why) => {
      const { get } = world(() => page(listing(names)));
      const { status, text } = await get(freshFolder(), query, { headers: browser });
      expect(status).toBe(400);
      expect(text).toContain(why);
    });

    it("makes no markup of any name", async () => {
      const odd = oddNames(300);
      const { get } = world(() => page(listing(odd)));
      const { text } = await get(freshFolder(), "", { headers: browser });
      const rows = text.slice(text.indexOf("<tbody>"), text.indexOf("</tbody>"));
      expect(rows.match(/<tr/g)).toHaveLength(new Set(odd).size + 1);
      expect(rows).not.toMatch(/<(?!\/?(?:tbody|tr|td|a|bdi|time|details|summary|code)\b)/);
    });
  });
});
