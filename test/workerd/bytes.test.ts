import { describe, expect, it } from "vitest";
import { makeEdge, type Origin } from "./services.ts";

const date = "Sat, 07 Jun 2025 09:12:00 GMT";
const later = "Sun, 08 Jun 2025 09:12:00 GMT";
let unique = 0;

/** A URL nobody has asked for yet: the location's cache is shared by all tests of this file. */
function freshUrl(path = "dists/stable/InRelease"): string {
  unique++;
  return `http://near.example/debian/t${unique}/${path}`.replace(/t(\d+)\/dists/, "dists/t$1");
}

/** An origin with one file, which answers conditional and Range requests as a web server does. */
function fileOrigin(
  text: string,
  headers: { "Last-Modified"?: string; ETag?: string } = { "Last-Modified": date, ETag: '"v1"' },
): Origin {
  return (request) => {
    if (headers.ETag !== undefined && request.headers.get("If-None-Match") === headers.ETag) {
      return new Response(null, { status: 304, headers });
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("Range") ?? "");
    if (range !== null) {
      const [first, last] = [Number(range[1]), Number(range[2])];
      return new Response(text.slice(first, last + 1), {
        status: 206,
        headers: { ...headers, "Content-Range": `bytes ${first}-${last}/${text.length}` },
      });
    }
    return new Response(request.method === "HEAD" ? null : text, {
      headers: { ...headers, "Content-Length": String(text.length), "Content-Type": "text/plain" },
    });
  };
}

describe("metadata", () => {
  it("comes from the origin with validators and dates unchanged", async () => {
    const edge = makeEdge(fileOrigin("0123456789"));
    const url = freshUrl();
    const response = await edge.fetch(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("0123456789");
    expect(response.headers.get("Last-Modified")).toBe(date);
    expect(response.headers.get("ETag")).toBe('"v1"');
    expect(response.headers.get("Content-Length")).toBe("10");
    expect(response.headers.get("Cache-Control")).toBe("public, no-cache");
    expect(edge.asked.map((one) => one.url)).toEqual([
      url.replace("near.example", "origin.example"),
    ]);
    expect(edge.asked[0]?.headers.get("Accept-Encoding")).toBe("identity");
  });

  it("is asked of the origin each time, but the body crosses once", async () => {
    const edge = makeEdge(fileOrigin("0123456789"));
    const url = freshUrl();
    await edge.fetch(url);
    const again = await edge.fetch(url);
    expect(await again.text()).toBe("0123456789");
    expect(edge.asked).toHaveLength(2);
    expect(edge.asked[1]?.headers.get("If-None-Match")).toBe('"v1"');
  });

  it("follows the origin at once when it changes, forwards and back", async () => {
    let current = fileOrigin("old");
    const edge = makeEdge((request) => current(request));
    const url = freshUrl();
    await edge.fetch(url);
    current = fileOrigin("new!", { "Last-Modified": later, ETag: '"v2"' });
    const changed = await edge.fetch(url, { headers: { "If-Modified-Since": date } });
    expect([changed.status, await changed.text()]).toEqual([200, "new!"]);
    current = fileOrigin("old");
    // Older than what the client has: it must still get the bytes, or it would be frozen.
    const back = await edge.fetch(url, { headers: { "If-Modified-Since": later } });
    expect([back.status, await back.text()]).toEqual([200, "old"]);
  });

  it.each([
    [{ "If-Modified-Since": date }, 304],
    [{ "If-None-Match": '"v1"' }, 304],
    [{ "If-Modified-Since": later }, 200],
    [{ "If-None-Match": '"other"' }, 200],
  ])("answers %o with %d, cached or not", async (headers, status) => {
    const edge = makeEdge(fileOrigin("0123456789"));
    const url = freshUrl();
    for (const state of ["not cached", "cached"]) {
      const response = await edge.fetch(url, { headers });
      expect(response.status, state).toBe(status);
      expect(await response.text(), state).toBe(status === 304 ? "" : "0123456789");
      expect(response.headers.get("Last-Modified"), state).toBe(date);
    }
  });

  it.each([
    ["bytes=2-4", undefined, { status: 206, body: "234", contentRange: "bytes 2-4/10" }],
    ["bytes=2-4", date, { status: 206, body: "234", contentRange: "bytes 2-4/10" }],
    ["bytes=2-4", '"v1"', { status: 206, body: "234", contentRange: "bytes 2-4/10" }],
    ["bytes=2-4", later, { status: 200, body: "0123456789", contentRange: null }],
    ["bytes=7-", undefined, { status: 206, body: "789", contentRange: "bytes 7-9/10" }],
    ["bytes=-2", undefined, { status: 206, body: "89", contentRange: "bytes 8-9/10" }],
    ["bytes=10-", undefined, { status: 416, body: undefined, contentRange: "bytes */10" }],
    ["bytes=0-1,4-5", undefined, { status: 200, body: "0123456789", contentRange: null }],
  ])(
    "Range %s with If-Range %s gives %o from a cached copy",
    async (range, condition, { status, body, contentRange }) => {
      const edge = makeEdge(fileOrigin("0123456789"));
      const url = freshUrl();
      await edge.fetch(url);
      const headers: Record<string, string> = { Range: range };
      if (condition !== undefined) headers["If-Range"] = condition;
      const response = await edge.fetch(url, { headers });
      expect(response.status).toBe(status);
      expect(response.headers.get("Content-Range")).toBe(contentRange);
      if (body !== undefined) expect(await response.text()).toBe(body);
      if (status === 206) expect(response.headers.get("Content-Length")).toBe(String(body?.length));
    },
  );

  it("passes a Range on when nothing is cached, and the origin's 206 back", async () => {
    const edge = makeEdge(fileOrigin("0123456789"));
    const response = await edge.fetch(freshUrl(), {
      headers: { Range: "bytes=3-5", "If-Range": date },
    });
    expect([response.status, await response.text()]).toEqual([206, "345"]);
    expect(response.headers.get("Content-Range")).toBe("bytes 3-5/10");
    expect(edge.asked[0]?.headers.get("If-Range")).toBe(date);
  });

  it("answers HEAD with the headers of GET and no body, cached or not", async () => {
    const edge = makeEdge(fileOrigin("0123456789"));
    const url = freshUrl();
    for (const warm of [false, true]) {
      if (warm) await edge.fetch(url);
      const response = await edge.fetch(url, { method: "HEAD" });
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Length")).toBe("10");
      expect(response.headers.get("Last-Modified")).toBe(date);
      expect(await response.text()).toBe("");
    }
  });

  it("serves what it has when the origin is gone, and holds the client when it has nothing", async () => {
    let alive = true;
    const file = fileOrigin("0123456789");
    const edge = makeEdge((request) => {
      if (!alive) throw new Error("connection lost");
      return file(request);
    });
    const url = freshUrl();
    await edge.fetch(url);
    alive = false;
    expect(await (await edge.fetch(url)).text()).toBe("0123456789");
    const held = await edge.fetch(freshUrl());
    expect(held.status).toBe(503);
    expect(held.headers.get("Retry-After")).not.toBeNull();
    expect((await held.text()).length).toBeGreaterThan(10);
  });

  it("serves what it has when the origin is in trouble, and passes nothing of that trouble on", async () => {
    let status = 200;
    const file = fileOrigin("0123456789");
    const edge = makeEdge((request) =>
      status === 200 ? file(request) : new Response("trouble", { status }),
    );
    const url = freshUrl();
    await edge.fetch(url);
    for (status of [500, 502, 503]) {
      const response = await edge.fetch(url);
      expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
    }
    status = 404;
    expect((await edge.fetch(url)).status).toBe(404);
  });

  it("serves what it has within seconds when the origin doesn't answer", async () => {
    let silent = false;
    const file = fileOrigin("0123456789");
    const edge = makeEdge((request) => {
      if (!silent) return file(request);
      return new Promise((_, reject) => {
        request.signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    });
    const url = freshUrl();
    await edge.fetch(url);
    silent = true;
    const begun = Date.now();
    expect(await (await edge.fetch(url)).text()).toBe("0123456789");
    // apt's own limit may be as low as 10 s.
    expect(Date.now() - begun).toBeLessThan(8_000);
  });

  it("keeps what has its hash in its name for good", async () => {
    const edge = makeEdge(fileOrigin("0123456789"));
    const url = freshUrl(`dists/stable/main/binary-amd64/by-hash/SHA256/${"a".repeat(64)}`);
    const first = await edge.fetch(url);
    expect(first.headers.get("Cache-Control")).toContain("immutable");
    await edge.fetch(url);
    expect(edge.asked).toHaveLength(1);
  });

  it("does not keep an answer without a validator", async () => {
    const edge = makeEdge(fileOrigin("0123456789", {}));
    const url = freshUrl();
    await edge.fetch(url);
    await edge.fetch(url);
    expect(edge.asked.map((one) => one.headers.get("If-None-Match"))).toEqual([null, null]);
  });

  it("does not keep a body that ends early, and lets the client see that it did", async () => {
    let whole = false;
    const edge = makeEdge((request) => {
      if (whole) return fileOrigin("0123456789")(request);
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("01234"));
          controller.error(new Error("connection lost"));
        },
      });
      return new Response(body, {
        headers: { "Content-Length": "10", "Last-Modified": date, ETag: '"v1"' },
      });
    });
    const url = freshUrl();
    await expect(edge.fetch(url)).rejects.toThrow();
    whole = true;
    expect(await (await edge.fetch(url)).text()).toBe("0123456789");
    expect(edge.asked[1]?.headers.get("If-None-Match")).toBeNull();
  });

  it.each([
    ["of the whole file", {}, 200, { "Content-Length": "10" }],
    ["of a part", { Range: "bytes=2-11" }, 206, { "Content-Range": "bytes 2-11/100" }],
  ])(
    "breaks off an endless body %s at the length that was told",
    async (_, asked, status, told) => {
      let pulls = 0;
      const edge = makeEdge(() => {
        const body = new ReadableStream({
          pull(controller) {
            controller.enqueue(new TextEncoder().encode("01234"));
            // Where nobody stops it, it is whole in the end, and the test sees that.
            if (++pulls === 1000) controller.close();
          },
        });
        const headers = { ...told, "Last-Modified": date, ETag: '"v1"' };
        return new Response(body, { status, headers });
      });
      await expect(edge.fetch(freshUrl(), { headers: asked })).rejects.toThrow();
      expect(pulls).toBeLessThan(100);
    },
  );

  it.each([
    [404, 404],
    [410, 404],
    [403, 404],
    [500, 503],
    [429, 503],
  ])("turns the origin's %d into %d with a sentence", async (status, expected) => {
    const response = await makeEdge(() => new Response("oops", { status })).fetch(freshUrl());
    expect(response.status).toBe(expected);
    expect(await response.text()).toContain(String(status));
  });

  it("gives a folder without its slash a redirect to ours", async () => {
    // Absolute as Apache has it; as nginx with `absolute_redirect off`; relative to the name.
    const ways = [
      (url: string) => `${url}/`,
      (url: string) => `${new URL(url).pathname}/`,
      () => "stable/",
    ];
    for (const way of ways) {
      const edge = makeEdge(
        ({ url }) => new Response(null, { status: 301, headers: { Location: way(url) } }),
      );
      const response = await edge.fetch(freshUrl("dists/stable"));
      expect(response.status).toBe(301);
      expect(response.headers.get("Location")).toBe("./stable/");
      const inChinese = await edge.fetch(`${freshUrl("dists/stable")}?lang=zh`);
      expect(inChinese.headers.get("Location")).toBe("./stable/?lang=zh");
    }
  });

  it("follows the origin's redirects, but not off https nor in circles", async () => {
    const to = (location: string) =>
      new Response(null, { status: 302, headers: { Location: location } });
    const followed = makeEdge((request) =>
      request.url.includes("elsewhere")
        ? new Response("there")
        : to("https://elsewhere.example/file"),
    );
    expect(await (await followed.fetch(freshUrl())).text()).toBe("there");
    const circle = makeEdge((request) => to(`${request.url}x`));
    expect((await circle.fetch(freshUrl())).status).toBe(503);
    expect(circle.asked.length).toBeLessThan(10);
    const down = makeEdge((request) =>
      request.url.startsWith("https:")
        ? to("http://elsewhere.example/")
        : to("https://elsewhere.example/"),
    );
    expect((await down.fetch(freshUrl())).status).toBe(503);
  });
});

describe("a folder", () => {
  it("shows the origin's listing, which may not run anything", async () => {
    const edge = makeEdge(
      () => new Response("<script>1</script>", { headers: { "Content-Type": "text/html" } }),
    );
    const response = await edge.fetch("http://near.example/debian/");
    expect(response.headers.get("Content-Security-Policy")).toContain("sandbox");
    expect(edge.asked[0]?.url).toBe("http://origin.example/debian/");
  });
});
