/** Idle and slow connections in numbers, at a service that others download from: nobody is locked out, nobody waits long. */
import { join } from "node:path";
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
const phaseMs = { short: 8_000, whole: 30_000 } as const;
/** Of requests that come first: the code is compiled, files are looked at. */
const warmUpMs = 4_000;
/** With the connections, against the quiet times. */
const mostSlower = 2;
/** What held connections leave behind when they end may not slow others down: against the quiet time before. */
const mostAfter = 2;
/** Of what else the machine does, ms. */
const graceMs = 50;
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
    const before = await phase("quiet");
    progress("opening connections");
    const held = await holdConnections({
      port: service.port,
      from: "127.0.0.2",
      idle,
      slow,
      large: field.large,
    });
    const loaded = await phase("with idle and slow connections");
    const open = held.open();
    const again = held.again();
    held.end();
    const after = await phase("quiet again");
    const quietP99 = Math.max(
      quantile(before.latencies, 0.99),
      Math.min(quantile(after.latencies, 0.99), graceMs),
    );
    const loadedP99 = quantile(loaded.latencies, 0.99);
    const evidence = [
      ...[before, loaded, after].flatMap(({ wrong }) => wrong),
      ...(loadedP99 > mostSlower * quietP99
        ? [`p99 ${loadedP99.toFixed(1)} ms with the connections, ${quietP99.toFixed(1)} without`]
        : []),
      ...(quantile(after.latencies, 0.99) > mostAfter * quantile(before.latencies, 0.99) + graceMs
        ? [`p99 ${quantile(after.latencies, 0.99).toFixed(1)} ms after the connections are gone`]
        : []),
      ...(open < 0.9 * (idle + slow)
        ? [`only ${open} of ${idle + slow} connections were open`]
        : []),
      ...(service.processes().length === 0 ? ["the service has ended"] : []),
    ];
    const round = (value: number) => Math.round(value * 10) / 10;
    return {
      trial: "connections",
      passed: evidence.length === 0,
      why:
        evidence[0] ??
        `${loaded.answers} of ${loaded.latencies.length} served beside ${open} connections, p99 ${round(loadedP99 / quietP99)} times the quiet one's`,
      figures: {
        connectionsOpen: open,
        connectionsOpenedAgain: again,
        answersPerSecond: round(loaded.answers / (phaseMs[length] / 1000)),
        quietP50Ms: round(quantile(before.latencies, 0.5)),
        quietP99Ms: round(quantile(before.latencies, 0.99)),
        loadedP50Ms: round(quantile(loaded.latencies, 0.5)),
        loadedP99Ms: round(loadedP99),
        quietAgainP99Ms: round(quantile(after.latencies, 0.99)),
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
