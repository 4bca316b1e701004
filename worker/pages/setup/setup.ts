/**
 * How to use a repository: copyable lines for each kind's clients.
 *
 * A person who follows them keeps every source the host has: each line goes into a file of our own, which no
 * distribution ships. The script replaces the distribution's own entries instead; it shows the change and undoes it.
 */

import { kinds } from "../../formats/kinds.ts";
import type { Setup } from "../../formats/setup-format.ts";
import { shellQuote } from "../../formats/setup-quote.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { hasScript } from "./setup-script.ts";

/**
 * Set-up lines for a repository served under `base`.
 *
 * @param base the service's own URL, ends in `/`
 */
export function setupOf(repository: Repository, base: string): Setup[] {
  const url = `${base}${repository.name}/`;
  const { example } = repository.setup;
  return [
    ...kinds[repository.kind].setup.lines(repository, url),
    ...(example === undefined ? [] : [curlLine(url + example)]),
  ];
}

function curlLine(url: string): Setup {
  return { use: "curl", text: `curl -fLO ${shellQuote(url)}` };
}

/**
 * The same by the script at `/setup/{repository}`; none for files.
 *
 * @param base the service's own URL, ends in `/`
 */
export function scriptLinesOf(repository: Repository, base: string): Setup[] {
  if (!hasScript(repository)) return [];
  const script = `curl -fsS ${shellQuote(`${base}setup/${repository.name}`)}`;
  const lines: Setup[] = [
    { use: "script-show", text: `${script} | sh` },
    { use: "script-apply", text: `${script} | sudo sh -s -- --apply` },
  ];
  if (!kinds[repository.kind].setup.script?.takesBytes) return lines;
  const bytes = `curl -fsS ${shellQuote(`${base}setup/${repository.name}/bytes`)}`;
  return [...lines, { use: "script-bytes", text: `${bytes} | sudo sh -s -- --apply` }];
}

/**
 * For clients that shall know the mirrors themselves, and go on with them when we can't be reached.
 *
 * @param base the service's own URL, ends in `/`
 */
export function listLinesOf(repository: Repository, base: string): Setup[] {
  const { name, kind } = repository;
  const list = `${base}mirrorlist/${kind}/${name}`;
  return kinds[kind].setup.listLines?.(repository, base, list) ?? [];
}
