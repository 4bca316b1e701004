/** How pacman is set up. */

import type { Setup, SetupEntry, SetupFormat } from "../setup-format.ts";
import { shellQuote } from "../setup-quote.ts";
import { pacmanPart } from "./setup-script.ts";

export const pacmanSetup: SetupFormat = {
  lines: pacman,
  listLines: (entry, _, list) => [
    {
      client: "pacman with a list of mirrors",
      where: "shell",
      text: pacmanFetch(entry, list),
      note: pacmanNote(entry),
    },
  ],
  script: { part: ([entry], base) => pacmanPart(entry, base) },
};

/** Where pacman's list of ours is. */
function pacmanFile({ name }: SetupEntry): string {
  return `/etc/pacman.d/nearmirror-${name}`;
}

function pacmanNote(repository: SetupEntry): string {
  return `A new file, read once /etc/pacman.conf has “Include = ${pacmanFile(repository)}” above each “Include = /etc/pacman.d/mirrorlist”. The servers in mirrorlist stay, for when we can't be reached.`;
}

function pacman(repository: SetupEntry, url: string): Setup[] {
  const where = pacmanFile(repository);
  const text = `Server = ${url}$repo/os/$arch`;
  return [{ client: "pacman", where, text, note: pacmanNote(repository) }];
}

/** Nothing is replaced until the whole list is there: curl's failure, or a page that is no list, leaves what was. */
function pacmanFetch(repository: SetupEntry, list: string): string {
  const file = pacmanFile(repository);
  return `sudo curl -fsSLo ${file}.new ${shellQuote(list)} && grep -q '^Server = ' ${file}.new && sudo mv ${file}.new ${file}`;
}
