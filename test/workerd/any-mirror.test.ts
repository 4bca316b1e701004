/** When neither the origin nor any mirror that clients are sent to gives a listed file: whoever else has it. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { maxHeldBytes, maxWholeBytes } from "../../worker/delivery/checked-bytes.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { clients, listedFiles, makeEdge, start } from "./services.ts";
import { hashOf } from "./snapshot-services.ts";
import { both, frankfurt, mirror, views } from "./views.ts";

let unique = 0;
let path = "";

beforeEach(() => {
  path = `pool/main/z/z_${++unique}_all.deb`;
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

/** What a server gives in place of the file; `silent`: no answer. */
type Gives = string | number | "silent";
type Server = Partial<RosterMirror> & { gives: Gives };

/** Mirrors farther east, one after the other; the origin is silent unless told otherwise. */
function setUp(text: string, servers: Server[], origin: Gives = "silent") {
  const gives = new Map<string, Gives>([["origin.example", origin]]);
  const list = servers.map(({ gives: given, ...more }, at) => {
    gives.set(`m${at}.example`, given);
    return mirror(`m${at}.example`, { ...frankfurt, longitude: 8.7 + at }, more);
  });
  const clock = { now: start };
  const edge = makeEdge(
    async ({ url, method }) => {
      const { hostname } = new URL(url);
      const given = gives.get(hostname) ?? "silent";
      // The farther, the later: who is first is known then.
      const farMs = 5 * [...gives.keys()].indexOf(hostname);
      await new Promise((answer) => setTimeout(answer, farMs));
      if (given === "silent") throw new Error("Network connection lost.");
      if (typeof given === "number") return new Response("no", { status: given });
      const headers = { "Content-Length": String(given.length) };
      return new Response(method === "HEAD" ? null : new Blob([given]).stream(), { headers });
    },
    views(list),
    {
      now: () => clock.now,
      files: listedFiles(() => ({
        size: text.length,
        sha256: Uint8Array.from(Buffer.from(hashOf(text), "hex")),
        first: 1,
      })),
    },
  );
  return {
    clock,
    /** What is known of the file at a mirror. */
    seen: (host: string) =>
      edge.payload.fileChecks.of({ repository: "debian", path })?.get(`http://${host}/debian/`),
    get: (method = "GET", under = "debian", headers: Record<string, string> = {}) =>
      edge.fetch(`http://near.example/${under}/${path}`, {
        from: clients.germany,
        method,
        headers,
      }),
    asked: () =>
      edge.asked.splice(0).map(({ method, url }) => `${method} ${new URL(url).hostname}`),
  };
}

async function told(response: Response): Promise<[number, string]> {
  const bytes = await response.arrayBuffer();
  return [response.status, new TextDecoder().decode(bytes)];
}

const down = { state: "down" } as const;
const other = (text: string) => text.replaceAll("r", "R");

describe.each([
  ["small", (text: string) => text.repeat(9)],
  ["for a redirect", (text: string) => text.padEnd(defaultMinSize, "r")],
  ["too large to be held", (text: string) => text.padEnd(maxWholeBytes + 1, "r")],
])("a listed file, %s", (_, make) => {
  const text = () => make(`right ${unique} `);

  it("comes from a mirror that was down and is well again", async () => {
    const right = text();
    const { get } = setUp(right, [
      { ...down, gives: "silent" },
      { ...down, gives: 404 },
      { ...down, gives: right },
    ]);
    for (const under of ["debian", "again/debian"]) {
      const response = await get("GET", under);
      expect(response.headers.get("Repr-Digest")).toContain("sha-256=:");
      expect(await told(response)).toEqual([200, right]);
    }
    const head = await get("HEAD");
    expect(await told(head)).toEqual([200, ""]);
    expect(head.headers.get("Content-Length")).toBe(String(right.length));
  });

  it("comes from one that was found not to have it rightly, and has it now", async () => {
    const right = text();
    const carries = { debian: { ...both("m0.example"), without: [path] } };
    const { get } = setUp(right, [{ carries, gives: right }]);
    expect(await told(await get())).toEqual([200, right]);
  });

  it("never has wrong bytes; who gave them is passed by", async () => {
    const right = text();
    const { get, asked, clock, seen } = setUp(right, [
      { ...down, gives: other(right) },
      { ...down, gives: right },
    ]);
    expect(await told(await get())).toEqual([200, right]);
    // Nor would it be redirected to for having answered a HEAD.
    expect(seen("m0.example")).toEqual({ at: start, failed: "wrong" });
    clock.now += 6000;
    asked();
    expect(await told(await get())).toEqual([200, right]);
    expect(asked()).not.toContain("GET m0.example");
  });

  it("comes from a drained one rather than from nobody", async () => {
    const right = text();
    const { get } = setUp(right, [
      { state: "drained", gives: right },
      { ...down, gives: 404 },
    ]);
    expect(await told(await get())).toEqual([200, right]);
  });

  it("isn't asked of mirrors that an operator took out, nor of those without the path", async () => {
    const right = text();
    const carries = { debian: { ...both("m2.example"), exclude: ["pool/"] } };
    const { get, asked } = setUp(right, [
      { state: "disabled", gives: right },
      { ...down, gives: 404 },
      { carries, gives: right },
      { carries: { images: both("m3.example") }, gives: right },
    ]);
    expect((await get()).status).toBe(503);
    expect(asked().filter((one) => / m[^1]/.test(one))).toEqual([]);
  });

  it("is 503 where nobody has it, and nobody is asked twice within seconds", async () => {
    const right = text();
    const { get, asked, clock } = setUp(right, [
      { ...down, gives: 404 },
      { ...down, gives: `${right}.` },
    ]);
    const heads = () => asked().filter((one) => one.startsWith("HEAD m"));
    expect((await get()).status).toBe(503);
    expect(heads().sort()).toEqual(["HEAD m0.example", "HEAD m1.example"]);
    clock.now += 4000;
    expect((await get()).status).toBe(503);
    expect(heads()).toEqual([]);
    clock.now += 2000;
    expect((await get()).status).toBe(503);
    expect(heads()).toHaveLength(2);
  });

  it("is 404 where the origin says so", async () => {
    const { get, asked } = setUp(text(), [{ ...down, gives: text() }], 404);
    expect((await get()).status).toBe(404);
    expect(asked()).not.toContain("HEAD m0.example");
  });
});

it("a file too large to be held is sent from its beginning, never whole where it is wrong", async () => {
  const right = `right ${unique} `.padEnd(maxHeldBytes + 1, "r");
  const { get } = setUp(right, [
    { ...down, gives: other(right) },
    { ...down, gives: right },
  ]);
  const range = { Range: `bytes=${right.length - 5}-` };
  expect(await get("GET", "debian", range).then(told, () => "broken off")).toBe("broken off");
  const [status, text] = await get("GET", "debian", range).then(told);
  // Not compared as texts: where they differ, both would be printed.
  expect([status, text === right]).toEqual([200, true]);
});
