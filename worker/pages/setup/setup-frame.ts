/** What the set-up scripts of all kinds share: options, refusals, showing, writing, undoing. */

import type { Part } from "../../formats/setup-format.ts";

/** The names a script goes by, all as words of the shell. */
export interface Names {
  /** URL of the script itself. */
  script: string;
  title: string;
  /** os-release's ids it is for, separated by spaces. */
  distributions: string;
  /** What the files it keeps are named after. */
  stem: string;
}

/**
 * A whole script. Everything is in functions and the last line calls them: a download that was cut off does
 * nothing. Kept copies end in `.save`, which apt passes over without a word.
 *
 * `--undo` loses nothing either: what a person wrote into a file since stays beside it, and a file that names a release
 * the host has left since is named.
 */
export function frame({ script, title, distributions, stem }: Names, part: Part): string {
  return `#!/bin/sh
# Points this host's package manager at Nearmirror. Changes nothing without --apply.
set -eu
script=${script}
title=${title}
distributions=${distributions}
stem=${stem}
folders='${part.folders.join(" ")}' # where files are changed, and kept
${part.values}
usage() {
  cat <<END
Sets this host up for $title, as $script says.
  curl -fsS $script | sh                      shows what would change
  curl -fsS $script | sh -s -- --apply        changes it, keeps what was there
  curl -fsS $script | sh -s -- --undo         puts back what was there before the first --apply
  --root DIR  another root than /             --help  this text
END
}
say() { printf '%s\\n' "$*"; }
refuse() { say "nearmirror: $*" >&2; exit 1; }
wrong() { say "nearmirror: $* (--help tells more)" >&2; exit 2; }
now_release() {
  is=$(release VERSION_CODENAME)
  [ -n "$is" ] || is=$(release VERSION_ID | cut -d . -f 1,2)
  say "$is"
}
release() { sed -n "s/^$1=//p" "$os" | tr -d "\\"'" | head -n 1; }

# propose FILE NEW: shows what would change in FILE; with --apply, NEW takes its place in one rename.
propose() {
  if [ -e "$1" ] && [ "$(cat "$1"; echo .)" = "$(cat "$2"; echo .)" ]; then return 0; fi
  changes=1 old=$1
  [ -e "$old" ] || old=/dev/null
  if command -v diff >/dev/null; then diff -u -L "$1" -L "$1" "$old" "$2" || :
  else say "New $1:"; cat "$2"; fi
  [ "$mode" = apply ] || return 0
  new=$1.$stem-new.save
  [ -e "$since" ] || now_release >"$since"
  if [ ! -e "$1.before-$stem.save" ] && [ ! -e "$1.none-before-$stem.save" ]; then
    if [ -e "$1" ]; then cp -pP "$1" "$new"; mv -f "$new" "$1.before-$stem.save"
    else : >"$1.none-before-$stem.save"; fi
  fi
  [ ! -e "$1" ] || cp -p "$1" "$new" # for its owner and mode
  cat "$2" >"$new"
  cp -p "$new" "$1.set-$stem.save"
  mv -f "$new" "$1"
}

# spare FILE: what somebody wrote into FILE since stays beside it.
spare() {
  if [ -e "$1.set-$stem.save" ] && [ -e "$1" ] && [ "$(cat "$1"; echo .)" != "$(cat "$1.set-$stem.save"; echo .)" ]; then
    cp -pP "$1" "$1.undone-$stem.save"
    say "Changed since: what $1 had is in $1.undone-$stem.save"
  fi
  rm -f "$1.set-$stem.save"
}

undo() {
  was='' is=''
  if [ -e "$since" ]; then was=$(cat "$since"); fi
  if [ -f "$os" ]; then is=$(now_release); fi
  for folder in $folders; do
    for kept in "$root/$folder"/*"before-$stem.save"; do
      [ -e "$kept" ] || continue
      case $kept in
        *.none-before-"$stem".save)
          file=\${kept%.none-before-"$stem".save}
          spare "$file"
          rm -f "$file"; rm -f "$kept"; say "Removed $file"; changes=1 ;;
        *)
          file=\${kept%.before-"$stem".save}
          spare "$file"
          mv -f "$kept" "$file"; say "Put back $file"; changes=1
          if [ -n "$was" ] && [ "$was" != "$is" ] && grep -qF -e "$was" "$file"; then
            say "Look at $file before the next update: it names $was, and this host is $is now."
          fi ;;
      esac
    done
  done
  rm -f "$since"
  [ -n "$changes" ] || say "Nothing to undo."
}
${part.functions}
main() {
  mode=show root='' changes=''
  while [ $# -gt 0 ]; do
    case $1 in
      --apply | --undo) [ "$mode" = show ] || wrong "Only one of --apply and --undo"; mode=\${1#--} ;;
      --root)
        shift
        [ -d "\${1:-}" ] || wrong "--root takes a directory"
        case $1 in /*) root=\${1%/} ;; *) root=$PWD/\${1%/} ;; esac ;;
      --help) usage; exit 0 ;;
      *) wrong "No option $1" ;;
    esac
    shift
  done
  [ "$mode" = show ] || [ -n "$root" ] || [ "$(id -u)" = 0 ] || refuse "--$mode must be run as root."
  os=$root/etc/os-release
  if [ ! -f "$os" ] || [ -L "$os" ]; then os=$root/usr/lib/os-release; fi
  since=$root/\${folders%% *}/$stem-release.save # the release whose files are kept
  if [ "$mode" = undo ]; then undo; exit 0; fi
  [ -f "$os" ] || refuse "No $root/etc/os-release: which distribution this is can't be told."
  id=$(release ID)
  case " $distributions " in
    *" \${id:-?} "*) ;;
    *) refuse "This is for $distributions, but $os says \${id:-nothing}." ;;
  esac
  for folder in $folders; do [ -d "$root/$folder" ] || refuse "There is no $root/$folder."; done
  umask 022
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  plan
  if [ -z "$changes" ]; then say "Nothing to change."
  elif [ "$mode" = apply ]; then say "Done. --undo puts back what was there."
  else say "Nothing was changed yet: --apply does it."; fi
}
main "$@"
`;
}
