#!/usr/bin/env bash
# apt forgets that a package provides its own name, unless it provides it in a version.
#
# Guess:  `Provides: wick` in the package wick is an entry as any other, or means nothing; with a version or without one
#         it is treated alike.
# Seen:   The entry without a version is dropped while the index is read: neither `Provides` nor `Reverse Provides` of
#         apt-cache showpkg has it. `Provides: wick (= 2)` of wick 1 stays, and lets wick 1 meet `wick (>= 2)`: the
#         package that needs that is installed with wick 1.
# With:   apt 3.0.4 and apt 2.6.2.
# So:     Who answers what provides a name leaves out the one and keeps the other; who solves by versions of names alone
#         refuses what apt installs.
# Needs:  Debian (root, apt, chroot). Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files apt=3.0.4 dpkg)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

# The packages and what they need, unpacked under $work/root: this machine's own stay as they are.
archive=$(apt-get indextargets --format "\$(LABEL) \$(REPO_URI)" "Created-By: Packages" |
  awk '$1 == "Debian" { print $2; exit }')
mkdir -p "$work"/lists/partial "$work"/cache/archives/partial "$work/root/dev"
touch "$work/status"
echo "deb $archive $suite main" >"$work/sources.list"
fetch=(apt-get -qq -o "Dir::State::status=$work/status" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache"
  -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Install-Recommends=false
  -o APT::Sandbox::User=root)
"${fetch[@]}" update
"${fetch[@]}" --yes --download-only install "${packages[@]}" >/dev/null
for deb in "$work"/cache/archives/*.deb; do dpkg-deb --extract "$deb" "$work/root"; done
mknod -m 666 "$work/root/dev/null" c 1 3

mkdir -p "$work/root/archive"
stanza() { # name version provides depends
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Ada <ada@example.org>\nDescription: %s\n' "$1" "$2" "$1"
  [ -z "$3" ] || printf 'Provides: %s\n' "$3"
  [ -z "$4" ] || printf 'Depends: %s\n' "$4"
  printf 'Filename: ./%s.deb\nSize: 1\nSHA256: %064d\n\n' "$1" 0
}
{
  stanza candle 1 candle ""
  stanza wick 1 "wick (= 2), string" ""
  stanza lamp 1 "" "wick (>= 2)"
} >"$work/root/archive/Packages"
mkdir -p "$work/root/etc/apt" "$work/root/var/lib/dpkg" "$work/root/var/lib/apt/lists/partial" \
  "$work/root/var/cache/apt/archives/partial" "$work/root/tmp"
touch "$work/root/var/lib/dpkg/status"
echo "deb [trusted=yes] file:/archive ./" >"$work/root/etc/apt/sources.list"
inside() { env -u APT_CONFIG chroot "$work/root" "$@" 2>/dev/null; }
inside apt-get -qq -o APT::Sandbox::User=root update
inside apt-get --version >"$work/version"

{
  sed -n '1s/ (.*//p' "$work/version"
  for name in candle wick string; do
    echo "$name: $(inside apt-cache showpkg "$name" | sed -n '/^Reverse Provides/,$p' | tail -n +2 | tr -s ' \n' ' ')"
  done
  inside apt-get -s install lamp | grep '^Inst'
} >"$work/seen"

cat >"$work/expected" <<'END'
apt 3.0.4
candle: 
wick: wick 1 (= 2) 
string: wick 1 (= ) 
Inst wick (1 localhost [all])
Inst lamp (1 localhost [all])
END
if ! diff -u "$work/expected" "$work/seen"; then exit 1; fi
echo "Unchanged: apt 3.0.4 has no candle among those that provide candle, and wick 1 as one that provides wick 2."
