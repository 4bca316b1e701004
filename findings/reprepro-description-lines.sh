#!/usr/bin/env bash
# reprepro writes a Description of several lines into Release so that the second line is no field.
#
# Guess:  A Release is a Debian control stanza: each further line of a value begins with a blank.
# Seen:   conf/distributions has `Description: first line` and below it ` second line`. In Release the second line
#         begins without its blank. reprepro says nothing.
# With:   reprepro 5.4.6+really5.3.2-1+deb13u1 (Debian 13; it calls itself 5.3.1).
# So:     A strict reader of Release refuses what real repositories publish. By hand, apt 3.0.4 read such a Release
#         without a word, and lost only the field below the bad line. A reader ignores such a line, and takes the sums
#         as they are.
# Needs:  Debian (root, apt, chroot). Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files reprepro=5.4.6+really5.3.2-1+deb13u1)

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

mkdir -p "$work/root/repository/conf"
cat >"$work/root/repository/conf/distributions" <<'END'
Codename: sample
Architectures: amd64
Components: main
Description: first line
 second line
END
chroot "$work/root" reprepro --silent --basedir /repository export sample || echo "ended with $?" >"$work/seen"
sed '/^Date:/d; /^MD5Sum:/,$d' "$work/root/repository/dists/sample/Release" >>"$work/seen"

cat >"$work/expected" <<'END'
Codename: sample
Architectures: amd64
Components: main
Description: first line
second line
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "reprepro wrote otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: the Description's second line stands in Release without its blank."
