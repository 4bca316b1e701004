/** Runs conformance rows, each with a lab, a service and a directory of its own, and says how each went. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startLab } from "../lab/lab.ts";
import { describe, type Outcome } from "../lab/process.ts";
import { formatRequest } from "../lab/request-log.ts";
import { makeScratch } from "../lab/scratch.ts";
import type { BuiltTrees } from "../lab/trees.ts";
import { labViews } from "../lab/views.ts";
import {
  type Client,
  NotRun,
  type Row,
  type RowContext,
  type RowResult,
  type StartService,
} from "./row.ts";
import { startTap } from "./tap.ts";

export interface RunRowsOptions {
  rows: readonly Row[];
  clients: readonly Client[];
  trees: BuiltTrees;
  startService: StartService;
  /** Is given each result as it comes. */
  done?(result: RowResult): void;
  /** Ends the row that is running; the others are not run. */
  signal?: AbortSignal;
}

const defaultDeadlineMs = 60_000;

/** Runs the rows one after another. Never rejects for a row's sake: what went wrong is in its result. */
export async function runRows(options: RunRowsOptions): Promise<RowResult[]> {
  const versions = new Map<string, string | undefined>();
  for (const client of options.clients) versions.set(client.name, await client.version());
  const results: RowResult[] = [];
  for (const row of options.rows) {
    const client = options.clients.find(({ name }) => name === row.client);
    const version = versions.get(row.client);
    const absent = options.signal?.aborted
      ? "interrupted"
      : missingFor(row, client, version, options.trees);
    const outcome: Pick<RowResult, "result" | "why"> = absent
      ? { result: "not run", why: absent }
      : await runRow(row, options);
    const result = { row: row.row, client: row.client, version: version ?? "", ...outcome };
    results.push(result);
    options.done?.(result);
  }
  return results;
}

function missingFor(
  row: Row,
  client: Client | undefined,
  version: string | undefined,
  trees: BuiltTrees,
): string | undefined {
  if (!client) return `no client ${row.client} in the table of clients`;
  if (version === undefined) {
    return `${client.name} is not installed: apt-get install ${client.packages}`;
  }
  const unbuilt = row.needs && trees.missing[row.needs];
  return unbuilt && `the ${row.needs} repository could not be built: ${unbuilt}`;
}

async function runRow(
  row: Row,
  options: RunRowsOptions,
): Promise<Pick<RowResult, "result" | "why">> {
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
    const lab = await startLab({ trees: options.trees, ...(row.https && { https: () => true }) });
    begun.push(lab);
    const service = await options.startService({
      views: labViews(lab, { verified: row.verified ?? false }),
      ...(row.https && lab.certificate && { https: lab.certificate }),
    });
    begun.push(service);
    const tap = await startTap(service.url);
    begun.push(tap);
    evidence.push(() => {
      const asked = tap.requests.map((one) => `${one.method} ${one.path} -> ${one.status}`);
      const logged = [lab.origin, ...lab.mirrors].flatMap((server) =>
        server.log.requests.map((one) => `${server.name}: ${formatRequest(one)}`),
      );
      return [...last("asked of the service", asked), ...last("asked elsewhere", logged)].join(
        "\n",
      );
    });
    const directory = join(scratch.directory, "root");
    mkdirSync(directory);
    const context: RowContext = {
      lab,
      trees: options.trees,
      service,
      tap,
      directory,
      signal: deadline.signal,
      ran(outcome) {
        outcomes.push(outcome);
        return outcome;
      },
    };
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

function last(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [`${title}: nothing`] : [`${title}:`, ...lines.slice(-20)];
}
