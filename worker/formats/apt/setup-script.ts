/**
 * apt's part of a set-up script: a deb822 source of ours, and the entries it replaces disabled.
 *
 * The source is a list of two places, both of them us, for apt's `mirror` method: apt never asks us again after a
 * redirect, but goes on to the list's next place where a mirror has not the file, breaks off, never ends or can't be
 * reached (observed, apt 2.6; only wrong bytes of the right size it takes for final). There it gets checked bytes.
 *
 * It goes on at once, in place of trying the same mirror again after 1, 2 and 4 s: with these delays apt 2.6 stands still
 * for good where one file breaks off while others are still to be asked there (observed; mended after apt 3.0.3 by
 * "Fix stuck acquire queues on partial server errors"). This can't be said for our places alone: apt reads
 * `Acquire::Retries` and its `Delay` where no host or source is known (acquire-item.cc, acquire-worker.cc), and only what
 * its methods read, like `Acquire::http::HOST::Timeout`, is had by host. So the number of attempts stays, and the file
 * says what it does to the others.
 *
 * A host that takes no chance has the second place alone: no wrong bytes reach the host, and all payload goes through
 * the service.
 */

import { domainOf } from "../setup-domain.ts";
import type { Part, SetupEntry } from "../setup-format.ts";
import { oneLine, shellQuote } from "../setup-quote.ts";

/** What the file in apt.conf.d says of itself, without an apostrophe. */
const delayWords = [
  "apt has no such setting for one source, so this is for all sources of the host: as many attempts as before, but",
  "without waiting 1, 2 and 4 seconds between them. With these delays apt up to 3.0.3 can stand still for good where",
  "a mirror breaks off several files; without them it goes on to the next place at once.",
];

/** Names of suites that are not a release's codename, which is what os-release tells. */
const otherSuites = /^(stable|oldstable|testing|unstable|sid|experimental|devel)\b|[./]/;

/**
 * Suites as one word of the shell, for the release the host has: the catalogue's are those of one release, and
 * what stands before the first hyphen is its codename.
 */
export function suitesWord(suites: string): string {
  const words = oneLine(suites).split(" ");
  const isReleases = (suite: string) => /^[a-z][a-z0-9-]*$/.test(suite) && !otherSuites.test(suite);
  if (!words.every(isReleases)) return shellQuote(words.join(" "));
  return `"${words.map((suite) => suite.replace(/^[^-]+/, "$$codename")).join(" ")}"`;
}

/**
 * For one or more repositories of one distribution, the main one first.
 * @param base the service's own URL, ends in `/`
 * @param bytes the second place alone
 */
export function aptPart(repositories: readonly SetupEntry[], base: string, bytes: boolean): Part {
  const [main] = repositories;
  const signed = repositories.every(({ setup }) => setup.signedBy !== undefined);
  // Without certificates apt can't open https; the signatures it checks don't need it. Another port is another service.
  const insecure = signed && new URL(base).port === "" ? base.replace(/^https:/, "http:") : "";
  const rows = repositories.map(({ name, setup }) =>
    [
      "  row",
      shellQuote(oneLine(name)),
      suitesWord(setup.suites ?? ""),
      shellQuote(oneLine(setup.components ?? "")),
      shellQuote(oneLine(setup.signedBy ?? "")),
    ].join(" "),
  );
  const inArchive = new Set(repositories.flatMap(({ architectures }) => architectures));
  return {
    values: `base=${shellQuote(base)}
without_certificates=${shellQuote(base.startsWith("http:") ? base : insecure)}
domain=${shellQuote(domainOf(main?.origin ?? base))} # hosts of which are the distribution's own
origin=${shellQuote(new URL(main?.origin ?? base).hostname)}
architectures=${shellQuote([...inArchive].map(oneLine).join(" "))}
# name, suites, components, keyring
table() {
${rows.join("\n")}
}
row() {
  [ -z "$4" ] || [ -e "$root$4" ] || refuse "There is no $root$4: install the distribution's keyring first."
  printf '%s\\t%s\\t%s\\t%s\\n' "$@"
}`,
    // The last one first: a source without its list would be worse than a list without a source.
    folders: ["etc/apt/sources.list.d", "etc/apt", "etc/apt/apt.conf.d"],
    functions: `
plan() {
  codename=$(release VERSION_CODENAME)
  [ -n "$codename" ] || refuse "$os has no VERSION_CODENAME: which release this is can't be told."
  status=$root/var/lib/dpkg/status
  [ -f "$status" ] || status=/dev/null
  arch=$(sed -n '/^Package: dpkg$/,/^$/s/^Architecture: //p' "$status")
  case " \${architectures:-$arch} " in
    *" \${arch:-$architectures} "*) ;;
    *) refuse "This has $architectures, but this host is $arch." ;;
  esac
  url=$base
  [ -f "$root/etc/ssl/certs/ca-certificates.crt" ] || url=$without_certificates
  [ -n "$url" ] || refuse "$base needs certificates: install ca-certificates first."
  rows=$(table)
  for name in $(printf '%s\\n' "$rows" | cut -f 1); do
    printf '%s\\tpriority:%s\\n' ${bytes ? "" : '"$url$name/" 1 '}"\${url}again/$name/" 2 >"$work/list-$name"
    propose "$root/etc/apt/$stem-$name.list" "$work/list-$name"
  done
  {
    say "# Written by $script; its --undo takes this away."
${delayWords.map((words) => `    say '# ${words}'`).join("\n")}
    say 'Acquire::Retries::Delay "false";'
  } >"$work/conf"
  propose "$root/etc/apt/apt.conf.d/90$stem" "$work/conf"
  own=$root/etc/apt/sources.list.d/$stem.sources
  set -- /dev/null
  for file in "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*.list "$root"/etc/apt/sources.list.d/*.sources; do
    if [ -f "$file" ]; then set -- "$@" "$file"; fi
  done
  : >"$work/files"
  NM_ROWS=$rows NM_URL=$url NM_PLACES=mirror+file:/etc/apt/$stem- NM_CODENAME=$codename NM_DOMAIN=$domain NM_ORIGIN=$origin NM_OWN=$own NM_WORK=$work \\
    NM_LISTS=$root/var/lib/apt/lists NM_ID=$id NM_SCRIPT=$script awk "$entries" "$@"
  propose "$own" "$work/own"
  number=0
  while IFS= read -r file; do
    number=$((number + 1))
    propose "$file" "$work/$number"
  done <"$work/files"
}

# Reads every entry, writes our source and the files in which entries were disabled.
entries='
${awk}'`,
  };
}

/**
 * What an entry has besides stays: components, further suites of the release and deb-src move into our stanza.
 * An entry is replaced only where something shows that it is a copy of the distribution: its host, its keyring, or
 * what apt itself fetched from it; others are similar (`https://pkgs.example/debian trixie main`).
 */
const awk = String.raw`function bare(uri) { sub(/^[a-z+]+:\/*/, "", uri); sub(/\/+$/, "", uri); return uri }
function last(uri) { uri = bare(uri); sub(/.*\//, "", uri); sub(/\.list$/, "", uri); return uri }
function key(path) { sub(/.*\//, "", path); sub(/\.(gpg|pgp|asc)$/, "", path); return path }
function merged(have, more,  n, i, word) {
  n = split(more, word, " ")
  for (i = 1; i <= n; i++) if (index(" " have " ", " " word[i] " ") == 0) have = have (have == "" ? "" : " ") word[i]
  return have
}
function places(r) { return ENVIRON["NM_PLACES"] title[r] ".list" } # what our source of it is named
function other(host, path) { # another archive of the same name: past releases, ESM, debug symbols
  if (host != origin && host ~ /^(archive|old-releases|snapshot|esm|ddebs|debug|ports|incoming)\./) return 1
  return path ~ /(^|\/)(debian-archive|archive|old-releases|snapshot|infra|apps)\//
}
function copied(r, uri, suite, signed,  host, path, name, text, found) { # whether this is a copy of the distribution
  if (uri == places(r)) return 1
  host = path = name = bare(uri); sub(/[\/:].*/, "", host)
  if (!sub(/^[^\/]*\//, "", path)) path = ""
  if (name == bare(ENVIRON["NM_URL"] title[r])) return 1
  if (other(host, path)) return 0
  if ((path == title[r] || path == "") && (host == domain || substr(host, length(host) - length(domain)) == "." domain)) return 1
  if (signed != "" && key(signed) == key(keyring[r])) return 1
  gsub(/\//, "_", name); name = lists "/" name "_dists_" suite "_InRelease"
  while ((getline text < name) > 0) if (tolower(text) == "origin: " id) found = 1
  close(name)
  return found
}
function further(suite) { # of the release, and in the same archive, though not named in the catalogue
  return index(suite, codename "-") == 1 && substr(suite, length(codename) + 2) ~ /^(updates|backports|backports-sloppy|proposed|proposed-updates)$/
}
function owner(uris, suites, signed,  nu, ns, u, s, i, j, r, k, found) { # our repository it is, or 0
  nu = split(uris, u, " "); ns = split(suites, s, " ")
  for (i = 1; i <= nu; i++) for (j = 1; j <= ns; j++) {
    r = 0
    for (k = 1; k <= count; k++) {
      if ((u[i] == places(k) || last(u[i]) == title[k]) && (at[s[j]] == k || (!at[s[j]] && further(s[j])))) r = k
      if (bare(u[i]) !~ /\// && s[j] ~ /-security$/ && at[s[j]] == k) r = k
    }
    if (!r || (found && found != r) || !copied(r, u[i], s[j], signed)) return 0
    found = r
  }
  return found
}
function judged(types, uris, suites, parts, signed, special,  r, n, i, s, mine) {
  r = special ? 0 : owner(uris, suites, signed)
  n = split(suites, s, " ")
  for (i = 1; i <= n; i++) if (at[s[i]]) mine = 1
  if (!r && mine && file != own) print "Left as it is, " file ": " uris " " suites
  if (!r && file == own) for (i = 1; i <= count; i++)
    if (uris == places(i) || last(uris) == title[i]) { r = i; suites = "" }
  if (r) {
    wanted[r] = merged(wanted[r], suites); components[r] = merged(components[r], parts)
    if (types ~ /deb-src/) source[r] = " deb-src"
    changed = 1
  }
  return r
}
function flush(  i, r) { # a stanza has been read
  if (lines && tolower(field["enabled"]) !~ /^(no|false|without|off|disable|0)$/)
    r = judged(field["types"], field["uris"], field["suites"], field["components"], field["signed-by"], special)
  for (i = 1; i <= lines; i++) {
    if (r && i == first) out = out "# Disabled for Nearmirror.\nEnabled: no\n"
    out = out (r && tolower(line[i]) ~ /^enabled:/ ? "# " : "") line[i] "\n"
  }
  lines = first = special = 0; split("", field)
}
function finish() { # a file has been read
  flush()
  if (changed && file != own) {
    printf "%s", out > (work "/" ++number); close(work "/" number)
    print file >> (work "/files")
  }
  out = ""; changed = 0
}
BEGIN {
  domain = ENVIRON["NM_DOMAIN"]; origin = ENVIRON["NM_ORIGIN"]; codename = ENVIRON["NM_CODENAME"]; own = ENVIRON["NM_OWN"]
  work = ENVIRON["NM_WORK"]; lists = ENVIRON["NM_LISTS"]; id = ENVIRON["NM_ID"]
  count = split(ENVIRON["NM_ROWS"], row, "\n")
  for (r = 1; r <= count; r++) {
    split(row[r], cell, "\t")
    title[r] = cell[1]; wanted[r] = cell[2]; components[r] = cell[3]; keyring[r] = cell[4]
    n = split(cell[2], word, " ")
    for (i = 1; i <= n; i++) at[word[i]] = r
  }
}
FNR == 1 { finish(); file = FILENAME }
file ~ /\.sources$/ {
  if ($0 ~ /^[ \t]*$/) { flush(); out = out $0 "\n"; next }
  line[++lines] = $0
  if ($0 ~ /^#/) next
  if ($0 ~ /^[ \t]/) { field[name] = field[name] " " $0; next }
  if (!first) first = lines
  name = tolower($0); sub(/[ \t]*:.*/, "", name)
  field[name] = $0; sub(/^[^:]*:[ \t]*/, "", field[name]); sub(/[ \t]+$/, "", field[name])
  if (name !~ /^(types|uris|suites|components|signed-by|enabled|x-repolib-name|description)$/) special = 1
  next
}
/^[ \t]*deb(-src)?[ \t]/ {
  type = $1; text = $0; sub(/^[ \t]*[^ \t]+[ \t]+/, "", text); sub(/#.*/, "", text); signed = ""; special = 0
  if (text ~ /^\[/) {
    options = substr(text, 2, index(text, "]") - 2); text = substr(text, index(text, "]") + 1)
    n = split(options, word, " ")
    for (i = 1; i <= n; i++) if (word[i] ~ /^signed-by=/) signed = substr(word[i], 11); else special = 1
  }
  n = split(text, word, " "); parts = ""
  for (i = 3; i <= n; i++) parts = parts " " word[i]
  if (judged(type, word[1], word[2], parts, signed, special)) $0 = "# Disabled for Nearmirror: " $0
}
{ out = out $0 "\n" }
END {
  finish()
  text = "# Written by " ENVIRON["NM_SCRIPT"] "; its --undo takes this away.\n"
  for (r = 1; r <= count; r++) {
    text = text (r > 1 ? "\n" : "") "Types: deb" source[r] "\nURIs: " places(r) "\nSuites: " wanted[r] "\n"
    if (components[r] != "") text = text "Components: " components[r] "\n"
    if (keyring[r] != "") text = text "Signed-By: " keyring[r] "\n"
  }
  printf "%s", text > (work "/own")
}
`;
