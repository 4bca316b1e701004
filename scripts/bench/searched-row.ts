/** `npm run bench -- --searched`: redirects of a service whose packages are searched, beside one that reads none of them. */
import { setTimeout as pause } from "node:timers/promises";
import { Asker } from "../judge-packages/asker.ts";
import { indexesOf } from "../judge-packages/told-answers.ts";
import { atOnceLines, atOnceReport } from "./at-once-report.ts";
import type { Contest } from "./contests.ts";
import { loadedPaths, packages } from "./load.ts";
import { loadCpu, measureAtOnce } from "./measure.ts";
import type { Row, RowOptions, Told } from "./row.ts";
import {
  listOf,
  snapshotMade,
  startedOn,
  startedVars,
  startListing,
  suiteName,
  tells,
} from "./started-contest.ts";

export const searchedRow: Row = {
  help: "redirects with packages and files searched, and with PACKAGE_SEARCH=off, both loaded at once",
  needsWrk: true,
  measure,
};

const [searched, unsearched] = ["searched", "not searched"] as const;
/** Files of each package in `Contents`: with 10,000 packages enough that they are read in pieces. */
const filesEach = 20;
/** Reading 10,000 packages with their files on a busy machine, ms. */
const readWithinMs = 120_000;
/** Between two looks whether they are read, ms. */
const betweenMs = 250;

async function measure(options: RowOptions): Promise<Told> {
  const origin = await startListing(loadCpu, { "main/Contents-amd64": contents() });
  try {
    const views = listOf(origin.port);
    const startWith = (search: "all" | "off", ready: (url: string) => Promise<void>) => ({
      script: "",
      tells,
      start: (cpu: number) =>
        startedOn(cpu, { views, vars: { ...startedVars, PACKAGE_SEARCH: search }, ready }),
    });
    const contest: Contest = {
      servers: new Map([
        [searched, startWith("all", allRead)],
        [unsearched, startWith("off", snapshotMade)],
      ]),
      pairs: [[searched, unsearched]],
      atOnce: true,
      asks: packages,
    };
    const pairs = await measureAtOnce(contest, options);
    const told = atOnceReport(pairs);
    const unexpected = pairs
      .flatMap(({ runs }) => runs.flat())
      .reduce((sum, run) => sum + run.unexpected, 0);
    return {
      json: { searched: told },
      lines: atOnceLines(told, options),
      ...(unexpected > 0 && {
        fault: `${unexpected} answers were no redirects: these figures mean nothing.`,
      }),
    };
  } finally {
    await origin.stop();
  }
}

/** Of all packages that are asked for, as apt's `Contents`. */
function contents(): string {
  const lines = loadedPaths.flatMap((path) => {
    const name = path.split("/").at(-2) ?? "";
    return Array.from({ length: filesEach }, (_, at) => `usr/share/${name}/${at} libs/${name}\n`);
  });
  return lines.toSorted().join("");
}

/** Has the snapshot made, and waits until packages and files of it are searched. */
async function allRead(url: string): Promise<void> {
  await snapshotMade(url);
  const asker = new Asker(url);
  const until = performance.now() + readWithinMs;
  try {
    for (;;) {
      const indexes = await indexesOf({ asker, repository: "debian", suite: suiteName });
      const roles = indexes?.filter(({ isRead }) => isRead).map(({ role }) => role) ?? [];
      if (roles.includes("packages") && roles.includes("files")) return;
      if (performance.now() > until) {
        throw new Error(`the started service has read only: ${roles.join(", ") || "nothing"}`);
      }
      await pause(betweenMs);
    }
  } finally {
    asker.end();
  }
}
