/** dnf's and zypper's part of a set-up script: sections of `.repo` files get our URL, what they had is commented. */

import type { Repository } from "../repositories/catalogue.ts";
import type { Part } from "./setup-frame.ts";
import { oneLine, shellQuote } from "./setup-quote.ts";

/** As Fedora has it for its updates; dnf's own two days would make security updates wait. */
const metadataExpire = "6h";

/** @param base the service's own URL, ends in `/` */
export function rpmPart(
  { name, title, setup }: Repository,
  base: string,
  manager: "dnf" | "zypper",
): Part {
  const folder = manager === "dnf" ? "etc/yum.repos.d" : "etc/zypp/repos.d";
  const channels = Object.entries(setup.channels ?? { [name]: "" });
  const rows = channels.map(([id, path]) =>
    ["  row", id, `${title} ${id}`, `${base}${name}/${path}`]
      .map((word, index) => (index === 0 ? word : shellQuote(oneLine(word))))
      .join(" "),
  );
  return {
    values: `key=${shellQuote(oneLine(setup.signedBy ?? ""))}
# id, name, baseurl
table() {
${rows.join("\n")}
}
row() { printf '%s\\t%s\\t%s\\n' "$@"; }`,
    folders: [folder],
    functions: `
plan() {
  case $key in
    file://* | /*)
      version=$(release VERSION_ID) found=
      for release in "$version" "\${version%%.*}"; do
        file=$root$(printf '%s\\n' "\${key#file://}" | sed "s/[$]releasever/$release/g")
        if [ -e "$file" ]; then found=1; fi
      done
      [ -n "$found" ] || refuse "There is no $file: install the distribution's keys first." ;;
  esac
  rows=$(table)
  set -- /dev/null
  for file in "$root/$folders"/*.repo; do
    if [ -f "$file" ]; then set -- "$@" "$file"; fi
  done
  : >"$work/files"
  convert "$@"
  if [ ! -s "$work/files" ]; then # nobody has these ids: a file of ours
    printf '%s\\n' "$rows" | while IFS="$(printf '\\t')" read -r id title _; do
      printf '[%s]\\nname=%s\\nenabled=1\\ngpgcheck=1\\n${manager === "zypper" ? "autorefresh=1\\n" : ""}\\n' "$id" "$title"
    done >"$work/own.repo"
    convert "$work/own.repo"
    propose "$root/$folders/$stem.repo" "$work/1"
    return 0
  fi
  number=0
  while IFS= read -r file; do
    number=$((number + 1))
    propose "$file" "$work/$number"
  done <"$work/files"
}

# Writes each file that has one of the ids anew: in these sections our lines come first, and what they had instead
# is commented. Whether a section is enabled stays as it was.
convert() { NM_ROWS=$rows NM_KEY=$key NM_WORK=$work awk "$sections" "$@"; }
sections='
${awk}'`,
  };
}

const awk = String.raw`function finish() {
  if (ours) {
    printf "%s", out > (work "/" ++number); close(work "/" number)
    print file >> (work "/files")
  }
  out = id = ""; ours = old = 0
}
BEGIN {
  work = ENVIRON["NM_WORK"]; key = ENVIRON["NM_KEY"]
  count = split(ENVIRON["NM_ROWS"], row, "\n")
  for (r = 1; r <= count; r++) { split(row[r], cell, "\t"); url[cell[1]] = cell[3] }
  rest = "metadata_expire=${metadataExpire}\n" (key == "" ? "" : "gpgcheck=1\ngpgkey=" key "\n")
}
FNR == 1 { finish(); file = FILENAME }
/^[ \t]*\[/ {
  id = $0; sub(/^[ \t]*\[/, "", id); sub(/\].*/, "", id); old = 0
  out = out $0 "\n"
  if (id in url) { ours = 1; lines = "baseurl=" url[id] "\n" rest; out = out lines }
  next
}
id in url {
  name = tolower($0); sub(/[ \t]*=.*/, "", name)
  if ($0 !~ /^[ \t]/) old = name ~ /^(baseurl|mirrorlist|metalink|metadata_expire)$/ || (key != "" && name ~ /^(gpgcheck|gpgkey)$/)
  if (old && index("\n" lines, "\n" $0 "\n")) next
  if (old && $0 !~ /^[ \t]*$/) $0 = "#nearmirror# " $0
}
{ out = out $0 "\n" }
END { finish() }
`;
