/** `npm run bench -- --cold`: what a new isolate with the whole list costs, on top of one with an empty Worker. */
import { Agent, request } from "node:http";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { bundleScript, root } from "../service/bundle.ts";
import { type PlainOptions, type PlainWorkerd, startPlainWorkerd } from "../service/workerd.ts";
import { type ColdRun, coldCosts, coldLines } from "./cold-costs.ts";
import { constantWorker } from "./constant.ts";
import { settledCpuMs } from "./exact-cpu.ts";
import { apt, loadedPaths } from "./load.ts";
import { eachInTurn, loadCpu, serverCpu, tellProgress } from "./measure.ts";
import { benchRosters, wholeList } from "./rosters.ts";
import type { Row, RowOptions, Told } from "./row.ts";
import { standIns } from "./stand-ins.ts";

export const coldRow: Row = {
  help: "processor time of a new isolate with the whole list: its start, and its first redirect; --json and --rounds alone count",
  needsWrk: false,
  measure,
};

/** As the platform tells where a client is. */
const cfHeader = "X-Platform";
const place = { country: "SE", latitude: "63.83", longitude: "20.26", asn: 1653 };
const headers = {
  "User-Agent": apt,
  "CF-Connecting-IP": "130.239.18.159",
  [cfHeader]: JSON.stringify(place),
};

/** Redirects of each isolate: the first is cold, the last shows what code that has run once costs. */
const redirects = 3;

/** Mirrors of a list beside the whole one: what is left doesn't come from its length. */
const fewMirrors = 20;

async function measure({ rounds }: RowOptions): Promise<Told> {
  const whole = await wholeList(root);
  const few = (await benchRosters(root, [fewMirrors])).get(fewMirrors);
  if (few === undefined) throw new Error(`there is no roster of ${fewMirrors} mirrors`);
  const common: Omit<PlainOptions, "script"> = {
    // All have them beside: what is left is the edge's own isolate.
    standIns: await standIns(loadedPaths),
    vars: { CLIENT_PLACE: "platform" },
    cfHeader,
    isUnasked: true,
    isEncoded: true,
    cpu: serverCpu,
    worldCpu: loadCpu,
  };
  const empty: Cold = { name: "empty", options: { ...common, script: constantWorker }, runs: [] };
  const edges = await Promise.all([whole, few].map((views) => coldEdge(views, common)));
  // Round 0 has the files read into the kernel's cache.
  await eachInTurn([empty, ...edges], rounds + 1, async ({ name, options, runs }, round) => {
    tellProgress(`round ${round}/${rounds} ${name}`);
    const run = await oneIsolate(options);
    if (round > 0) runs.push(run);
  });
  const told = edges.map(({ mirrors, options: { script }, runs }) => ({
    mirrors,
    scriptBytes: Buffer.byteLength(script),
    ...coldCosts(runs, empty.runs),
  }));
  return {
    json: { cold: told },
    lines: [
      `${rounds} rounds; workerd's processor time, without that of an empty Worker`,
      ...told.flatMap((costs) => [
        `${costs.mirrors} mirrors, a script of ${(costs.scriptBytes / 1000).toFixed(0)} kB with the list:`,
        ...coldLines(costs).map((line) => `  ${line}`),
      ]),
    ],
  };
}

/** An isolate that is started anew in each round. */
interface Cold {
  name: string;
  options: PlainOptions;
  runs: ColdRun[];
}

async function coldEdge(
  views: Views,
  common: Omit<PlainOptions, "script">,
): Promise<Cold & { mirrors: number }> {
  // As it is deployed.
  const { text } = await bundleScript("edge", { views, shape: "short" });
  const mirrors = views.roster.mirrors.length;
  return { name: `${mirrors} mirrors`, mirrors, options: { ...common, script: text }, runs: [] };
}

/** Starts a process, asks it for a few redirects, and ends it. */
async function oneIsolate(options: PlainOptions): Promise<ColdRun> {
  const server = await startPlainWorkerd(options);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const startMs = await settledCpuMs(server.pid);
    let before = startMs;
    const redirectMs: number[] = [];
    for (let at = 0; at < redirects; at++) {
      await redirected(server, agent, loadedPaths[at] ?? "");
      // With what goes on behind the answer: the platform counts it as well.
      const after = await settledCpuMs(server.pid);
      redirectMs.push(after - before);
      before = after;
    }
    return { startMs, redirectMs };
  } finally {
    agent.destroy();
    await server.stop();
  }
}

function redirected({ url, said }: PlainWorkerd, agent: Agent, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}debian/${path}`, { agent, headers }, (answer) => {
      answer.resume().once("end", resolve);
      if (answer.statusCode !== 302) {
        reject(new Error(`${path} answers ${answer.statusCode}. ${said()}`));
      }
    });
    asked.once("error", reject);
    asked.end();
  });
}
