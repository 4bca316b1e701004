/** The script at `/setup/{repository}`: one line that points a host's package manager at this service. */

import type { Repository } from "../../repositories/catalogue.ts";
import { aptPart } from "./setup-apt.ts";
import { frame, type Part } from "./setup-frame.ts";
import { apkPart, pacmanPart } from "./setup-lists.ts";
import { oneLine, shellQuote } from "./setup-quote.ts";
import { rpmPart } from "./setup-rpm.ts";

/** Repositories that are not called as their distribution's `ID` in os-release. */
const calledOtherwise: Readonly<Record<string, readonly string[]>> = {
  archlinux: ["arch"],
  opensuse: ["opensuse-leap", "opensuse-tumbleweed"],
  "centos-stream": ["centos"],
};

/** Distributions whose package manager is zypper. */
const zyppers = /^(opensuse|sles|sled)/;

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

/**
 * Whether apt reads a stanza with these suites and components: a suite that ends in `/` is a path and has no
 * components, every other needs some. For one stanza that it can't read apt refuses all sources of the host.
 */
export function aptReads({ suites = "", components = "" }: Repository["setup"]): boolean {
  const words = oneLine(suites).split(" ");
  const path = oneLine(components) === "";
  return words.every((suite) => suite !== "" && suite.endsWith("/") === path);
}

/** Files have no package manager to set up, and apt must be able to read the stanza. */
export function hasScript({ kind, setup }: Repository): boolean {
  if (kind === "apt") return aptReads(setup);
  return kind !== "images" && kind !== "files";
}

/** The repository a script is for, and the ones set up with it: `debian` with `debian-security`, asked for as either. */
function together(
  asked: Repository,
  catalogue: readonly Repository[],
): [Repository, ...Repository[]] {
  if (asked.kind !== "apt") return [asked];
  const mainName = asked.name.replace(/-security$/, "");
  const apts = catalogue.filter((one) => one.kind === "apt" && hasScript(one));
  const main = apts.find(({ name }) => name === mainName) ?? asked;
  const security = apts.find(({ name }) => name === `${main.name}-security`);
  return security === undefined || security === main ? [main] : [main, security];
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
  if (!hasScript(repository)) return undefined;
  const repositories = together(repository, catalogue);
  const [main] = repositories;
  const ids = distributions ?? distributionsOf(main);
  // The distribution's own repository is plainly `nearmirror`; others on the same host keep files of their own.
  const stem =
    ids.some((id) => distributionsOf(main).includes(id)) && !main.name.includes("-")
      ? "nearmirror"
      : `nearmirror-${main.name}`;
  const parts: Readonly<Record<Repository["kind"], () => Part | undefined>> = {
    apt: () => aptPart(repositories, base, bytes),
    rpm: () => rpmPart(main, base, ids.some((id) => zyppers.test(id)) ? "zypper" : "dnf"),
    pacman: () => pacmanPart(main, base),
    apk: () => apkPart(main, base),
    images: () => undefined,
    files: () => undefined,
  };
  const part = parts[main.kind]();
  if (part === undefined) return undefined;
  const names = {
    script: shellQuote(`${base}setup/${main.name}${bytes ? "/bytes" : ""}`),
    title: shellQuote(oneLine(main.title)),
    distributions: shellQuote(ids.map(oneLine).join(" ")),
    stem: shellQuote(stem),
  };
  return frame(names, part);
}
