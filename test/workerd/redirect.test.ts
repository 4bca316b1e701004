import { describe, expect, it } from "vitest";
import { clients, makeEdge } from "./services.ts";
import { both, mirror, mirrors, views } from "./views.ts";

const file = "debian/pool/main/a/apt/apt_2.6.1_amd64.deb";
const http = "http://near.example/";
const https = "https://near.example/";

function locationOf(response: Response): string {
  return response.headers.get("Location") ?? "";
}

describe("the redirect", () => {
  it("leads each client to the near mirror, with duplicates in order", async () => {
    const edge = makeEdge();
    for (const [from, host] of [
      [clients.america, "ashburn.example"],
      [clients.japan, "tokyo.example"],
    ]) {
      const response = await edge.fetch(http + file, { from });
      expect(response.status).toBe(302);
      expect(locationOf(response)).toBe(`http://${host}/${file}`);
      expect(response.headers.get("Cache-Control")).toBe("private, no-store");
      const links = (response.headers.get("Link") ?? "").split(", ");
      expect(links).toHaveLength(3);
      links.forEach((link, at) => {
        expect(link).toMatch(
          new RegExp(
            `^<http://[a-z]+\\.example/${file}>; rel=duplicate; geo=(de|us|jp); pri=${at + 1}$`,
          ),
        );
      });
    }
    expect(edge.asked).toHaveLength(0);
  });

  it("names Location's own mirror first (wget2 goes to that), two more of a package and five of an image", async () => {
    const names = Array.from({ length: 9 }, (_, at) => `mirror${at}.example`);
    const list = names.map((name) =>
      mirror(name, {}, { carries: { debian: both(name), isos: { http: `http://${name}/isos/` } } }),
    );
    const edge = makeEdge(undefined, views(list));
    for (const [url, count] of [
      [`${http}${file}`, 3],
      [`${http}isos/13/amd64/netinst.iso`, 6],
    ] as const) {
      const response = await edge.fetch(url);
      const hosts = [...(response.headers.get("Link") ?? "").matchAll(/<http:\/\/([^/]+)/g)].map(
        (match) => match[1],
      );
      expect(hosts).toHaveLength(count);
      expect(hosts[0]).toBe(new URL(locationOf(response)).host);
      expect(new Set(hosts).size).toBe(count);
    }
  });

  it.each<[string | undefined, string[]]>([
    ["Debian APT-HTTP/1.3 (3.0.3)", []],
    ["libdnf (Fedora Linux 42; server; Linux.x86_64)", []],
    ["dnf5/5.2.17.0", []],
    ["pacman/7.0.0 (Linux x86_64) libalpm/15.0.0", []],
    ["curl/8.14.1", ["link"]],
    ["aria2/1.37.0", ["link"]],
    ["Wget/2.2.0", ["link"]],
    ["ZYpp 17.36.7 (curl 8.14.1)", ["link"]],
    ["Debian Apt-Cacher-NG/3.7.4", ["link"]],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ["link"]],
    [undefined, ["link"]],
  ])("tells %s what it reads of a redirect besides Location", async (name, read) => {
    const headers = name === undefined ? {} : { "User-Agent": name };
    const response = await makeEdge().fetch(http + file, { from: clients.japan, headers });
    expect(locationOf(response)).toBe(`http://tokyo.example/${file}`);
    const names = [...response.headers.keys()];
    expect(names.toSorted()).toEqual(["cache-control", ...read, "location"]);
  });

  it("answers HEAD as GET", async () => {
    const response = await makeEdge().fetch(http + file, { method: "HEAD", from: clients.japan });
    expect(response.status).toBe(302);
    expect(locationOf(response)).toBe(`http://tokyo.example/${file}`);
  });

  it.each([
    "pool/main/g/g++/g%2b%2b_4%3a12.2.0-3_amd64.deb",
    "pool/main/x/x_1:2~rc1+b2_all.deb",
    "pool/main/%c3%bc/%7eu_1_all.deb",
  ])("keeps the spelling of %s", async (path) => {
    const response = await makeEdge().fetch(`${http}debian/${path}`, { from: clients.japan });
    expect(locationOf(response)).toBe(`http://tokyo.example/debian/${path}`);
  });

  it("keeps https clients on https, and http clients on mirrors that have http", async () => {
    const only = views([
      mirror(
        "plain.example",
        {},
        { carries: { debian: { http: "http://plain.example/debian/" } } },
      ),
      mirror("tls.example", {}, { carries: { debian: { https: "https://tls.example/debian/" } } }),
    ]);
    const edge = makeEdge(undefined, only);
    expect(locationOf(await edge.fetch(https + file))).toBe(`https://tls.example/${file}`);
    expect(locationOf(await edge.fetch(http + file))).toBe(`http://plain.example/${file}`);
  });

  it("takes the proxy's word on https", async () => {
    const response = await makeEdge().fetch(http + file, {
      from: clients.germany,
      headers: { "X-Forwarded-Proto": "https" },
    });
    expect(locationOf(response)).toBe(`https://frankfurt.example/${file}`);
  });

  it("behind a proxy, tells its own URLs as the client has them", async () => {
    // The origin's word on a folder that was asked for without its slash.
    const edge = makeEdge(
      ({ url }) => new Response(null, { status: 301, headers: { Location: `${url}/` } }),
    );
    for (const [scheme, other] of [
      ["https", http],
      ["http", https],
    ] as const) {
      const ask = (path: string) =>
        edge.fetch(other + path, { headers: { "X-Forwarded-Proto": scheme } });
      const own = `${scheme}${https.slice("https".length)}`;
      // Relative to what was asked: as good for either scheme, and behind any path of a proxy's.
      expect(locationOf(await ask("debian"))).toBe("./debian/");
      expect(locationOf(await ask("debian@20260301T1200Z"))).toBe("./debian@20260301T1200Z/");
      expect(locationOf(await ask("debian/dists"))).toBe("./dists/");
      for (const path of ["repositories/debian", "setup/debian"]) {
        const text = await (await ask(path)).text();
        expect(text, path).toContain(`${own}setup/debian`);
        expect(text, path).not.toContain(`${other}setup/debian`);
      }
    }
  });

  it("never sends new clients to a drained mirror, nor to one without the architecture", async () => {
    const edge = makeEdge();
    for (let network = 0; network < 200; network++) {
      const response = await edge.fetch(https + file, { from: `5.1.${network}.3` });
      expect(locationOf(response)).not.toContain("drained.example");
      const links = (response.headers.get("Link") ?? "").split(", ");
      expect(links.map((link) => link.includes("drained.example"))).toEqual([false, false, false]);
      expect(links.join()).not.toContain("arm.example");
    }
    const few = views(mirrors.filter(({ name }) => /^(?:frankfurt|drained)/.test(name)));
    const named = await makeEdge(undefined, few).fetch(https + file, { from: clients.germany });
    expect(named.headers.get("Link")).toMatch(/frankfurt.*pri=1, .*drained.*pri=2$/);
    const arm = await edge.fetch(`${http}debian/pool/a_1_arm64.deb?mirrorlist`, {
      from: clients.germany,
    });
    expect(await arm.text()).toContain("http://arm.example/debian/pool/a_1_arm64.deb");
  });

  it("respects the client's address family", async () => {
    const list = views([
      mirror("four.example", {}, { families: ["ipv4"] }),
      mirror("six.example", {}, { families: ["ipv6"] }),
    ]);
    const edge = makeEdge(undefined, list);
    expect(locationOf(await edge.fetch(http + file, { from: clients.germany }))).toContain(
      "//four.example/",
    );
    expect(locationOf(await edge.fetch(http + file, { from: clients.germany6 }))).toContain(
      "//six.example/",
    );
  });

  it("leaves out a mirror that excludes the path, and only for that path", async () => {
    const list = views([
      mirror(
        "partial.example",
        {},
        { carries: { debian: { ...both("partial.example"), exclude: ["pool/non-free/"] } } },
      ),
    ]);
    const edge = makeEdge(() => new Response("from the origin"), list);
    expect(locationOf(await edge.fetch(`${http}debian/pool/main/a_1_all.deb`))).toContain(
      "//partial.example/",
    );
    const excluded = await edge.fetch(`${http}debian/pool/non-free/a_1_all.deb`);
    expect(excluded.status).toBe(200);
    expect(await excluded.text()).toBe("from the origin");
  });

  it("serves the origin's bytes when no mirror can, and 503 with a reason when the origin can't", async () => {
    const none = views([mirror("down.example", {}, { state: "down" })]);
    const served = await makeEdge(() => new Response("bytes"), none).fetch(http + file);
    expect(served.status).toBe(200);
    expect(await served.text()).toBe("bytes");
    const dead = makeEdge(() => {
      throw new Error("connect ECONNREFUSED");
    }, none);
    const held = await dead.fetch(`${http}debian/pool/main/b/b_1_all.deb`);
    expect(held.status).toBe(503);
    expect(Number(held.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await held.text()).length).toBeGreaterThan(10);
  });
});

describe("lists and explanations", () => {
  it("?mirrorlist gives text, and JSON to who names it", async () => {
    const edge = makeEdge();
    const text = await (
      await edge.fetch(`${http}${file}?mirrorlist`, { from: clients.japan })
    ).text();
    expect(text.split("\n")[0]).toBe(`http://tokyo.example/${file}`);
    const json = await edge.fetch(`${http}${file}?mirrorlist`, {
      from: clients.japan,
      headers: { Accept: "application/json" },
    });
    expect(json.headers.get("Content-Type")).toContain("application/json");
    expect(await json.json()).toMatchObject([
      { url: `http://tokyo.example/${file}`, priority: 1, country: "JP" },
      {},
      {},
      {},
      { mirror: "drained.example", priority: 5 },
    ]);
    expect(json.headers.get("Cache-Control")).toBe("private, no-store");
  });

  it("?trace tells the client, every mirror, and why", async () => {
    const edge = makeEdge();
    const response = await edge.fetch(`${http}${file}?trace`, { from: clients.america });
    const told = await response.json<{
      client: object;
      mirrors: { mirror: string; rank?: number; excluded?: string; costMs?: number }[];
    }>();
    expect(told.client).toMatchObject({
      address: clients.america,
      country: "US",
      placeFrom: "database",
      scheme: "http",
    });
    expect(told.mirrors).toHaveLength(6);
    expect(told.mirrors[0]).toMatchObject({ mirror: "ashburn.example", rank: 1 });
    const excluded = Object.fromEntries(told.mirrors.map((one) => [one.mirror, one.excluded]));
    expect(told.mirrors.find((one) => one.mirror === "drained.example")).toMatchObject({
      rank: 5,
      state: "drained",
      duplicateOnly: true,
    });
    expect(excluded["arm.example"]).toBe("does not carry amd64");
    expect(excluded["ashburn.example"]).toBeUndefined();
  });

  it("?ip= explains for another address, only there, and refuses what is none", async () => {
    const edge = makeEdge();
    const told = await (
      await edge.fetch(`${http}${file}?trace&ip=${clients.japan}`, { from: clients.america })
    ).text();
    expect(told).toContain('"mirror":"tokyo.example","country":"JP","state":"up","rank":1');
    const redirected = await edge.fetch(`${http}${file}?ip=${clients.japan}`, {
      from: clients.america,
    });
    expect(locationOf(redirected)).toBe(`http://ashburn.example/${file}`);
    expect((await edge.fetch(`${http}${file}?trace&ip=999.1.1.1`)).status).toBe(400);
  });
});

describe("pages and refusals", () => {
  it("shows a page whose set-up lines name this service, escaped", async () => {
    const response = await makeEdge().fetch(`${http}repositories/debian`);
    const text = await response.text();
    expect(response.headers.get("Content-Type")).toContain("text/html");
    expect(text).toContain("URIs: http://near.example/debian/");
    expect(text).toContain("Test &lt;debian&gt;");
    expect(text).not.toContain("Test <debian>");
  });

  it("refuses other methods and unknown paths with a sentence", async () => {
    const edge = makeEdge();
    const post = await edge.fetch(http + file, { method: "POST", body: "x" });
    expect([post.status, post.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    const unknown = await edge.fetch(`${http}fedora/x`);
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain("/debian/");
    const slash = await edge.fetch(`${http}debian`);
    expect([slash.status, locationOf(slash)]).toEqual([301, "./debian/"]);
  });

  it("tells its views' versions", async () => {
    const health = await makeEdge().fetch(`${http}api/v1/health`);
    expect(await health.json()).toMatchObject({
      status: "ok",
      roster: { version: 1, list: 1, mirrors: 6 },
      catalogue: { version: 1, repositories: 2 },
    });
  });
});
