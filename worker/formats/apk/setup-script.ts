/** apk's part of a set-up script: one list of URLs. */

import { domainOf } from "../setup-domain.ts";
import type { Part, SetupEntry } from "../setup-format.ts";
import { oneLine, shellQuote } from "../setup-quote.ts";

/** @param base the service's own URL, ends in `/` */
export function apkPart({ name, origin }: SetupEntry, base: string): Part {
  return {
    values: `url=${shellQuote(oneLine(`${base}${name}/`))}
name=${shellQuote(oneLine(name))}
domain=${shellQuote(domainOf(origin))} # hosts of which are the distribution's own, below this path
path=${shellQuote(new URL(origin).pathname.replace(/^\/|\/$/g, ""))}`,
    folders: ["etc/apk"],
    functions: `
plan() {
  version=$(release VERSION_ID)
  case $version in
    *_*) branch=edge ;;
    *.*) branch=v$(printf '%s\\n' "$version" | cut -d . -f 1,2) ;;
    *) refuse "$os has no VERSION_ID as 3.22.1." ;;
  esac
  list=$root/etc/apk/repositories
  [ -f "$list" ] || list=/dev/null
  NM_URL=$url NM_NAME=$name NM_DOMAIN=$domain NM_PATH=$path NM_BRANCH=$branch awk "$lines" "$list" >"$work/list"
  propose "$root/etc/apk/repositories" "$work/list"
}

# Branch, repository and tag stay, what is before them becomes our URL. A list that has none of the
# distribution's gets main and community.
lines='
${apkAwk}'`,
  };
}

const apkAwk = String.raw`function ours(text) { have = 1; if (!seen[text]++) print text }
BEGIN { url = ENVIRON["NM_URL"]; domain = "." ENVIRON["NM_DOMAIN"]; path = ENVIRON["NM_PATH"]; if (path != "") path = path "/" }
/^[ \t]*(#|$)/ { print; next }
{
  where = $NF; tag = NF > 1 ? $1 " " : ""
  if (index(where, url) == 1) { ours($0); next }
  rest = where; sub(/^[a-z]+:\/\//, "", rest); sub(/\/+$/, "", rest)
  n = split(rest, part, "/"); host = part[1]; sub(/:.*/, "", host)
  own = substr("." host, length(host) + 2 - length(domain)) == domain && rest == part[1] "/" path part[n - 1] "/" part[n]
  if (n < 3 || rest == where || part[n] !~ /^(main|community|testing)$/ || part[n - 1] !~ /^(edge|latest-stable|v[0-9.]+)$/ \
    || !(own || (n == 4 && part[2] == ENVIRON["NM_NAME"]))) { print; next }
  print "#nearmirror# " $0
  ours(tag url part[n - 1] "/" part[n])
}
END {
  if (have) exit
  print url ENVIRON["NM_BRANCH"] "/main"; print url ENVIRON["NM_BRANCH"] "/community"
}
`;
