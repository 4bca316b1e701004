#!/usr/bin/env bash
# mmdb-lib answers an IPv6 address asked of an IPv4-only database with the record of an IPv4 network.
#
# Guess:  A database with ip_version 4 knows nothing of 2001:db8::1. The answer is null, or an error.
# Seen:   mmdb-lib takes the address's first bits for an IPv4 address (2001:0db8 for 32.1.13.184), and answers with
#         that one's record and a prefix length. libmaxminddb's mmdblookup says that the database is IPv4-only, and
#         ends with 4.
# With:   mmdb-lib 3.0.3, which is the core of maxmind 5. Beside it mmdblookup 1.7.1 (Debian 12).
# So:     A service that opens a database of the operator's choice looks at metadata.ipVersion first. Otherwise it
#         places all IPv6 clients by IPv4 networks that they have nothing to do with.
# Needs:  Debian (root, apt, chroot), node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be
#         tried.
set -Eeuo pipefail

suite=bookworm
packages=(mmdb-bin=1.7.1-1)

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
  --prefix "$work" mmdb-lib@3.0.3 >/dev/null

# The database: one node. Addresses that begin with 0 are in AA, the others in BB.
cat >"$work/look.cjs" <<'END'
const { writeFileSync } = require("node:fs");
const { Reader } = require("mmdb-lib");

/** MaxMind DB 2.0: strings are type 2, maps 7, arrays 11, unsigned numbers 5 (16 bits), 6 (32), 9 (64). */
const text = (value) => Buffer.concat([Buffer.of((2 << 5) | value.length), Buffer.from(value)]);
const map = (entries) =>
  Buffer.concat([Buffer.of((7 << 5) | entries.length), ...entries.flatMap(([key, value]) => [text(key), value])]);
const number = (value, type = 5) => Buffer.of((type << 5) | 2, value >> 8, value & 255);
const long = (value) => Buffer.of(4, 9 - 7, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);

const aa = map([["country", text("AA")]]);
const bb = map([["country", text("BB")]]);
const nodes = 1;
// A record above the number of nodes points into the data, past 16 bytes that separate the two.
const tree = Buffer.of(0, 0, nodes + 16, 0, 0, nodes + 16 + aa.length);
const metadata = map([
  ["binary_format_major_version", number(2)],
  ["binary_format_minor_version", number(0)],
  ["build_epoch", long(1767225600)],
  ["database_type", text("sample")],
  ["description", map([])],
  ["ip_version", number(4)],
  ["languages", Buffer.of(0, 11 - 7)],
  ["node_count", number(nodes, 6)],
  ["record_size", number(24)],
]);
const marker = Buffer.concat([Buffer.of(0xab, 0xcd, 0xef), Buffer.from("MaxMind.com")]);
const database = Buffer.concat([tree, Buffer.alloc(16), aa, bb, marker, metadata]);
writeFileSync(process.argv[2], database);

const reader = new Reader(database);
console.log(`ip_version ${reader.metadata.ipVersion}`);
for (const address of ["32.1.13.184", "192.0.2.1", "2001:db8::1", "fe80::1"]) {
  console.log(address, JSON.stringify(reader.getWithPrefixLength(address)));
}
END
{
  NODE_PATH="$work/node_modules" node "$work/look.cjs" "$work/root/sample.mmdb" 2>&1 || echo "ended with $?"
  chroot "$work/root" mmdblookup --file /sample.mmdb --ip 32.1.13.184 country | tr -d ' \n' && echo
  chroot "$work/root" mmdblookup --file /sample.mmdb --ip 2001:db8::1 country 2>&1 | tr -s ' \n' ' ' ||
    echo "ended with $?"
} >"$work/seen"

cat >"$work/expected" <<'END'
ip_version 4
32.1.13.184 [{"country":"AA"},1]
192.0.2.1 [{"country":"BB"},1]
2001:db8::1 [{"country":"AA"},1]
fe80::1 [{"country":"BB"},1]
"AA"<utf8_string>
 Got an error from the maxminddb library: You attempted to look up an IPv6 address in an IPv4-only database ended with 4
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "It was otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: mmdb-lib gave IPv6 addresses the records of IPv4 networks."
