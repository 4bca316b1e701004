#!/usr/bin/env bash
# unbound answers a GET of DNS over HTTPS only if `dns` is the first parameter.
#
# Guess:  RFC 8484 4.1 asks by a URI template with the variable dns. `?dns=...` and `?ct=...&dns=...` are both such
#         queries.
# Seen:   `?dns=Q` and `?dns=Q&ct=x` are answered. `?ct=x&dns=Q` is 404.
# With:   unbound 1.26.2 (Debian 13).
# So:     A front that adds a parameter (a profile, a token) adds it behind dns. A template like
#         /dns-query{?profile,dns} can't lead to unbound.
# Needs:  Debian (root, apt, chroot), python3, openssl, curl with HTTP/2. Ends with 0: unchanged, 1: changed, 2: could
#         not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files unbound=1.26.2-0+deb13u1)

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

mkdir "$work/root/host"
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 -keyout "$work/root/host/key.pem" \
  -out "$work/root/host/cert.pem" 2>/dev/null
# A port that was free a moment ago.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/root/host/unbound.conf" <<END
server:
  interface: 127.0.0.1@$port
  https-port: $port
  tls-service-key: /host/key.pem
  tls-service-pem: /host/cert.pem
  do-daemonize: no
  username: ""
  chroot: ""
  directory: /host
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
  local-zone: "example.org." static
  local-data: "a.example.org. IN A 192.0.2.7"
remote-control:
  control-enable: no
END
chroot "$work/root" unbound -d -c /host/unbound.conf >"$work/output" 2>&1 &
server=$!

# The question for a.example.org A, in base64url.
question=AAABAAABAAAAAAAAAWEHZXhhbXBsZQNvcmcAAAEAAQ
for parameters in "dns=$question" "dns=$question&ct=x" "ct=x&dns=$question"; do
  status=$(curl --silent --insecure --http2 --retry 20 --retry-connrefused --retry-delay 1 \
    --output /dev/null --write-out '%{http_code}' "https://127.0.0.1:$port/dns-query?$parameters")
  echo "${parameters//$question/Q}: $status" >>"$work/seen"
done

cat >"$work/expected" <<'END'
dns=Q: 200
dns=Q&ct=x: 200
ct=x&dns=Q: 404
END
if ! diff -u "$work/expected" "$work/seen"; then
  cat "$work/output" >&2
  echo "unbound did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: unbound found dns only as the first parameter."
