#!/usr/bin/env bash
# wget2 goes to the first rel=duplicate of a redirect instead of its Location.
#
# Guess:  A client follows Location. The duplicates of RFC 6249 are for the case that this fails.
# Seen:   wget2 never asks Location. It asks the first duplicate, with --metalink=off too. If that one answers 404,
#         wget2 asks neither the next duplicate nor Location, and ends with 8.
# With:   wget2 2.2.0 (Debian 13).
# So:     A redirector that sends Link headers names Location's own mirror as the first duplicate, which RFC 6249
#         allows. Otherwise wget2 goes to the second-best mirror, and to no other.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files wget2=2.2.0+ds-1+deb13u1)

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
import http.server, sys

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
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {self.path}\n")
        base = f"http://127.0.0.1:{self.server.server_port}"
        asked, name = self.path[1:].split("/")
        if asked in ("well", "broken"):
            links = f"<{base}/{asked}-second/{name}>; rel=duplicate; pri=2, <{base}/third/{name}>; rel=duplicate; pri=3"
            self.reply(302, b"", [("Location", f"{base}/best/{name}"), ("Link", links)])
        elif asked == "broken-second":
            self.reply(404, b"not here")
        else:
            self.reply(200, asked.encode())

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests")
server=$!
read -r port <&3

chroot "$work/root" wget2 --version >/dev/null
get() { chroot "$work/root" wget2 --quiet --directory-prefix=/got "$@" || echo "ended with $?" >>"$work/requests"; }
get "http://127.0.0.1:$port/well/image.iso"
get --metalink=off "http://127.0.0.1:$port/well/second.iso"
get "http://127.0.0.1:$port/broken/third.iso"

cat >"$work/expected" <<'END'
GET /well/image.iso
GET /well-second/image.iso
GET /well/second.iso
GET /well-second/second.iso
GET /broken/third.iso
GET /broken-second/third.iso
ended with 8
END
if ! diff -u "$work/expected" "$work/requests"; then
  echo "wget2 asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: wget2 followed the first duplicate, never Location, and gave up at its 404."
