#!/usr/bin/env bash
# wget2 obeys the robots.txt group of `wget2` alone, though it calls itself Wget, and takes no notice of `Allow`.
#
# Guess:  A crawler obeys the group whose name is in its User-Agent, as RFC 9309 2.2.1 asks, so a group for `Wget` holds
#         for wget2, whose header is `Wget/2.2.0`. `Allow: /allowed/` with `Disallow: /` leaves that folder open (2.2.2).
# Seen:   wget2 --recursive fetches what the group `Wget` forbids, and leaves out what a group `*` forbids where a group
#         `Wget` permits all. A group `wget2` works as it should. With `Allow: /allowed/` and `Disallow: /` it fetches
#         nothing but the page that it was given. By hand, wget 1.21.3 does as RFC 9309 says in all of these.
# With:   wget2 2.2.0 (Debian 13). By hand, wget 1.21.3 (Debian 12).
# So:     A robots.txt that means either program names both `Wget` and `wget2`, and opens a folder by not forbidding it.
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

ROBOTS = {
    "Wget": "User-agent: Wget\nDisallow: /closed/\n",
    "wget2": "User-agent: wget2\nDisallow: /closed/\n",
    "Wget and all": "User-agent: Wget\nDisallow:\n\nUser-agent: *\nDisallow: /closed/\n",
    "allow": "User-agent: *\nAllow: /allowed/\nDisallow: /\n",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        robots, agents = ROBOTS[sys.argv[2]], self.headers["User-Agent"]
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {self.path} by {agents}\n")
        pages = {"/robots.txt": robots, "/": '<a href="/allowed/file">1</a> <a href="/closed/file">2</a>'}
        body = pages.get(self.path, "a file").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path == "/" else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END

chroot "$work/root" wget2 --version >/dev/null
for robots in "Wget" "wget2" "Wget and all" "allow"; do
  # Bash has the server's port once the server listens.
  exec 3< <(exec python3 "$work/server.py" "$work/requests" "$robots")
  server=$!
  read -r port <&3
  chroot "$work/root" wget2 --quiet --recursive --max-threads=1 --directory-prefix="/got" "http://127.0.0.1:$port/" || true
  kill "$server"
  echo "$robots: $(sed 's/ by Wget\/2\.2\.0$//; s/^GET //' "$work/requests" | tr '\n' ' ' | sed 's/ $//')" >>"$work/seen"
  rm "$work/requests"
done

cat >"$work/expected" <<'END'
Wget: /robots.txt / /allowed/file /closed/file
wget2: /robots.txt / /allowed/file
Wget and all: /robots.txt / /allowed/file
allow: /robots.txt /
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "wget2 asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: wget2 took no notice of the group for Wget, nor of Allow."
