#!/usr/bin/env bash
# wget2 decodes %2F and %2B in a URL's path before it asks, in a redirect's Location too.
#
# Guess:  A client asks for the path as it was given. RFC 3986 2.2: URLs that differ in the encoding of a reserved
#         character (`/`, `+`, `:`) aren't equivalent.
# Seen:   `/one%2Ftwo` is asked as `/one/two`, `lib%2B%2B` as `lib++`, `1%3A2` as `1:2`. %3F, %23 and %25 stay, and so
#         does a query. A Location is rewritten the same way. By hand, wget 1.21.3, curl 8.14.1 and aria2 1.37.0 ask for
#         what was given.
# With:   wget2 2.2.0 (Debian 13).
# So:     A URL for any client has no %2F in its path: what isn't a folder goes into the query. A service treats `+` and
#         `%2B` in a path as the same name, and so should the store behind it. Stores that read `+` as a blank don't.
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

    def do_GET(self):
        with open(sys.argv[1], "a") as requests:
            requests.write(f"{self.path}\n")
        redirects = self.path == "/redirect"
        self.send_response(302 if redirects else 200)
        if redirects:
            self.send_header("Location", "/pool/one%2Ftwo/lib%2B%2B_1%3A2.deb?signed=a%2Fb%2B")
        self.send_header("Content-Length", "0")
        self.end_headers()


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
for path in /one%2Ftwo /lib%2B%2B /1%3A2 /a%3Fb /a%23b /a%25b "/query?name=a%2Fb%2B" /redirect; do
  chroot "$work/root" wget2 --quiet --output-document=/got "http://127.0.0.1:$port$path" ||
    echo "ended with $?" >>"$work/requests"
done

cat >"$work/expected" <<'END'
/one/two
/lib++
/1:2
/a%3Fb
/a%23b
/a%25b
/query?name=a%2Fb%2B
/redirect
/pool/one/two/lib++_1:2.deb?signed=a%2Fb%2B
END
if ! diff -u "$work/expected" "$work/requests"; then
  echo "wget2 asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: wget2 asked for /one/two where the URL said /one%2Ftwo."
