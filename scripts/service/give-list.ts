/** How a started service comes by the files' list, and whether it wants one at all. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isServicesOwn } from "../../worker/list/list-owner.ts";
import {
  listEntriesKey,
  listOwnerKey,
  listProblemKey,
  viewsKey,
} from "../../worker/views/views-key.ts";
import { askText } from "./ask-text.ts";
import type { Control } from "./control.ts";
import type { Network } from "./network.ts";
import { configFiles, entriesFile } from "./run-folder.ts";

/** Views that are in workerd's folder, in a file that `configFiles` names. */
export interface ViewsInFolder {
  version: number;
  network: Network;
}

/** What the launcher does with lists while the service runs. */
export interface ListCalls {
  /**
   * Puts the files' new list, which is in workerd's folder, into the store and waits until the edge decides by it. Where the service has come to keep
   * its list itself meanwhile, that one is in force again soon.
   */
  publish(views: ViewsInFolder): Promise<void>;
  /** Whether the service keeps its list itself: then no other may be published. */
  hasOwnList(): Promise<boolean>;
  /** Says to the service's alarms why the list on disk is not what is served; undefined: it is. */
  noteList(problem: string | undefined): Promise<void>;
}

/** How long new views may take to be seen, ms; the edge looks every `VIEWS_REFRESH_SECONDS`. */
const publishDeadlineMs = 10_000;
/** Of `/api/v1/health`: it comes at once, and a thousand alarms have less. */
const healthAnswer = { withinMs: publishDeadlineMs, mostBytes: 4 * 1024 * 1024 } as const;
/** @param folder workerd's */
export function listCalls(url: string, control: Control, folder: string): ListCalls {
  const hasOwnList = async () => isServicesOwn(await control.get(listOwnerKey));
  return {
    hasOwnList,
    async publish({ version }) {
      await giveEntries(control, folder);
      await control.put(viewsKey, await readFile(join(folder, configFiles.views)));
      // Somebody changed the list there at this very moment: that one is given out again.
      if (await hasOwnList()) await control.minute();
      else await seen(url, version);
    },
    async noteList(problem) {
      if (problem === undefined) await control.delete(listProblemKey);
      else await control.put(listProblemKey, problem);
    },
  };
}

/**
 * Gives a service that has started the files' list: its entries, and no views, since its scripts have them. Views of a
 * start before would be older. A service that keeps its list itself is given nothing.
 */
export async function giveList(control: Control, folder: string): Promise<void> {
  if (isServicesOwn(await control.get(listOwnerKey))) return;
  await giveEntries(control, folder);
  await control.delete(viewsKey);
}

async function giveEntries(control: Control, folder: string): Promise<void> {
  const file = join(folder, entriesFile);
  if (existsSync(file)) await control.put(listEntriesKey, await readFile(file));
  else await control.delete(listEntriesKey);
}

/** Asks the edge until it has that roster: asking is also what makes it look. */
async function seen(url: string, version: number): Promise<void> {
  const deadline = Date.now() + publishDeadlineMs;
  while (Date.now() < deadline) {
    const { status, text } = await askText({ url: `${url}api/v1/health`, ...healthAnswer });
    if (status === 200 && listVersion(JSON.parse(text)) === version) return;
    await setTimeout(50);
  }
  throw new Error(`the edge has not taken roster ${version} within ${publishDeadlineMs} ms`);
}

/** Of `/api/v1/health`: the version of the list that the edge decides by. */
function listVersion(health: unknown): unknown {
  const roster: unknown = Reflect.get(Object(health), "roster");
  return Reflect.get(Object(roster), "list");
}
