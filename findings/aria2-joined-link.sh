#!/usr/bin/env bash
# aria2 reads a `Link` line that holds several links as one link.
#
# Guess:  Values on several header lines mean the same as these values joined by commas on one line (RFC 9110 5.3).
# Seen:   Of a joined line aria2 knows only the first address, with the last `rel` of the whole line. A describedby at
#         the line's end takes all duplicates away: after a 404 aria2 gives up, though two more mirrors were named.
#         With one line per link aria2 goes on to them.
# With:   aria2 1.37.0 (Debian 13).
# So:     A service sends aria2 one line per link. Where the platform joins lines, as Workers do, the best duplicate
#         comes first, and aria2 gets no describedby.
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
        links = [
            f"<{base}/gone-second/{name}>; rel=duplicate; pri=2",
            f"<{base}/third/{name}>; rel=duplicate; pri=3",
        ]
        if "described" in name:
            links.append(f'<{base}/meta/{name}.meta4>; rel=describedby; type="application/metalink4+xml"')
        gone = ("Location", f"{base}/gone/{name}")
        if asked == "lines":
            self.reply(302, b"", [gone, *(("Link", link) for link in links)])
        elif asked == "joined":
            self.reply(302, b"", [gone, ("Link", ", ".join(links))])
        elif asked.startswith("gone"):
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

chroot "$work/root" aria2c --version >/dev/null
for asked in lines/1-described joined/2-described joined/3-duplicates; do
  chroot "$work/root" aria2c --quiet --no-conf --dir=/got "http://127.0.0.1:$port/$asked.iso" ||
    echo "ended with $?" >>"$work/requests"
done

cat >"$work/expected" <<'END'
GET /lines/1-described.iso
GET /gone/1-described.iso
GET /gone-second/1-described.iso
GET /third/1-described.iso
GET /joined/2-described.iso
GET /gone/2-described.iso
ended with 3
GET /joined/3-duplicates.iso
GET /gone/3-duplicates.iso
GET /gone-second/3-duplicates.iso
ended with 3
END
if ! diff -u "$work/expected" "$work/requests"; then
  echo "aria2 asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: aria2 went on to duplicates in lines of their own, and knew one link of a joined line at most."
