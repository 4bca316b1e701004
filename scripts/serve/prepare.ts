/** What a service is started with, put into workerd's folder: the compiled list and, once, the scripts. */
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { withVersion } from "../mirrors/list-version.ts";
import { viewsModule } from "../service/bundle.ts";
import { networkOf } from "../service/network.ts";
import { putScripts } from "../service/service-scripts.ts";
import { listToServe } from "./list-to-serve.ts";
import type { Prepared, PreparedList, Told, ToPrepare } from "./prepare-apart.ts";

/** Does it in this process. Rejects when the list can't be read, or a script can't be built. */
export async function prepare(asked: ToPrepare): Promise<Prepared> {
  const { list, kept, folder, version } = asked;
  const [{ views, errors, notKept }] = await Promise.all([
    listToServe(list, Date.now(), kept),
    ...(asked.scripts ? [putScripts(folder)] : []),
  ]);
  if (views === undefined) return { errors };
  const file = join(folder, viewsModule);
  await writeFile(`${file}.new`, JSON.stringify(withVersion(views, version)));
  await rename(`${file}.new`, file);
  return {
    list: preparedList(views, version),
    errors,
    ...(notKept !== undefined && { notKept }),
  };
}

function preparedList(views: Views, version: number): PreparedList {
  const { mirrors } = views.roster;
  return {
    version,
    builtAt: views.roster.version,
    mirrors: mirrors.length,
    repositories: views.catalogue.repositories.map(({ name, kind, setup }) => ({
      name,
      kind,
      mirrors: mirrors.filter((mirror) => mirror.carries[name] !== undefined).length,
      ...(setup.example !== undefined && { example: setup.example }),
    })),
    network: networkOf(views),
  };
}

/** The other process: prepares what it is told to, and tells what came of it. @returns the exit status */
export async function prepareAsTold(): Promise<number> {
  const [asked]: ToPrepare[] = await once(process, "message");
  if (asked === undefined) return 1;
  const told: Told = await prepare(asked).then(
    (prepared) => ({ prepared }),
    (error: unknown) => ({ reason: error instanceof Error ? error.message : String(error) }),
  );
  await new Promise((resolve) => process.send?.(told, resolve));
  process.disconnect();
  return 0;
}
