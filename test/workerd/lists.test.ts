/** Lists of files, negotiation and wishes, through the routes. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  carrier,
  carriers,
  hostsIn,
  type ListEdge,
  listEdge,
  type listed,
  sentTo,
  sha256Text,
  size,
} from "./list-services.ts";
import { frankfurt, unprobed } from "./views.ts";

const rpm = "alma/9/BaseOS/x86_64/os/Packages/a-1.x86_64.rpm";
const deb = "debian/pool/main/g/g%2b%2b/g%2b%2b_1_all.deb";
const iso = "cd/13/x86_64/netinst.iso";
const metalinks = "*/*, application/metalink+xml, application/metalink4+xml";
const zypper = "ZYpp 17.25.7 (curl 7.88.1)";
let unique = 0;

beforeEach(() => {
  unique++;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

/** Sizes by host; the others have nothing. */
function having(sizes: Record<string, number>): NonNullable<ListEdge["world"]> {
  return ({ method, url }) => {
    const has = sizes[new URL(url).host];
    if (has === undefined) return new Response("no", { status: 404 });
    const headers = { "Content-Length": String(has), "Last-Modified": "x" };
    return new Response(method === "HEAD" ? null : "x".repeat(has), { headers });
  };
}

describe("a list behind a file's name", () => {
  it("names the proven mirrors in the client's order, then our own URL without the suffix", async () => {
    const edge = listEdge();
    const four = await edge.get(`${deb}.meta4`, { scheme: "https" });
    expect(four.headers.get("Content-Type")).toBe("application/metalink4+xml");
    expect(four.headers.get("Cache-Control")).toBe("private, no-store");
    const text = await four.text();
    expect(hostsIn(text.replace(/<origin.*/, ""))).toEqual(["frankfurt", "paris", "tokyo", "near"]);
    expect(text).toContain(`<url priority="999999">https://near.example/${deb}</url>`);
    expect(text).toContain(`>https://near.example/${deb}.meta4</origin>`);
    expect(text).toContain(`<size>${size}</size>`);
    expect(text).toContain(`<hash type="sha-256">${sha256Text}</hash>`);
    expect(text).toContain('<file name="g++_1_all.deb">');
    const three = await edge.get(`${deb}.metalink`);
    expect(three.headers.get("Content-Type")).toBe("application/metalink+xml");
    expect(hostsIn(await three.text()).slice(-4)).toContain("tokyo");
    expect(edge.asked).toEqual([]);
  });

  it("asks no mirror for a checksum", async () => {
    const edge = listEdge({ mirrors: carriers.map(unprobed) });
    const response = await edge.get(`${deb}.sha256`);
    expect(await response.text()).toBe(`${sha256Text}  g++_1_all.deb\n`);
    expect(edge.asked).toEqual([]);
  });

  it("is a page for people, text for programs, the same as ?mirrorlist", async () => {
    const edge = listEdge();
    for (const path of [`${deb}.mirrorlist`, `${deb}?mirrorlist`]) {
      const text = await edge.get(path);
      expect((await text.text()).split("\n")[0]).toBe(`http://frankfurt.example/${deb}`);
      const page = await edge.get(path, { headers: { Accept: "text/html,*/*;q=0.8" } });
      expect(page.headers.get("Content-Type")).toContain("text/html");
      expect(await page.text()).toContain("<h1>Mirrors of <bdi>g++_1_all.deb</bdi></h1>");
    }
  });

  it("has only mirrors that show that they have the file, where none is proven", async () => {
    const mirrors = [...carriers, carrier("rome.example", { country: "IT" })].map(unprobed);
    const world = having({
      "frankfurt.example": size - 1,
      "paris.example": size,
      "rome.example": size,
    });
    const path = `debian/pool/a${unique}_all.deb`;
    const edge = listEdge({ mirrors, world });
    const text = await (await edge.get(`${path}.mirrorlist`)).text();
    expect(hostsIn(text)).not.toContain("frankfurt");
    expect(hostsIn(text)).toContain("paris");
    expect(edge.asked.every(({ method }) => method === "HEAD")).toBe(true);
  });

  it("of a file that no index lists tells the origin's size, and no hash", async () => {
    const world = having({ "origin.example": size, "frankfurt.example": size });
    const edge = listEdge({ world, listing: () => null, mirrors: carriers.map(unprobed) });
    const path = `debian/pool/b${unique}_all.deb`;
    const text = await (await edge.get(`${path}.meta4`)).text();
    expect(hostsIn(text.replace(/<origin.*/, ""))).toEqual(["frankfurt", "near"]);
    expect(text).toContain(`<size>${size}</size>`);
    expect(text).not.toContain("<hash");
    expect((await edge.get(`${path}.sha256`)).status).toBe(404);
  });

  it("is 404 where the file isn't there, and 503 where nobody can tell", async () => {
    const gone = listEdge({ world: having({}), listing: () => null });
    expect((await gone.get(`debian/pool/c${unique}_all.deb.meta4`)).status).toBe(404);
    const silent = listEdge({
      world: () => {
        throw new Error("Network connection lost.");
      },
      listing: () => null,
      mirrors: [],
    });
    const response = await silent.get(`debian/pool/d${unique}_all.deb.meta4`);
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "5"]);
  });

  it("is none where a listed file has that name, nor of metadata", async () => {
    const real = listEdge({ listing: () => ({ size, first: 1 }) });
    expect(sentTo(await real.get("src/tool-1.tar.gz.sha256.metalink"))).toBe("frankfurt.example");
    const metadata = listEdge({ world: having({}) });
    expect((await metadata.get("debian/dists/stable/InRelease.meta4")).status).toBe(404);
  });

  it("goes behind the origin's own file of that name, where there may be one", async () => {
    const own = listEdge({ world: having({ "origin.example": 7 }) });
    expect(await (await own.get(`${iso}.sha256`)).text()).toBe("xxxxxxx");
    const none = listEdge({ world: having({}) });
    const path = `cd/13/x86_64/other${unique}.iso.sha256`;
    expect(await (await none.get(path)).text()).toMatch(`${sha256Text}  other`);
  });

  it("opens the cache for the page alone, which tells a date", async () => {
    const match = vi.spyOn(caches.default, "match");
    const edge = listEdge();
    for (const list of [".meta4", ".metalink", "?mirrorlist", ".sha256"]) {
      expect((await edge.get(`${deb}${list}`)).status, list).toBe(200);
    }
    expect(match).not.toHaveBeenCalled();
    await edge.get(`${deb}?mirrorlist`, { headers: { Accept: "text/html" } });
    expect(match).toHaveBeenCalled();
    match.mockRestore();
  });

  it("answers HEAD without a body", async () => {
    const response = await listEdge().get(`${deb}.meta4`, { method: "HEAD" });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      200,
      "application/metalink4+xml",
    ]);
    expect(response.body).toBeNull();
  });

  it("tells no pieces, with which aria2 would ask a mirror that has one wrongly again and again", async () => {
    const edge = listEdge({ world: having({ "origin.example": size }) });
    for (const suffix of ["meta4", "metalink"]) {
      const told = await (await edge.get(`${rpm}.${suffix}`)).text();
      expect(told).toContain(sha256Text);
      expect(told).not.toContain("pieces");
    }
  });

  it("begins a metalink with a mirror that gave these very bytes rightly", async () => {
    const right = "r".repeat(70_000);
    const bytes = new TextEncoder().encode(right);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const wrong = `${right.slice(1)}w`;
    const edge = listEdge({
      listing: (path) =>
        path.endsWith(".deb") ? { size: right.length, sha256: sum, first: 1 } : null,
      world: ({ method, url }) => {
        const given = url.includes("frankfurt") ? wrong : right;
        const headers = { "Content-Length": String(given.length) };
        return new Response(method === "HEAD" ? null : given, { headers });
      },
    });
    edge.compareBytes();
    const path = `debian/pool/q${unique}_all.deb`;
    const named = async () =>
      hostsIn((await (await edge.get(`${path}.meta4`)).text()).replace(/<origin.*/, ""));
    expect(await named()).toEqual(["paris", "tokyo", "near"]);
    const fetched = edge.asked.filter(({ method }) => method === "GET").map(({ url }) => url);
    expect(hostsIn(fetched.join(" "))).toEqual(["frankfurt", "paris"]);
    edge.asked.splice(0);
    expect(await named()).toEqual(["paris", "tokyo", "near"]);
    expect(edge.asked.filter(({ method }) => method === "GET")).toEqual([]);
  });
});

describe("what a client's Accept is answered with at an rpm's own URL", () => {
  const get = (edge: ReturnType<typeof listEdge>, accept: string, agent: string, method = "GET") =>
    edge.get(rpm, { method, headers: { Accept: accept, "User-Agent": agent } });

  it("a metalink without our URL, for libzypp that asks for one", async () => {
    const response = await get(listEdge(), metalinks, zypper);
    expect([response.status, response.headers.get("Vary")]).toEqual([200, "Accept"]);
    expect(response.headers.get("Content-Type")).toBe("application/metalink4+xml");
    expect(response.headers.get("Cache-Control")).toBe("private, no-store");
    const text = await response.text();
    expect(hostsIn(text.replace(/<origin.*/, ""))).toEqual(["frankfurt", "paris", "tokyo"]);
    expect(text).toContain("<pieces");
  });

  it("with the pieces of a file whose bytes are here, each with its own hash", async () => {
    const content = new Uint8Array(600 * 1024).map((_, at) => (at * 7 + unique) & 0xff);
    const hashOf = async (bytes: Uint8Array) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const text = (bytes: Uint8Array) =>
      Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    const whole = await hashOf(content);
    const listing = (asked: string) =>
      asked.endsWith(".rpm") ? { size: content.length, sha256: whole, first: 1 } : null;
    const edge = listEdge({ listing });
    const here = listEdge({
      listing,
      mirrors: [],
      world: () => new Response(content, { headers: { "Content-Length": String(content.length) } }),
    });
    const path = rpm.replace("a-1", `p${unique}-1`);
    const headers = { Accept: metalinks, "User-Agent": zypper };
    expect(await (await edge.get(path, { headers })).text()).not.toContain('length="262144"');
    expect((await here.get(path)).status).toBe(200);
    const expected: string[] = [];
    for (let at = 0; at < content.length; at += 256 * 1024) {
      expected.push(text(await hashOf(content.slice(at, at + 256 * 1024))));
    }
    for (const _ of ["hashed", "remembered"]) {
      const told = await (await edge.get(path, { headers })).text();
      const pieces = /<pieces length="262144" type="sha-256">([\s\S]*)<\/pieces>/.exec(told)?.[1];
      expect([...(pieces ?? "").matchAll(/<hash>(\w+)</g)].map(([, hash]) => hash)).toEqual(
        expected,
      );
    }
  });

  it("the bytes, for libzypp that has tried them", async () => {
    const sum = new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x".repeat(size))),
    );
    const world = having({ "origin.example": size });
    const edge = listEdge({ world, listing: () => ({ size, sha256: sum, first: 1 }) });
    const response = await get(edge, "*/*", zypper);
    expect([response.status, (await response.text()).length]).toEqual([200, size]);
    expect(response.headers.get("Vary")).toBe("Accept");
  });

  it("one mirror, for libzypp that would fetch the file from several; another once it failed there", async () => {
    const agent = "ZYpp 17.36.7 (curl 8.14.1)";
    const sha256 = new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x".repeat(size))),
    );
    const world = having({ "origin.example": size });
    const edge = listEdge({ world, listing: () => ({ size, sha256, first: 1 }) });
    const named = async () => {
      const accept = `application/x-zsync, ${metalinks}`;
      const headers = { Accept: accept, "User-Agent": agent };
      const text = await (await edge.get(rpm, { headers })).text();
      return hostsIn(text.replace(/<origin.*/, ""));
    };
    expect(await named()).toEqual(["frankfurt"]);
    // To ask for the same once more says nothing.
    expect(await named()).toEqual(["frankfurt"]);
    await (await get(edge, "*/*", agent)).arrayBuffer();
    expect(await named()).toEqual(["paris"]);
  });

  it("a redirect, for libzypp that has tried them when the bytes can't be had", async () => {
    expect(sentTo(await get(listEdge(), "*/*", zypper))).toBe("frankfurt.example");
  });

  it.each([
    ["aria2", metalinks, "aria2/1.36.0", "GET"],
    ["dnf", "*/*", "libdnf (Fedora Linux 40; generic; Linux.x86_64)", "GET"],
    ["libzypp without metalinks", "*/*", "ZYpp 17.37.5 (curl 8.14.1)", "GET"],
    ["HEAD", metalinks, zypper, "HEAD"],
  ])("a redirect that says that it depends on it: %s", async (_, accept, agent, method) => {
    const response = await get(listEdge(), accept, agent, method);
    expect([sentTo(response), response.headers.get("Vary")]).toEqual([
      "frankfurt.example",
      "Accept",
    ]);
  });

  it("bytes of what is small, or at no mirror, whatever it is", async () => {
    const path = `alma/Packages/small-${unique}.rpm`;
    const text = "small";
    const sum = new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
    );
    const listing = () => ({ size: text.length, sha256: sum, first: 1 });
    const edge = listEdge({ listing, world: () => new Response(text) });
    const headers = { Accept: metalinks, "User-Agent": zypper };
    expect(await (await edge.get(path, { headers })).text()).toBe(text);
    const none = listEdge({
      mirrors: [],
      world: having({ "origin.example": size }),
      listing: () => null,
    });
    expect((await none.get(`alma/Packages/n-${unique}.rpm`, { headers })).status).toBe(200);
  });

  it("nothing of the kind in other repositories", async () => {
    const response = await listEdge().get(deb, {
      headers: { Accept: metalinks, "User-Agent": zypper },
    });
    expect([sentTo(response), response.headers.get("Vary")]).toEqual(["frankfurt.example", null]);
  });
});

it("an image's redirect says where its metalink is, behind the duplicates", async () => {
  const edge = listEdge();
  const response = await edge.get(iso, { scheme: "https" });
  const link = response.headers.get("Link") ?? "";
  expect(link).toMatch(
    /^<https:\/\/frankfurt\.example\/[^>]*>; rel=duplicate; geo=de; pri=1, <https:\/\/paris\./,
  );
  expect(link).toMatch(`, </${iso}.meta4>; rel=describedby; type="application/metalink4+xml"`);
  const headers = { "User-Agent": "aria2/1.36.0" };
  const forAria2 = (await edge.get(iso, { scheme: "https", headers })).headers.get("Link");
  // aria2 takes the first of a line alone, and comes from Location's.
  expect(forAria2).toMatch(/^<https:\/\/paris\.example\/[^>]*>; rel=duplicate; geo=fr; pri=2, /);
  expect(forAria2).not.toContain("describedby");
  const meta4 = /<([^>]*\.meta4)>/.exec(link)?.[1] ?? "";
  expect((await edge.get(meta4.slice(1))).status).toBe(200);
  expect((await edge.get(deb)).headers.get("Link")).not.toContain("describedby");
});

describe("a wish", () => {
  it.each([
    ["?country=jp", "tokyo.example"],
    ["?country=JP,FR", "paris.example"],
    ["?country=US", "frankfurt.example"],
    ["?avoid=frankfurt.example", "paris.example"],
    ["?avoid=frankfurt.example,paris.example", "tokyo.example"],
    ["?mirror=tokyo.example", "tokyo.example"],
  ])("%s leads to %s, and leaves the next request as it was", async (query, host) => {
    const edge = listEdge();
    expect(sentTo(await edge.get(`${deb}${query}`, { method: "HEAD" }))).toBe(host);
    expect(sentTo(await edge.get(deb, { method: "HEAD" }))).toBe("frankfurt.example");
  });

  it("for a family leaves out mirrors that lack it", async () => {
    const mirrors = [
      carrier("four.example", frankfurt, { families: ["ipv4"] }),
      carrier("six.example", { country: "JP" }, { families: ["ipv6"] }),
    ];
    const edge = listEdge({ mirrors });
    expect(sentTo(await edge.get(deb))).toBe("four.example");
    expect(sentTo(await edge.get(`${deb}?ipv6`))).toBe("six.example");
  });

  it("changes nothing about proof", async () => {
    const world = having({ "origin.example": size, "frankfurt.example": size });
    const edge = listEdge({ mirrors: carriers.map(unprobed), world });
    const path = `debian/pool/w${unique}_all.deb`;
    expect(sentTo(await edge.get(`${path}?country=JP`))).toBe("frankfurt.example");
  });

  it("for a mirror is met by it alone: 404 with the reason where it can't serve", async () => {
    const mirrors = [...carriers, carrier("gone.example", frankfurt, { state: "down" })];
    const edge = listEdge({ mirrors });
    const down = await edge.get(`${deb}?mirror=gone.example`);
    expect([down.status, await down.text()]).toEqual([
      404,
      "gone.example can't serve this: it is down. Without mirror= another one does.\n",
    ]);
    const world = having({ "origin.example": size });
    const lacking = listEdge({ mirrors: carriers.map(unprobed), world, listing: () => null });
    const path = `debian/pool/l${unique}_all.deb`;
    const lacks = await lacking.get(`${path}?mirror=paris.example`);
    expect([lacks.status, await lacks.text()]).toEqual([
      404,
      "paris.example can't serve this: it was not found to have the file. Without mirror= another one does.\n",
    ]);
  });

  it("for a mirror holds for small files, and as often as it is asked", async () => {
    const edge = listEdge({ listing: () => ({ size: 5, first: 1 }) });
    for (const _ of [1, 2, 3]) {
      expect(sentTo(await edge.get(`${deb}?mirror=paris.example`))).toBe("paris.example");
    }
  });

  it.each(["?country=XX", "?mirror=nobody.example", "?avoid=nobody.example", "?ipv4&ipv6"])(
    "that can't be understood is refused, for metadata too: %s",
    async (query) => {
      const edge = listEdge();
      for (const path of [deb, "debian/dists/stable/InRelease"]) {
        expect((await edge.get(path + query)).status).toBe(400);
      }
      expect(edge.asked).toEqual([]);
    },
  );

  it("counts in lists, and ?trace tells it", async () => {
    const edge = listEdge();
    const list = await (await edge.get(`${deb}.meta4?country=JP`)).text();
    expect(hostsIn(list.replace(/<origin.*/, ""))[0]).toBe("tokyo");
    const told = await (await edge.get(`${deb}?trace&country=JP`)).json();
    expect(told).toMatchObject({
      wish: { countries: ["JP"] },
      wished: ["tokyo.example", "frankfurt.example", "paris.example"],
    });
  });

  it("by host name holds only where the operator has set it up", async () => {
    const host = "jp.near.example";
    expect(sentTo(await listEdge().get(deb, { host }))).toBe("frankfurt.example");
    const labels = { host: "near.example", labels: { asia: "country=JP,SG" } };
    const edge = listEdge({ more: { labels } });
    const at = async (name: string, query = "") =>
      sentTo(await edge.get(deb + query, { host: name, method: "HEAD" }));
    expect(await at(host)).toBe("tokyo.example");
    expect(await at("asia.near.example")).toBe("tokyo.example");
    expect(await at(host, "?country=FR")).toBe("paris.example");
    expect(await at("near.example")).toBe("frankfurt.example");
    expect(await at("nonsense.near.example")).toBe("400");
  });
});

describe("a package's signature", () => {
  const name = () => `arch/core/os/x86_64/a-${unique}-1-x86_64.pkg.tar.zst`;
  const packages: typeof listed = (path) =>
    path.endsWith(".sig") ? null : { size, sha256: new Uint8Array(32), first: 1 };

  it("that is small, as all are, comes from here", async () => {
    const edge = listEdge({ listing: packages, world: having({ "origin.example": 566 }) });
    expect(sentTo(await edge.get(name()))).toBe("frankfurt.example");
    const signature = await edge.get(`${name()}.sig`);
    expect([signature.status, (await signature.text()).length]).toEqual([200, 566]);
  });

  it("that is large is proven at the same mirror first", async () => {
    const world = having({
      "origin.example": size,
      "frankfurt.example": size,
      "paris.example": size,
    });
    const edge = listEdge({ listing: packages, world });
    expect(sentTo(await edge.get(name()))).toBe("frankfurt.example");
    expect(sentTo(await edge.get(`${name()}.sig`))).toBe("frankfurt.example");
  });
});

it("/setup/ has the script of a repository", async () => {
  const edge = listEdge();
  const script = await edge.get("setup/arch");
  expect(script.headers.get("Content-Type")).toMatch(/^text\/plain/);
  expect(await script.text()).toMatch(/^#!\/bin\/sh\n[\s\S]*http:\/\/near\.example\/arch\//);
  expect((await edge.get("setup/debian/bytes")).status).toBe(200);
  for (const none of ["setup/nothing/bytes", "setup/arch/bytes", "setup/debian/other"]) {
    expect((await edge.get(none)).status, none).toBe(404);
  }
  expect((await edge.get("setup/nothing")).status).toBe(404);
});

it("the repositories' pages have the lists' lines, and each list there is one", async () => {
  const edge = listEdge();
  const pages = await Promise.all(
    ["debian", "alma", "arch"].map(async (name) => (await edge.get(`repositories/${name}`)).text()),
  );
  const page = pages.join("").replaceAll("&amp;", "&");
  expect(page).toContain("URIs: mirror+http://near.example/mirrorlist/apt/debian\n");
  const urls = [...page.matchAll(/http:\/\/near\.example\/(mirrorlist[^\s<|']*)/g)];
  expect(urls).toHaveLength(3);
  for (const [, url = ""] of urls) {
    const path = url.replace("$releasever", "9").replace("$basearch", "x86_64");
    const list = await edge.get(path);
    expect([path, list.status]).toEqual([path, 200]);
    expect(await list.text()).toContain("http://frankfurt.example/");
  }
});
