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
    ...(example === undefined
      ? []
      : [{ client: "curl", where: "shell", text: `curl -fLO ${shellQuote(url + example)}` }]),
  ];
}

/**
 * The same by the script at `/setup/{repository}`; none for files.
 *
 * @param base the service's own URL, ends in `/`
 */
export function scriptLinesOf(repository: Repository, base: string): Setup[] {
  if (!hasScript(repository)) return [];
  const script = `curl -fsS ${shellQuote(`${base}setup/${repository.name}`)}`;
  return [
    { client: "this host", where: "shell: shows what would change", text: `${script} | sh` },
    {
      client: "this host",
      where: "shell: changes it; --undo instead of --apply puts it back",
      text: `${script} | sudo sh -s -- --apply`,
    },
    ...(kinds[repository.kind].setup.script?.takesBytes
      ? [
          {
            client: "this host, taking no chance: checked bytes from here, none from mirrors",
            where: "shell: changes it",
            text: `curl -fsS ${shellQuote(`${base}setup/${repository.name}/bytes`)} | sudo sh -s -- --apply`,
          },
        ]
      : []),
  ];
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
