/** What the launcher does once a start has begun: starts the service, keeps it running, and ends it when it is told to. */
import { askHealth } from "../health/ask-health.ts";
import { levelOf } from "../log/levels.ts";
import { type Log, processLog } from "../log/log.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { takeHandedStore } from "../service/held-store.ts";
import { QuietLog } from "../service/quiet-log.ts";
import { type RunningService, runService } from "../service/run-service.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { followList, refusal } from "./follow-list.ts";
import { greet } from "./greeting.ts";
import { prepareApart, type ToServe } from "./prepare-apart.ts";
import { systemdWorld, type ToldSystemd, tellSystemd } from "./tell-systemd.ts";
import { toldList } from "./told-list.ts";
import { thisStopWorld, toldToStop } from "./told-to-stop.ts";

/** It collects its alarms within 3 s, and answers within a second on a machine that isn't busy, ms. */
const answerMs = 8_000;

/** Serves what is ready until it is told to stop. @returns the exit status */
export async function serveReady(toServe: ToServe): Promise<number> {
  const log = processLog(toServe.log);
  try {
    return await serveWith(toServe, log);
  } catch (error) {
    return refused(log, error instanceof Error ? error.message : String(error));
  }
}

async function serveWith(toServe: ToServe, log: Log): Promise<number> {
  const { ready, asked, errors } = toServe;
  const { list } = asked;
  const quiet = new QuietLog({
    now: Date.now,
    write: ({ level, message }) => log.write(levelOf(level), message),
  });
  const service = await runService(ready, {
    store: takeHandedStore(toServe.store, ready.mark),
    log: (line) => quiet.take(line),
  });
  try {
    await service.noteList(errors.length > 0 ? refusal(list, errors) : undefined);
    greet(service, toServe, log);
    const readList = async () => toldList(await prepareApart(asked), log);
    followList(list, { service, log, readList, command: parts.command });
    const told = await tellSystemd(
      systemdWorld(async () => !("fault" in (await askHealth(service.url, answerMs)))),
    );
    collectGarbage((ms, run) => void setInterval(run, ms).unref());
    return await untilStopped(service, told, log);
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** Ends by a signal, or when nobody is served any more. */
async function untilStopped(
  service: RunningService,
  systemd: ToldSystemd,
  log: Log,
): Promise<number> {
  const told = toldToStop(thisStopWorld()).then((reason) => ({ reason }));
  const ended = await Promise.race([told, service.failed]);
  if (typeof ended === "string") return refused(log, ended);
  if (ended.reason !== undefined) log.write("warn", ended.reason);
  await systemd.stopping();
  await service.stop();
  return exitCodes.done;
}

/** Nothing is served. @param reason a sentence that says what to do */
function refused(log: Log, reason: string): number {
  log.write("error", reason);
  return exitCodes.failed;
}
