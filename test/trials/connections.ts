/** Idle and slow connections in numbers, at a service that others download from: nobody is locked out, nobody waits long. */
import { join } from "node:path";
import { median } from "../../scripts/bench/summary.ts";
import { holdConnections } from "./connections-held.ts";
import { type Asked, askSteadily, quantile } from "./started-clients.ts";
import { startedField } from "./started-field.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const idle = 1_100;
const slow = 100;
const clients = 200;
const perSecond = 300;
/** The usual soft limit of open files of a shell; the service has to raise it for itself. */
const openFiles = 1024;
/** Quiet and loaded times in turn, and a quiet one at the end: what else the machine does meets both. */
const turns = { short: 2, whole: 4 } as const;
const phaseMs = { short: 5_000, whole: 10_000 } as const;
/** Of requests that come first: the code is compiled, files are looked at. */
const warmUpMs = 4_000;
/** With the connections on, against the quiet times: medians of each time's p99. */
const mostSlower = 2;
/** Slow readers are sent what fits between them and the service, some megabytes each, ms. */
const settleMs = 3_000;
/** Connections are counted this often, ms. */
const countMs = 500;
/** Every tenth request is for metadata. */
const metadataEvery = 10;

async function run({ length, progress, signal }: TrialContext): Promise<TrialResult> {
  const field = await startedField();
  const service = await field.start(join(field.scratch.directory, "store"), { openFiles });
  try {
    const bases = field.lab.mirrors.map(({ url }) => url);
    const options = {
      url: service.url,
      clients,
      perSecond,
      path: (count: number) =>
        count % metadataEvery === 0
          ? field.index
          : (field.packages[(count * 7) % field.packages.length] ?? ""),
      isRight: (status: number, location: string) =>
        status === 200 || (status === 302 && bases.some((base) => location.startsWith(base))),
    };
    const phase = async (name: string): Promise<Asked> => {
      progress(name);
      signal.throwIfAborted();
      return askSteadily(options, phaseMs[length]);
    };
    await askSteadily(options, warmUpMs);
    const quiet: Asked[] = [await phase("quiet")];
    const loaded: Asked[] = [];
    const open: number[] = [];
    let again = 0;
    for (let turn = 1; turn <= turns[length]; turn++) {
      progress("opening connections");
      const held = await holdConnections({
        port: service.port,
        from: "127.0.0.2",
        idle,
        slow,
        large: field.large,
      });
      // What opening them all at once costs is over.
      await askSteadily(options, settleMs);
      const counting = setInterval(() => open.push(held.open()), countMs);
      loaded.push(await phase(`with idle and slow connections, ${turn} of ${turns[length]}`));
      clearInterval(counting);
      again += held.again();
      held.end();
      quiet.push(await phase("quiet again"));
    }
    const p99 = (phases: readonly Asked[]) =>
      median(phases.map(({ latencies }) => quantile(latencies, 0.99)));
    const p50 = (phases: readonly Asked[]) =>
      median(phases.map(({ latencies }) => quantile(latencies, 0.5)));
    const [quietP99, loadedP99] = [p99(quiet), p99(loaded)];
    const usuallyOpen = median(open);
    const answers = loaded.reduce((sum, one) => sum + one.answers, 0);
    const asked = loaded.reduce((sum, one) => sum + one.latencies.length, 0);
    const evidence = [
      ...[...quiet, ...loaded].flatMap(({ wrong }) => wrong),
      ...(loadedP99 > mostSlower * quietP99
        ? [`p99 ${loadedP99.toFixed(1)} ms with the connections, ${quietP99.toFixed(1)} without`]
        : []),
      ...(usuallyOpen < 0.9 * (idle + slow)
        ? [`only ${usuallyOpen} of ${idle + slow} connections were open`]
        : []),
      ...(service.processes().length === 0 ? ["the service has ended"] : []),
    ];
    const round = (value: number) => Math.round(value * 10) / 10;
    return {
      trial: "connections",
      passed: evidence.length === 0,
      why:
        evidence[0] ??
        `${answers} of ${asked} served beside ${usuallyOpen} connections, p99 ${round(loadedP99 / quietP99)} times the quiet one's`,
      figures: {
        connectionsOpen: usuallyOpen,
        connectionsOpenedAgain: again,
        answersPerSecond: round((answers * 1000) / (phaseMs[length] * turns[length])),
        quietP50Ms: round(p50(quiet)),
        loadedP50Ms: round(p50(loaded)),
        quietP99Ms: round(quietP99),
        loadedP99Ms: round(loadedP99),
        openFilesAtStart: openFiles,
      },
      evidence,
    };
  } finally {
    await service.stop();
    await field.stop();
  }
}

export const connectionsTrial: Trial = {
  name: "connections",
  says: `${idle} idle and ${slow} slow connections while ${clients} clients ask ${perSecond} times a second`,
  deadlineMs: { short: 120_000, whole: 240_000 },
  run,
};
