/**
 * Settings from options, environment and file, in this order: which value holds, and from where it comes. An empty value in
 * the environment or the file counts as not set. Pure.
 */

import { nearestWord } from "../../worker/list/nearest-word.ts";
import { variables } from "../../worker/settings/table.ts";
import { clientVariables } from "./client-variables.ts";
import { configName, prefix, programSettings } from "./program-settings.ts";
import type { FileEntry } from "./settings-file.ts";

/** Where a value comes from. */
export type Source =
  | { by: "option"; option: string }
  | { by: "environment" }
  | { by: "file"; file: string; line: number }
  | { by: "default" };

/** A value that holds. */
export interface Held {
  /** Without the prefix. */
  name: string;
  value: string;
  from: Source;
  /** Others that gave the same setting and don't hold, the most important first. */
  instead: readonly Source[];
}

export interface GivenSettings {
  /** What options said, by the setting's name; `option` as the person wrote it. */
  options: readonly { name: string; option: string; value: string }[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Absent: no file is read. */
  file?: { path: string; entries: readonly FileEntry[] };
}

/** Values by name, in no order that matters, and what is wrong, a sentence each. Values themselves aren't judged. */
export interface Resolved {
  held: Map<string, Held>;
  wrong: string[];
}

/** All names without the prefix, those of before included. */
const known = new Set([
  ...Object.keys(programSettings),
  ...Object.entries(variables).flatMap(
    ([name, { before = [] }]: [string, { before?: readonly string[] }]) => [name, ...before],
  ),
]);

/** Kubernetes gives these to every container beside a Service that is called `nearmirror`; they are no slips. */
const kubernetes = /^(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_\w+)$/;

/** Which values hold. */
export function resolveSettings({ options, environment, file }: GivenSettings): Resolved {
  const wrong: string[] = [];
  const found = new Map<string, { value: string; from: Source }[]>();
  const add = (name: string, value: string, from: Source) => {
    found.set(name, [...(found.get(name) ?? []), { value, from }]);
  };
  const byOption = new Map<string, string>();
  for (const { name, option, value } of options) {
    const before = byOption.get(name);
    if (!known.has(name)) {
      wrong.push(`${option}: ${name} is no setting.${advice(name, "")}`);
    } else if (before !== undefined) {
      wrong.push(
        before === option
          ? `${option} is given twice.`
          : `${name} is given twice, by ${before} and by ${option}.`,
      );
    } else {
      byOption.set(name, option);
      add(name, value, { by: "option", option });
    }
  }
  for (const [whole, value = ""] of Object.entries(environment)) {
    if (!whole.startsWith(prefix) || whole === configName || ofClient.has(whole)) continue;
    const name = whole.slice(prefix.length);
    if (kubernetes.test(name)) continue;
    if (!known.has(name)) {
      wrong.push(`Environment: ${whole} is no setting.${advice(name, prefix)}`);
    } else if (value !== "") add(name, value, { by: "environment" });
  }
  for (const { name: whole, value, line } of file?.entries ?? []) {
    const name = whole.startsWith(prefix) ? whole.slice(prefix.length) : "";
    if (!known.has(name)) {
      wrong.push(`${file?.path}:${line}: ${whole} is no setting.${advice(name || whole, prefix)}`);
    } else if (value !== "") add(name, value, { by: "file", file: file?.path ?? "", line });
  }
  const held = new Map<string, Held>();
  for (const [name, [first, ...rest]] of found) {
    if (first === undefined) continue;
    held.set(name, { name, ...first, instead: rest.map(({ from }) => from) });
  }
  return { held, wrong };
}

/** An operator's shell may have these beside what a service is started with. */
const ofClient: ReadonlySet<string> = new Set(Object.values(clientVariables));

/** What may have been meant by a name; `before` goes before names there. */
function advice(name: string, before: string): string {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const nearest = known.has(bare) ? bare : nearestWord(bare, [...known]);
  return nearest === undefined
    ? " docs/configuration.md lists all."
    : ` Did you mean ${before}${nearest}?`;
}

/** A source, in the words in which the person gave the setting. */
export function sourceText(name: string, from: Source): string {
  switch (from.by) {
    case "option":
      return from.option;
    case "environment":
      return `${prefix}${name} in the environment`;
    case "file":
      return `${from.file}:${from.line}`;
    case "default":
      return "default";
  }
}
