/** `nearmirror serve`, and `npm start`: the service on this machine, with a mirror list and embedded stores. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { momentText } from "../../worker/list/moment.ts";
import { formatProblem, type Problem } from "../../worker/list/problem.ts";
import { restoringFolder } from "../backup/restore.ts";
import { askHealth } from "../health/ask-health.ts";
import { levelOf } from "../log/levels.ts";
import { type Log, processLog } from "../log/log.ts";
import { builtViewsFile } from "../mirrors/built-views.ts";
import { takeVersion } from "../mirrors/list-version.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { addressFault } from "../service/check-address.ts";
import { putOwnViews } from "../service/own-list.ts";
import { databasePaths } from "../service/platform.ts";
import { type OpenedStore, openStore } from "../service/store.ts";
import { type Service, startService } from "../service.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";
import { settingsAsJson, shownSettings } from "../settings/shown.ts";
import { followList, refusal } from "./follow-list.ts";
import { greet } from "./greeting.ts";
import { keptInStore } from "./kept-views.ts";
import { readServeOptions, serveUsage, thisWorld } from "./options.ts";
import { type Prepared, type PreparedList, prepareApart } from "./prepare-apart.ts";
import { givenSocket } from "./socket-activation.ts";
import { systemdWorld, type ToldSystemd, tellSystemd } from "./tell-systemd.ts";
import { thisStopWorld, toldToStop } from "./told-to-stop.ts";

/** Downloads under way when the service is told to end may go on for so long, ms; systemd kills after 90 s. */
const stopGraceMs = 5_000;
/** It collects its alarms within 3 s, and answers within a second on a machine that isn't busy, ms. */
const answerMs = 8_000;

/** Serves until it is told to stop. @param args behind the verb @returns the exit status */
export async function serve(args: readonly string[]): Promise<number> {
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
  return await serveBy(settings, log);
}

async function serveBy(settings: ServeSettings, log: Log): Promise<number> {
  const { host, port, list, store } = settings;
  if (existsSync(join(store, restoringFolder))) {
    return refused(
      log,
      `A restore into ${store} was interrupted: give ${parts.command} restore again, or remove ${restoringFolder} in it if the state before it is to stay.`,
    );
  }
  const listening = givenSocket(process.env, process.pid);
  const wrong = listening === undefined ? await addressFault(host, port) : undefined;
  if (wrong !== undefined) return refused(log, wrong);
  let opened: OpenedStore | undefined;
  try {
    opened = await openStore(store, new Date());
    const { layout, tookOver } = opened;
    if (tookOver !== undefined) log.write("info", tookOver);
    if (isRootOnOthersStore(store)) {
      log.write(
        "warn",
        `Warning: ${store} belongs to another user, and this is root: what root writes there, that user's service can't write. Run the service as that user.`,
      );
    }
    const kept = parts.layout === "folder" ? keptInStore(store, list) : builtViewsFile(list);
    const isOwn = putOwnViews(layout);
    if (isOwn) log.write("info", ownList(list));
    const readList = async (isFirst: boolean) =>
      toldList(
        await prepareApart({
          list,
          kept,
          folder: layout.run,
          version: await takeVersion(store, Date.now()),
          scripts: isFirst,
          isOwn: isFirst && isOwn,
        }),
        log,
      );
    const { list: read, errors } = await readList(true);
    if (read === undefined) {
      opened.close();
      return refused(
        log,
        `Nothing was started: mend the lines above (${parts.command} check tells the same).`,
      );
    }
    warn(settings, { read, errors }, log);
    const service = await startService({
      views: read,
      port,
      host,
      vars: settings.vars,
      persist: opened,
      stopGraceMs,
      log: ({ level, message }) => log.write(levelOf(level), message),
      ...(listening !== undefined && { listening }),
      databases: settings.databases,
      cacheMaxBytes: settings.cacheMaxBytes,
      diskMarginBytes: settings.diskMarginBytes,
      ...(settings.isPrivateNetwork && { network: "any" }),
    });
    await service.noteList(errors.length > 0 ? refusal(list, errors) : undefined);
    greet(service, read, { settings, log });
    const { command } = parts;
    followList(list, { service, log, readList: () => readList(false), command });
    const told = await tellSystemd(
      systemdWorld(async () => !("fault" in (await askHealth(service.url, answerMs)))),
    );
    return await untilStopped(service, told, log);
  } catch (error) {
    // What started the service has closed it already: once more does nothing.
    opened?.close();
    return refused(log, error instanceof Error ? error.message : String(error));
  }
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

/** The list as it can be served now, after telling every error with its place. */
function toldList(prepared: Prepared, log: Log): Prepared {
  for (const error of prepared.errors) log.write("error", formatProblem(error));
  if (prepared.notKept !== undefined) {
    log.write(
      "warn",
      `Warning: what the list compiles to can't be kept for a start that meets errors: ${prepared.notKept}`,
    );
  }
  return prepared;
}

/** Ends by a signal, or when nobody is served any more. */
async function untilStopped(service: Service, systemd: ToldSystemd, log: Log): Promise<number> {
  const told = toldToStop(thisStopWorld()).then((reason) => ({ reason }));
  const ended = await Promise.race([told, service.failed]);
  if (typeof ended === "string") return refused(log, ended);
  if (ended.reason !== undefined) log.write("warn", ended.reason);
  await systemd.stopping();
  await service.stop();
  return exitCodes.done;
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
