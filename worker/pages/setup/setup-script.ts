/** The script at `/setup/{repository}`: one line that points a host's package manager at this service. */

import { kinds } from "../../formats/kinds.ts";
import { oneLine, shellQuote } from "../../formats/setup-quote.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { frame } from "./setup-frame.ts";

/** Repositories that are not called as their distribution's `ID` in os-release. */
const calledOtherwise: Readonly<Record<string, readonly string[]>> = {
  archlinux: ["arch"],
  opensuse: ["opensuse-leap", "opensuse-tumbleweed"],
  "centos-stream": ["centos"],
};

/** What a script is made with besides repository and base; all may be left out. */
export interface ScriptOptions {
  /** The whole catalogue: a distribution's security updates are set up with it. */
  catalogue?: readonly Repository[];
  /** apt has payload from the service itself, checked, and none from mirrors. */
  bytes?: boolean;
  /** Ids of os-release the repository is for. Absent: by its name, up to the first hyphen. */
  distributions?: readonly string[];
}

/** Ids of os-release a repository is for, by its name. */
export function distributionsOf({ name }: Repository): readonly string[] {
  const [first = name] = name.split("-", 1);
  if (Object.hasOwn(calledOtherwise, name)) return calledOtherwise[name] ?? [];
  return Object.hasOwn(calledOtherwise, first) ? (calledOtherwise[first] ?? []) : [first];
}

/** Whether a script can set a host up: files have no package manager, and apt must be able to read the stanza. */
export function hasScript(repository: Repository): boolean {
  const { script } = kinds[repository.kind].setup;
  if (script === undefined || repository.setup.script === false) return false;
  return script.fits?.(repository) ?? true;
}

/**
 * A POSIX shell script that sets a host up for a repository: shows what it would change, `--apply` does it, `--undo`
 * takes it back. It fetches nothing. Exit codes: 0 done or nothing to do, 1 refused, 2 wrong use.
 *
 * @param base the service's own URL, ends in `/`
 * @returns undefined for images and files, which have no package manager
 */
export function setupScript(
  repository: Repository,
  base: string,
  { catalogue = [], bytes = false, distributions }: ScriptOptions = {},
): string | undefined {
  const { script } = kinds[repository.kind].setup;
  if (script === undefined || !hasScript(repository)) return undefined;
  const others = catalogue.filter((one) => one.kind === repository.kind && hasScript(one));
  const repositories = script.together?.(repository, others) ?? [repository];
  const [main] = repositories;
  const ids = distributions ?? distributionsOf(main);
  // The distribution's own repository is plainly `nearmirror`; others on the same host keep files of their own.
  const stem =
    ids.some((id) => distributionsOf(main).includes(id)) && !main.name.includes("-")
      ? "nearmirror"
      : `nearmirror-${main.name}`;
  const part = script.part(repositories, base, { bytes, distributions: ids });
  const names = {
    script: shellQuote(`${base}setup/${main.name}${bytes ? "/bytes" : ""}`),
    title: shellQuote(oneLine(main.title)),
    distributions: shellQuote(ids.map(oneLine).join(" ")),
    stem: shellQuote(stem),
  };
  return frame(names, part);
}
