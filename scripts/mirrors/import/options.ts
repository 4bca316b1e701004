/** What the import command was told: which form of list, and the options that go with it. Pure. */
import { nearestWord } from "../../../worker/list/nearest-word.ts";
import { endOfDate } from "./age.ts";
import { listForms, listKinds } from "./lists.ts";
import type { Upstream } from "./run-import.ts";

/** Options as they are typed. */
export interface ImportOptions {
  repository?: string | undefined;
  dated?: string | undefined;
  names?: string | undefined;
  site?: string | undefined;
}

/** What is to be imported, or a sentence on what is wrong with the command. */
export function readUpstream(name: string, options: ImportOptions): Upstream | { fault: string } {
  const kind = listKinds.find((one) => one === name);
  if (kind === undefined) {
    const nearest = nearestWord(name, listKinds);
    const advice = nearest ? `Did you mean ${nearest}?` : `There are: ${listKinds.join(", ")}.`;
    return { fault: `${name} is no form of list. ${advice}` };
  }
  const { repository, dated, names, site } = options;
  const { repository: said, called } = listForms[kind];
  if (said === "always" && repository === undefined) {
    const fault = `import ${kind} needs --repository NAME: ${called} doesn't say which repository it is of.`;
    return { fault };
  }
  if (said === "never" && repository !== undefined) {
    const fault = `--repository is not for import ${kind}: ${called} says itself which repositories it is of.`;
    return { fault };
  }
  if (dated !== undefined && endOfDate(dated) === undefined) {
    return { fault: `--dated ${dated} is no date. Write 2021, 2021-06 or 2021-06-30.` };
  }
  if (names !== undefined && kind !== "mirrorz" && kind !== "tunasync") {
    return { fault: "--names is for import mirrorz and import tunasync alone." };
  }
  if ((kind === "tunasync") !== (site !== undefined)) {
    const fault =
      site === undefined
        ? "import tunasync needs --site URL: a status says what a site mirrors, and not which site it is."
        : "--site is for import tunasync alone.";
    return { fault };
  }
  return {
    kind,
    ...(repository !== undefined && { repository }),
    ...(dated !== undefined && { dated }),
    ...(names !== undefined && { names }),
    ...(site !== undefined && { site }),
  };
}
