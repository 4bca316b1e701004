/** Takes up changes of the mirror list while it is served. */
import { watch } from "node:fs";
import { join } from "node:path";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Log } from "../log/log.ts";
import { formatProblem, type Problem } from "../mirrors/problem.ts";
import { networkOf } from "../service/network.ts";
import type { Service } from "../service.ts";
import type { ListToServe } from "./list-to-serve.ts";

/** Editors write a file in several steps; the list is read again when they have been quiet this long, ms. */
const settleMs = 200;

export interface Following {
  service: Service;
  log: Log;
  /** Reads the list again, and tells its errors. */
  readList(): Promise<ListToServe>;
  /** The list as one that is newer than any that was served from this store. */
  newest(views: Views): Promise<Views>;
}

/** What the service's alarms say of a list with errors. */
export function refusal(errors: readonly Problem[]): string {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  const which = first === undefined ? "" : ` (${formatProblem(first)}${more})`;
  return `The mirror list on disk has errors, and an older one is served${which}.`;
}

/** Takes up changes of the list; one with errors changes nothing. */
export function followList(list: string, { service, log, readList, newest }: Following): void {
  let timer: NodeJS.Timeout | undefined;
  const reread = async () => {
    const { views, errors } = await readList();
    if (views === undefined || errors.length > 0) {
      log.write("error", "The mirror list has errors: the one before stays in force.");
      await service.noteList(refusal(errors));
      return;
    }
    if (service.network === "public" && networkOf(views) === "any") {
      log.write(
        "warn",
        "The changed list has servers inside a network. This process connects to public addresses only: start it again to reach them.",
      );
    }
    await service.publish(await newest(views));
    await service.noteList(undefined);
    log.write("info", `Took up the changed mirror list: ${views.roster.mirrors.length} mirrors.`);
  };
  for (const folder of ["mirrors", "repositories"]) {
    watch(join(list, folder), () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reread().catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          log.write("error", `The mirror list could not be taken up: ${reason}`);
        });
      }, settleMs);
    });
  }
}
