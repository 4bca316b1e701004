/** `npm run test:clients`: real package managers against the service and the lab, one row a check. */

import { parseArgs, styleText } from "node:util";
import { clients } from "../test/clients/clients.ts";
import type { RowResult } from "../test/clients/row.ts";
import { rows } from "../test/clients/rows.ts";
import { runRows } from "../test/clients/run-rows.ts";
import { buildTrees } from "../test/lab/trees.ts";
import { startService } from "./service.ts";

const usage = `npm run test:clients -- [--json] [--require] [--only ROW]...

  --only ROW   only rows whose name is or begins with ROW; may be given several times
  --json       print an array of {row, client, version, result, why} and nothing else
  --require    a row that isn't run is a failure too
`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    require: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const wanted = rows.filter(
    ({ row }) => values.only.length === 0 || values.only.some((start) => row.startsWith(start)),
  );
  if (wanted.length === 0) {
    const names = rows.map(({ row }) => row).join(" ");
    process.stderr.write(`No row ${values.only.join(", ")}. There are: ${names}\n`);
    return 2;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupted.abort());
  }
  const trees = await buildTrees();
  try {
    const results = await runRows({
      rows: wanted,
      clients,
      trees,
      startService,
      signal: interrupted.signal,
      done: (result) => {
        if (!values.json) process.stdout.write(line(result));
      },
    });
    process.stdout.write(
      values.json ? `${JSON.stringify(results, undefined, 2)}\n` : summary(results),
    );
    const bad = results.filter(
      ({ result }) => result === "failed" || (values.require && result === "not run"),
    );
    return bad.length > 0 ? 1 : 0;
  } finally {
    trees.remove();
  }
}

function line({ row, client, version, result, why }: RowResult): string {
  const [first = "", ...evidence] = why.split("\n");
  const colour = result === "passed" ? "green" : result === "failed" ? "red" : "yellow";
  const marked = styleText(colour, result.padEnd(8), { stream: process.stdout });
  const head = `${row.padEnd(28)} ${`${client} ${version}`.padEnd(14)} ${marked} ${first}\n`;
  return result === "failed" ? head + evidence.map((text) => `    ${text}\n`).join("") : head;
}

function summary(results: RowResult[]): string {
  const count = (result: RowResult["result"]) =>
    results.filter((one) => one.result === result).length;
  const notRun = [
    ...new Set(
      results
        .filter(({ result }) => result === "not run")
        .map(({ client, why }) => `${client}: ${why}`),
    ),
  ];
  const missing = notRun.map((why) => `  not run: ${why}\n`).join("");
  return `\n${count("passed")} passed, ${count("failed")} failed, ${count("not run")} not run\n${missing}`;
}
