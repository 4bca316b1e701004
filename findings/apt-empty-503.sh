#!/usr/bin/env bash
# apt tries again after a 503 that has a body, and gives up at a 503 that has none.
#
# Guess:  503 means that the server can't answer now (RFC 9110 15.6.4), and apt's Acquire::Retries is 3. The body is
#         for people and doesn't matter.
# Seen:   After a 503 with a body of four bytes apt asks again, 1 and 2 s later, and gets the file. A 503 with
#         `Content-Length: 0` ends the download at once, with 100.
# With:   apt 3.0.4 (Debian 13). The same was seen by hand with 3.3.5 (Debian unstable in November 2026).
# So:     Every error that a service sends to apt has a body, even if it is one word. Without it apt takes "come back
#         in a second" for "never".
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
Filename: {name}.deb
Size: {size}
SHA256: {hash}

"""
errors = {"empty": b"", "filled": b"wait"}
refusals_left = dict.fromkeys(errors, 2)


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
            text = "".join(stanza.format(name=name, size=len(package), hash=hash) for name in errors)
            return self.reply(200, text.encode())
        if not self.path.endswith(".deb"):
            return self.reply(404, b"not here")
        name = self.path.split("/")[-1].removesuffix(".deb")
        refuse = refusals_left[name] > 0
        refusals_left[name] -= 1
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {name}.deb: {503 if refuse else 200}\n")
        if refuse:
            self.reply(503, errors[name])
        else:
            self.reply(200, package)


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
apt_get download filled
apt_get download empty

cat >"$work/expected" <<'END'
GET filled.deb: 503
GET filled.deb: 503
GET filled.deb: 200
GET empty.deb: 503
ended with 100
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "apt did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt got over two 503s with a body, and ended at the first one without."
