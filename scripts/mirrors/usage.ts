/** What the commands of the mirror list are told to be. */
import { parts } from "../program/parts.ts";
import { exportKinds } from "./export/forms.ts";
import { listKinds } from "./import/lists.ts";
import { usualList } from "./usual-list.ts";

export const usage = `Usage: ${parts.command} <command> [options]

  check                                   check every file of the list
  import LIST FILE...                     add the mirrors of an upstream list. LIST says its form:
                                          ${listKinds.join(", ")}
  export --format LIST [PATH]             write the list in another form, to PATH or the standard output. LIST is one of
                                          ${exportKinds.join(", ")}
  build [--out FILE]                      compile the list to the views the edge decides from
  apply                                   publish the list to the deployed service, through wrangler
  drain NAME --by WHO --why TEXT          no new clients; still probed
  disable NAME --by WHO --why TEXT        leave alone altogether
  enable NAME                             back in service

  --list DIR         the list's folder (default: ${usualList()})
  --json             check, import, export: the result as JSON
  --until WHEN       drain, disable: until then. A date (2026-12-01), a date and time, in UTC unless it has a zone
                     (2026-12-01T06:00, 2026-12-01T06:00+01:00), or a duration from now (90m, 2h, 1d, 2w)
  --repository NAME  drain, disable, enable: only this repository on the mirror. import: the repository of ours that the
                     list is of, where that isn't the usual one. A metalink doesn't tell it, and needs it.
                     export: the repository that the list is written of
  --dated DATE       import: when the list was made (2021, 2021-06, 2021-06-30), if it doesn't say so itself. What only a
                     list names that is older than a year enters disabled
  --names FILE       import mirrorz, tunasync: mirrorz' cname.json, for sites that call repositories by other names
  --site URL         import tunasync: the site that the file is of

What a command writes is checked first and written whole, or not at all.
`;
