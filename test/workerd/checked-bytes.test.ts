/** Bytes of listed files: right, or not at all; and one fetch for many. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { clients, listedFiles, makeEdge } from "./services.ts";
import { hashOf } from "./snapshot-services.ts";
import { frankfurt, mirror, unprobed, views } from "./views.ts";

const date = "Sat, 07 Jun 2025 09:12:00 GMT";
let unique = 0;
let path = "";

beforeEach(() => {
  path = `pool/main/a/a_${++unique}_all.deb`;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

const sha256Of = (text: string) => Uint8Array.from(Buffer.from(hashOf(text), "hex"));

/** Its type says that it is no text. */
async function textOf(response: Response): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

/** What a server gives in place of the file: other bytes, a status, no answer. */
type Gives = string | number | "silent";

/** A listed file of these bytes, an origin and mirrors that give what they give, as web servers do. */
function setUp(text: string, at: Gives, mirrors: Gives[] = []) {
  const gives: Record<string, Gives> = { "origin.example": at };
  mirrors.forEach((one, index) => {
    gives[`m${index}.example`] = one;
  });
  const list = mirrors.map((_, index) =>
    unprobed(mirror(`m${index}.example`, { ...frankfurt, longitude: 8.7 + 25 * index })),
  );
  const waits: { gate?: Promise<void> } = {};
  const edge = makeEdge(
    async (request) => {
      const { hostname, pathname } = new URL(request.url);
      expect(pathname).toBe(`/debian/${path}`);
      const given = gives[hostname] ?? "silent";
      await waits.gate;
      if (given === "silent") throw new Error("Network connection lost.");
      if (typeof given === "number") return new Response("no", { status: given });
      const told = { "Last-Modified": date, ETag: '"theirs"', "Content-Type": "application/x-deb" };
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("Range") ?? "");
      if (range !== null) {
        const [first, last] = [Number(range[1]), Number(range[2])];
        const headers = { ...told, "Content-Range": `bytes ${first}-${last}/${given.length}` };
        return new Response(given.slice(first, last + 1), { status: 206, headers });
      }
      const headers = { ...told, "Content-Length": String(given.length) };
      // Two pieces: only the last is held back.
      const half = Math.floor(given.length / 2);
      const body = new Blob([given.slice(0, half), given.slice(half)]).stream();
      return new Response(request.method === "HEAD" ? null : body, { headers });
    },
    views(list),
    { files: listedFiles(() => ({ size: text.length, sha256: sha256Of(text), first: 1 })) },
  );
  return {
    edge,
    waits,
    get: (headers: Record<string, string> = {}, method = "GET", under = "debian") =>
      edge.fetch(`http://near.example/${under}/${path}`, {
        from: clients.germany,
        headers,
        method,
      }),
    asked: () =>
      edge.asked
        .splice(0)
        .map(({ method, url }) => `${method} ${new URL(url).hostname}`)
        .sort(),
  };
}

/** A small and a large one, other ones each time: the location's cache knows them by their hash. */
const small = () => `small ${unique} `.repeat(50);
const large = () => `large ${unique} `.padEnd(defaultMinSize, "large");
const sizes = [
  ["a small file", small],
  ["a large file that no mirror has", large],
] as const;

describe.each(sizes)("%s", (_, make) => {
  it("comes from the origin once, with digests, and then from the location's cache", async () => {
    const text = make();
    const world = setUp(text, text, [404]);
    const sha256 = sha256Of(text);
    const base64 = Buffer.from(sha256).toString("base64");
    for (const again of [false, true]) {
      const response = await world.get();
      expect([response.status, await textOf(response)]).toEqual([200, text]);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-length": String(text.length),
        etag: `"${Buffer.from(sha256).toString("hex")}"`,
        "last-modified": date,
        "content-type": "application/x-deb",
        "cache-control": "public, max-age=31536000, immutable",
        "repr-digest": `sha-256=:${base64}:`,
        digest: `SHA-256=${base64}`,
      });
      expect(world.asked().includes("GET origin.example")).toBe(!again);
    }
    const another = setUp(text, "silent", ["silent"]);
    expect(await textOf(await another.get())).toBe(text);
  });

  it("is 304, 206 and 416 as asked, and HEAD has no body", async () => {
    const text = make();
    const { get } = setUp(text, text);
    for (const cached of [false, true]) {
      if (cached) await get();
      const head = await get({}, "HEAD");
      expect([head.status, await textOf(head)]).toEqual([200, ""]);
      expect(head.headers.get("Content-Length")).toBe(String(text.length));
      const etag = head.headers.get("ETag") ?? "";
      expect((await get({ "If-None-Match": etag })).status).toBe(304);
      for (const condition of [{}, { "If-Range": etag }]) {
        const part = await get({ Range: "bytes=2-5", ...condition });
        expect([part.status, await textOf(part)]).toEqual([206, text.slice(2, 6)]);
        expect(part.headers.get("Content-Range")).toBe(`bytes 2-5/${text.length}`);
        expect(part.headers.get("Repr-Digest")).toContain("sha-256=:");
      }
      const other = await get({ Range: "bytes=2-5", "If-Range": '"theirs"' });
      expect([other.status, await textOf(other)]).toEqual([200, text]);
    }
    expect((await get({ Range: `bytes=${text.length}-` })).status).toBe(416);
    expect((await get({ "If-Modified-Since": date })).status).toBe(304);
  });

  it("crosses once for many who ask at the same time", async () => {
    const text = make();
    const { get, waits, edge } = setUp(text, text);
    const gate = Promise.withResolvers<void>();
    waits.gate = gate.promise;
    const asking = Promise.all(Array.from({ length: 20 }, () => get()));
    await vi.waitFor(() => expect(edge.asked.length).toBeGreaterThan(0), 10_000);
    gate.resolve();
    for (const response of await asking) expect(await textOf(response)).toBe(text);
    expect(edge.asked).toHaveLength(1);
  });

  it("is never whole when it is wrong, and nothing wrong is kept", async () => {
    const text = make();
    const wrong = `${text.slice(0, -1)}?`;
    for (const given of [wrong, text.slice(1), `${text}x`]) {
      const got = await setUp(text, given, [404])
        .get()
        .then(async (response) => ({ status: response.status, text: await textOf(response) }))
        // The body broke off.
        .catch(() => undefined);
      if (got !== undefined) expect(got.status).toBe(503);
    }
    expect(await textOf(await setUp(text, text, [404]).get())).toBe(text);
  });

  it("is 404 where the origin hasn't got it either, and 503 where it is in trouble", async () => {
    const text = make();
    expect((await setUp(text, 404, [404]).get()).status).toBe(404);
    const held = await setUp(text, 500, [404]).get();
    expect([held.status, held.headers.has("Retry-After")]).toEqual([503, true]);
    expect(await textOf(held)).toContain("500");
  });
});

describe("a small file", () => {
  it.each<[string, Gives]>([
    ["wrong", "wrong"],
    ["of other bytes", small().replace("small", "smell")],
    ["absent", 404],
    ["in trouble", 503],
    ["gone", "silent"],
  ])("comes from a mirror, checked, where the origin is %s", async (_, at) => {
    const text = small();
    const { get, asked } = setUp(text, at, ["wrong as well", text]);
    const response = await get();
    expect([response.status, await textOf(response)]).toEqual([200, text]);
    expect(asked()).toEqual(["GET m0.example", "GET m1.example", "GET origin.example"]);
  });

  it("that nobody has rightly is 503 with text", async () => {
    const text = small();
    const response = await setUp(text, "wrong", ["wrong as well"]).get();
    expect(response.status).toBe(503);
    expect(await textOf(response)).toContain("its index says");
  });

  it("is redirected to a mirror that has it by its generation where its bytes can't be had", async () => {
    const text = small();
    const files = listedFiles(() => ({ size: text.length, sha256: sha256Of(text), first: 1 }));
    const edge = makeEdge(
      () => {
        throw new Error("Network connection lost.");
      },
      views([mirror("proven.example", frankfurt)]),
      { files },
    );
    const response = await edge.fetch(`http://near.example/debian/${path}`);
    expect(response.headers.get("Location")).toBe(`http://proven.example/debian/${path}`);
    expect(response.headers.get("Nearmirror-Proof")).toBeNull();
  });
});

describe("below /again/", () => {
  it("a large file that a mirror has is bytes from the origin, and the mirror is none the worse", async () => {
    const text = large();
    const world = setUp(text, text, [text, text]);
    const first = await world.get();
    expect(new URL(first.headers.get("Location") ?? "").host).toBe("m0.example");
    world.asked();
    const again = await world.get({}, "GET", "again/debian");
    expect([again.status, await textOf(again)]).toEqual([200, text]);
    expect(world.asked()).toEqual(["GET origin.example"]);
    const after = await world.get();
    expect(new URL(after.headers.get("Location") ?? "").host).toBe("m0.example");
  });

  it("what the origin hasn't got rightly are a mirror's bytes, checked", async () => {
    const text = large();
    const world = setUp(text, "silent", [`${text.slice(0, -1)}!`, text]);
    expect((await world.get()).headers.get("Location")).toContain("//m0.example/");
    const again = await world.get({}, "GET", "again/debian");
    expect([again.status, await textOf(again)]).toEqual([200, text]);
  });

  it("a repository that isn't there is 404, and so is the folder itself", async () => {
    const { edge } = setUp("x", "x");
    for (const at of ["again/none/x.deb", "again/", "again", "again/debian"]) {
      expect((await edge.fetch(`http://near.example/${at}`)).status, at).toBe(404);
    }
  });
});

describe("the size below which a file isn't redirected", () => {
  it.each([
    [undefined, defaultMinSize - 1, 200],
    [undefined, defaultMinSize, 302],
    [0, 1, 302],
    [1000, 999, 200],
    [1000, 1000, 302],
  ])("is the repository's own (%s): %d bytes are %d", async (minSize, size, status) => {
    const text = `${unique}`.padEnd(size, "x");
    const opened = views([mirror("m.example", frankfurt)]);
    for (const repository of opened.repositories) {
      if (minSize !== undefined) repository.redirect = { minSize };
    }
    const files = listedFiles(() => ({ size, sha256: sha256Of(text), first: 1 }));
    const edge = makeEdge(() => new Response(text), opened, { files });
    expect((await edge.fetch(`http://near.example/debian/${path}`)).status).toBe(status);
  });
});
