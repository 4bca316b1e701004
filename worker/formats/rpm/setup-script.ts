/** dnf's and zypper's part of a set-up script: sections of `.repo` files get our URL, what they had is commented. */

import { domainOf } from "../setup-domain.ts";
import type { Part, SetupEntry } from "../setup-format.ts";
import { oneLine, shellQuote } from "../setup-quote.ts";
import { repositoryId } from "./repository-id.ts";

/** As Fedora has it for its updates; dnf's own two days would make security updates wait. */
const metadataExpire = "6h";

/** @param base the service's own URL, ends in `/` */
export function rpmPart(
  { name, title, origin, setup }: SetupEntry,
  base: string,
  manager: "dnf" | "zypper",
): Part {
  const folder = manager === "dnf" ? "etc/yum.repos.d" : "etc/zypp/repos.d";
  const channels = Object.entries(setup.channels ?? { [name]: "" });
  const rows = channels.map(([id, path]) =>
    ["  row", repositoryId(id), `${title} ${id}`, `${base}${name}/${path}`]
      .map((word, index) => (index === 0 ? word : shellQuote(oneLine(word))))
      .join(" "),
  );
  return {
    values: `base=${shellQuote(oneLine(base))}
domain=${shellQuote(domainOf(origin))} # hosts of which are the distribution's own
key=${shellQuote(oneLine(setup.signedBy ?? ""))}
# id, name, baseurl
table() {
${rows.join("\n")}
}
row() { printf '%s\\t%s\\t%s\\n' "$@"; }`,
    folders: [folder],
    functions: `
plan() {
  version=$(release VERSION_ID)
  case $key in
    file://* | /*)
      found=
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
  : >"$work/left"
  convert "$@"
  cat "$work/left"
  if [ ! -s "$work/files" ] && [ ! -s "$work/left" ]; then # nobody has these ids: a file of ours
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
convert() {
  NM_ROWS=$rows NM_KEY=$key NM_WORK=$work NM_BASE=$base NM_DOMAIN=$domain NM_VERSION=$version awk "$sections" "$@"
}
sections='
${awk}'`,
  };
}

/**
 * A section is changed only where something shows that it is a copy of the distribution: a host of its, its key, or
 * us; other people call theirs `extras` too. One without any place is our own template.
 */
const awk = String.raw`function bare(path) { sub(/.*\//, "", path); return path }
function released(text) { # with the release of the host in the place of the variable
  gsub(/[$][{]?releasever[}]?/, major, text)
  return text
}
function copied(  i, n, word, host) {
  if (places == "") return 1
  n = split(places, word, /[ \t,]+/)
  for (i = 1; i <= n; i++) {
    if (index(word[i], base) == 1) return 1
    host = word[i]; sub(/^[a-z]+:\/\//, "", host); sub(/[\/:].*/, "", host)
    if (host == domain || substr(host, length(host) - length(domain)) == "." domain) return 1
  }
  n = split(keys, word, /[ \t,]+/)
  for (i = 1; key != "" && i <= n; i++)
    if (word[i] != "" && released(bare(word[i])) == released(bare(key))) return 1
  return 0
}
function flush(  i, ours) { # a section has been read
  if (id in url) {
    ours = copied()
    if (ours) changed = 1
    else print "Left as it is, " file ": [" id "]" places >> (work "/left")
  }
  for (i = 1; i <= lines; i++) {
    out = out (ours && replaced[i] ? (repeated[i] ? "" : "#nearmirror# " line[i] "\n") : line[i] "\n")
    if (ours && i == 1) out = out "baseurl=" url[id] "\n" rest
  }
  lines = 0; id = places = keys = name = ""; split("", replaced); split("", repeated)
}
function finish() { # a file has been read
  flush()
  if (changed) {
    printf "%s", out > (work "/" ++number); close(work "/" number)
    print file >> (work "/files")
  }
  out = ""; changed = 0
}
BEGIN {
  work = ENVIRON["NM_WORK"]; key = ENVIRON["NM_KEY"]; base = ENVIRON["NM_BASE"]; domain = ENVIRON["NM_DOMAIN"]
  major = ENVIRON["NM_VERSION"]; sub(/[.].*/, "", major)
  count = split(ENVIRON["NM_ROWS"], row, "\n")
  for (r = 1; r <= count; r++) { split(row[r], cell, "\t"); url[cell[1]] = cell[3] }
  rest = "metadata_expire=${metadataExpire}\n" (key == "" ? "" : "gpgcheck=1\ngpgkey=" key "\n")
}
FNR == 1 { finish(); file = FILENAME }
/^[ \t]*\[/ {
  flush()
  id = $0; sub(/^[ \t]*\[/, "", id); sub(/\].*/, "", id)
  line[++lines] = $0
  next
}
{
  line[++lines] = $0
  if (!(id in url) || $0 ~ /^[ \t]*([#;]|$)/) next
  value = $0
  if ($0 !~ /^[ \t]/) { name = tolower($0); sub(/[ \t]*=.*/, "", name); sub(/^[^=]*=[ \t]*/, "", value) }
  if (name ~ /^(baseurl|mirrorlist|metalink)$/) places = places " " value
  if (name == "gpgkey") keys = keys " " value
  replaced[lines] = name ~ /^(baseurl|mirrorlist|metalink|metadata_expire)$/ || (key != "" && name ~ /^(gpgcheck|gpgkey)$/)
  repeated[lines] = index("\nbaseurl=" url[id] "\n" rest, "\n" $0 "\n")
}
END { finish() }
`;
