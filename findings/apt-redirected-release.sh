#!/usr/bin/env bash
# One redirected Release makes apt take all indexes from the host it was redirected to.
#
# Guess:  A redirect is for one request. apt asks the server in sources.list for the next path.
# Seen:   Release was redirected to another host. apt asks that host for the index too, and the server in sources.list
#         isn't asked. For the package apt comes back to the server in sources.list.
# With:   apt 3.0.4 (Debian 13). The same was seen by hand with 3.3.5 (Debian unstable in November 2026).
# Source: the option is Acquire::SameMirrorForAllIndexes, on by default. apt's example file configure-index names it,
#         apt.conf(5) doesn't.
# So:     A redirector answers InRelease and Release itself. A redirect of them hands the whole update to one mirror,
#         which may change between Release and its indexes.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files dpkg apt=3.0.4)

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

cat >"$work/server.py" <<'END'
import hashlib, http.server, sys, threading

package = b"what apt downloads; it isn't opened"
index = f"""Package: sample
Version: 1
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: a sample
Filename: ./sample.deb
Size: {len(package)}
SHA256: {hashlib.sha256(package).hexdigest()}
""".encode()
release = f"""Suite: sample
Date: Thu, 01 Jan 2026 00:00:00 UTC
SHA256:
 {hashlib.sha256(index).hexdigest()} {len(index)} Packages
""".encode()
files = {"/./Release": release, "/./Packages": index, "/./sample.deb": package}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        host = self.server.server_address[0]
        body = files.get(self.path)
        if body is not None:
            with open(sys.argv[1], "a") as requests:
                requests.write(f"GET {self.path} of {host}\n")
        if body is None:
            self.reply(404, b"not here")
        elif self.path == "/./Release" and host == "127.0.0.1":
            self.reply(302, b"", [("Location", f"http://127.0.0.2:{self.server.server_port}{self.path}")])
        else:
            self.reply(200, body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
mirror = http.server.ThreadingHTTPServer(("127.0.0.2", server.server_port), Handler)
threading.Thread(target=mirror.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests")
server=$!
read -r port <&3

# apt of that root: no user to drop to, no packages installed, one source.
touch "$work/root/var/lib/dpkg/status"
echo 'APT::Sandbox::User "root"; Acquire::Languages "none";' >"$work/root/etc/apt/apt.conf"
apt_get() { chroot "$work/root" apt-get -qq "$@" >>"$work/output" 2>&1 || echo "ended with $?" >>"$work/requests"; }
chroot "$work/root" apt-get --version >/dev/null
echo "deb [trusted=yes] http://127.0.0.1:$port ./" >"$work/root/etc/apt/sources.list"
apt_get update
apt_get download sample

cat >"$work/expected" <<'END'
GET /./Release of 127.0.0.1
GET /./Release of 127.0.0.2
GET /./Packages of 127.0.0.2
GET /./sample.deb of 127.0.0.1
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "apt did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt asked the host that Release was redirected to for the index, and the first one for the package."
