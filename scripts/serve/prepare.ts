/** The list that a service is started with, and once the scripts, put into workerd's folder. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { givenListText } from "../../worker/list/given-list.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { readViews } from "../../worker/views/views.ts";
import { takeVersion, withVersion } from "../mirrors/list-version.ts";
import { ValueCache } from "../mirrors/value-cache.ts";
import { viewsModule } from "../service/bundle.ts";
import { networkOf } from "../service/network.ts";
import { entriesFile } from "../service/run-folder.ts";
import { putScripts } from "../service/service-scripts.ts";
import { listToServe } from "./list-to-serve.ts";
import type { Prepared, PreparedList, ToPrepare } from "./prepare-apart.ts";

/** Does it in this process. Rejects when the list can't be read, or a script can't be built. */
export async function prepare(asked: ToPrepare): Promise<Prepared> {
  const { list, kept, values, folder, store } = asked;
  const scripts = asked.scripts ? putScripts(folder) : undefined;
  if (asked.isOwn) {
    const own = readViews(await readFile(join(folder, viewsModule), "utf8"));
    await scripts;
    return { list: preparedList(own, own.catalogue.version), errors: [] };
  }
  const version = await takeVersion(store, Date.now());
  const [{ views, entries, errors, notKept }] = await Promise.all([
    listToServe(list, Date.now(), kept, values === undefined ? undefined : new ValueCache(values)),
    scripts,
  ]);
  if (views === undefined) return { errors };
  const put = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  if (entries === undefined) await rm(join(folder, entriesFile), { force: true });
  else await put(entriesFile, givenListText({ version, entries }));
  await put(viewsModule, JSON.stringify(withVersion(views, version)));
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
