/** One load of one server by wrk, on loopback, for a bounded time. */
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { seeded } from "../random.ts";
import type { PlainWorkerd } from "../service/workerd.ts";
import { askedPath } from "./world.ts";

export interface LoadResult {
  rps: number;
  /** Processor time of the server per request, microseconds. */
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
  /** Questions to mirrors and origins that it caused, a second; absent: nobody counts them. */
  asksPerSecond?: number;
  /** Answers that are no redirect, and socket errors. */
  unexpected: number;
}

/** Clock ticks a second in /proc/PID/stat on every Linux we know. */
const ticksPerSecond = 100;
const seed = 20261122;
/** Requests that one load sends at most, so that another one goes on behind them. */
const pairsPerLoad = 200_003;

/**
 * The packages that are asked for, paths inside the repository: so many that no client comes to the same within minutes.
 */
export const loadedPaths: readonly string[] = Array.from({ length: 10_000 }, (_, at) => {
  const name = `lib${"abcdefghijklmnopqrstuvwxyz"[at % 26]}${at}`;
  return `pool/main/${name.slice(0, 4)}/${name}/${name}_1.${at}-2+deb13u1_${at % 5 === 0 ? "all" : "amd64"}.deb`;
});

/** What clients ask for, and what they must get. */
export interface Asks {
  /** Paths, with their slash. */
  paths: readonly string[];
  status: number;
  /** Who asks; absent: apt. */
  userAgent?: string;
  /** What each request has besides. */
  headers?: Readonly<Record<string, string>>;
}

export const apt = "Debian APT-HTTP/1.3 (2.6.1)";

/** Packages, which are redirected. */
export const packages: Asks = { paths: loadedPaths.map((path) => `/debian/${path}`), status: 302 };
/** The same by who reads all that a redirect can tell. */
export const packagesByCurl: Asks = { ...packages, userAgent: "curl/8.14.1" };

/**
 * Writes wrk's script: each request has another client address out of `clients`, seven in ten IPv4, the rest IPv6, and
 * one of the paths. No pair of both comes twice before all have: a client that asks for the same file again is taken for
 * one that had no luck, has its mirror checked, and of apt waits for a second.
 * @returns the script's path, in a temporary folder that ends with this process
 */
export async function writeLoad(clients: number, asks: Asks = packages): Promise<string> {
  const addresses = addressesOf(clients);
  const folder = await mkdtemp(join(tmpdir(), "nearmirror-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, "load.lua");
  // In a file of their own: a Lua function has at most 65,536 constants.
  const lines = join(folder, "addresses");
  await writeFile(lines, addresses.join("\n"));
  await writeFile(
    script,
    `local paths = {${asks.paths.map((one) => `"${one}"`).join(",")}}
local threads = {}
unexpected = 0
setup = function(thread) threads[#threads + 1] = thread end
local heads = {}
local tails = {}
local header = ${luaText(fixedHeaders(asks))}
init = function(args)
  for i = 1, #paths do heads[i] = "GET " .. paths[i] .. " HTTP/1.1\\r\\n" .. header .. "X-Forwarded-For: " end
  for line in io.lines(${luaText(lines)}) do tails[#tails + 1] = line .. "\\r\\n\\r\\n" end
  at = tonumber(args[1]) * ${pairsPerLoad}
end
at = 0
request = function()
  at = at + 1
  local pair = (at * ${stepOver(addresses.length * asks.paths.length)}) % ${addresses.length * asks.paths.length}
  return heads[math.floor(pair / ${addresses.length}) + 1] .. tails[pair % ${addresses.length} + 1]
end
response = function(status) if status ~= ${asks.status} then unexpected = unexpected + 1 end end
done = function(summary, latency)
  local e = summary.errors
  local others = 0
  for _, thread in ipairs(threads) do others = others + thread:get("unexpected") end
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.timeout + others))
end
`,
  );
  return script;
}

/** Of all requests, each line with its end. */
function fixedHeaders({ userAgent = apt, headers = {} }: Asks): string {
  const all = { Host: "mirror.example", "User-Agent": userAgent, ...headers };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

/** JSON's escapes of ASCII are Lua's as well. */
function luaText(text: string): string {
  return JSON.stringify(text);
}

/**
 * A step that goes round all of so many pairs before it comes to one again, far from each to the next: by the golden
 * ratio.
 */
export function stepOver(pairs: number): number {
  let step = Math.max(1, Math.round(pairs * 0.618_033_988_75));
  while (commonDivisor(step, pairs) !== 1) step++;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Client addresses all over the world, the same ones at each call. */
export function addressesOf(clients: number): string[] {
  const random = seeded(seed);
  const byte = () => Math.floor(random() * 256);
  return Array.from({ length: clients }, () => {
    // Announced space is dense in these; an address nobody announces is a client too, of an unknown place.
    if (random() < 0.7) return `${1 + Math.floor(random() * 222)}.${byte()}.${byte()}.${byte()}`;
    const first = ["2001", "2400", "2600", "2800", "2a00", "2a02", "2c0f", "240e"][
      Math.floor(random() * 8)
    ];
    return `${first}:${((byte() << 8) | byte()).toString(16)}:${byte().toString(16)}::${byte().toString(16)}`;
  });
}

/** Loads so far: each sends its own requests. */
let loads = 0;

const execute = promisify(execFile);

/** Loads one server. Rejects when wrk fails. */
export async function load(
  server: PlainWorkerd,
  script: string,
  how: { seconds: number; connections: number; cpu: number; timeoutSeconds?: number },
): Promise<LoadResult> {
  const asked = await askedOfTheWorld(server);
  const before = cpuSeconds(server.pid);
  const { stdout, stderr } = await execute(
    "taskset",
    [
      "-c",
      String(how.cpu),
      "wrk",
      "-t1",
      `-c${how.connections}`,
      `-d${how.seconds}s`,
      ...(how.timeoutSeconds === undefined ? [] : ["--timeout", `${how.timeoutSeconds}s`]),
      "-s",
      script,
      server.url,
      "--",
      String(++loads),
    ],
    { timeout: (how.seconds + 10) * 1000 },
  );
  const cpu = cpuSeconds(server.pid) - before;
  const match = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(stdout);
  if (match === null) throw new Error(`wrk failed: ${stderr || stdout}`);
  const [requests = 0, durationUs = 0, p50Us = 0, p99Us = 0, errors = 0] = match
    .slice(1)
    .map(Number);
  const asks = (await askedOfTheWorld(server)) - asked;
  return {
    ...(server.world !== undefined && { asksPerSecond: asks / (durationUs / 1e6) }),
    rps: requests / (durationUs / 1e6),
    cpuUs: (cpu / requests) * 1e6,
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
    unexpected: errors,
  };
}

/** Questions that the server's world was asked since it began; 0 where there is none. */
async function askedOfTheWorld({ world }: PlainWorkerd): Promise<number> {
  if (world === undefined) return 0;
  const answer = await fetch(`${world.slice(0, -1)}${askedPath}`);
  return Number(await answer.text());
}

/** Processor time a process has used, user and system, in seconds (proc(5), fields 14 and 15). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
