/** How pacman is set up. */

import type { Setup, SetupEntry, SetupFormat } from "../setup-format.ts";
import { shellQuote } from "../setup-quote.ts";
import { pacmanPart } from "./setup-script.ts";

export const pacmanSetup: SetupFormat = {
  lines: pacman,
  listLines: (entry, _, list) => [
    {
      use: "pacman-list",
      text: pacmanFetch(entry, list),
      include: pacmanFile(entry),
    },
  ],
  script: { part: ([entry], base) => pacmanPart(entry, base) },
};

/** Where pacman's list of ours is. */
function pacmanFile({ name }: SetupEntry): string {
  return `/etc/pacman.d/nearmirror-${name}`;
}

function pacman(repository: SetupEntry, url: string): Setup[] {
  const file = pacmanFile(repository);
  const text = `Server = ${url}$repo/os/$arch`;
  return [{ use: "pacman", file, text, include: file }];
}

/** Nothing is replaced until the whole list is there: curl's failure, or a page that is no list, leaves what was. */
function pacmanFetch(repository: SetupEntry, list: string): string {
  const file = pacmanFile(repository);
  return `sudo curl -fsSLo ${file}.new ${shellQuote(list)} && grep -q '^Server = ' ${file}.new && sudo mv ${file}.new ${file}`;
}
