/** `npm run bench -- --growth`: what a redirect costs with ever more mirrors and clients, and what memory does. */
import { writeFileSync } from "node:fs";
import { root } from "../../service/bundle.ts";
import { constantWorker } from "../constant.ts";
import { unexpectedIn } from "../contest-report.ts";
import { type Contestant, constant, edge } from "../contests.ts";
import type { LoadResult } from "../load.ts";
import { loadedPaths } from "../load.ts";
import { measureInTurn } from "../measure.ts";
import { benchRosters } from "../rosters.ts";
import type { Row, RowOptions, Told } from "../row.ts";
import { standIns } from "../stand-ins.ts";
import { compared } from "../summary.ts";
import { growthPicture } from "./growth-picture.ts";
import { type Growth, type GrowthPoint, grownMib, growthLines } from "./growth-report.ts";
import { growthPaths, measureMemoryGrowth } from "./memory-growth.ts";

export const growthRow: Row = {
  help: "20 to 3,000 mirrors, 100 to --clients (1000000) clients, and memory after them and 50,000 files; --picture FILE draws it",
  needsWrk: true,
  measure,
};

const mirrorCounts = [20, 100, 300, 1_000, 3_000];
/** Where the other axis is counted. */
const fixed = { mirrors: 1_000, clients: 10_000 };

async function measure(options: RowOptions): Promise<Told> {
  const { mostClients, connections, picture } = options;
  const rosters = await benchRosters(root, mirrorCounts);
  const views = rosters.get(fixed.mirrors);
  if (views === undefined) throw new Error(`there is no roster of ${fixed.mirrors} mirrors`);
  const sized = new Map<number, Contestant>();
  for (const [count, one] of rosters) sized.set(count, await edge(one));
  const mirrors = await alongAxis(sized, { ...options, clients: fixed.clients });
  const one = await edge(views);
  const clientCounts = [...new Set([100, 10_000, mostClients])].filter(
    (count) => count <= mostClients,
  );
  const byCount = new Map(clientCounts.map((clients) => [clients, { ...one, clients }]));
  const clients = await alongAxis(byCount, options);
  const ours = { ...one, standIns: await standIns([...loadedPaths, ...growthPaths]) };
  const how = { clients: mostClients, connections };
  const growth: Growth = {
    byMirrors: mirrors.points,
    byClients: clients.points,
    fixed,
    memory: {
      ours: await measureMemoryGrowth(ours, { ...how, name: "ours" }),
      constant: await measureMemoryGrowth({ script: constantWorker }, { ...how, name: constant }),
    },
  };
  if (picture !== undefined) writeFileSync(picture, growthPicture(growth));
  const unexpected = mirrors.unexpected + clients.unexpected;
  const { rounds, seconds } = options;
  return {
    json: { growth: { ...growth, grownMib: grownMib(growth.memory.ours) } },
    lines: [
      `${rounds} rounds of ${seconds} s, ${connections} connections`,
      ...growthLines(growth),
      ...(picture === undefined ? [] : [`The picture is in ${picture}.`]),
    ],
    ...(unexpected > 0 && {
      fault: `${unexpected} answers were no redirects: these figures mean nothing.`,
    }),
  };
}

/** All of an axis, and the constant Worker beside them. */
async function alongAxis(
  counted: ReadonlyMap<number, Contestant>,
  options: RowOptions,
): Promise<{ points: GrowthPoint[]; unexpected: number }> {
  const servers = new Map<string, Contestant>([[constant, { script: constantWorker }]]);
  for (const [count, contestant] of counted) servers.set(String(count), contestant);
  const results = await measureInTurn({ servers, pairs: [] }, options);
  const base = results.get(constant) ?? [];
  const points = [...counted.keys()].map((count) => point(count, results.get(String(count)), base));
  return { points, unexpected: unexpectedIn(results) };
}

function point(count: number, runs: readonly LoadResult[] = [], base: readonly LoadResult[] = []) {
  return {
    count,
    rps: runs.map(({ rps }) => rps),
    cpuUs: runs.map(({ cpuUs }) => cpuUs),
    rpsRatios: compared(runs, base, ({ rps }) => rps),
    cpuRatios: compared(runs, base, ({ cpuUs }) => cpuUs),
  };
}
