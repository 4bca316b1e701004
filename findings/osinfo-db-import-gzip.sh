#!/usr/bin/env bash
# osinfo-db-import takes a .tar and a .tar.xz, and no .tar.gz, .tar.bz2 or .tar.zst.
#
# Guess:  A tool that reads archives by libarchive, and whose manual says "archive", takes what libarchive takes.
# Seen:   "Unrecognized archive format", and it ends with 1, for .tar.gz, .tar.bz2 and .tar.zst of the very tree that it
#         takes as .tar and .tar.xz.
# With:   osinfo-db-tools 1.12.0 (Debian 13).
# So:     A database for libosinfo is published as a plain tar or as .tar.xz. Where gzip is all that one has, as in a
#         Worker, it is a plain tar.
# Needs:  Debian (root, apt, chroot), bzip2, xz, zstd. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files osinfo-db-tools=1.12.0-1)

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

mkdir -p "$work/tree/sample/os/example.org"
echo 20260101 >"$work/tree/sample/VERSION"
cat >"$work/tree/sample/os/example.org/sample-1.xml" <<'END'
<libosinfo version="0.0.1">
  <os id="http://example.org/sample/1"><short-id>sample1</short-id><name>Sample</name></os>
</libosinfo>
END
archives="$work/root/archives"
mkdir "$archives"
tar --directory "$work/tree" --create --file "$archives/sample.tar" sample
gzip --keep "$archives/sample.tar"
bzip2 --keep "$archives/sample.tar"
xz --keep "$archives/sample.tar"
zstd --quiet --keep "$archives/sample.tar"

for ending in tar tar.xz tar.gz tar.bz2 tar.zst; do
  rm -rf "$work/root/database"
  chroot "$work/root" osinfo-db-import --root / --dir /database "/archives/sample.$ending" >"$work/output" 2>&1 &&
    ended=0 || ended=$?
  documents=$(find "$work/root/database" -name "*.xml" 2>/dev/null | wc -l || true)
  echo "$ending: ended with $ended, documents: $documents$(sed "s/.*: /, /" "$work/output")" >>"$work/seen"
done

cat >"$work/expected" <<'END'
tar: ended with 0, documents: 1
tar.xz: ended with 0, documents: 1
tar.gz: ended with 1, documents: 0, Unrecognized archive format
tar.bz2: ended with 1, documents: 0, Unrecognized archive format
tar.zst: ended with 1, documents: 0, Unrecognized archive format
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "osinfo-db-import did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: osinfo-db-import took .tar and .tar.xz, and refused .tar.gz."
