/** An apt repository beside the lab's, with several suites, sources, commands and files: the lab's has one suite of the plainest packages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { Asker } from "../../scripts/judge-packages/asker.ts";
import { writeMadeSuites } from "../../scripts/judge-packages/made-suite.ts";
import { aptOrigin } from "../../scripts/judge-packages/serve.ts";
import { type SuiteFiles, suiteFiles } from "../../scripts/judge-packages/suite-files.ts";
import { indexesOf } from "../../scripts/judge-packages/told-answers.ts";
import { LabServer } from "../lab/server.ts";
import { labViews } from "../lab/views.ts";
import { check, type RowContext } from "./row.ts";

export const madeName = "made";
/** Packages of the first suite: enough for each form of name, few enough to be read in a second. */
const packages = 400;
const seed = 7;
/** Between two looks whether all is read, ms. */
const betweenMs = 250;

export interface MadePackages {
  suites: readonly SuiteFiles[];
  /** Lines of all `Contents`, as path and owners. */
  files: readonly { path: string; owner: string }[];
}

/** Makes the repository, has the service follow it, and runs `use` once all suites are searched. */
export async function withMadePackages(
  context: RowContext,
  use: (made: MadePackages) => Promise<string>,
): Promise<string> {
  const folder = join(context.directory, "made");
  const suites = writeMadeSuites(folder, packages, seed).map(suiteFiles);
  const origin = await aptOrigin(folder, suites);
  const server = new LabServer({ name: "made", host: "127.0.0.1", root: () => origin.directory });
  await server.start();
  try {
    const { roster, catalogue, keys } = labViews(context.lab);
    const repository = {
      name: madeName,
      kind: origin.kind,
      title: "Packages that are made of a seed",
      origin: server.url,
      architectures: ["amd64"],
      roots: origin.roots,
      freshness: {},
      verify: origin.verify,
      keys: origin.keys,
      follow: "always" as const,
      ahead: ["amd64"],
      setup: { suites: origin.suites.join(" "), components: "main" },
    };
    await context.service.publish({
      roster,
      catalogue: { ...catalogue, repositories: [...catalogue.repositories, repository] },
      keys: { ...keys, ...origin.keyFiles },
    });
    await searched(context, origin.suites);
    return await use({ suites, files: suites.flatMap(filesOf) });
  } finally {
    await server.stop();
  }
}

/** Waits until all indexes of all suites are read; ends with the row. */
async function searched(context: RowContext, suites: readonly string[]): Promise<void> {
  const asker = new Asker(context.service.url);
  try {
    for (;;) {
      // Naming the repository is what has it followed. Who names none is answered of what was stored some seconds ago.
      const told = await Promise.all(
        suites.map((suite) => indexesOf({ asker, repository: madeName, suite })),
      );
      const isRead = told.every((indexes) => indexes?.every(({ isRead }) => isRead) ?? false);
      if (isRead && (await suitesOfAll(asker)) === suites.length) return;
      check(!context.signal.aborted, "the suites were not read");
      await pause(betweenMs);
    }
  } finally {
    asker.end();
  }
}

/** How many suites of the repository answer a question that names none. */
async function suitesOfAll(asker: Asker): Promise<number> {
  // Another question each time, as answers are held.
  const { text } = await asker.ask(`api/v1/packages?q=near${asker.asked}&limit=1`);
  const snapshots: unknown = Reflect.get(Object(JSON.parse(text)), "snapshots");
  return Array.isArray(snapshots)
    ? snapshots.filter(({ repository }) => repository === madeName).length
    : 0;
}

function filesOf({ contents }: SuiteFiles): { path: string; owner: string }[] {
  return contents.flatMap((file) =>
    gunzipSync(readFileSync(file))
      .toString()
      .split("\n")
      .flatMap((line) => {
        // A path may have blanks; owners can't.
        const [, path = "", owners = ""] = /^(.*\S)\s+(\S+)$/.exec(line) ?? [];
        return owners
          .split(",")
          .filter((owner) => owner !== "")
          .map((owner) => ({ path, owner: owner.slice(owner.lastIndexOf("/") + 1) }));
      }),
  );
}
