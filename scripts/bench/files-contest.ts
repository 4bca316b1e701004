/** Files and lists from the started service, each beside a Worker that returns the same bytes and headers from memory. */
import { createHash } from "node:crypto";
import { incompressible } from "../../test/lab/bytes.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { workerScript } from "../service/worker-scripts.ts";
import { startPlainWorkerd } from "../service/workerd.ts";
import { v8Flags } from "../service/workerd-config.ts";
import type { Contest, Contestant } from "./contests.ts";
import type { Asks } from "./load.ts";
import { type StartedContest, startedOn } from "./started-contest.ts";

/** The names of the two. */
export const service = "service";
export const sameBytes = "same bytes";
/** What a service with such a cache can't go below where a file's bytes are there alone. */
export const cacheAlone = "cache alone";

/** As wrk names clients. */
const vars = { CLIENT_PLACE: "database", TRUSTED_PROXIES: "any", PROBING: "off" };

/** Files of each size: many, as a client that asks for the same one again within a minute is taken for unlucky. */
const files = 200;
const smallBytes = 20 * 1024;
/** Only told of; redirected. */
const largeBytes = 1_000_000;
/** As many as a large distribution has around a client; a list names the nearest. */
const mirrors = 100;
/** Lines of other indexes in the root, which make it as long as Debian's: 150 KB. */
const otherIndexes = 1_000;

const suite = "dists/stable";
const index = "main/binary-amd64/Packages";
const root = `${suite}/InRelease`;
/** Its second version lists the packages: an object's first snapshot has the root alone. */
const generation = 2;

/** A snapshot is made in a second; on a busy machine in several, and under valgrind in a minute, ms. */
const readyWithinMs = 180_000;

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const small = (at: number) => `pool/main/s/small/small${at}_1.0-1_amd64.deb`;
const large = (at: number) => `pool/main/l/large/large${at}_1.0-1_amd64.deb`;
const all = Array.from({ length: files }, (_, at) => at);

/** The bytes of all small files: each begins elsewhere in one long text. */
const longBytes = smallBytes + files;

interface Tree {
  /** Texts by path. */
  texts: Readonly<Record<string, string>>;
  /** What small files are cut of, base64. */
  long: string;
  /** The path of the index under its hash. */
  byHash: string;
}

function tree(): Tree {
  const long = Buffer.from(incompressible("small files", longBytes));
  const stanza = (path: string, size: number, hash: string) => {
    const name = path.split("/").at(-1)?.split("_")[0];
    return `Package: ${name}\nVersion: 1.0-1\nArchitecture: amd64\nFilename: ${path}\nSize: ${size}\nSHA256: ${hash}\n`;
  };
  const packages = [
    ...all.map((at) => stanza(small(at), smallBytes, sha256(long.subarray(at, at + smallBytes)))),
    ...all.map((at) => stanza(large(at), largeBytes, sha256(large(at)))),
  ].join("\n");
  const hash = sha256(packages);
  const others = Array.from(
    { length: otherIndexes },
    (_, at) => ` ${sha256(String(at))} ${100_000 + at} main/Contents-architecture${at}.gz\n`,
  );
  const release = `Suite: stable\nCodename: stable\nDate: ${new Date().toUTCString()}\nAcquire-By-Hash: yes\nArchitectures: amd64\nComponents: main\nSHA256:\n ${hash} ${packages.length} ${index}\n${others.join("")}`;
  const byHash = `${suite}/main/binary-amd64/by-hash/SHA256/${hash}`;
  return {
    texts: { [root]: release, [`${suite}/${index}`]: packages, [byHash]: packages },
    long: long.toString("base64"),
    byHash,
  };
}

/** Origin and mirrors: has all there is, and says to whoever checks it that it lives. */
const server = ({ texts, long }: Tree) => `const texts = ${JSON.stringify(texts)};
const long = Uint8Array.fromBase64("${long}");
export default {
  fetch({ method, url }) {
    const path = new URL(url).pathname.slice("/debian/".length);
    const headers = { "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT" };
    const [, at] = /small(\\d+)_/.exec(path) ?? [];
    const body = at === undefined ? texts[path] : long.subarray(Number(at), Number(at) + ${smallBytes});
    if (body === undefined && path.startsWith("dists/")) return new Response("", { status: 404 });
    if (method === "HEAD") headers["Content-Length"] = String(body?.length ?? ${largeBytes});
    return new Response(method === "HEAD" ? null : (body ?? "x"), { headers });
  },
};`;

function listOf(port: number): Views {
  const at = (host: string) => `http://${host}:${port}/debian/`;
  const countries = ["DE", "SE", "US", "JP", "CN", "BR", "ZA", "AU"];
  return {
    roster: {
      version: 1,
      mirrors: Array.from({ length: mirrors }, (_, number) => ({
        name: `m${number}.example`,
        country: countries[number % countries.length] ?? "DE",
        latitude: (number % 120) - 55,
        longitude: ((number * 7) % 340) - 170,
        capacity: 1000,
        state: "up" as const,
        carries: { debian: { http: at(`127.0.1.${number + 1}`), generation } },
      })),
    },
    catalogue: {
      version: 1,
      repositories: [
        {
          name: "debian",
          kind: "apt",
          title: "Debian",
          origin: at("127.0.0.1"),
          architectures: ["amd64"],
          keys: [],
          // Whether a root is signed is the watcher's matter: the edge sends what it has verified.
          verify: "checksums",
          roots: [root],
          setup: {},
        },
      ],
    },
  };
}

const inCache = "a package of 20 KiB, in cache";

/** What is asked for, by its name in the output. @param etag of the root */
function asked(byHash: string, etag: string): Record<string, Asks> {
  const of = (path: string) => `/debian/${path}`;
  return {
    [inCache]: { paths: all.map((at) => of(small(at))), status: 200 },
    "InRelease, 200": { paths: [of(root)], status: 200 },
    "InRelease, 304": { paths: [of(root)], status: 304, headers: { "If-None-Match": etag } },
    "by-hash": { paths: [of(byHash)], status: 200 },
    "?mirrorlist": { paths: all.map((at) => of(`${large(at)}?mirrorlist`)), status: 200 },
    ".meta4": { paths: all.map((at) => of(`${large(at)}.meta4`)), status: 200 },
  };
}

/** What a Worker has in memory for each of these requests. */
interface Held {
  base64: string;
  headers: Readonly<Record<string, string>>;
}

/** A Worker with these bytes in memory; who names their ETag gets 304, as any server does it. */
const constant = ({ base64, headers }: Held) => `
const bytes = Uint8Array.fromBase64("${base64}");
const headers = ${JSON.stringify(headers)};
export default {
  fetch(request) {
    const known = request.headers.get("If-None-Match");
    if (known !== null && known === headers.etag) return new Response(null, { status: 304, headers });
    return new Response(bytes, { headers });
  },
};
`;

/** A Worker that asks its cache for these bytes each time, and for what they are called, and does nothing else. */
const throughCache = (held: Held) => `
const bytes = Uint8Array.fromBase64("${held.base64}");
const headers = ${JSON.stringify(held.headers)};
const key = "https://alone.invalid/file";
export default {
  async fetch() {
    const found = await caches.default.match(key);
    if (found !== undefined) return new Response(found.body, { headers });
    const kept = { ...headers, "cache-control": "public, max-age=31536000" };
    await caches.default.put(key, new Response(bytes, { headers: kept }));
    return new Response(bytes, { headers });
  },
};
`;

/** @param loadCpu where origin and mirrors run, beside the load */
export async function filesContest(loadCpu: number): Promise<StartedContest> {
  const made = tree();
  const embedded = await workerScript("embedded");
  const origin = await startPlainWorkerd({ script: server(made), host: "0.0.0.0", cpu: loadCpu });
  try {
    const views = listOf(origin.port);
    const start = (cpu: number, under?: readonly string[]) =>
      startedOn(cpu, { views, vars, under, ready: (url) => filesReady(url, made.byHash) });
    const first = await start(loadCpu);
    try {
      const { headers } = await held(`${first.url}debian/${root}`);
      const contests = new Map<string, Contest>();
      for (const [name, asks] of Object.entries(asked(made.byHash, headers.etag ?? ""))) {
        const constantly = await held(`${first.url.slice(0, -1)}${asks.paths[0]}`);
        const servers = new Map<string, Contestant>([
          [sameBytes, { script: constant(constantly) }],
          [service, { script: "", start }],
        ]);
        const pairs: [string, string][] = [[service, sameBytes]];
        if (name === inCache) {
          servers.set(cacheAlone, { script: throughCache(constantly), embedded, v8Flags });
          pairs.push([service, cacheAlone]);
        }
        contests.set(name, { servers, pairs, asks });
      }
      return { contests, stop: () => origin.stop() };
    } finally {
      await first.stop();
    }
  } catch (error) {
    await origin.stop();
    throw error;
  }
}

async function held(url: string): Promise<Held> {
  // As wrk asks: without compression.
  const headers = { "Accept-Encoding": "identity", "X-Forwarded-For": "8.8.8.8" };
  const answer = await fetch(url, { redirect: "manual", headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${bytes}`);
  const { "content-length": _, ...sent } = Object.fromEntries(answer.headers);
  return { base64: bytes.toString("base64"), headers: sent };
}

/** Has the index read, as a client's first update does, and each small file brought into the cache. */
async function filesReady(url: string, byHash: string): Promise<void> {
  const until = Date.now() + readyWithinMs;
  const got = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}debian/${path}`, { redirect: "manual", ...init });
    await answer.body?.cancel();
    return answer;
  };
  for (;;) {
    await got(byHash);
    const redirect = await got(large(0), { method: "HEAD" });
    // Only where the file was found in the presence index.
    if (redirect.headers.has("Repr-Digest")) break;
    if (Date.now() > until) throw new Error("the started service makes no snapshot of the files");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  for (const at of all) {
    const answer = await fetch(`${url}debian/${small(at)}`, { redirect: "manual" });
    const { byteLength } = await answer.arrayBuffer();
    if (byteLength !== smallBytes) {
      throw new Error(`${small(at)} answers ${answer.status} with ${byteLength} bytes`);
    }
  }
}
