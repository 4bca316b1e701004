/** `npm run bench -- --open-loop`: how long clients wait at 70 % of each server's own peak. */
import type { PlainWorkerd } from "../../service/workerd.ts";
import { constant, sizes } from "../contests.ts";
import { apt, type LoadResult, load, packages, writeLoad } from "../load.ts";
import { eachInTurn, loadCpu, tellProgress, withServers } from "../measure.ts";
import type { Row, RowOptions, Told } from "../row.ts";
import { median } from "../summary.ts";
import { type Loader, startLoader } from "./loader.ts";
import { loaderSpeed, type OwnSpeed } from "./own-speed.ts";
import type { OpenLoopResult } from "./run-load.ts";
import { ratesOf } from "./schedule.ts";
import { openLoopLines, type ServerRuns, waitsOf } from "./waits.ts";

/** Of the contest by sizes, those that are asked here. */
const asked = [constant, "same answer", "1000 mirrors"];

/** Load before each that counts, s. */
const warmUpSeconds = 1;

export const openLoopRow: Row = {
  help: "latency with 1,000 mirrors at 70 % of each server's own peak, each request at a fixed moment",
  needsWrk: true,
  measure,
};

async function measure(options: RowOptions): Promise<Told> {
  const { servers: all } = await sizes();
  const servers = new Map([...all].filter(([name]) => asked.includes(name)));
  const subject = { clients: options.clients, userAgent: apt, paths: packages.paths };
  const loader = startLoader(subject, loadCpu);
  try {
    tellProgress("what the loader itself can send");
    const own = await loaderSpeed(loader);
    const runs = new Map<string, ServerRuns>();
    let share = 0;
    await withServers({ servers }, async (running) => {
      const peaks = await peaksOf(running, options);
      const peak = (name: string) => median((peaks.get(name) ?? []).map(({ rps }) => rps));
      const rates = ratesOf(
        new Map([...running.keys()].map((name) => [name, peak(name)])),
        own.perSecond,
      );
      share = rates.share;
      for (const name of running.keys()) {
        const perSecond = rates.perSecond.get(name) ?? 0;
        runs.set(name, { perSecond, peaks: peaks.get(name) ?? [], loads: [] });
      }
      await eachInTurn([...running], options.rounds, async ([name, server], round) => {
        tellProgress(`${name}, round ${round + 1}/${options.rounds} at its rate`);
        const one = runs.get(name);
        if (one === undefined) return;
        await openLoad(loader, server, {
          ...options,
          perSecond: one.perSecond,
          seconds: warmUpSeconds,
        });
        one.loads.push(await openLoad(loader, server, { ...options, perSecond: one.perSecond }));
      });
    });
    return told(runs, { options, share, own });
  } finally {
    loader.end();
  }
}

/** At saturation, by wrk. */
async function peaksOf(
  running: ReadonlyMap<string, PlainWorkerd>,
  { rounds, seconds, clients, connections }: RowOptions,
): Promise<Map<string, LoadResult[]>> {
  const script = await writeLoad(clients);
  const peaks = new Map<string, LoadResult[]>();
  // Round 0 warms the code and the caches of every server.
  await eachInTurn([...running], rounds + 1, async ([name, server], round) => {
    tellProgress(`${name}, round ${round}/${rounds} of its peak`);
    const how = { connections, cpu: loadCpu };
    await load(server, script, { ...how, seconds: warmUpSeconds });
    if (round === 0) return;
    const result = await load(server, script, { ...how, seconds });
    peaks.set(name, [...(peaks.get(name) ?? []), result]);
  });
  return peaks;
}

function openLoad(
  loader: Loader,
  { port }: PlainWorkerd,
  { perSecond, seconds, connections }: RowOptions & { perSecond: number },
): Promise<OpenLoopResult> {
  const count = Math.max(1, Math.round(perSecond * seconds));
  return loader.load({ port, connections, count, perSecond, status: packages.status });
}

function told(
  runs: ReadonlyMap<string, ServerRuns>,
  { options, share, own }: { options: RowOptions; share: number; own: OwnSpeed },
): Told {
  const waits = waitsOf(runs, constant);
  const { rounds, seconds, clients, connections } = options;
  const of = [...runs.values()];
  const unexpected = of
    .flatMap(({ peaks, loads }) => [...peaks, ...loads])
    .reduce((sum, one) => sum + one.unexpected, 0);
  return {
    json: { openLoop: { share, loader: own, servers: waits } },
    lines: [
      `${rounds} rounds of ${seconds} s, ${clients} client addresses, ${connections} connections, one request at a time on each`,
      ...openLoopLines(waits, { share, own }),
    ],
    ...(unexpected > 0 && {
      fault: `${unexpected} answers were no redirects, or never came: these figures mean nothing.`,
    }),
  };
}
