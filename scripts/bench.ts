/**
 * `npm run bench`: the payload redirect on plain workerd beside a Worker that returns a constant 302, with
 * 20, 300 and 1,000 mirrors. One core serves, the other loads; all are measured in turn, round by round,
 * so that a machine that gets slower does so for all. Ratios within a round are what counts.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { constantWorker, sameAnswerWorker } from "./bench/constant.ts";
import { type LoadResult, load, writeLoad } from "./bench/load.ts";
import { onLoopback, startMirrors } from "./bench/probed.ts";
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
    probing: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    "npm run bench [-- --json --rounds N --seconds N --clients N --connections N --probing]\n\n" +
      "  --probing  1,000 mirrors on loopback, not probed and probed, in place of 20, 300 and 1,000",
  );
  process.exit(0);
}

/** A thousand mirrors are probed once within 30 s, more where the machine is busy. */
const settledMs = 240_000;

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

/** The address comes in a header of the front's, as on Cloudflare; the place from the databases. */
const vars = { CLIENT_PLACE: "database", PEER_ADDRESS_HEADER: "CF-Connecting-IP" };
/** As wrangler.toml has it. */
const probingVars = { PROBING: "all", PROBE_REGIONS: "wnam,enam,weur,eeur,apac,oc,sam,afr" };

const servers = new Map<string, PlainWorkerd>();
const results = new Map<string, LoadResult[]>();
let mirrors: Awaited<ReturnType<typeof startMirrors>> | undefined;
try {
  servers.set("constant", await startPlainWorkerd({ script: constantWorker, cpu: 0 }));
  servers.set("sameAnswer", await startPlainWorkerd({ script: sameAnswerWorker, cpu: 0 }));
  const rosters = await benchRosters(root);
  const largest = rosters.get(1000);
  if (values.probing && largest !== undefined) {
    mirrors = await startMirrors(1001);
    const script = await bundleWorker(onLoopback(largest, mirrors.urls));
    const data = databasePaths();
    servers.set("unprobed", await startPlainWorkerd({ script, vars, data, cpu: 0 }));
    const probed = { script, vars: { ...vars, ...probingVars }, data, watchers: true, cpu: 0 };
    servers.set("probed", await startPlainWorkerd(probed));
  } else {
    for (const [size, views] of rosters) {
      const script = await bundleWorker(views);
      const data = databasePaths();
      servers.set(String(size), await startPlainWorkerd({ script, vars, data, cpu: 0 }));
    }
  }
  // wrk only counts errors: that they redirect at all is seen here.
  for (const [name, { url }] of servers) {
    const path = "debian/pool/main/a/apt/apt_2.6.1_amd64.deb";
    const headers = { "CF-Connecting-IP": "8.8.8.8" };
    const { status } = await fetch(url + path, { redirect: "manual", headers });
    if (status !== 302) throw new Error(`the server "${name}" answers ${status} in place of 302`);
  }
  const script = await writeLoad(clients);
  // Probing goes on whoever is measured: on the platform Probers run elsewhere, and what they cost is counted in
  // docs/reliability.md. Here the question is what the edge pays.
  const probed = servers.get("probed");
  if (probed !== undefined) await settled(probed.url);
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
  await mirrors?.stop();
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
  for (const [name, one] of Object.entries(redirect)) {
    console.log(row(values.probing ? name : `${name} mirrors`, one));
  }
  if (values.probing) {
    console.log(`probed against unprobed: ${median(pairwise("probed", "unprobed")).toFixed(3)}`);
  } else tellSizes();
}

/** Waits until every mirror was found up: until then each second brings another roster. */
async function settled(url: string): Promise<void> {
  const deadline = Date.now() + settledMs;
  while (Date.now() < deadline) {
    const metrics = await (await fetch(`${url}metrics`)).text();
    const up = /^nearmirror_mirrors\{.*state="up"\} (\d+)$/m.exec(metrics)?.[1];
    if (process.stderr.isTTY) process.stderr.write(`\r${up ?? 0} of 1000 mirrors are up   `);
    if (Number(up) === 1000) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`the mirrors were not all found up within ${settledMs / 1000} s`);
}

function tellSizes(): void {
  console.log(
    `1,000 mirrors against the same answer without a decision: ${median(pairwise("1000", "sameAnswer")).toFixed(3)}`,
  );
  console.log(`1,000 against 20 mirrors: ${median(pairwise("1000", "20")).toFixed(3)}`);
}

function pairwise(a: string, b: string): number[] {
  const others = results.get(b) ?? [];
  return (results.get(a) ?? []).map((run, round) => run.rps / (others[round]?.rps ?? Number.NaN));
}
