/** The checks, in the order in which they are told. Each compares what the service answers with what the real tool says. */

import { checkDescriptions } from "./check-descriptions.ts";
import { checkCommands, checkCommandsFirst, checkPaths } from "./check-files.ts";
import { checkJudged } from "./check-judged.ts";
import { checkMadison } from "./check-madison.ts";
import { checkNames, checkNamesAtOnce } from "./check-names.ts";
import { checkOdd } from "./check-odd.ts";
import { checkProvides, checkVersions } from "./check-relations.ts";
import { checkTypos } from "./check-typos.ts";
import type { OtherKind } from "./other-origin.ts";
import type { SuiteFiles } from "./suite-files.ts";
import type { Place } from "./told-answers.ts";
import type { Verdict } from "./verdict.ts";

export interface Judging {
  place: Place;
  /** The one that is judged. */
  suite: SuiteFiles;
  /** All that the repository has, the judged one too. */
  suites: readonly SuiteFiles[];
  /** An empty folder for the roots of real tools. */
  scratch: string;
  /** The repository's; absent: apt. */
  kind?: OtherKind;
  /** Folder of what the suite was converted to, for its own tools; absent: it is apt's. */
  converted?: string;
  /** At most so many questions of each check; absent: all that the goal names. */
  sample?: number;
  /** Names, commands, provides and descriptions are asked for one and all, whatever the sample is. */
  isWhole?: true;
  /** By the check's name, so that each draws the same whichever others run. */
  random(check: string): () => number;
  /** File of judged queries; absent: those of the tests. */
  judgements?: string;
}

export const checks = {
  names: checkNames,
  "names-at-once": checkNamesAtOnce,
  commands: checkCommands,
  "commands-first": checkCommandsFirst,
  paths: checkPaths,
  provides: checkProvides,
  versions: checkVersions,
  madison: checkMadison,
  descriptions: checkDescriptions,
  typos: checkTypos,
  judged: checkJudged,
  odd: checkOdd,
} as const satisfies Readonly<Record<string, (judging: Judging) => Promise<Verdict[]>>>;

export type CheckName = keyof typeof checks;

export function isCheckName(text: string): text is CheckName {
  return Object.hasOwn(checks, text);
}
