/** The variables of a service on this machine: what `npm start` sets, its options, and `--set NAME=VALUE`. Pure. */
import { checkVariables } from "../../worker/settings/check.ts";

export interface VariablesGiven {
  /** `NAME=VALUE`, as `--set` was given them. */
  set: readonly string[];
  /** What options say, by variable. Absent value: the option wasn't given. */
  options: Readonly<Record<string, { option: string; value: string | undefined }>>;
  /** What holds where neither says anything. */
  usual: Readonly<Record<string, string>>;
}

/** All variables, or what is wrong with them, a sentence each. */
export function givenVariables({
  set,
  options,
  usual,
}: VariablesGiven): { vars: Record<string, string> } | { wrong: string[] } {
  const wrong: string[] = [];
  const bySet = new Map<string, string>();
  for (const one of set) {
    const at = one.indexOf("=");
    const name = at < 0 ? one : one.slice(0, at);
    if (at < 1) wrong.push(`--set ${one} is no NAME=VALUE.`);
    else if (bySet.has(name)) wrong.push(`--set gives ${name} twice.`);
    else bySet.set(name, one.slice(at + 1));
  }
  const byOption = Object.entries(options).flatMap(([name, { option, value }]) => {
    if (value === undefined) return [];
    if (bySet.has(name)) wrong.push(`${name} is given twice, by ${option} and by --set.`);
    return [[name, value] as const];
  });
  const vars = { ...usual, ...Object.fromEntries(byOption), ...Object.fromEntries(bySet) };
  for (const sentence of checkVariables(vars)) {
    // In the words that were used: an option's own name.
    const [named] = sentence.split(" ");
    const option = options[named ?? ""];
    const isOption = option?.value !== undefined && !bySet.has(named ?? "");
    wrong.push(isOption ? sentence.replace(named ?? "", option.option) : sentence);
  }
  return wrong.length > 0 ? { wrong } : { vars };
}
