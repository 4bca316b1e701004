#!/usr/bin/env bash
# chronyd drops bad lines of a sourcedir in silence, and a last line that lacks its newline too.
#
# Guess:  A mistake in a .sources file is fatal, as one in chrony.conf is, or is logged, and `chronyc reload sources`
#         tells it.
# Seen:   Of five lines chronyd takes the two good ones. It drops a misspelt directive, a misspelt option, and a good
#         last line without a newline. The log doesn't mention them, and reload says "200 OK".
# With:   chrony 4.6.1 (Debian 13). The same was seen by hand with 4.3.
# Source: chrony.conf(5) says that lines are expected to end with a newline, and not what happens otherwise.
# So:     A program that writes .sources files ends each line, and reads `chronyc sources` afterwards. Nothing else
#         tells that a time server isn't used.
# Needs:  Debian (root, apt, chroot). Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files chrony=4.6.1-3+deb13u2)

work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT
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

# Sources are loopback addresses where nobody answers; -x leaves this machine's clock alone.
mkdir -p "$work/root/host/sources"
mkdir -m 700 "$work/root/host/run"
echo "root:x:0:0::/:/bin/sh" >"$work/root/etc/passwd"
echo "root:x:0:" >"$work/root/etc/group"
cat >"$work/root/host/chrony.conf" <<'END'
sourcedir /host/sources
port 0
cmdport 0
bindcmdaddress /host/run/chronyd.sock
pidfile /host/run/pid
END
printf '%s\n' 'server 127.0.0.11 port 11123' 'serwer 127.0.0.12 port 11123' 'server 127.0.0.13 port 11123 minpol 4' \
  'server 127.0.0.14 port 11123' >"$work/root/host/sources/sample.sources"
printf 'server 127.0.0.15 port 11123' >>"$work/root/host/sources/sample.sources"

# -d: in the foreground, its log on standard error. It answers once its socket is there.
chroot "$work/root" chronyd -x -d -u root -f /host/chrony.conf >"$work/output" 2>&1 &
server=$!
for _ in {1..100}; do
  [ ! -S "$work/root/host/run/chronyd.sock" ] || break
  sleep 0.1
done
ask() { chroot "$work/root" chronyc -h /host/run/chronyd.sock -n "$@"; }
{
  ask reload sources
  ask -c sources | cut -d, -f3
  echo "in the log:"
  grep -oE '127\.0\.0\.1[0-9]|serwer|minpol' "$work/output" | sort -u || true
} >"$work/seen"

cat >"$work/expected" <<'END'
200 OK
127.0.0.11
127.0.0.14
in the log:
127.0.0.11
127.0.0.14
END
if ! diff -u "$work/expected" "$work/seen"; then
  cat "$work/output" >&2
  echo "chrony did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: chronyd took two of five servers, and said nothing of the others."
