/** pacman's part of a set-up script: one list of URLs. */

import type { Part, SetupEntry } from "../setup-format.ts";
import { oneLine, shellQuote } from "../setup-quote.ts";

/** @param base the service's own URL, ends in `/` */
export function pacmanPart({ name }: SetupEntry, base: string): Part {
  return {
    values: `server=${shellQuote(oneLine(`Server = ${base}${name}/$repo/os/$arch`))}`,
    folders: ["etc/pacman.d"],
    functions: `
# Ours first; the others stay below, for when we can't be reached.
plan() {
  list=$root/etc/pacman.d/mirrorlist
  [ -f "$list" ] || list=/dev/null
  { printf '%s\\n' "$server"; grep -vxF -e "$server" "$list" || :; } >"$work/list"
  propose "$root/etc/pacman.d/mirrorlist" "$work/list"
}`,
  };
}
