#!/usr/bin/env bash
# apt refuses a relative Location.
#
# Guess:  RFC 9110 10.2.2 allows a Location that is relative to the URL asked for, and clients resolve it.
# Seen:   apt resolves a path from the root (`/mirror/k.deb`). It doesn't resolve a path from the file's folder
#         (`../mirror/k.deb`): apt takes the path's beginning for a scheme, says "Redirection from http to
#         '../mirror/...' is forbidden", and ends with 100.
# With:   apt 3.0.4 (Debian 13). The same was seen by hand with 3.3.5 (Debian unstable in November 2026).
# So:     A redirector for apt sends whole URLs. A mirror that redirects with relative paths is useless to apt, though
#         curl and browsers follow it.
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
import hashlib, http.server, sys

package = b"what apt downloads; it isn't opened"
stanza = """Package: {name}
Version: 1
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: a sample
Filename: files/{name}.deb
Size: {size}
SHA256: {hash}

"""
location = {
    "whole": "http://127.0.0.1:{port}/mirror/{name}.deb",
    "path": "/mirror/{name}.deb",
    "relative": "../mirror/{name}.deb",
}


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
        if self.path.endswith("/Packages"):
            hash = hashlib.sha256(package).hexdigest()
            text = "".join(stanza.format(name=name, size=len(package), hash=hash) for name in location)
            return self.reply(200, text.encode())
        if not self.path.endswith(".deb"):
            return self.reply(404, b"not here")
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {self.path}\n")
        if self.path.startswith("/mirror/"):
            return self.reply(200, package)
        name = self.path.split("/")[-1].removesuffix(".deb")
        self.reply(302, b"", [("Location", location[name].format(name=name, port=self.server.server_port))])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
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
for name in whole path relative; do apt_get download "$name"; done

cat >"$work/expected" <<'END'
GET /files/whole.deb
GET /mirror/whole.deb
GET /files/path.deb
GET /mirror/path.deb
GET /files/relative.deb
ended with 100
END
if ! diff -u "$work/expected" "$work/requests" || ! grep -q "Redirection from http to '../mirror/" "$work/output"; then
  cat "$work/output" >&2
  echo "apt did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt followed a whole address and a path from the root, and refused ../mirror/."
