/** Takes up changes of the mirror list while it is served. */
import { basename, join, relative, resolve, sep } from "node:path";
import { formatProblem, type Problem } from "../../worker/list/problem.ts";
import type { Log } from "../log/log.ts";
import type { RunningService } from "../service/run-service.ts";
import type { Prepared } from "./prepare-apart.ts";
import { watchFolders } from "./watch-folders.ts";

/** Editors write a file in several steps; the list is read again when they have been quiet this long, ms. */
const settleMs = 200;

export interface Following {
  service: RunningService;
  log: Log;
  /** Reads the list again, tells its errors, and puts it where the service takes it up. */
  readList(): Promise<Prepared>;
  /** As people call the program. */
  command: string;
}

/** What is said of a change in files that aren't the list any more. */
export function leftAlone(list: string, command: string): string {
  return `The mirror list ${list} changed, and isn't what is served: the service keeps its list itself since somebody changed it there. ${command} plan shows what the files would change, ${command} apply takes them.`;
}

/**
 * What the service's alarms say of a list with errors. Anybody may read them, so that a file is named as it is inside the
 * list, and not by where this machine has it.
 *
 * @param list its folder
 */
export function refusal(list: string, errors: readonly Problem[]): string {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  const which = first === undefined ? "" : ` (${toldInside(list, first)}${more})`;
  return `The mirror list on disk has errors, and an older one is served${which}.`;
}

function toldInside(list: string, problem: Problem): string {
  const inside = relative(resolve(list), resolve(problem.file));
  const file = inside.startsWith("..") ? basename(problem.file) : inside;
  return formatProblem({ ...problem, file }).replaceAll(resolve(list) + sep, "");
}

/** Takes up changes of the list; one with errors changes nothing. */
export function followList(list: string, { service, log, readList, command }: Following): void {
  let timer: NodeJS.Timeout | undefined;
  const reread = async () => {
    if (await service.hasOwnList()) {
      log.write("info", leftAlone(list, command));
      await service.noteList(undefined);
      return;
    }
    const { list: read, errors } = await readList();
    if (read === undefined || errors.length > 0) {
      log.write("error", "The mirror list has errors: the one before stays in force.");
      await service.noteList(refusal(list, errors));
      return;
    }
    if (service.network === "public" && read.network === "any") {
      log.write(
        "warn",
        "The changed list has servers inside a network. This process connects to public addresses only: start it again to reach them.",
      );
    }
    await service.publish(read);
    await service.noteList(undefined);
    if (await service.hasOwnList()) {
      log.write("info", leftAlone(list, command));
      return;
    }
    log.write("info", `Took up the changed mirror list: ${read.mirrors} mirrors.`);
  };
  watchFolders(
    ["mirrors", "repositories", "keys", "images"].map((folder) => join(list, folder)),
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reread().catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          log.write("error", `The mirror list could not be taken up: ${reason}`);
        });
      }, settleMs);
    },
    (reason) =>
      log.write(
        "warn",
        `Changes of the mirror list may not be seen (${reason}): start the service again after one.`,
      ),
  );
}
