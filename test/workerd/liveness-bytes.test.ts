/** A look asks for a small file's bytes as well: a mirror whose HEADs are right and whose bodies aren't gets nobody. */
import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { metrics } from "../../worker/api/metrics.ts";
import { ClientHistory } from "../../worker/clients/history.ts";
import { bytesEveryMs, failedMs, Liveness } from "../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../worker/delivery/liveness-checks.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Canary } from "../../worker/repositories/chain/snapshot.ts";
import { readPrometheus } from "./prometheus.ts";
import { allListed, clients, listedFiles, makeEdge, start } from "./services.ts";
import { frankfurt, mirror, views } from "./views.ts";

const size = 1024 * 1024;
const livenessMs = 5000;
/** Of the snapshot at hand. */
const served = 9;

const small = new Uint8Array(8192).map((_, at) => (at * 31) & 255);
const lookFile: Canary = {
  path: "pool/main/l/look/look_1_all.deb",
  size: small.byteLength,
  sha256: createHash("sha256").update(small).digest("hex"),
  first: 1,
};

/** A file's number: what a location's cache has of one must not answer for another's. */
let files = 0;

/** What a mirror does with GET; its HEADs are right in any case but `dead`. */
type Does =
  | "well"
  | "corrupt"
  | "short"
  | "truncated"
  | "endless"
  | "trickling"
  | "silent"
  | "dead"
  | number;

/** Bytes of bodies that tests' mirrors have sent. */
const sent = { bytes: 0, cancelled: 0 };

function bodyOf(does: Does): BodyInit {
  if (does === "corrupt") return small.map((byte, at) => (at === 5000 ? byte ^ 4 : byte));
  if (does === "short") return small.subarray(1);
  if (does === "truncated" || does === "endless" || does === "trickling") {
    let pieces = 0;
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        pieces++;
        if (does === "truncated" && pieces > 1) controller.error(new Error("connection lost"));
        else if (does === "trickling" && pieces > 1) return new Promise(() => undefined);
        else {
          sent.bytes += 4096;
          controller.enqueue(small.slice(0, 4096));
        }
        return undefined;
      },
      cancel() {
        sent.cancelled++;
      },
    });
  }
  return small;
}

/** Mirrors that are farther one by one, all of them proven by their generation, and an origin that is well. */
function setUp(
  mirrors: readonly Does[],
  {
    lookFiles = [lookFile],
    more = {},
  }: { lookFiles?: Canary[]; more?: Partial<RosterMirror> } = {},
) {
  const names = mirrors.map((_, at) => `m${at}.example`);
  const does = new Map<string, Does>();
  names.forEach((name, at) => {
    does.set(name, mirrors[at] ?? "well");
  });
  const clock = { ms: start };
  /** HEADs are answered once it is done. */
  const heads = { wait: Promise.resolve() };
  const history = new ClientHistory();
  const edge = makeEdge(
    async ({ url, method }) => {
      const { host, pathname } = new URL(url);
      const what = does.get(host) ?? "well";
      if (what === "dead") throw new Error("Network connection lost.");
      const headers = { "Content-Length": String(size), ETag: '"x"' };
      if (method === "HEAD") {
        await heads.wait;
        return new Response(null, { headers });
      }
      if (host === "origin.example") return new Response(new Uint8Array(size), { headers });
      if (what === "silent") return new Promise<Response>(() => undefined);
      if (typeof what === "number") return new Response("no", { status: what });
      expect(pathname).toBe(`/debian/${lookFile.path}`);
      return new Response(bodyOf(what));
    },
    views(names.map((name, at) => mirror(name, { ...frankfurt, longitude: 8.7 + 25 * at }, more))),
    { now: () => clock.ms, history, files: listedFiles(allListed) },
  );
  const livenessChecks = new LivenessChecks(new Liveness(livenessMs), edge.payload.fileChecks, {
    atHand: (repository) =>
      repository === "debian" ? [{ snapshot: { generation: served, lookFiles } }] : [],
  });
  edge.payload.livenessChecks = livenessChecks;
  let hosts = 0;
  return {
    does,
    edge,
    clock,
    history,
    livenessChecks,
    heads,
    /** A new client asks for a new file: where it is sent; its status where nowhere. */
    async get(repository = "debian"): Promise<string> {
      const number = files++;
      const path =
        repository === "debian"
          ? `debian/pool/main/s/sight/bytes_${number}_all.deb`
          : `${repository}/bytes-${number}.iso`;
      const from = `5.1.${hosts >> 8}.${1 + (hosts++ & 127)}`;
      const response = await edge.fetch(`http://near.example/${path}`, { from });
      const location = response.headers.get("Location");
      return location === null ? String(response.status) : new URL(location).host;
    },
    /** Requests sent since the last time, as `HEAD m0.example`. */
    asked: () => edge.asked.splice(0).map(({ method, url }) => `${method} ${new URL(url).host}`),
  };
}

describe("a proven mirror out of sight", () => {
  it("is asked for the client's file by HEAD and for a small file's bytes, at the same time", async () => {
    const { get, edge, livenessChecks, clock } = setUp(["well", "well"]);
    const file = files;
    expect(await get()).toBe("m0.example");
    expect(edge.asked.map(({ url, method }) => `${method} ${url}`)).toEqual([
      `HEAD http://m0.example/debian/pool/main/s/sight/bytes_${file}_all.deb`,
      `GET http://m0.example/debian/${lookFile.path}`,
    ]);
    expect(edge.asked.map(({ headers }) => headers.get("User-Agent"))).toEqual([
      "Nearmirror/1",
      "Nearmirror/1",
    ]);
    expect(livenessChecks.counts).toEqual({
      right: 1,
      wrong: 0,
      silent: 0,
      bytes: small.byteLength,
    });
    clock.ms += 60_000;
    expect(await get()).toBe("m0.example");
    expect(livenessChecks.counts).toEqual({
      right: 2,
      wrong: 0,
      silent: 0,
      bytes: 2 * small.byteLength,
    });
  });

  it.each<[Does, "wrong" | "silent"]>([
    ["corrupt", "wrong"],
    ["short", "wrong"],
    ["truncated", "wrong"],
    ["endless", "wrong"],
    ["trickling", "silent"],
    ["silent", "silent"],
    [404, "wrong"],
    [403, "wrong"],
    [503, "wrong"],
  ])(
    "gets not even the first client when its bodies are %s, and Fleet is told",
    async (does, outcome) => {
      const { get, history, clock, livenessChecks, does: doing } = setUp(["well", "well"]);
      expect(await get()).toBe("m0.example");
      clock.ms += livenessMs;
      doing.set("m0.example", does);
      const began = Date.now();
      expect(await get()).toBe("m1.example");
      expect(Date.now() - began).toBeLessThan(3000);
      expect(history.takeReports(clock.ms)).toEqual([
        { mirror: "m0.example", repository: "debian", scheme: "http", networks: [-1], count: 1 },
      ]);
      expect(livenessChecks.counts).toMatchObject({ right: 2, [outcome]: 1 });
      for (let client = 0; client < 3; client++) expect(await get()).toBe("m1.example");
    },
  );

  it("whose bodies never end is read to one byte more than the file has, and then left", async () => {
    sent.bytes = 0;
    sent.cancelled = 0;
    const { get, livenessChecks } = setUp(["endless", "well"]);
    expect(await get()).toBe("m1.example");
    await vi.waitFor(() => expect(sent.cancelled).toBe(1));
    // What streams hold ahead besides.
    expect(sent.bytes).toBeLessThan(small.byteLength + 4 * 4096);
    expect(livenessChecks.counts.bytes).toBe(small.byteLength + 1 + small.byteLength);
  });

  it("is asked for bytes though a HEAD of somebody else's is under way", async () => {
    const { get, clock, heads, edge, does } = setUp(["well", "well"]);
    await get();
    const gate = Promise.withResolvers<void>();
    clock.ms += livenessMs - 100;
    heads.wait = gate.promise;
    const first = get();
    await vi.waitFor(() => expect(edge.asked).toHaveLength(3), 10_000);
    does.set("m0.example", "corrupt");
    clock.ms += 100;
    const second = get();
    const bytesAsked = () => edge.asked.filter(({ method }) => method === "GET");
    await vi.waitFor(() => expect(bytesAsked()[1]?.url).toContain("//m0.example/"), 10_000);
    gate.resolve();
    expect([await first, await second]).toEqual(["m0.example", "m1.example"]);
  });

  it("is told by ?trace", async () => {
    const { get, edge } = setUp(["corrupt", "well"]);
    await get();
    const path = "http://near.example/debian/pool/main/s/sight/sight_any_all.deb?trace";
    const told = await (await edge.fetch(path, { from: clients.germany })).json<{
      mirrors: { mirror: string; sight?: string }[];
    }>();
    expect(told.mirrors.map(({ mirror: name, sight }) => [name, sight])).toEqual([
      [
        "m0.example",
        `failed to answer this edge lately; its last look, 0 s ago: The bytes of ${lookFile.path} are others than listed.`,
      ],
      ["m1.example", undefined],
    ]);
  });
});

describe("a mirror in sight", () => {
  it("is asked for bytes once in ten seconds, behind clients' backs, and by HEAD in two", async () => {
    const { get, asked, clock } = setUp(["well"]);
    await get();
    asked();
    const sentThen: string[] = [];
    for (let ms = 0; ms < 30_000; ms += 100) {
      clock.ms += 100;
      expect(await get()).toBe("m0.example");
      sentThen.push(...asked());
    }
    expect(sentThen.filter((one) => one === "HEAD m0.example")).toHaveLength(15);
    expect(sentThen.filter((one) => one === "GET m0.example")).toHaveLength(3);
  });

  it("whose bodies go wrong under its clients gets none any more ten seconds later", async () => {
    const { get, does, clock } = setUp(["well", "well"]);
    await get();
    does.set("m0.example", "corrupt");
    let lastAt = start;
    for (let ms = 0; ms < 30_000; ms += 1000) {
      clock.ms += 1000;
      if ((await get()) === "m0.example") lastAt = clock.ms;
    }
    expect(lastAt - start).toBeLessThanOrEqual(bytesEveryMs);
  });

  it("by a repository without such files is out of it for one that has them", async () => {
    const carries = {
      debian: { http: "http://m0.example/debian/" },
      isos: { http: "http://m0.example/isos/" },
    };
    const { get, asked } = setUp(["corrupt"], { more: { carries } });
    expect(await get("isos")).toBe("m0.example");
    expect(await get("isos")).toBe("m0.example");
    expect(asked()).toEqual(["HEAD m0.example"]);
    // The one mirror is no good: the bytes come from the origin.
    expect(await get()).toBe("200");
    expect(asked().slice(0, 2)).toEqual(["HEAD m0.example", "GET m0.example"]);
    expect(await get("isos")).toBe("200");
  });
});

describe("a mirror that failed", () => {
  it("by its bodies doesn't come back by HEADs; its bytes are asked for once in ten seconds", async () => {
    const { get, does, clock, asked } = setUp(["corrupt", "well"]);
    expect(await get()).toBe("m1.example");
    asked();
    const sentThen: string[] = [];
    for (let ms = 0; ms < failedMs - 1000; ms += 1000) {
      clock.ms += 1000;
      expect(await get()).toBe("m1.example");
      sentThen.push(...asked());
    }
    expect(sentThen.filter((one) => one === "GET m0.example")).toHaveLength(5);
    expect(sentThen.filter((one) => one === "HEAD m0.example")).toHaveLength(5);
    does.set("m0.example", "well");
    clock.ms += bytesEveryMs;
    expect(await get()).toBe("m1.example");
    expect(await get()).toBe("m0.example");
  });

  it("as a whole doesn't come back with wrong bodies", async () => {
    const { get, does, clock, asked } = setUp(["dead", "well"]);
    expect(await get()).toBe("m1.example");
    does.set("m0.example", "corrupt");
    asked();
    clock.ms += 2000;
    expect(await get()).toBe("m1.example");
    expect(asked()).toContain("GET m0.example");
    for (let client = 0; client < 5; client++) expect(await get()).toBe("m1.example");
  });

  it("as a whole comes back two seconds after it is well", async () => {
    const { get, does, clock } = setUp(["dead", "well"]);
    expect(await get()).toBe("m1.example");
    does.set("m0.example", "well");
    clock.ms += 2000;
    expect(await get()).toBe("m1.example");
    expect(await get()).toBe("m0.example");
  });
});

describe("a mirror that can't be asked for bytes is asked by HEAD alone", () => {
  it.each<[string, Parameters<typeof setUp>[1]]>([
    ["the snapshot names no files", { lookFiles: [] }],
    ["they are newer than what the mirror has", { lookFiles: [{ ...lookFile, first: 2 }] }],
    [
      "it was found not to have them rightly",
      {
        more: {
          carries: { debian: { http: "http://m0.example/debian/", without: [lookFile.path] } },
        },
      },
    ],
  ])("where %s", async (_, how) => {
    const { get, asked, clock } = setUp(["corrupt"], how);
    for (let client = 0; client < 3; client++) expect(await get()).toBe("m0.example");
    expect(asked()).toEqual(["HEAD m0.example"]);
    clock.ms += livenessMs;
    expect(await get()).toBe("m0.example");
    expect(asked()).toEqual(["HEAD m0.example"]);
  });
});

describe("metrics", () => {
  it("count looks by their outcome, and bytes", async () => {
    const { get, edge, livenessChecks } = setUp(["corrupt", 503, "well"]);
    await get();
    const answer = await metrics({
      views: edge.views,
      fleet: undefined,
      counts: edge.payload.counts,
      checks: livenessChecks.counts,
      traffic: [],
      alarms: [],
      now: start,
    });
    const told = readPrometheus(await answer.text());
    const outcomes = told.get("nearmirror_edge_looks_total");
    expect(outcomes?.type).toBe("counter");
    expect(outcomes?.samples.map(({ labels, value }) => [labels.outcome, value])).toEqual([
      ["right", 1],
      ["wrong", 2],
      ["silent", 0],
    ]);
    const bytes = told.get("nearmirror_edge_look_bytes_total")?.samples[0]?.value;
    expect(bytes).toBe(2 * small.byteLength + "no".length);
  });
});
