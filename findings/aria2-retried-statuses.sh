#!/usr/bin/env bash
# aria2 tries again after 504 and not after 503 or 502, unless --retry-wait is given. 429 and 500 it never tries again.
#
# Guess:  --max-tries is 5 by default, so a status that says "later" (429, 503) is tried again. At the least the three
#         that a gateway sends (502, 503, 504) are the same.
# Seen:   504 is tried again at once. 502 and 503 end the download (29) at the first answer, and are tried again with
#         --retry-wait=1, for which the manual names 503 alone. 408, 429, 500 and 507 end it (22) with --retry-wait too.
# With:   aria2 1.37.0 (Debian 13).
# So:     A service that is busy for a moment answers aria2 with 504, or better with a redirect to a mirror.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files aria2=1.37.0+debian-3)

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

asked = set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        # /STATUS/name: this status at the first request, then 200
        status = 200 if self.path in asked else int(self.path.split("/")[1])
        asked.add(self.path)
        with open(sys.argv[1], "a") as requests:
            requests.write(f" {status}")
        body = b"a file"
        self.send_response(status)
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

chroot "$work/root" aria2c --version >/dev/null
get() { # status, name, options
  : >"$work/requests"
  chroot "$work/root" aria2c --quiet --no-conf --dir=/got "${@:3}" "http://127.0.0.1:$port/$1/$2" && ended=0 || ended=$?
  echo "$2:$(cat "$work/requests"), ended with $ended" >>"$work/seen"
}
for status in 408 429 500 502 503 504 507; do
  get "$status" "$status"
  get "$status" "$status-retry-wait" --retry-wait=1
done

cat >"$work/expected" <<'END'
408: 408, ended with 22
408-retry-wait: 408, ended with 22
429: 429, ended with 22
429-retry-wait: 429, ended with 22
500: 500, ended with 22
500-retry-wait: 500, ended with 22
502: 502, ended with 29
502-retry-wait: 502 200, ended with 0
503: 503, ended with 29
503-retry-wait: 503 200, ended with 0
504: 504 200, ended with 0
504-retry-wait: 504 200, ended with 0
507: 507, ended with 22
507-retry-wait: 507, ended with 22
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "aria2 did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: aria2 tried again after 504, and not after 502 or 503 without --retry-wait."
