#!/usr/bin/env bash
# wget2 ends with 0, and without a file, when the server answers 403, 410, 429 or most other 4xx.
#
# Guess:  "8: Server issued an error response", as its manual has it, and as wget does.
# Seen:   Of the 4xx only 404 ends with 8, and 401 with 6. 400, 403, 410, 416, 429 and 451 end with 0, nothing is saved, and
#         with --quiet nothing is said. 500 and 503 end with 8. By hand: 402, 405, 406, 408, 409, 411, 412, 418, 421, 425,
#         428, 431 and 499 end with 0 as well. wget 1.21.3 (Debian 12) ends with 8 for 403 and 429.
# With:   wget2 2.2.0 (Debian 13).
# So:     A service that wants scripts to notice a refusal answers wget2 with 404 or 503, not with 429 or 410. A script
#         looks for the file, not at how wget2 ended.
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
import http.server


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = b"why"
        self.send_response(int(self.path[1:]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py")
server=$!
read -r port <&3

chroot "$work/root" wget2 --version >/dev/null
mkdir "$work/root/got"
for status in 200 400 401 403 404 410 416 429 451 500 503; do
  chroot "$work/root" wget2 --quiet --tries=1 --directory-prefix=/got "http://127.0.0.1:$port/$status" && ended=0 || ended=$?
  saved=nothing
  [ ! -e "$work/root/got/$status" ] || saved="a file"
  echo "$status: ended with $ended, saved $saved" >>"$work/seen"
done

cat >"$work/expected" <<'END'
200: ended with 0, saved a file
400: ended with 0, saved nothing
401: ended with 6, saved nothing
403: ended with 0, saved nothing
404: ended with 8, saved nothing
410: ended with 0, saved nothing
416: ended with 0, saved nothing
429: ended with 0, saved nothing
451: ended with 0, saved nothing
500: ended with 8, saved nothing
503: ended with 8, saved nothing
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "wget2 did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: wget2 ended with 0 and without a file for 403, 410 and 429."
