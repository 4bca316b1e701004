/**
 * What a start does before workerd runs: reads settings, opens the store, makes the service ready. Done by a process of its
 * own, which ends: the launcher, which stays, has nothing of it.
 */
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { momentText } from "../../worker/list/moment.ts";
import type { Problem } from "../../worker/list/problem.ts";
import { restoringFolder } from "../backup/restore.ts";
import { type Log, processLog } from "../log/log.ts";
import { builtViewsFile } from "../mirrors/built-views.ts";
import { valueCacheFile } from "../mirrors/value-cache.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { addressFault } from "../service/check-address.ts";
import { putOwnViews } from "../service/own-list.ts";
import { databasePaths } from "../service/platform.ts";
import { readyService } from "../service/ready-service.ts";
import { type OpenedStore, openStore } from "../service/store.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";
import { settingsAsJson, shownSettings } from "../settings/shown.ts";
import { keptInStore } from "./kept-views.ts";
import { readServeOptions, serveUsage, thisWorld } from "./options.ts";
import { prepare } from "./prepare.ts";
import type { PreparedList, ToServe } from "./prepare-apart.ts";
import { givenSocket } from "./socket-activation.ts";
import { toldList } from "./told-list.ts";

/** Downloads under way when the service is told to end may go on for so long, ms; systemd kills after 90 s. */
const stopGraceMs = 5_000;

/**
 * Begins to serve, up to what the launcher does itself.
 *
 * @param args behind the verb
 * @param launcher process that starts workerd, and has the store from then on
 * @returns what it is to serve; or the exit status, when all has been said
 */
export async function begin(args: readonly string[], launcher: number): Promise<ToServe | number> {
  const asked = readServeOptions(args, thisWorld());
  if ("misused" in asked) return misused(`${asked.misused}\n\n${serveUsage()}`);
  if (asked.help) {
    process.stdout.write(serveUsage());
    return exitCodes.done;
  }
  if ("wrong" in asked.read) {
    return misused(`${asked.read.wrong.join("\n")}\n${parts.command} serve --help tells more.\n`);
  }
  const { settings, held } = asked.read;
  if (asked.check) {
    process.stdout.write(
      asked.json ? `${JSON.stringify(settingsAsJson(held))}\n` : shownSettings(held),
    );
    return exitCodes.done;
  }
  const log = processLog(settings.log);
  log.write("debug", `Settings:\n${shownSettings(held)}`);
  return await beginBy(settings, { launcher, log });
}

interface Beginning {
  launcher: number;
  log: Log;
}

async function beginBy(
  settings: ServeSettings,
  { launcher, log }: Beginning,
): Promise<ToServe | number> {
  const { host, port, store } = settings;
  if (existsSync(join(store, restoringFolder))) {
    return refused(
      log,
      `A restore into ${store} was interrupted: give ${parts.command} restore again, or remove ${restoringFolder} in it if the state before it is to stay.`,
    );
  }
  // The launcher is what was given the socket.
  const listening = givenSocket(process.env, launcher);
  const wrong = listening === undefined ? await addressFault(host, port) : undefined;
  if (wrong !== undefined) return refused(log, wrong);
  let opened: OpenedStore | undefined;
  try {
    opened = await openStore(store, new Date(), launcher);
    const toServe = await readyIn(opened, { settings, log, listening });
    if (toServe !== undefined) return toServe;
    opened.close();
    return refused(
      log,
      `Nothing was started: mend the lines above (${parts.command} check tells the same).`,
    );
  } catch (error) {
    opened?.close();
    return refused(log, error instanceof Error ? error.message : String(error));
  }
}

interface Readying {
  settings: ServeSettings;
  log: Log;
  listening: number | undefined;
}

/** @returns undefined where there is no list that can be served, and its errors have been told */
async function readyIn(
  opened: OpenedStore,
  { settings, log, listening }: Readying,
): Promise<ToServe | undefined> {
  const { host, port, list, store, vars } = settings;
  const { layout, tookOver } = opened;
  if (tookOver !== undefined) log.write("info", tookOver);
  if (isRootOnOthersStore(store)) {
    log.write(
      "warn",
      `Warning: ${store} belongs to another user, and this is root: what root writes there, that user's service can't write. Run the service as that user.`,
    );
  }
  const isProduction = parts.layout === "folder";
  const kept = isProduction ? keptInStore(store, list) : builtViewsFile(list);
  // A production service writes to its store alone, and may have no home.
  const values = isProduction ? undefined : valuesOf(list);
  const isOwn = putOwnViews(layout);
  if (isOwn) log.write("info", ownList(list));
  const asked = { list, kept, ...(values && { values }), folder: layout.run, store };
  const prepared = toldList(await prepare({ ...asked, scripts: true, isOwn }), log);
  const { list: read, errors } = prepared;
  if (read === undefined) return undefined;
  warn(settings, { read, errors }, log);
  const ready = await readyService(
    {
      views: read,
      port,
      host,
      vars,
      stopGraceMs,
      ...(listening !== undefined && { listening }),
      databases: settings.databases,
      cacheMaxBytes: settings.cacheMaxBytes,
      diskMarginBytes: settings.diskMarginBytes,
      ...(settings.isPrivateNetwork && { network: "any" }),
    },
    layout,
  );
  return {
    ready,
    asked: { ...asked, scripts: false, isOwn: false },
    list: read,
    errors,
    log: settings.log,
    place: vars.OWN_PLACE ?? "",
    probing: vars.PROBING ?? "off",
    // Last: from here on the store is the launcher's.
    store: opened.handOver(),
  };
}

function warn(
  settings: ServeSettings,
  { read, errors }: { read: PreparedList; errors: readonly Problem[] },
  log: Log,
): void {
  if (errors.length > 0) {
    log.write(
      "warn",
      `WARNING: the mirror list has errors, told above. Served is the list as it was when it was last built without any, at ${momentText(read.builtAt)}: nothing that was changed since then holds. Correct it (${parts.command} check tells the same); it is then taken up at once.`,
    );
  }
  if (Object.keys(databasePaths(settings.databases)).length < 2) {
    log.write(
      "warn",
      `Warning: an IP database is missing; clients are told apart less well. ${parts.layout === "folder" ? `${settings.databases} has to have country.mmdb and asn.mmdb.` : "npm run geo-data builds them."}`,
    );
  }
}

/** What is said at a start where the files aren't the list any more. */
function ownList(list: string): string {
  return `The service keeps its mirror list itself: ${list} isn't what is served. ${parts.command} plan shows what it would change, ${parts.command} apply takes it.`;
}

function isRootOnOthersStore(store: string): boolean {
  return process.getuid?.() === 0 && statSync(store).uid !== 0;
}

/** The command was called wrongly. */
function misused(text: string): number {
  process.stderr.write(text);
  return exitCodes.misused;
}

/** Nothing is served. @param reason a sentence that says what to do */
function refused(log: Log, reason: string): number {
  log.write("error", reason);
  return exitCodes.failed;
}

/** Where what was read of the list's files is kept; undefined: the user has no home, as in a container. */
function valuesOf(list: string): string | undefined {
  try {
    return valueCacheFile(list, process.env, homedir());
  } catch {
    return undefined;
  }
}
