#!/usr/bin/env bash
# apt takes a blank at the end of a mirror list's line for a part of the mirror's URL, and drops a line that begins with one.
#
# Guess:  Blanks around a line mean nothing, as in apt's own lists of sources, and `URL priority:1` is a URL with a priority.
# Seen:   A blank at the end goes into every request as it is: `GET /one /dists/sample/InRelease HTTP/1.1`, which servers
#         answer with 400. So does ` priority:1` where a blank stands instead of a tab, and ` # text`. A line that begins
#         with blanks is no mirror, without a word. CR LF at the end, blank lines and comment lines are fine.
# With:   apt 3.0.4 (Debian 13).
# Source: apt-transport-mirror(1): metadata is "separated from the URI by a tab", and its items by "tabs or spaces".
# So:     A list for apt is written without a blank: the URL, tabs before each item of metadata, the line's end.
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

LINES = {
    "plain": "{}/one\n",
    "windows": "# a comment\r\n\r\n{}/one\r\n",
    "tab": "{}/one\tpriority:1\n",
    "blank": "{}/one priority:1\n",
    "trailing": "{}/one \n",
    "comment": "{}/one # text\n",
    "leading": " {}/one\n{}/two\n",
}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def parse_request(self):
        line = self.raw_requestline.decode().strip()
        if "/InRelease" in line:
            with open(sys.argv[1], "a") as requests:
                requests.write(f"{line}\n")
        return super().parse_request()

    def do_GET(self):
        name = self.path[1:].removesuffix("/list")
        text = LINES.get(name, "").replace("{}", f"http://127.0.0.1:{self.server.server_port}").encode()
        self.send_response(200 if text else 404)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests")
server=$!
read -r port <&3

mkdir -p "$work"/root/{tmp,etc/apt/apt.conf.d,var/lib/dpkg,var/cache/apt/archives/partial}
touch "$work/root/var/lib/dpkg/status"
chroot "$work/root" apt-get --version >/dev/null
for list in plain windows tab blank trailing comment leading; do
  echo "deb mirror+http://127.0.0.1:$port/$list/list sample main" >"$work/root/etc/apt/sources.list"
  rm -rf "$work/root/var/lib/apt/lists" "$work/requests"
  mkdir -p "$work/root/var/lib/apt/lists/partial"
  touch "$work/requests"
  # No mirror has a Release, so that every refresh fails.
  chroot "$work/root" apt-get -o APT::Sandbox::User=root -o Acquire::Retries=0 update >"$work/output" 2>&1 || true
  sed "s/^/$list: /" "$work/requests" >>"$work/seen"
done

cat >"$work/expected" <<'END'
plain: GET /one/dists/sample/InRelease HTTP/1.1
windows: GET /one/dists/sample/InRelease HTTP/1.1
tab: GET /one/dists/sample/InRelease HTTP/1.1
blank: GET /one priority:1/dists/sample/InRelease HTTP/1.1
trailing: GET /one /dists/sample/InRelease HTTP/1.1
comment: GET /one # text/dists/sample/InRelease HTTP/1.1
leading: GET /two/dists/sample/InRelease HTTP/1.1
END
if ! diff -u "$work/expected" "$work/seen"; then
  cat "$work/output" >&2
  echo "apt asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: a blank at the end of a mirror list's line became a part of what apt asked for."
