/** Runs conformance rows, each with a lab, a service and a directory of its own, and says how each went. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Certificates } from "../lab/certificates.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { startNginx } from "../lab/nginx.ts";
import { labProbing } from "../lab/probing.ts";
import { describe, type Outcome } from "../lab/process.ts";
import { formatRequest } from "../lab/request-log.ts";
import { makeScratch } from "../lab/scratch.ts";
import type { BuiltTrees } from "../lab/trees.ts";
import { labViews } from "../lab/views.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { allUp, nearest } from "./observe.ts";
import {
  type Client,
  NotRun,
  type Row,
  type RowContext,
  type RowOutcome,
  type RowResult,
  type Service,
  type StartService,
} from "./row.ts";
import { startTap } from "./tap.ts";

export interface RunRowsOptions {
  rows: readonly Row[];
  clients: readonly Client[];
  /** Whose programs the clients are. Default: this machine's. */
  machine?: Machine;
  trees: BuiltTrees;
  startService: StartService;
  /** What rows with https show; the service's process trusts their authority. */
  certificates?: Certificates;
  /** Runs each row that is compared against a plain redirector to the nearest mirror as well. */
  againstPlain?: boolean;
  /** Rows at a time. They wait most of the time. Default 1. */
  atOnce?: number;
  /** Is given each result as it comes. */
  done?(result: RowResult): void;
  /** Ends the rows that are running; the others are not run. */
  signal?: AbortSignal;
}

const defaultDeadlineMs = 60_000;

/** Where all clients are: near mirror1, which is `nearest`. */
const ownPlace = "DE 50.11 8.68";

/** As `labProbing`, and more often still: nothing else runs in a row. */
const rowProbing = { ...labProbing, PROBE_SECONDS: "2", PROBE_CHANGING_SECONDS: "1" };

/** Runs all rows. Never rejects for a row's sake: what went wrong is in its result. In the rows' order. */
export async function runRows(options: RunRowsOptions): Promise<RowResult[]> {
  const versions = new Map<string, string | undefined>();
  const { machine = thisMachine } = options;
  for (const client of options.clients) versions.set(client.name, await client.version(machine));
  const results: (RowResult | undefined)[] = options.rows.map(() => undefined);
  const left = options.rows.entries();
  const work = async () => {
    for (const [at, row] of left) {
      const result = await resultOf(row, versions.get(row.client), options);
      results[at] = result;
      options.done?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce ?? 1 }, work));
  return results.filter((result) => result !== undefined);
}

async function resultOf(
  row: Row,
  version: string | undefined,
  options: RunRowsOptions,
): Promise<RowResult> {
  const client = options.clients.find(({ name }) => name === row.client);
  const absent = options.signal?.aborted
    ? "interrupted"
    : missingFor(row, client, version, options);
  const about = {
    row: row.row,
    ...(row.promise !== undefined && { promise: row.promise }),
    client: row.client,
    version: version ?? "",
  };
  if (absent) return { ...about, result: "not run", why: absent };
  const outcome = await runRow(row, options, false);
  const isCompared = row.compared && options.againstPlain;
  return {
    ...about,
    ...outcome,
    ...(isCompared && { plain: await runRow(row, options, true) }),
  };
}

function missingFor(
  row: Row,
  client: Client | undefined,
  version: string | undefined,
  { trees, machine = thisMachine }: RunRowsOptions,
): string | undefined {
  if (!client) return `no client ${row.client} in the table of clients`;
  if (version === undefined) return machine.lacks(client.name, client.packages);
  const unbuilt = row.needs && trees.missing[row.needs];
  return unbuilt && `the ${row.needs} repository could not be built: ${unbuilt}`;
}

async function runRow(row: Row, options: RunRowsOptions, plain: boolean): Promise<RowOutcome> {
  const begun: { stop(): Promise<void> }[] = [];
  const outcomes: Outcome[] = [];
  const evidence: (() => string)[] = [];
  const deadlineMs = row.deadlineMs ?? defaultDeadlineMs;
  const deadline = new AbortController();
  const scratch = makeScratch("row");
  const abort = () => deadline.abort();
  const timer = setTimeout(abort, deadlineMs);
  options.signal?.addEventListener("abort", abort, { once: true });
  const late = new Promise<never>((_, reject) => {
    deadline.signal.addEventListener("abort", () =>
      reject(
        new Error(options.signal?.aborted ? "interrupted" : `not finished after ${deadlineMs} ms`),
      ),
    );
  });
  // The abort below rejects it as well, when nobody may be waiting any more.
  late.catch(() => {});
  try {
    const { trees, certificates, machine = thisMachine } = options;
    const lab = await startLab({
      trees,
      ...(row.https && { https: () => true, ...(certificates && { certificates }) }),
    });
    begun.push(lab);
    const service = plain
      ? await startPlain(lab, join(scratch.directory, "nginx"))
      : await options.startService({
          views: labViews(lab, { verified: row.verified ?? false }),
          vars: { OWN_PLACE: ownPlace, ...(row.probed && rowProbing), ...row.vars },
          ...(row.https && lab.certificate && { https: lab.certificate }),
        });
    begun.push(service);
    const tap = await startTap(service.url);
    begun.push(tap);
    evidence.push(() => {
      const asked = tap.requests.map(({ method, path, headers: { range }, status }) => {
        const part = range === undefined ? "" : ` [${range}]`;
        return `${method} ${path}${part} -> ${status}`;
      });
      const logged = [lab.origin, ...lab.mirrors].flatMap((server) =>
        server.log.requests
          .filter(({ headers }) => !/Probe/.test(headers["user-agent"] ?? ""))
          .map((one) => `${server.name}: ${formatRequest(one)}`),
      );
      return [...last("asked of the service", asked), ...last("asked elsewhere", logged)].join(
        "\n",
      );
    });
    const directory = join(scratch.directory, "root");
    mkdirSync(directory);
    const context: RowContext = {
      lab,
      client: row.client,
      machine,
      trees,
      service,
      plain,
      tap,
      directory,
      deadlineMs,
      signal: deadline.signal,
      ran(outcome) {
        outcomes.push(outcome);
        return outcome;
      },
    };
    if (row.probed && !plain) await Promise.race([allUp(context), late]);
    const why = await Promise.race([row.run(context), late]);
    return { result: "passed", why };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof NotRun) return { result: "not run", why: message };
    const shown = [message, ...outcomes.slice(-2).map((outcome) => describe(outcome))];
    return { result: "failed", why: [...shown, ...evidence.map((tell) => tell())].join("\n") };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
    // Ends what the row may have left running after its deadline.
    deadline.abort();
    for (const started of begun.reverse()) await started.stop();
    scratch.remove();
  }
}

/** nginx that redirects everything to the nearest mirror, whatever state that is in. */
async function startPlain(lab: Lab, scratch: string): Promise<Service> {
  const mirror = lab.mirror(nearest).url.replace(/\/$/, "");
  const nginx = await startNginx(`return 302 ${mirror}$request_uri;`, scratch);
  return {
    ...nginx,
    publish: () => Promise.reject(new Error("a plain redirector has no views")),
  };
}

function last(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [`${title}: nothing`] : [`${title}:`, ...lines.slice(-20)];
}
