/**
 * `npm run bench`: the payload redirect on plain workerd beside a Worker that returns a constant 302, with
 * 20, 300 and 1,000 mirrors. One core serves, the other loads; all are measured in turn, round by round,
 * so that a machine that gets slower does so for all. Ratios within a round are what counts.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { constantWorker, sameAnswerWorker } from "./bench/constant.ts";
import { type LoadResult, load, writeLoad } from "./bench/load.ts";
import { benchRosters } from "./bench/rosters.ts";
import { median, type Summary, summary } from "./bench/summary.ts";
import { bundleWorker, root } from "./service/bundle.ts";
import { databasePaths } from "./service/platform.ts";
import { type PlainWorkerd, startPlainWorkerd } from "./service/workerd.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "10" },
    seconds: { type: "string", default: "3" },
    clients: { type: "string", default: "10000" },
    connections: { type: "string", default: "64" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log("npm run bench [-- --json --rounds N --seconds N --clients N --connections N]");
  process.exit(0);
}
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const clients = Number(values.clients);
const connections = Number(values.connections);

for (const [program, hint] of [
  ["wrk", "apt-get install wrk"],
  ["taskset", "apt-get install util-linux"],
] as const) {
  if (spawnSync("which", [program]).status !== 0) {
    console.error(`bench needs ${program} (${hint}).`);
    process.exit(2);
  }
}

const servers = new Map<string, PlainWorkerd>();
const results = new Map<string, LoadResult[]>();
try {
  servers.set("constant", await startPlainWorkerd({ script: constantWorker, cpu: 0 }));
  servers.set("sameAnswer", await startPlainWorkerd({ script: sameAnswerWorker, cpu: 0 }));
  for (const [size, views] of await benchRosters(root)) {
    servers.set(
      String(size),
      await startPlainWorkerd({
        script: await bundleWorker(views),
        // The address comes in a header of the front's, as on Cloudflare; the place from the databases.
        vars: { CLIENT_PLACE: "database", PEER_ADDRESS_HEADER: "CF-Connecting-IP" },
        data: databasePaths(),
        cpu: 0,
      }),
    );
  }
  // wrk only counts errors: that they redirect at all is seen here.
  for (const [name, { url }] of servers) {
    const path = "debian/pool/main/a/apt/apt_2.6.1_amd64.deb";
    const headers = { "CF-Connecting-IP": "8.8.8.8" };
    const { status } = await fetch(url + path, { redirect: "manual", headers });
    if (status !== 302) throw new Error(`the server "${name}" answers ${status} in place of 302`);
  }
  const script = await writeLoad(clients);
  // Round 0 warms the code and the caches of every server and isn't counted.
  for (let round = 0; round <= rounds; round++) {
    // Each round begins with another server: whoever comes later in a round finds the machine warmer or slower.
    const turn = round % servers.size;
    const order = [...servers].slice(turn).concat([...servers].slice(0, turn));
    for (const [name, server] of order) {
      if (process.stderr.isTTY) process.stderr.write(`\rround ${round}/${rounds} ${name}      `);
      const result = load(server, script, {
        seconds: round === 0 ? 2 : seconds,
        connections,
        cpu: 1,
      });
      if (round > 0) results.set(name, [...(results.get(name) ?? []), result]);
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r");
} finally {
  for (const server of servers.values()) await server.stop();
}

const constant = results.get("constant") ?? [];
const constantSummary = summary(constant, constant);
const sameAnswer = summary(results.get("sameAnswer") ?? [], constant);
const redirect: Record<string, Summary> = {};
for (const [name, runs] of results) {
  if (name !== "constant" && name !== "sameAnswer") redirect[name] = summary(runs, constant);
}
const unexpected = [...results.values()].flat().reduce((sum, run) => sum + run.unexpected, 0);
if (unexpected > 0) {
  console.error(`${unexpected} answers were not as they should be: these figures mean nothing.`);
  process.exitCode = 1;
}
if (values.json) {
  console.log(JSON.stringify({ constant: constantSummary, sameAnswer, redirect }));
} else {
  const row = (name: string, one: Summary) =>
    `${name.padEnd(14)}${String(one.rps).padStart(9)}${String(one.cpuUs).padStart(12)}${one.ratio.toFixed(3).padStart(9)}${one.p50Ms.toFixed(2).padStart(10)}${one.p99Ms.toFixed(2).padStart(10)}`;
  console.log(
    `${rounds} rounds of ${seconds} s, ${clients} client addresses, ${connections} connections`,
  );
  console.log(
    `${"".padEnd(14)}${"req/s".padStart(9)}${"CPU us/req".padStart(12)}${"ratio".padStart(9)}${"p50 ms".padStart(10)}${"p99 ms".padStart(10)}`,
  );
  console.log(row("constant 302", constantSummary));
  console.log(row("same answer", sameAnswer));
  for (const [name, one] of Object.entries(redirect)) console.log(row(`${name} mirrors`, one));
  console.log(
    `1,000 mirrors against the same answer without a decision: ${median(pairwise("1000", "sameAnswer")).toFixed(3)}`,
  );
  console.log(`1,000 against 20 mirrors: ${median(pairwise("1000", "20")).toFixed(3)}`);
}

function pairwise(a: string, b: string): number[] {
  const others = results.get(b) ?? [];
  return (results.get(a) ?? []).map((run, round) => run.rps / (others[round]?.rps ?? Number.NaN));
}
