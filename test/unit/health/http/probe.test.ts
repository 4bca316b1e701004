/** Probes against real servers on loopback, with each fault of the lab. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { askByNode } from "../../../../scripts/probe/ask-by-node.ts";
import { seeded } from "../../../../scripts/random.ts";
import { lastOf } from "../../../../worker/formats/root-end.ts";
import type { OriginRange } from "../../../../worker/health/http/content.ts";
import { probeTarget } from "../../../../worker/health/http/probe.ts";
import type { ProbeOptions, ProbeSubject } from "../../../../worker/health/http/probe-options.ts";
import type { Target } from "../../../../worker/health/target.ts";
import type { Ask } from "../../../../worker/outbound/ask.ts";
import type { Baseline, SampleFile } from "../../../../worker/repositories/baseline/baseline.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import type { Fault } from "../../../lab/faults.ts";
import { type Lab, type LabMirror, startLab } from "../../../lab/lab.ts";
import { big, dateOf, makeTinyTrees } from "../../lab/tiny-trees.ts";

const trees = makeTinyTrees();
let lab: Lab;
let mirror: LabMirror;
const servers: Server[] = [];

beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 2, https: (number) => number === 1 });
  mirror = lab.mirror("mirror1");
  lab.publish(2);
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});
afterEach(async () => {
  lab.publish(2);
  await lab.reset();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const now = Date.UTC(2026, 0, 2, 6);
const root = "dists/Release";
const fileOf = (path: string) => readFileSync(join(trees.root(2), path));
const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const rootOf = (version: number) => readFileSync(join(trees.root(version), root));

const sample = (path: string): SampleFile => {
  const bytes = fileOf(path);
  return { path, size: bytes.length, sha256: hashOf(bytes) };
};
const odd = sample("pool/a+b~1_%3a.deb");
const only2 = sample("pool/only-2.deb");
const large = sample("pool/big.deb");

const repository: Repository = {
  name: "tiny",
  kind: "files",
  title: "Tiny",
  origin: "http://127.0.0.1/",
  architectures: [],
  roots: [root],
  keys: [],
  setup: {},
};

const baseline = (samples: readonly SampleFile[] = [odd, only2, large]): Baseline => ({
  repository: "tiny",
  askedAt: now,
  roots: [
    {
      path: root,
      generations: [2, 1].map((version) => ({
        hash: hashOf(rootOf(version)),
        date: dateOf(version).getTime(),
        seenAt: dateOf(version).getTime() + 3_600_000,
      })),
    },
  ],
  samples,
});

const fromOrigin: OriginRange = async (path, first, last) =>
  Uint8Array.from(fileOf(path).subarray(first, last + 1));

interface ProbeChange {
  base?: string;
  subject?: Partial<ProbeSubject>;
  options?: Partial<ProbeOptions>;
}

function probe({ base = mirror.url, subject = {}, options = {} }: ProbeChange = {}) {
  const target: Target = {
    mirror: "mirror1",
    repository: "tiny",
    scheme: base.startsWith("https:") ? "https" : "http",
    family: "ipv4",
    base,
  };
  return probeTarget(
    target,
    { repository, baseline: baseline(), ...subject },
    {
      ask: askByNode({ ca: readFileSync(lab.authorityFile ?? "") }),
      now: () => now,
      random: seeded(7),
      userAgent: "Probe/test",
      deadlineMs: 4_000,
      ownHosts: ["near.example", "127.9.9.9:8080"],
      content: false,
      files: 1,
      originRange: fromOrigin,
      ...options,
    },
  );
}

/** A server with answers of its own; gives its base URL. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/`;
}

/** Answers as a right mirror does, but for one path. */
function mirrorBut(path: string, answer: RequestListener): RequestListener {
  return (request, response) => {
    const asked = decodeURIComponent((request.url ?? "").slice(1));
    if (asked === path) return answer(request, response);
    const bytes = fileOf(asked);
    response.writeHead(200, { "content-length": bytes.length });
    response.end(request.method === "HEAD" ? undefined : bytes);
  };
}

describe("a root too large to be read, told by its end", () => {
  const path = "extra.db";
  // Larger than a probe reads, and packed as origins do; its versions differ in their middle, and are of one size.
  const versionOf = (mark: string) => {
    const bytes = Buffer.alloc(2_400_000, "x");
    for (let at = 0; at < bytes.length; at += 4)
      bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
    bytes.write(mark, 1_200_000);
    return gzipSync(bytes, { level: 0 });
  };
  const [newer, older, stranger] = ["newer", "older", "other"].map(versionOf);
  const known = [newer, older].map((bytes, at) => ({
    hash: hashOf(bytes ?? Buffer.of()),
    seenAt: now - (at + 1) * 3_600_000,
    generation: 9 - at,
    end: { size: bytes?.length ?? 0, last: lastOf(bytes ?? Buffer.of()) ?? "" },
  }));
  const subject = {
    repository: { ...repository, roots: [path] },
    baseline: {
      ...baseline([]),
      roots: [{ path, large: true as const, generations: known }],
    },
  };
  /** Gives ranges, as servers do; counts what it sends. */
  const serveDatabase = async (bytes: Buffer | undefined, ranges = true) => {
    let sent = 0;
    const base = await serve(({ headers }, response) => {
      const all = bytes ?? Buffer.of();
      const last = Number(/^bytes=-(\d+)$/.exec(headers.range ?? "")?.[1] ?? "0");
      const part = ranges && last > 0 ? all.subarray(-last) : all;
      if (headers["if-none-match"] === '"1"') {
        response.writeHead(304).end();
        return;
      }
      sent += part.length;
      response.writeHead(part === all ? 200 : 206, {
        etag: '"1"',
        "content-length": part.length,
        ...(part !== all && {
          "content-range": `bytes ${all.length - part.length}-${all.length - 1}/${all.length}`,
        }),
      });
      response.end(part);
    });
    return { base, sent: () => sent };
  };

  test.each([
    ["the newest", newer, 9, "fresh"],
    ["an older one", older, 8, "lagging"],
    ["one that isn't ours", stranger, 0, "lagging"],
  ] as const)("%s", async (_what, bytes, generation, is) => {
    expect(bytes?.length).toBe(newer?.length);
    const { base, sent } = await serveDatabase(bytes);
    const seen = await probe({ base, subject });
    expect(seen.failure).toBeUndefined();
    expect([seen.generation, seen.freshness?.is]).toEqual([generation, is]);
    expect(sent()).toBe(8);
    const again = await probe({
      base,
      subject,
      options: { known: seen.roots ?? [] },
    });
    expect([again.generation, sent()]).toEqual([generation, 8]);
  });

  test("a mirror without ranges isn't known, and is no failure", async () => {
    const { base } = await serveDatabase(newer, false);
    const seen = await probe({ base, subject });
    expect([seen.failure, seen.generation]).toEqual([undefined, undefined]);
  });
});

describe("a right mirror", () => {
  test("is fresh, and its file has the right size", async () => {
    const seen = await probe();
    expect(seen).toMatchObject({
      at: now,
      freshness: { is: "fresh", behind: 0, lagSeconds: 0, root },
      files: [{ hashed: false }],
      warnings: [],
      requests: 2,
    });
    expect(seen.failure).toBeUndefined();
    expect(seen.files[0]?.failure).toBeUndefined();
    expect(seen.ms).toBeGreaterThan(0);
    expect(seen.certificateUntil).toBeUndefined();
    expect(mirror.log.requests.map(({ method }) => method)).toEqual(["GET", "HEAD"]);
  });

  test("says who asks, and wants bytes as they are", async () => {
    await probe();
    for (const { headers } of mirror.log.requests) {
      expect(headers).toMatchObject({ "user-agent": "Probe/test", "accept-encoding": "identity" });
    }
  });

  test("is asked for names as they are on its disk", async () => {
    const seen = await probe({ subject: { baseline: baseline([odd]) } });
    expect(seen.files).toEqual([{ path: odd.path, hashed: false }]);
  });

  test("is asked conditionally the second time, and has what it had", async () => {
    const first = await probe();
    expect(first.roots).toEqual([
      {
        path: root,
        etag: expect.any(String),
        lastModified: dateOf(2).toUTCString(),
        hash: hashOf(rootOf(2)),
        date: dateOf(2).getTime(),
        newest: hashOf(rootOf(2)),
      },
    ]);
    const second = await probe({ options: { known: first.roots ?? [] } });
    expect(mirror.log.requests.at(-2)).toMatchObject({ status: 304 });
    expect(second.roots).toEqual(first.roots);
    expect(second.freshness).toEqual(first.freshness);
  });

  test("whose root changes since is read anew", async () => {
    lab.publish(1);
    const before = await probe({ subject: { baseline: baseline([odd]) } });
    lab.publish(2);
    const after = await probe({ options: { known: before.roots ?? [] } });
    expect(before.freshness).toMatchObject({ is: "lagging", behind: 1 });
    expect(after.freshness).toMatchObject({ is: "fresh", behind: 0 });
  });

  test("has its bytes compared by the listed hash, or with the origin's block", async () => {
    for (const [file, asked] of [
      [only2, /^bytes=0-0$/],
      [large, /^bytes=(?:0-65535|65536-131071|131072-196607|196608-199999)$/],
    ] as const) {
      const seen = await probe({
        subject: { baseline: baseline([file]) },
        options: { content: true },
      });
      expect(seen.files).toEqual([{ path: file.path, hashed: true }]);
      expect(seen.ranges).toBe(true);
      expect(mirror.log.requests.at(-1)?.headers.range).toMatch(asked);
    }
  });

  test("has its throughput measured over a full block", async () => {
    await mirror.setFault({ kind: "slow", bytesPerSecond: 100_000, paths: /pool/ });
    const seen = await probe({
      subject: { baseline: baseline([large]) },
      options: { content: true, random: () => 0 },
    });
    // 64 KiB at 10,000 bytes each tenth of a second: the seventh piece comes after 600 ms.
    expect(seen.bytesPerSecond).toBeGreaterThan(15_000);
    expect(seen.bytesPerSecond).toBeLessThan(120_000);
  });

  test("whose origin is gone is judged by its whole file's hash, and without one isn't failed", async () => {
    const { path, size } = large;
    const gone = { content: true, originRange: () => Promise.reject(new Error("origin gone")) };
    const whole = { baseline: baseline([large]) };
    const right = await probe({ subject: whole, options: gone });
    expect([right.failure, right.files]).toEqual([undefined, [{ path, hashed: true }]]);
    await mirror.setFault({ kind: "corrupt", paths: /pool/ });
    const wrong = await probe({ subject: whole, options: gone });
    expect(wrong.failure).toMatchObject({
      kind: "content",
      detail: "The bytes have another SHA-256 than listed.",
    });
    const seen = await probe({
      subject: { baseline: baseline([{ path, size }]) },
      options: gone,
    });
    expect([seen.failure, seen.files]).toEqual([undefined, [{ path, hashed: false }]]);
  });

  test("whose origin is gone isn't asked for more than 8 MiB", async () => {
    const size = 8 * 1024 * 1024 + 1;
    const asked: (string | undefined)[] = [];
    const base = await serve(
      mirrorBut(large.path, (request, response) => {
        const { range } = request.headers;
        if (request.method === "GET") asked.push(range);
        const [, first = "0", last = "0"] = /bytes=(\d+)-(\d+)/.exec(range ?? "") ?? [];
        const length = range === undefined ? size : Number(last) + 1 - Number(first);
        const headers = {
          "content-length": length,
          ...(range !== undefined && { "content-range": `bytes ${first}-${last}/${size}` }),
        };
        response.writeHead(range === undefined ? 200 : 206, headers);
        return response.end(request.method === "HEAD" ? undefined : Buffer.alloc(length));
      }),
    );
    const seen = await probe({
      base,
      subject: { baseline: baseline([{ ...large, size }]) },
      options: { content: true, originRange: async () => undefined },
    });
    expect(seen.files).toEqual([{ path: large.path, hashed: false }]);
    expect(asked).toEqual([expect.stringMatching(/^bytes=/)]);
  });

  test("over https tells when its certificate ends, and warns within 14 days", async () => {
    const base = mirror.httpsUrl ?? "";
    const seen = await probe({ base, options: { now: Date.now } });
    expect(seen.failure).toBeUndefined();
    // The lab's certificates hold for two days.
    expect(seen.certificateUntil).toBeGreaterThan(Date.now() + 86_400_000);
    expect(seen.certificateUntil).toBeLessThan(Date.now() + 3 * 86_400_000);
    expect(seen.warnings).toEqual([expect.stringMatching(/certificate ends on 20\d\d-/)]);
    const early = await probe({ base });
    expect(early.warnings).toEqual([]);
  });

  test("isn't asked for what it is listed as leaving out", async () => {
    const seen = await probe({
      subject: { leavesOut: (path) => path !== only2.path },
      options: { files: 3 },
    });
    expect(seen.files.map(({ path }) => path)).toEqual([only2.path]);
    expect(mirror.log.requests).toHaveLength(1);
  });
});

describe("each fault of the lab", () => {
  interface Row {
    fault: Fault;
    failure: object;
    files?: number;
    deadlineMs?: number;
    content?: boolean;
  }
  const rows: Row[] = [
    { fault: { kind: "refuse" }, failure: { kind: "unreachable" } },
    { fault: { kind: "down" }, failure: { kind: "unreachable" } },
    { fault: { kind: "https-only" }, failure: { kind: "unreachable" } },
    { fault: { kind: "404" }, failure: { kind: "status", status: 404 } },
    { fault: { kind: "404", paths: /pool/ }, failure: { kind: "status", status: 404 }, files: 3 },
    { fault: { kind: "5xx" }, failure: { kind: "status", status: 503 } },
    { fault: { kind: "5xx", status: 511 }, failure: { kind: "captive", status: 511 } },
    { fault: { kind: "hang" }, failure: { kind: "timeout" }, deadlineMs: 300 },
    {
      fault: { kind: "hang", paths: /pool/ },
      failure: { kind: "timeout" },
      files: 3,
      deadlineMs: 300,
    },
    { fault: { kind: "truncate" }, failure: { kind: "broken", seenSize: 5, expectedSize: 10 } },
    {
      fault: { kind: "truncate", paths: /pool/, afterBytes: 0 },
      failure: { kind: "broken", seenSize: 0 },
      files: 3,
      content: true,
    },
    {
      fault: { kind: "slow", bytesPerSecond: 10 },
      failure: { kind: "timeout", expectedSize: 10 },
      deadlineMs: 250,
    },
    {
      fault: { kind: "corrupt", paths: /pool/ },
      failure: { kind: "content" },
      files: 3,
      content: true,
    },
    {
      fault: { kind: "endless", paths: /pool/ },
      failure: { kind: "size", inBody: true },
      files: 3,
      content: true,
    },
    { fault: { kind: "redirect-loop" }, failure: { kind: "loop", status: 302 } },
    {
      fault: { kind: "redirect-loop", to: "https://near.example/tiny/x" },
      failure: { kind: "loop", header: "Location: https://near.example/tiny/x" },
    },
    { fault: { kind: "redirect-loop", to: "http://127.9.9.9:8080/" }, failure: { kind: "loop" } },
    { fault: { kind: "redirect-loop", to: "ftp://near.example/" }, failure: { kind: "status" } },
    { fault: { kind: "redirect-loop", to: "http://[" }, failure: { kind: "status" } },
  ];
  test.each(rows)("$fault", async ({ fault, failure, files = 0, deadlineMs, content }) => {
    await mirror.setFault(fault);
    const seen = await probe({
      options: {
        ...(deadlineMs !== undefined && { deadlineMs }),
        ...(content && { content }),
      },
    });
    expect(seen.failure).toMatchObject(failure);
    expect(seen.failure?.detail).toMatch(/^[A-Z].*\.$/);
    expect(seen.failure?.url).toMatch(/^http:\/\/127\.0\.1\.1:/);
    expect(seen.files).toHaveLength(files);
    expect(seen.requests).toBeLessThanOrEqual(12);
  });

  test("stale", async () => {
    await mirror.setFault({ kind: "stale", version: 1 });
    const seen = await probe({
      subject: {
        baseline: baseline([odd]),
        repository: { ...repository, freshness: { staleAfter: 4 * 3600 } },
      },
    });
    // Version 2 was seen at the origin at 01:00, and it is 06:00.
    expect(seen.freshness).toEqual({ is: "stale", behind: 1, lagSeconds: 5 * 3600, root });
    expect(seen.failure).toBeUndefined();
  });

  test("an untrusted certificate", async () => {
    const seen = await probe({ base: mirror.httpsUrl ?? "", options: { ask: askByNode() } });
    expect(seen.failure).toMatchObject({ kind: "tls" });
  });
});

describe("one bad file is not a bad mirror", () => {
  test("missing: the others are looked at", async () => {
    await mirror.setFault({ kind: "404", paths: /big/ });
    const seen = await probe({ options: { random: () => 0.99 } });
    expect(seen.failure).toBeUndefined();
    expect(seen.files.map(({ path, failure }) => [path, failure?.kind])).toEqual([
      [large.path, "status"],
      [only2.path, undefined],
      [odd.path, undefined],
    ]);
  });

  test("other bytes: two more are compared", async () => {
    await mirror.setFault({ kind: "corrupt", paths: /big/ });
    const seen = await probe({ options: { random: () => 0.99, content: true } });
    expect(seen.failure).toBeUndefined();
    expect(seen.files.map(({ path, hashed, failure }) => [path, hashed, failure?.kind])).toEqual([
      [large.path, true, "content"],
      [only2.path, true, undefined],
    ]);
  });

  test("another size than listed", async () => {
    const seen = await probe({
      subject: { baseline: baseline([{ ...large, size: 7 }, odd, only2]) },
      options: { random: () => 0 },
    });
    expect(seen.failure).toBeUndefined();
    expect(seen.files[0]).toMatchObject({
      path: large.path,
      failure: { kind: "size", expectedSize: 7, seenSize: big.length, status: 200 },
    });
  });

  test("but where it is the only one known, it is", async () => {
    await mirror.setFault({ kind: "404", paths: /big/ });
    const seen = await probe({ subject: { baseline: baseline([large]) } });
    expect(seen.failure).toMatchObject({ kind: "status", status: 404 });
  });
});

describe("captive pages", () => {
  const page = "<!DOCTYPE html><title>Welcome to the hotel</title>";
  const answerPage: RequestListener = (_request, response) => {
    response.writeHead(200, { "content-type": "text/html", "content-length": page.length });
    response.end(page);
  };

  test("in place of the root", async () => {
    const seen = await probe({ base: await serve(mirrorBut(root, answerPage)) });
    expect(seen.failure).toMatchObject({ kind: "captive", status: 200 });
  });

  test("in place of a file", async () => {
    const base = await serve(mirrorBut(large.path, answerPage));
    const seen = await probe({ base, subject: { baseline: baseline([large]) } });
    expect(seen.failure).toMatchObject({
      kind: "captive",
      header: "Content-Type: text/html",
      seenSize: page.length,
    });
  });

  test("a file that is a page by its name is none", async () => {
    const path = "doc/index.html";
    const base = await serve(mirrorBut(path, answerPage));
    const samples = [{ path, size: page.length }];
    const seen = await probe({ base, subject: { baseline: baseline(samples) } });
    expect(seen.failure).toBeUndefined();
    expect(seen.files).toEqual([{ path, hashed: false }]);
  });
});

describe("odd servers", () => {
  const single = { subject: { baseline: baseline([large]) } };

  test.each([403, 405, 501])("%i for HEAD: the size is told by a range", async (status) => {
    const base = await serve(
      mirrorBut(large.path, (request, response) => {
        if (request.method === "HEAD") return response.writeHead(status).end();
        expect(request.headers.range).toBe("bytes=0-0");
        response.writeHead(206, { "content-range": `bytes 0-0/${large.size}` });
        return response.end("x");
      }),
    );
    const seen = await probe({ base, ...single });
    expect(seen.failure).toBeUndefined();
    expect(seen.requests).toBe(3);
  });

  test("no ranges: the beginning is compared, and it is a warning", async () => {
    const base = await serve(mirrorBut("", () => undefined));
    const seen = await probe({
      base,
      ...single,
      options: { content: true, random: () => 0.99 },
    });
    expect(seen.failure).toBeUndefined();
    expect(seen.ranges).toBe(false);
    expect(seen.files).toEqual([{ path: large.path, hashed: true }]);
    expect(seen.warnings).toEqual([expect.stringContaining("no ranges")]);
  });

  test("a redirect to another host is followed, and a warning", async () => {
    const { url } = mirror;
    const base = await serve((request, response) =>
      response.writeHead(302, { location: `${url}${(request.url ?? "").slice(1)}` }).end(),
    );
    const seen = await probe({ base });
    expect(seen.failure).toBeUndefined();
    expect(seen.freshness?.is).toBe("fresh");
    expect(seen.warnings).toEqual([`It redirects to ${new URL(url).host}.`]);
    expect(seen.requests).toBe(4);
  });

  test("four redirects are followed, five are a loop", async () => {
    const counted = async (count: number) => {
      const { url } = mirror;
      const base = await serve((request, response) => {
        const asked = new URL(request.url ?? "", "http://x");
        const hop = Number(asked.searchParams.get("hop") ?? "0") + 1;
        const location =
          hop === count ? `${url}${asked.pathname.slice(1)}` : `${asked.pathname}?hop=${hop}`;
        response.writeHead(302, { location }).end();
      });
      return probe({ base });
    };
    expect((await counted(4)).failure).toBeUndefined();
    expect((await counted(5)).failure).toMatchObject({ kind: "loop" });
  });

  test("from https to http is a downgrade", async () => {
    await mirror.setFault({ kind: "redirect-loop", to: lab.mirror("mirror2").url });
    const seen = await probe({ base: mirror.httpsUrl ?? "" });
    expect(seen.failure).toMatchObject({ kind: "downgrade", status: 302 });
  });

  test("a root without end is not read", async () => {
    const base = await serve(
      mirrorBut(root, (_request, response) => {
        response.writeHead(200);
        const write = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on("drain", write);
        write();
      }),
    );
    expect((await probe({ base })).failure).toMatchObject({ kind: "size" });
  });
});

describe("where a body ends", () => {
  /** Too large to be read to its end. */
  const huge: SampleFile = { path: "pool/huge.deb", size: 1_000_000 };
  /** Sends the file, or the range asked for, rightly, and goes on with something else until nobody listens. */
  const goingOn =
    (more: (response: ServerResponse) => void, ranges = true): RequestListener =>
    (request, response) => {
      const asked = decodeURIComponent((request.url ?? "").slice(1));
      const bytes = asked === huge.path ? Buffer.alloc(huge.size) : fileOf(asked);
      if (request.method === "HEAD" || !asked.startsWith("pool/")) {
        response.writeHead(200, { "content-length": bytes.length });
        return response.end(request.method === "HEAD" ? undefined : bytes);
      }
      const [, first = 0, last = bytes.length - 1] = (
        /^bytes=(\d+)-(\d+)$/.exec(ranges ? (request.headers.range ?? "") : "") ?? []
      ).map(Number);
      const range = { "content-range": `bytes ${first}-${last}/${bytes.length}` };
      response.writeHead(ranges ? 206 : 200, ranges ? range : {});
      response.write(bytes.subarray(first, last + 1));
      return more(response);
    };
  const withoutEnd = (response: ServerResponse) => {
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on("drain", write);
    write();
  };
  const silent = () => undefined;

  /** The block of a file that is drawn, and how many bytes should come. */
  interface Block {
    expectedSize: number;
    chance?: number;
  }

  test.each([
    ["a block, and no end", large, goingOn(withoutEnd), { expectedSize: 65_536 }],
    ["a block of a huge file, and no end", huge, goingOn(withoutEnd), { expectedSize: 65_536 }],
    [
      "the last block, and no end",
      large,
      goingOn(withoutEnd),
      { expectedSize: 200_000 - 196_608, chance: 0.99 },
    ],
    ["a small file, and no end", odd, goingOn(withoutEnd), { expectedSize: odd.size }],
    [
      "a small file in place of a range",
      odd,
      goingOn(withoutEnd, false),
      { expectedSize: odd.size },
    ],
    [
      "a large file in place of a range",
      large,
      goingOn(withoutEnd, false),
      { expectedSize: large.size },
    ],
    [
      "one byte too much",
      large,
      goingOn((response) => response.end("x")),
      { expectedSize: 65_536 },
    ],
  ])("%s: it is another size", async (_, file, answer, { expectedSize, chance = 0 }: Block) => {
    const seen = await probe({
      base: await serve(answer),
      subject: { baseline: baseline([file]) },
      options: { content: true, random: () => chance },
    });
    expect(seen.failure).toMatchObject({
      kind: "size",
      detail: `The body goes on after its ${expectedSize} bytes.`,
      expectedSize,
      inBody: true,
    });
    expect(seen.failure?.seenSize).toBeGreaterThan(expectedSize);
    expect(seen.failure?.seenSize).toBeLessThanOrEqual(200_001);
  });

  test.each([
    ["a block", large, 65_536],
    ["a small file", odd, odd.size],
  ])("%s, and then silence: it is late", async (_, file, expectedSize) => {
    const seen = await probe({
      base: await serve(goingOn(silent)),
      subject: { baseline: baseline([file]) },
      options: { content: true, random: () => 0, deadlineMs: 300 },
    });
    expect(seen.failure).toMatchObject({
      kind: "timeout",
      detail: expect.stringContaining(`doesn't end after its ${expectedSize} bytes`),
      inBody: true,
    });
  });

  test("a large file that comes slowly in place of a range has its beginning compared", async () => {
    const base = await serve(
      mirrorBut(large.path, (request, response) => {
        response.writeHead(200, { "content-length": large.size });
        if (request.method === "HEAD") return response.end();
        return response.write(fileOf(large.path).subarray(0, 70_000));
      }),
    );
    const seen = await probe({
      base,
      subject: { baseline: baseline([large]) },
      options: { content: true, random: () => 0, deadlineMs: 300 },
    });
    expect(seen.failure).toBeUndefined();
    expect(seen.files).toEqual([{ path: large.path, hashed: true }]);
  });
});

describe("where the origin's bytes are others", () => {
  const forged: OriginRange = async (_path, first, last) => new Uint8Array(last + 1 - first);
  const withForged = { content: true, random: () => 0, originRange: forged };

  test("a file that is right by its hash is right", async () => {
    const subject = { baseline: baseline([large]) };
    const seen = await probe({ subject, options: withForged });
    expect(seen.files).toEqual([{ path: large.path, hashed: true }]);
    expect(seen.failure).toBeUndefined();
    await mirror.setFault({ kind: "corrupt", paths: /pool/ });
    const corrupt = await probe({ subject, options: withForged });
    expect(corrupt.failure).toMatchObject({ kind: "content" });
  });

  test("nobody is known to be wrong while the whole file doesn't come", async () => {
    const base = await serve(
      mirrorBut(large.path, (request, response) => {
        const bytes = fileOf(large.path);
        const { range } = request.headers;
        const headers = { "content-range": `bytes 0-65535/${bytes.length}` };
        if (range !== undefined)
          return response.writeHead(206, headers).end(bytes.subarray(0, 65_536));
        response.writeHead(200, { "content-length": bytes.length });
        return request.method === "HEAD" ? response.end() : response.write("x");
      }),
    );
    const subject = { baseline: baseline([large]) };
    const seen = await probe({ base, subject, options: { ...withForged, deadlineMs: 300 } });
    expect(seen.files).toEqual([{ path: large.path, hashed: false }]);
    expect(seen.failure).toBeUndefined();
  });

  test("the origin's word counts for a file without a hash", async () => {
    const { path, size } = large;
    const subject = { baseline: baseline([{ path, size }]) };
    const seen = await probe({ subject, options: withForged });
    expect(seen.failure).toMatchObject({ kind: "content" });
  });
});

describe("where little is known", () => {
  const bare = { ...baseline([]), roots: [] };
  const nothing = { baseline: bare };

  test("any answer of the base below 500 will do", async () => {
    expect((await probe({ subject: nothing })).failure).toBeUndefined();
    expect(mirror.log.requests).toMatchObject([{ method: "HEAD", path: "/mirrors/" }]);
    await mirror.setFault({ kind: "404" });
    expect((await probe({ subject: nothing })).failure).toBeUndefined();
    await mirror.setFault({ kind: "5xx" });
    expect((await probe({ subject: nothing })).failure).toMatchObject({ status: 503 });
    await mirror.setFault({ kind: "refuse" });
    expect((await probe({ subject: nothing })).failure).toMatchObject({ kind: "unreachable" });
  });

  test("without roots the files tell", async () => {
    const seen = await probe({ subject: { baseline: { ...bare, samples: [odd] } } });
    expect(seen.files).toEqual([{ path: odd.path, hashed: false }]);
    expect(seen.freshness).toBeUndefined();
    expect(seen.requests).toBe(1);
  });
});

test("nothing more is asked once a probe's time is over, and one bad file stays one", async () => {
  await mirror.setFault({ kind: "404", paths: /pool/ });
  const ask = askByNode();
  let clock = now;
  const seen = await probe({
    options: {
      now: () => clock,
      deadlineMs: 1_000,
      ask: async (question) => {
        const answer = await ask(question);
        // Four deadlines are over when the first file was looked at.
        if (question.method === "HEAD") clock += 4_000;
        return answer;
      },
    },
  });
  expect(seen.requests).toBe(2);
  expect(seen.files).toMatchObject([{ failure: { kind: "status", status: 404 } }]);
  expect(seen.failure).toBeUndefined();
});

describe("choice", () => {
  const manyRoots = ["a", "b", "c", "d"].map((path) => ({
    path,
    generations: [{ hash: "0", seenAt: now }],
  }));
  const answerAll: Ask = async ({ url }) => ({
    status: 200,
    headers: new Headers(url.includes("file") ? { "Content-Length": "1" } : {}),
    body: new TextEncoder().encode("root"),
    whole: true,
    headersMs: 1,
    totalMs: 2,
  });
  const asked = async (change: ProbeChange & { roots: number }): Promise<string[]> => {
    const urls: string[] = [];
    const roots = manyRoots.slice(0, change.roots);
    await probe({
      subject: {
        repository: { ...repository, roots: roots.map(({ path }) => path) },
        baseline: { ...baseline([]), roots },
        ...change.subject,
      },
      options: {
        ask: (question) => {
          urls.push(question.url.slice(mirror.url.length));
          return answerAll(question);
        },
        ...change.options,
      },
    });
    return urls;
  };

  test("two roots are both asked, of more one, and each in its turn", async () => {
    expect(await asked({ roots: 2 })).toEqual(["a", "b"]);
    const random = seeded(3);
    const seen = new Set<string>();
    const known = manyRoots.map(({ path }) => ({ path, hash: "0", newest: "0" }));
    for (let index = 0; index < 50; index++) {
      const urls = await asked({ roots: 4, options: { random, known } });
      expect(urls).toHaveLength(1);
      for (const url of urls) seen.add(url);
    }
    expect([...seen].sort()).toEqual(["a", "b", "c", "d"]);
    expect(await asked({ roots: 4, options: { roots: Number.POSITIVE_INFINITY } })).toHaveLength(4);
  });

  test("a root that is gone at the origin too fails no mirror, and the others are read", async () => {
    const gone = "dists/gone/Release";
    const [version] = baseline().roots[0]?.generations ?? [];
    const roots = [{ path: gone, generations: version ? [version] : [] }, ...baseline().roots];
    const subject = {
      repository: { ...repository, roots: [gone, root] },
      baseline: { ...baseline(), roots },
    };
    const asked: string[] = [];
    const probed = (lacks: boolean) =>
      probe({
        subject,
        options: {
          originLacks: async (path) => {
            asked.push(path);
            return lacks;
          },
        },
      });
    const seen = await probed(true);
    expect(seen.failure).toBeUndefined();
    expect(seen.roots?.map(({ path }) => path)).toEqual([root]);
    expect(seen.freshness).toMatchObject({ is: "fresh" });
    expect(asked).toEqual([gone]);
    expect((await probed(false)).failure).toMatchObject({ kind: "status", status: 404 });
  });

  test("a mirror that its root shows to be behind isn't asked for what came since", async () => {
    lab.publish(1);
    const samples = [{ ...only2, recent: true }, odd];
    for (let round = 0; round < 10; round++) {
      const options = { random: seeded(round), files: 4 };
      const seen = await probe({ subject: { baseline: baseline(samples) }, options });
      expect(seen.failure).toBeUndefined();
      expect(seen.freshness).toMatchObject({ behind: 1 });
      expect(seen.files).toEqual([{ path: odd.path, hashed: false }]);
    }
  });

  test("a few recent files get half of the looks", async () => {
    const samples = Array.from({ length: 100 }, (_, index) => ({
      path: `file${index}`,
      size: 1,
      ...(index < 5 && { recent: true }),
    }));
    const random = seeded(11);
    let recent = 0;
    const rounds = 2000;
    for (let round = 0; round < rounds; round++) {
      const [url = ""] = await asked({
        roots: 0,
        subject: { baseline: { ...baseline(samples), roots: [] } },
        options: { random },
      });
      if (Number(url.slice(4)) < 5) recent++;
    }
    // Half, and of the other half a twentieth: 0.525; its deviation over 2,000 is 0.011.
    expect(recent / rounds).toBeGreaterThan(0.48);
    expect(recent / rounds).toBeLessThan(0.57);
  });
});

describe("the generation", () => {
  /** The lab's newest version is in snapshot 7, the one before in snapshots up to 6. */
  const inSnapshots = (more: Partial<Baseline> = {}): Baseline => {
    const { roots, ...rest } = baseline([odd, only2, large]);
    return {
      ...rest,
      generation: 7,
      roots: roots.map(({ path, generations }) => ({
        path,
        generations: generations.map((version, at) => ({
          ...version,
          generation: at === 0 ? 7 : 6,
        })),
      })),
      ...more,
    };
  };

  test.each([
    [2, 7],
    [1, 6],
  ])("of a mirror with version %i is %i", async (version, generation) => {
    lab.publish(version);
    const seen = await probe({ subject: { baseline: inSnapshots() } });
    expect(seen.failure).toBeUndefined();
    expect(seen.generation).toBe(generation);
  });

  test("isn't told where there are no snapshots, or the target fails", async () => {
    expect(await probe()).not.toHaveProperty("generation");
    const base = await serve((_, response) => response.writeHead(500).end());
    const failed = await probe({ base, subject: { baseline: inSnapshots() } });
    expect(failed.failure).toBeDefined();
    expect(failed).not.toHaveProperty("generation");
  });

  test("has roots seen earlier count by what they are known to be now", async () => {
    const known = (await probe()).roots ?? [];
    const later = { ...repository, roots: [root, "b", "c"] };
    const { roots, ...rest } = inSnapshots();
    const other = (path: string) => ({
      path,
      generations: [{ hash: path, seenAt: now, generation: 9 }],
    });
    const subject = {
      repository: later,
      baseline: { ...rest, roots: [...roots, other("b"), other("c")] },
    };
    const seen = [...known, { path: "b", hash: "b" }, { path: "c", hash: "c" }];
    expect((await probe({ subject, options: { known: seen } })).generation).toBe(7);
    // The others are none of the lab's, and asked for where they are few.
    const leavesOut = (path: string) => path !== root;
    const alone = await probe({ subject: { ...subject, leavesOut }, options: { known: [] } });
    expect(alone.generation).toBe(7);
  });

  test("isn't told where a root is too large to be read, and that root isn't asked for", async () => {
    const { roots, ...rest } = inSnapshots();
    const subject = {
      baseline: { ...rest, roots: roots.map((one) => ({ ...one, large: true }) as const) },
    };
    const before = mirror.log.requests.length;
    const seen = await probe({ subject });
    expect(seen.failure).toBeUndefined();
    expect(seen).not.toHaveProperty("generation");
    expect(mirror.log.requests.slice(before).map(({ method }) => method)).toEqual(["HEAD"]);
  });

  test("says which files are looked at: what came since isn't promised", async () => {
    lab.publish(1);
    const samples = [{ ...only2, recent: true }, odd];
    for (let round = 0; round < 10; round++) {
      const subject = { baseline: inSnapshots({ samples }) };
      const options = { random: seeded(round), files: 4 };
      const { files, generation } = await probe({ subject, options });
      expect([generation, ...files]).toEqual([6, { path: odd.path, hashed: false }]);
    }
    lab.publish(2);
    const { files } = await probe({
      subject: { baseline: inSnapshots({ samples }) },
      options: { files: 4 },
    });
    expect(files.map(({ path }) => path).sort()).toEqual([odd.path, only2.path].sort());
  });
});

describe("a mirror that was synchronised", () => {
  const paths = Array.from({ length: 9 }, (_, at) => `dists/r${at}/InRelease`);
  const bytes = (version: number) => new TextEncoder().encode(`version ${version}`);
  const hash = (version: number) => hashOf(Buffer.from(bytes(version)));
  const versions = (newest: number) =>
    Array.from({ length: newest }, (_, at) => ({
      hash: hash(newest - at),
      seenAt: now,
      generation: newest - at,
    }));

  /** Probes one after the other, of a mirror that has `there(path)`; what each asked and found. */
  async function probes(
    rounds: readonly { origin: number; there: number }[],
    random = seeded(2),
  ): Promise<{ asked: string[]; generation: number | undefined }[]> {
    let known: ProbeOptions["known"] = [];
    const told = [];
    for (const { origin, there } of rounds) {
      const asked: string[] = [];
      const seen: Awaited<ReturnType<typeof probe>> = await probe({
        subject: {
          repository: { ...repository, roots: paths },
          baseline: {
            ...baseline([]),
            roots: paths.map((path) => ({ path, generations: versions(origin) })),
          },
        },
        options: {
          random,
          known,
          ask: async ({ url }) => {
            asked.push(url.slice(mirror.url.length));
            const body = bytes(there);
            const headers = new Headers();
            return { status: 200, headers, body, whole: true, headersMs: 1, totalMs: 1 };
          },
        },
      });
      known = seen.roots ?? known;
      told.push({ asked, generation: seen.generation });
    }
    return told;
  }

  test("is known to be within two probes, six roots at a time", async () => {
    const told = await probes([
      { origin: 1, there: 1 },
      { origin: 1, there: 1 },
      { origin: 1, there: 1 },
      { origin: 2, there: 2 },
      { origin: 2, there: 2 },
    ]);
    expect(told.map(({ asked }) => asked.length)).toEqual([6, 3, 1, 6, 3]);
    expect(told.map(({ generation }) => generation)).toEqual([undefined, 1, 1, 1, 2]);
  });

  test("long after its origin is known to be as soon as one root shows it", async () => {
    const behind = Array.from({ length: 6 }, () => ({ origin: 2, there: 1 }));
    const told = await probes([
      ...behind,
      { origin: 2, there: 2 },
      { origin: 2, there: 2 },
      { origin: 2, there: 2 },
      { origin: 2, there: 2 },
    ]);
    expect(told.slice(0, 6).map(({ asked }) => asked.length)).toEqual([6, 3, 1, 1, 1, 1]);
    expect(told.slice(1, 6).map(({ generation }) => generation)).toEqual([1, 1, 1, 1, 1]);
    expect(told[6]?.asked).toHaveLength(6);
    expect(told.at(-1)?.generation).toBe(2);
  });
});

describe("a file that failed before", () => {
  test("is looked at again besides a random one, also when the index no longer lists it", async () => {
    const subject = { baseline: baseline([large]) };
    const seen = await probe({ subject, options: { again: [only2] } });
    expect(seen.files).toEqual([
      { path: only2.path, hashed: false },
      { path: large.path, hashed: false },
    ]);
  });

  test("is told as failing as long as it does", async () => {
    const base = await serve(mirrorBut(only2.path, (_, response) => response.writeHead(404).end()));
    const subject = { baseline: baseline([large, odd]) };
    const seen = await probe({ base, subject, options: { again: [only2] } });
    expect(seen.failure).toBeUndefined();
    expect(seen.files[0]).toMatchObject({ path: only2.path, failure: { status: 404 } });
  });
});

test("a probe asks nothing new once it has sent as many requests as it may", async () => {
  for (const mostRequests of [1, 2, 3]) {
    const seen = await probe({ options: { files: 3, content: true, mostRequests } });
    expect(seen.requests).toBe(mostRequests);
    expect(seen.failure).toBeUndefined();
  }
});
