/** The verbs of the program `nearmirror`, and its usage. A verb's code is loaded when it is called. */
import { nearestWord } from "../../worker/list/nearest-word.ts";
import { exitCodesText } from "./exit-codes.ts";
import { headings, type Verb } from "./syntax.ts";
import { accountVerbs } from "./verbs/account-verbs.ts";
import { listVerbs } from "./verbs/list-verbs.ts";
import { mirrorVerbs } from "./verbs/mirror-verbs.ts";
import { innerVerbs, serviceVerbs } from "./verbs/service-verbs.ts";

export const verbs: readonly Verb[] = [
  ...serviceVerbs,
  ...listVerbs,
  ...mirrorVerbs,
  ...accountVerbs,
];

/** The verb of that name, or a sentence that says which may have been meant. */
export function verbNamed(name: string): Verb | string {
  const found = [...verbs, ...innerVerbs].find((verb) => verb.name === name);
  if (found !== undefined) return found;
  const names = [...verbs.map((verb) => verb.name), "help"];
  const nearest = nearestWord(name, names);
  return nearest === undefined
    ? `There is no verb ${name}.`
    : `There is no verb ${name}. Did you mean ${nearest}?`;
}

/** @param command how the program is called */
export function programUsage(command: string): string {
  const wide = Math.max(...verbs.map((verb) => verb.name.length));
  const lists = headings.map((heading) => {
    const lines = verbs
      .filter((verb) => verb.of === heading)
      .map(({ name, what }) => `  ${name.padEnd(wide)}  ${what}\n`);
    return `${heading}\n${lines.join("")}`;
  });
  return `Usage: ${command} VERB [options]

${lists.join("\n")}
${command} VERB --help tells more of each.

${exitCodesText} health ends as plugins of Nagios do.
`;
}
