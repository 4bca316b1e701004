#!/usr/bin/env bash
# apt sends the fragment of a redirect's Location to the server, as a part of the path.
#
# Guess:  A Location may have a fragment (RFC 9110 10.2.2). A client keeps it for itself: a request's target has none.
# Seen:   Location `/pool/sample.deb#mirror` makes apt ask for `/pool/sample.deb#mirror`, and the server, which has
#         `/pool/sample.deb`, answers 404. apt ends with 100. Without the fragment it has the file. By hand, apt 2.6.2
#         (Debian 12) does the same; curl 8.14.1, wget 1.21.3, wget2 2.2.0 and aria2 1.37.0 leave the fragment out.
# With:   apt 3.0.4 (Debian 13).
# So:     A redirect for apt has no fragment. What it should tell (a hash, a mirror's name) goes into a header.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files apt=3.0.4 dpkg)

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
        base = f"http://127.0.0.1:{self.server.server_port}"
        places = {"/plain": f"{base}/pool/sample.deb", "/marked": f"{base}/pool/sample.deb#mirror"}
        body = b"a package" if self.path == "/pool/sample.deb" else b""
        status = 302 if self.path in places else 200 if body else 404
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {self.path}: {status}\n")
        self.send_response(status)
        if status == 302:
            self.send_header("Location", places[self.path])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests")
server=$!
read -r port <&3

mkdir -p "$work/root/tmp"
chroot "$work/root" apt-get --version >/dev/null
for path in plain marked; do
  chroot "$work/root" /usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=0 \
    download-file "http://127.0.0.1:$port/$path" "/$path" >"$work/output" 2>&1 || echo "ended with $?" >>"$work/requests"
done

cat >"$work/expected" <<'END'
GET /plain: 302
GET /pool/sample.deb: 200
GET /marked: 302
GET /pool/sample.deb#mirror: 404
ended with 100
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "apt asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt asked for the path with the Location's fragment, and got 404."
