/**
 * `npm run bench`: the payload redirect on plain workerd beside a Worker that returns a constant 302, with
 * 20, 300 and 1,000 mirrors. One core serves, the other loads; all are measured in turn, round by round,
 * so that a machine that gets slower does so for all. Ratios within a round are what counts.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { against, type Contest, constant, probed, sizes } from "./bench/contests.ts";
import { type LoadResult, load, loadedPaths, writeLoad } from "./bench/load.ts";
import { measureLookups } from "./bench/lookups.ts";
import { compared, type Summary, spread, summary } from "./bench/summary.ts";
import { type PlainWorkerd, startPlainWorkerd } from "./service/workerd.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "10" },
    seconds: { type: "string", default: "3" },
    clients: { type: "string", default: "10000" },
    connections: { type: "string", default: "64" },
    probing: { type: "boolean", default: false },
    against: { type: "string" },
    presence: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    "npm run bench [-- --json --rounds N --seconds N --clients N --connections N]\n\n" +
      "In place of 20, 300 and 1,000 mirrors:\n" +
      "  --probing      1,000 mirrors, not probed and probed: what probing costs the edge\n" +
      "  --against DIR  1,000 mirrors, with the Worker of another checkout and with this one's\n" +
      "  --presence     how long looking a file up takes; --json and --rounds alone count",
  );
  process.exit(0);
}

const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const clients = Number(values.clients);
const connections = Number(values.connections);
const [serverCpu, loadCpu] = [0, 1];
/** Load before each that is counted: a server that others have kept waiting has to look anew for what it knows. */
const warmUpSeconds = 1;

if (values.presence) await tellLookups();
else await tellContest();

async function tellLookups(): Promise<void> {
  const lookups = await measureLookups(rounds, serverCpu);
  if (values.json) {
    console.log(JSON.stringify(lookups));
    return;
  }
  for (const [name, ns] of Object.entries(lookups.ns)) {
    console.log(`${name.padEnd(40)}${spread(ns, 0)} ns`);
  }
}

async function tellContest(): Promise<void> {
  for (const [program, hint] of [
    ["wrk", "apt-get install wrk"],
    ["taskset", "apt-get install util-linux"],
  ] as const) {
    if (spawnSync("which", [program]).status !== 0) {
      console.error(`bench needs ${program} (${hint}).`);
      process.exit(2);
    }
  }
  const contest = await chosen();
  const results = await measure(contest);
  const unexpected = [...results.values()].flat().reduce((sum, run) => sum + run.unexpected, 0);
  if (unexpected > 0) {
    console.error(`${unexpected} answers were no redirects: these figures mean nothing.`);
    process.exitCode = 1;
  }
  tell(contest, results);
}

function chosen(): Promise<Contest> {
  if (values.against !== undefined) return against(values.against);
  return values.probing ? probed() : sizes();
}

/** All rounds of all servers, by the servers' names. */
async function measure({ servers }: Contest): Promise<Map<string, LoadResult[]>> {
  const running = new Map<string, PlainWorkerd>();
  const results = new Map<string, LoadResult[]>();
  try {
    for (const [name, options] of servers) {
      const server = await startPlainWorkerd({ ...options, cpu: serverCpu });
      running.set(name, server);
      await mustRedirect(name, server, options.tells);
    }
    const script = await writeLoad(clients);
    // Round 0 only warms the code and the caches of every server.
    for (let round = 0; round <= rounds; round++) {
      // Each round begins with another server: whoever comes later in a round finds the machine warmer or slower.
      const turn = round % running.size;
      const order = [...running].slice(turn).concat([...running].slice(0, turn));
      for (const [name, server] of order) {
        if (process.stderr.isTTY) process.stderr.write(`\rround ${round}/${rounds} ${name}      `);
        const how = { connections, cpu: loadCpu };
        load(server, script, { ...how, seconds: warmUpSeconds });
        if (round === 0) continue;
        const result = load(server, script, { ...how, seconds });
        results.set(name, [...(results.get(name) ?? []), result]);
      }
    }
    if (process.stderr.isTTY) process.stderr.write("\r");
    return results;
  } finally {
    for (const server of running.values()) await server.stop();
  }
}

/** What wrk can't say: what a server answers in place of a redirect. */
async function mustRedirect(
  name: string,
  { url, said }: PlainWorkerd,
  tells: string | undefined,
): Promise<void> {
  const headers = { "CF-Connecting-IP": "8.8.8.8" };
  const answer = await fetch(`${url}debian/${loadedPaths[0]}`, { redirect: "manual", headers });
  const text = await answer.text();
  if (answer.status === 302) {
    if (tells === undefined || answer.headers.has(tells)) return;
    throw new Error(`the server "${name}" redirects without ${tells}\n${said()}`);
  }
  throw new Error(
    `the server "${name}" answers ${answer.status}: ${text.slice(0, 500)}\n${said()}`,
  );
}

function tell({ servers, pairs }: Contest, results: ReadonlyMap<string, LoadResult[]>): void {
  const runsOf = (name: string) => results.get(name) ?? [];
  const summaries = [...servers.keys()].map(
    (name) => [name, summary(runsOf(name), runsOf(constant))] as const,
  );
  const ratios = pairs.map(([a, b]) => ({
    of: `${a} against ${b}`,
    rps: compared(runsOf(a), runsOf(b), ({ rps }) => rps),
    cpu: compared(runsOf(a), runsOf(b), ({ cpuUs }) => cpuUs),
  }));
  if (values.json) {
    console.log(JSON.stringify({ servers: Object.fromEntries(summaries), ratios }));
    return;
  }
  const row = (name: string, one: Summary) =>
    `${name.padEnd(14)}${String(one.rps).padStart(9)}${String(one.cpuUs).padStart(12)}${one.ratio.toFixed(3).padStart(9)}${one.p50Ms.toFixed(2).padStart(10)}${one.p99Ms.toFixed(2).padStart(10)}`;
  console.log(
    `${rounds} rounds of ${seconds} s, ${clients} client addresses, ${connections} connections`,
  );
  console.log(
    `${"".padEnd(14)}${"req/s".padStart(9)}${"CPU us/req".padStart(12)}${"ratio".padStart(9)}${"p50 ms".padStart(10)}${"p99 ms".padStart(10)}`,
  );
  for (const [name, one] of summaries) console.log(row(name, one));
  for (const { of, rps, cpu } of ratios) {
    console.log(`${of}: requests/s ${spread(rps, 3)}, CPU a request ${spread(cpu, 3)}`);
  }
}
