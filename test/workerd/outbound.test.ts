/**
 * What goes out, in workerd: nobody who follows redirects is led inside, each in its own way of asking; and a request
 * that comes back to us ends.
 */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Liveness } from "../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../worker/delivery/liveness-checks.ts";
import { askByFetch } from "../../worker/outbound/ask-by-fetch.ts";
import { askerOf } from "../../worker/outbound/asker.ts";
import { askOrigin, openByFetch, openOrigin } from "../../worker/outbound/origin-access.ts";
import { Visit } from "../../worker/outbound/visit.ts";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { clients, type Listing, listedFiles, makeEdge, type Origin, start } from "./services.ts";
import { hashOf } from "./snapshot-services.ts";
import { frankfurt, mirror, unprobed, views } from "./views.ts";

/** Where no redirect of a public server may lead; the last one's name is its own, as the edge is asked under it. */
const inside = [
  "http://127.0.0.1:8080/secret",
  "http://2130706433/secret",
  "http://[::ffff:127.0.0.1]/secret",
  "http://10.0.0.1/secret",
  "http://169.254.169.254/latest/meta-data/",
  "http://[fd00:ec2::254]/latest/meta-data/",
  "http://localhost/secret",
  "http://near.example/debian/secret",
];

/** A file's number: what a location's cache has of one must not answer for another's. */
let unique = 0;
let path = "";
beforeEach(() => {
  path = `pool/main/a/a_${++unique}_all.deb`;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

const secret = "secret".padEnd(defaultMinSize, "!");
const hash = Uint8Array.from(Buffer.from(hashOf(secret), "hex"));

/** Everything redirects to that URL, by way of another public server; what is there has all the right bytes. */
function redirecting(location: string): { origin: Origin; reached: string[] } {
  const reached: string[] = [];
  const to = (where: string) =>
    new Response(null, { status: 302, headers: { Location: where, "Content-Length": "0" } });
  const origin: Origin = ({ url, method }) => {
    const { hostname } = new URL(url);
    if (hostname === "way.example") return to(location);
    if (hostname.endsWith(".example") && hostname !== "near.example") {
      return to("http://way.example/on");
    }
    reached.push(url);
    const headers = { "Content-Length": String(secret.length), "Last-Modified": "x" };
    return new Response(method === "HEAD" ? null : secret, { headers });
  };
  return { origin, reached };
}

const unlisted: Listing = () => null;

describe.each(inside)("nobody is led to %s", (location) => {
  it("by the origin's metadata, payload and folders", async () => {
    const { origin, reached } = redirecting(location);
    const unlistedEdge = makeEdge(origin, views([]), { files: listedFiles(unlisted) });
    const listing: Listing = () => ({ size: secret.length, sha256: hash, first: 1 });
    const listedEdge = makeEdge(origin, views([]), { files: listedFiles(listing) });
    const small: Listing = () => ({ size: 100, sha256: hash, first: 1 });
    const smallEdge = makeEdge(origin, views([]), { files: listedFiles(small) });
    for (const [edge, asked] of [
      [unlistedEdge, `dists/t${unique}/InRelease`],
      [unlistedEdge, `dists/t${unique}/`],
      [unlistedEdge, path],
      [listedEdge, path],
      [smallEdge, path],
    ] as const) {
      const response = await edge.fetch(`http://near.example/debian/${asked}`);
      expect(response.status, asked).toBe(503);
      const text = await response.text();
      expect(text, asked).not.toContain("secret!");
      expect(edge.asked.length, asked).toBeGreaterThan(0);
    }
    expect(reached).toEqual([]);
  });

  it("by a mirror that is asked for proof, or looked at", async () => {
    const { origin, reached } = redirecting(location);
    const one = mirror("m.example", frankfurt);
    const listing: Listing = () => ({ size: secret.length, first: 1 });
    const asked = makeEdge(origin, views([unprobed(one)]), { files: listedFiles(listing) });
    const url = `http://near.example/debian/${path}`;
    const other = url.replace("_all", "-2_all");
    expect((await asked.fetch(url, { from: clients.germany })).status).toBe(503);
    const looking = makeEdge(origin, views([one]), { files: listedFiles(listing) });
    looking.payload.livenessChecks = new LivenessChecks(
      new Liveness(5000),
      looking.payload.fileChecks,
    );
    expect((await looking.fetch(other, { from: clients.germany })).status).toBe(503);
    for (const edge of [asked, looking]) {
      expect(edge.asked.some(({ url: to }) => to.startsWith("http://m.example/"))).toBe(true);
    }
    expect(reached).toEqual([]);
  });

  it("by a mirror that is probed, or an origin that is followed", async () => {
    const { origin, reached } = redirecting(location);
    const fetching = async (url: string, init: RequestInit) => origin(new Request(url, init));
    const ask = askByFetch(fetching);
    const ownHosts = ["near.example"];
    const options = { ask, now: () => start, userAgent: "test/1", deadlineMs: 1000, ownHosts };
    const visit = new Visit("http://m.example/debian/", options);
    const seen = await visit.ask({ method: "GET", path, maxBodyBytes: 100 });
    expect(seen).toMatchObject({
      failure: {
        kind: location.includes("near.example") ? "loop" : "inside",
        status: 302,
        header: `Location: ${location}`,
        url: "http://way.example/on",
      },
    });
    expect(visit.requests).toBe(2);
    const access = { ask, open: openByFetch(fetching), userAgent: "test/1", ownHosts };
    const [repository] = views().repositories;
    if (repository === undefined) throw new Error("no repository");
    const reason = location.includes("near.example")
      ? "It redirects back to this service."
      : expect.stringMatching(/^It redirects to \S+, which is an? .+\.$/);
    expect(await askOrigin(access, repository, path, { maxBodyBytes: 100 })).toEqual({
      failed: reason,
    });
    expect(await openOrigin(access, repository, path)).toEqual({ failed: reason });
    expect(reached).toEqual([]);
  });
});

describe("a request that comes back to us by a name that we don't know as ours", () => {
  it("ends after one round, with an error that says why", async () => {
    let count = 0;
    const edge = makeEdge(async (request) => {
      if (++count > 20) throw new Error("a loop without end");
      const { hostname, pathname } = new URL(request.url);
      if (hostname === "origin.example") {
        return Response.redirect(`http://also-ours.example${pathname}`, 302);
      }
      return edge.fetch(request.url, { method: request.method, headers: request.headers });
    }, views([]));
    for (const asked of [`dists/l${unique}/InRelease`, path, `dists/l${unique}/`]) {
      count = 0;
      const response = await edge.fetch(`http://near.example/debian/${asked}`);
      expect(response.status, asked).toBe(503);
      expect(await response.text(), asked).toContain("508");
      // The origin, and our own answer; payload is asked for twice, by HEAD as well.
      expect(count, asked).toBeLessThanOrEqual(4);
    }
  });

  it("ends also where another service is between, which has us as its origin", async () => {
    let count = 0;
    const url = `http://near.example/debian/dists/m${unique}/InRelease`;
    const near = makeEdge((request) => {
      if (++count > 20) throw new Error("a loop without end");
      return other.fetch(request.url.replace("origin.", "near."), { headers: request.headers });
    });
    const other = makeEdge(
      (request) =>
        near.fetch(request.url.replace("origin.", "near."), { headers: request.headers }),
      undefined,
      { ownId: "other.example" },
    );
    const response = await near.fetch(url);
    expect(response.status).toBe(503);
    expect(count).toBe(1);
    expect(near.asked.map(({ headers }) => headers.get("CDN-Loop"))).toEqual(["near.example"]);
    expect(other.asked.map(({ headers }) => headers.get("CDN-Loop"))).toEqual([
      "near.example, other.example",
    ]);
  });

  it("is another matter than a chain: one of us has another of us as its origin", async () => {
    const url = `http://near.example/debian/dists/c${unique}/InRelease`;
    const authority = makeEdge(
      () => new Response("root", { headers: { "Last-Modified": "x", "Content-Length": "4" } }),
      undefined,
      { ownId: "authority.example" },
    );
    const near = makeEdge((request) =>
      authority.fetch(request.url.replace("origin.", "authority."), { headers: request.headers }),
    );
    expect(await (await near.fetch(url)).text()).toBe("root");
  });
});

it("a Host that can stand in no URL is answered like any other", async () => {
  // `Request` refuses such a URL; workerd hands the client's Host over as it came.
  expect(askerOf({ url: "http://a:99999/debian/", headers: new Headers() })).toEqual({
    host: "",
    cdnLoop: null,
  });
});

describe("a client that makes up what it came through", () => {
  /** Servers that refuse what has come through that one, as a CDN in front of them does with a loop. */
  const made = { "CDN-Loop": "cdn.example; loops=99" };
  const refusing: Origin = ({ headers, method }) =>
    headers.get("CDN-Loop")?.includes("cdn.example")
      ? new Response("a loop", { status: 403 })
      : new Response(method === "HEAD" ? null : secret, {
          headers: { "Content-Length": String(secret.length), "Last-Modified": "x" },
        });
  const listing: Listing = () => ({ size: secret.length, sha256: hash, first: 1 });
  const from = clients.germany;
  const url = () => `http://near.example/debian/${path}`;

  it.each(["HEAD for proof", "a look"])("has no mirror taken for wrong: %s", async (how) => {
    const one = mirror("m.example", frankfurt);
    const edge = makeEdge(refusing, views([how === "a look" ? one : unprobed(one)]), {
      files: listedFiles(listing),
    });
    if (how === "a look")
      edge.payload.livenessChecks = new LivenessChecks(new Liveness(5000), edge.payload.fileChecks);
    await edge.fetch(url(), { headers: made, from });
    // Another client: who asks again is sent elsewhere.
    const next = await edge.fetch(url(), { from: clients.america });
    expect(next.headers.get("Location")).toMatch(/^http:\/\/m\./);
  });

  it("has nobody else's bytes refused that are read at the same time", async () => {
    const bytes = Uint8Array.from(Buffer.from(hashOf("secret"), "hex"));
    const small: Listing = () => ({ size: 6, sha256: bytes, first: 1 });
    const other = Promise.withResolvers<void>();
    const edge = makeEdge(
      async (request) => {
        if (request.headers.get("CDN-Loop") === "near.example") {
          other.resolve();
          return new Response("secret", { headers: { "Content-Length": "6" } });
        }
        // It is under way until the other client's is.
        await other.promise;
        return refusing(request);
      },
      views([]),
      { files: listedFiles(small) },
    );
    const answers = await Promise.all([
      edge.fetch(url(), { headers: made, from }),
      edge.fetch(url(), { from }),
    ]);
    expect(answers.map(({ status }) => status === 200)).toEqual([false, true]);
  });

  it("can put nothing into it that breaks our own requests", () => {
    const headers = new Headers({ "CDN-Loop": "\u00e9" });
    expect(askerOf({ url: "http://near.example/", headers }).cdnLoop).toBeNull();
  });
});

it("every question to a mirror or an origin tells through whom it comes", async () => {
  const listing: Listing = () => ({ size: secret.length, sha256: hash, first: 1 });
  const one = mirror("m.example", frankfurt);
  const edge = makeEdge(() => new Response("no", { status: 404 }), views([unprobed(one)]), {
    files: listedFiles(listing),
  });
  const headers = { "CDN-Loop": "cdn.example; x=1" };
  for (const asked of [path, `dists/t${unique}/InRelease`, `dists/t${unique}/`]) {
    await edge.fetch(`http://near.example/debian/${asked}`, { headers, from: clients.germany });
  }
  expect(edge.asked.some(({ method }) => method === "HEAD")).toBe(true);
  expect(new Set(edge.asked.map((sent) => sent.headers.get("CDN-Loop")))).toEqual(
    new Set(["cdn.example; x=1, near.example"]),
  );
});
