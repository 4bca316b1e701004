/** Proof before redirect: whom the edge asks, what it believes, and what it does where nobody answers. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { untoldRate } from "../../worker/delivery/question-budget.ts";
import { clients, type Listing, listedFiles, makeEdge } from "./services.ts";
import { frankfurt, mirror, unprobed, views } from "./views.ts";

const size = 1024 * 1024;
let path = "";
let unique = 0;

/** Paths are asked of the location's cache, which the tests of this file share. */
beforeEach(() => {
  path = `pool/main/a/a_${++unique}_all.deb`;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

/** What a server has of the file: its size, a status, or no answer. */
type Has = number | { status: number } | "silent" | Promise<number>;

/**
 * Unprobed mirrors `m0.example`, `m1.example`... in rank order, as they have the file, and the origin.
 */
function setUp(mirrors: Has[], at: Has, { listing }: { listing?: Listing } = {}) {
  const has: Record<string, Has> = { "origin.example": at };
  mirrors.forEach((one, index) => {
    has[`m${index}.example`] = one;
  });
  const list = mirrors.map((_, index) =>
    // Farther to the east, one after the other, so that the order is the same for every network.
    unprobed(mirror(`m${index}.example`, { ...frankfurt, longitude: 8.7 + 25 * index })),
  );
  const clock = { ms: Date.parse("2026-03-01T12:00:00Z") };
  const edge = makeEdge(
    async (request) => {
      const had = await has[new URL(request.url).host];
      if (had === "silent" || had === undefined) throw new Error("Network connection lost.");
      if (typeof had === "object") return new Response("no", { status: had.status });
      const headers = { "Content-Length": String(had), "Last-Modified": "x" };
      return new Response(request.method === "HEAD" ? null : "x".repeat(had), { headers });
    },
    views(list),
    { now: () => clock.ms, files: listedFiles(listing ?? (() => null)) },
  );
  return {
    has,
    edge,
    clock,
    get: (init: { scheme?: string; method?: string; from?: string; query?: string } = {}) => {
      const { scheme = "http", query = "", from = clients.germany, ...rest } = init;
      return edge.fetch(`${scheme}://near.example/debian/${path}${query}`, {
        method: "HEAD",
        from,
        ...rest,
      });
    },
    /** Requests sent so far, as `HEAD m0.example`; forgets them. */
    asked: () =>
      edge.asked
        .splice(0)
        .map(({ method, url }) => `${method} ${new URL(url).host}`)
        .sort(),
  };
}

function hostOf(response: Response): string {
  const location = response.headers.get("Location");
  return location === null ? String(response.status) : new URL(location).host;
}

function duplicatesOf(response: Response): string[] {
  const [own, ...others] = [
    ...(response.headers.get("Link") ?? "").matchAll(/<https?:\/\/([^/]+)/g),
  ].map(([, host = ""]) => host);
  if (own !== undefined) expect(own).toBe(hostOf(response));
  return others;
}

const listed: Listing = () => ({ size, first: 1 });

describe("a mirror that was never probed", () => {
  it("is asked by HEAD before the first redirect, with the next two; then all is known", async () => {
    const { get, asked } = setUp([size, size, size, size], size, { listing: listed });
    const first = await get();
    expect([hostOf(first), first.headers.get("Nearmirror-Proof")]).toEqual(["m0.example", null]);
    expect(asked()).toEqual(["HEAD m0.example", "HEAD m1.example", "HEAD m2.example"]);
    const second = await get();
    expect([hostOf(second), duplicatesOf(second)]).toEqual([
      "m0.example",
      ["m1.example", "m2.example"],
    ]);
    expect(asked()).toEqual([]);
  });

  it("isn't sent to when the file isn't there, or has another size", async () => {
    const { get } = setUp([{ status: 404 }, size - 1, size], size, { listing: listed });
    const response = await get();
    expect([hostOf(response), duplicatesOf(response)]).toEqual(["m2.example", []]);
  });

  it.each([
    ["has", size, "near.example"],
    ["hasn't", size - 1, "far.example"],
  ])(
    "is passed by where a farther one is proven by its generation, and asked for who comes next: it %s the file",
    async (_, seen, then) => {
      const near = unprobed(mirror("near.example", frankfurt));
      const far = mirror("far.example", { country: "JP" });
      const files = listedFiles(listed);
      const gate = Promise.withResolvers<void>();
      const answer = async () => {
        await gate.promise;
        return new Response(null, { headers: { "Content-Length": String(seen) } });
      };
      const edge = makeEdge(answer, views([near, far]), { files });
      const get = () =>
        edge.fetch(`http://near.example/debian/${path}`, { from: clients.germany, method: "HEAD" });
      // Sent away before the nearer one has answered.
      const first = get();
      gate.resolve();
      expect(hostOf(await first)).toBe("far.example");
      expect(edge.asked.map(({ method, url }) => [method, new URL(url).host])).toEqual([
        ["HEAD", "near.example"],
      ]);
      expect(hostOf(await get())).toBe(then);
      expect(edge.asked).toHaveLength(1);
    },
  );

  it("is asked for each scheme, and again after ten minutes; in another isolate it isn't", async () => {
    const world = setUp([size], size, { listing: listed });
    await world.get();
    world.asked();
    expect(hostOf(await world.get({ scheme: "https" }))).toBe("m0.example");
    expect(world.edge.asked.map(({ url }) => url)).toEqual([`https://m0.example/debian/${path}`]);
    const another = setUp([size], size, { listing: listed });
    expect(hostOf(await another.get())).toBe("m0.example");
    expect(another.asked()).toEqual([]);
    world.asked();
    world.clock.ms += 10 * 60_000;
    await world.get();
    expect(world.asked()).toEqual(["HEAD m0.example"]);
  });

  it("that hadn't the file is asked again after a minute", async () => {
    const world = setUp([{ status: 404 }, size], size, { listing: listed });
    expect(hostOf(await world.get())).toBe("m1.example");
    world.has["m0.example"] = size;
    world.has["m1.example"] = { status: 404 };
    world.clock.ms += 59_000;
    expect(hostOf(await world.get())).toBe("m1.example");
    world.clock.ms += 600_000;
    expect(hostOf(await world.get())).toBe("m0.example");
  });

  it("is asked once for many who ask at the same time", async () => {
    const gate = Promise.withResolvers<number>();
    const { get, edge } = setUp([gate.promise], size, { listing: listed });
    const asking = Promise.all(Array.from({ length: 20 }, () => get()));
    await vi.waitFor(() => expect(edge.asked).toHaveLength(1), 10_000);
    gate.resolve(size);
    expect(new Set((await asking).map(hostOf))).toEqual(new Set(["m0.example"]));
    expect(edge.asked).toHaveLength(1);
  });

  it("that is being asked is waited for by who comes meanwhile, though a farther one has answered", async () => {
    const gate = Promise.withResolvers<number>();
    const { get, edge } = setUp([gate.promise, size], size, { listing: listed });
    const first = get();
    await vi.waitFor(() => expect(edge.asked).toHaveLength(2), 10_000);
    // The second mirror's answer is in: who comes now could be sent there at once.
    await new Promise((resolve) => setTimeout(resolve));
    const second = get({ from: clients.germany6 });
    gate.resolve(size);
    expect([hostOf(await first), hostOf(await second)]).toEqual(["m0.example", "m0.example"]);
  });

  it("that is slow isn't waited for longer than a moment once a farther one has the file", async () => {
    const gate = Promise.withResolvers<number>();
    const { get, edge } = setUp([gate.promise, size], size, { listing: listed });
    const answering = get();
    // Its answer comes only after the client has got its own.
    await vi.waitFor(() => expect(edge.asked).toHaveLength(2), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    gate.resolve(size);
    expect(hostOf(await answering)).toBe("m1.example");
    expect(hostOf(await get())).toBe("m0.example");
  });

  it("is asked for one byte where it refuses HEAD, and not followed to http from https", async () => {
    const list = ["refuses", "downgrades", "has"].map((name, index) =>
      unprobed(mirror(`${name}.example`, { ...frankfurt, longitude: 8.7 + 25 * index })),
    );
    const edge = makeEdge(
      ({ method, url, headers }) => {
        const { hostname } = new URL(url);
        if (hostname === "downgrades.example") {
          return new Response(null, {
            status: 302,
            headers: { Location: `http://has.example/debian/${path}` },
          });
        }
        if (hostname === "refuses.example" && method === "HEAD") {
          return new Response("no", { status: 405 });
        }
        if (headers.has("Range")) {
          const range = { "Content-Range": `bytes 0-0/${size}` };
          return new Response("x", { status: 206, headers: range });
        }
        return new Response(null, { headers: { "Content-Length": String(size) } });
      },
      views(list),
      { files: listedFiles(listed) },
    );
    const response = await edge.fetch(`https://near.example/debian/${path}`, {
      from: clients.germany,
    });
    expect([hostOf(response), duplicatesOf(response)]).toEqual([
      "refuses.example",
      ["has.example"],
    ]);
  });

  it("is one of the next three where the first three have nothing", async () => {
    const none = { status: 404 };
    const { get, asked } = setUp([none, none, none, none, size], size, { listing: listed });
    expect(hostOf(await get())).toBe("m4.example");
    expect(asked()).toHaveLength(5);
  });
});

describe("a file that isn't listed", () => {
  it("has to have the origin's size", async () => {
    const { get, asked } = setUp([size - 1, size], size);
    expect(hostOf(await get())).toBe("m1.example");
    expect(asked()).toEqual(["HEAD m0.example", "HEAD m1.example", "HEAD origin.example"]);
    await get();
    expect(asked()).toEqual([]);
  });

  it("comes from the origin when it is small, or when no mirror has it", async () => {
    const small = setUp([500], 500);
    const response = await small.get({ method: "GET" });
    expect([response.status, (await response.text()).length]).toEqual([200, 500]);
    expect(small.asked()).toEqual(["GET origin.example", "HEAD origin.example"]);
    path += ".2_all.deb";
    const lacking = setUp([{ status: 404 }], size);
    const bytes = await lacking.get({ method: "GET" });
    expect([bytes.status, (await bytes.text()).length]).toEqual([200, size]);
  });

  it("is 404 where the origin says so, with no mirror asked", async () => {
    const { get, asked } = setUp([size], { status: 404 });
    expect((await get({ method: "GET" })).status).toBe(404);
    expect(asked().filter((one) => !one.endsWith("origin.example"))).toEqual([]);
  });

  it("is redirected with the origin gone where two mirrors tell one size, and held where one does", async () => {
    const two = setUp([size, size + 1, size], "silent");
    expect(hostOf(await two.get())).toBe("m0.example");
    path += ".2_all.deb";
    const one = setUp([size, size + 1], "silent");
    expect((await one.get()).status).toBe(503);
    expect(one.edge.payload.counts.unproven).toBe(0);
  });
});

describe("names that somebody makes up, with the origin gone", () => {
  it("cost a mirror so many questions a minute; then the client is asked to come back", async () => {
    const { get, asked, clock } = setUp([{ status: 404 }, { status: 404 }], "silent");
    const ask = async (times: number) => {
      const answers: Response[] = [];
      for (let name = 0; name < times; name++) {
        path = `pool/main/a/made-up-${++unique}_all.deb`;
        answers.push(await get());
      }
      return answers;
    };
    const answers = await ask(80);
    const perMirror = (host: string) => asked().filter((one) => one.endsWith(host)).length;
    expect(perMirror("m0.example")).toBe(untoldRate.burst);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers.at(-1)?.headers.get("Retry-After")).not.toBeNull();
    clock.ms += 60_000;
    await ask(80);
    expect(perMirror("m1.example")).toBe(untoldRate.perMinute);
  });
});

describe("the last resort", () => {
  it.each<[string, Listing]>([
    ["listed", listed],
    ["unlisted", () => null],
    ["hashed", () => ({ size, first: 1, sha256: new Uint8Array(32) })],
    ["small", () => ({ size: 10, first: 1, sha256: new Uint8Array(32) })],
  ])("is the best mirror, unproven and marked, where nobody answers: %s", async (_, listing) => {
    const { get, edge } = setUp(["silent", "silent"], "silent", { listing });
    const response = await get({ method: "GET" });
    expect(hostOf(response)).toBe("m0.example");
    expect(response.headers.get("Nearmirror-Proof")).toBe("none");
    expect(duplicatesOf(response)).toEqual([]);
    const metrics = await (await edge.fetch("http://near.example/metrics")).text();
    expect(metrics).toContain("\nnearmirror_redirects_unproven_total 1\n");
    // Who asks again gets the next one.
    expect(hostOf(await get({ method: "GET" }))).toBe("m1.example");
  });

  it.each<[string, Has[], Has]>([
    ["a mirror answers", ["silent", { status: 404 }], "silent"],
    ["the origin answers", ["silent", "silent"], { status: 500 }],
  ])("is none where %s", async (_, mirrors, at) => {
    const { get, edge } = setUp(mirrors, at, { listing: listed });
    const response = await get({ method: "GET" });
    expect([response.status, edge.payload.counts.unproven]).toEqual([503, 0]);
    expect(response.headers.get("Retry-After")).not.toBeNull();
  });
});

describe("?trace", () => {
  it("tells what is known of the file, and of it at each mirror, asking nobody", async () => {
    const sha256 = new Uint8Array(32).fill(0xab);
    const file = { size, first: 2, sha256 };
    const list = [
      unprobed(mirror("head.example", frankfurt)),
      unprobed(mirror("none.example", { country: "JP" })),
      mirror("generation.example", frankfurt, {
        carries: { debian: { http: "http://generation.example/debian/", generation: 7 } },
      }),
      mirror("down.example", frankfurt, { state: "down" }),
    ];
    const { http: _, ...https } = { http: "", https: "https://head.example/debian/" };
    const edge = makeEdge(
      () => new Response(null, { headers: { "Content-Length": String(size) } }),
      views([
        ...list,
        unprobed(mirror("other.example", frankfurt, { carries: { debian: https } })),
      ]),
      { files: listedFiles(() => file) },
    );
    const ask = () =>
      edge.fetch(`http://near.example/debian/${path}?trace`, { from: clients.germany });
    const told = await (await ask()).json<{
      file: object;
      decision: object;
      mirrors: { mirror: string; proof?: string; verdict?: string }[];
    }>();
    expect(told.decision).toEqual({ redirect: ["generation.example"] });
    expect(told.mirrors.map(({ mirror, verdict }) => [mirror, verdict])).toEqual(
      expect.arrayContaining([
        ["generation.example", "is redirected to"],
        ["head.example", "not known to have the file"],
        ["down.example", undefined],
      ]),
    );
    expect(told.file).toEqual({ size, first: 2, sha256: "ab".repeat(32) });
    expect(Object.fromEntries(told.mirrors.map(({ mirror, proof }) => [mirror, proof]))).toEqual({
      "generation.example": "generation",
      "head.example": "none",
      "none.example": "none",
      "down.example": undefined,
      "other.example": undefined,
    });
    expect(edge.asked).toEqual([]);
    await edge.payload.fileChecks.ask(
      { repository: "debian", path, size },
      {
        base: "http://head.example/debian/",
        asker: { host: "near.example", cdnLoop: null },
        now: Date.parse("2026-03-01T12:00:00Z"),
      },
      { waitUntil: () => undefined },
    );
    expect(await (await ask()).text()).toMatch(/"mirror":"head.example"[^}]*\}[^}]*"proof":"head"/);
  });

  it("doesn't call a file unlisted that its list tells no size of, as lists of sums tell none", async () => {
    const edge = makeEdge(undefined, views([mirror("one.example", frankfurt)]), {
      files: listedFiles(() => ({ first: 2, sha256: new Uint8Array(32) })),
    });
    const told = await (await edge.fetch(`http://near.example/debian/${path}?trace`)).json<{
      file: object;
      decision: object;
    }>();
    expect(told.file).toEqual({ first: 2, sha256: "00".repeat(32) });
    expect(told.decision).toEqual({ ask: ["origin"], for: "its size, which no index tells" });
  });

  it("has no proof of what is no payload", async () => {
    const text = await (
      await makeEdge().fetch("http://near.example/debian/dists/stable/Release?trace")
    ).text();
    expect(text).not.toContain('"proof"');
  });
});
