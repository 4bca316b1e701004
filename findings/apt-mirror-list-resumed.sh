#!/usr/bin/env bash
# apt resumes its old mirror list instead of fetching the new one, and can end up with parts of both.
#
# Guess:  `mirror+http://` fetches its list anew each time, or asks with If-Modified-Since. A range is for a download
#         that was broken off.
# Seen:   At each update apt asks for the bytes behind the end of the list it has, with that list's date as If-Range.
#         A server that has a longer list of the same date answers 206, as it should. apt then adds the tail of the
#         new list to the old list: it keeps asking the old list's first mirror, which the new list doesn't name, and
#         never asks the new one.
# With:   apt 3.0.4 (Debian 13). The same was seen by hand with 3.3.5 (Debian unstable in November 2026).
# So:     A service that makes the list for each client answers it whole, with 200, whatever Range says. A list of the
#         same date must have the same bytes otherwise.
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
import http.server, sys

date = "Thu, 01 Jan 2026 00:00:00 GMT"
lists = {
    "first": "http://127.0.0.1:{port}/old/\tpriority:1\n",
    "second": "http://127.0.0.1:{port}/new/\tpriority:1\nhttp://127.0.0.1:{port}/spare/\tpriority:2\n",
}
asked_for_list = 0


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
        global asked_for_list
        offset = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")
        if self.path != "/list":
            mirror, _, name = self.path[1:].partition("/./")
            if name == "Packages":
                with open(sys.argv[1], "a") as requests:
                    requests.write(f"GET Packages of {mirror}\n")
            return self.reply(200, b"") if name == "Packages" else self.reply(404, b"not here")
        name = "second" if asked_for_list else "first"
        asked_for_list += 1
        body = lists[name].format(port=self.server.server_port).encode()
        part = self.headers.get("If-Range") == date and 0 < int(offset) < len(body)
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {name} list: {'206, from where the first one ended' if part else '200'}\n")
        if part:
            where = ("Content-Range", f"bytes {offset}-{len(body) - 1}/{len(body)}")
            self.reply(206, body[int(offset) :], [("Last-Modified", date), where])
        else:
            self.reply(200, body, [("Last-Modified", date)])


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
echo "deb [trusted=yes] mirror+http://127.0.0.1:$port/list ./" >"$work/root/etc/apt/sources.list"
apt_get update
apt_get update

cat >"$work/expected" <<'END'
GET first list: 200
GET Packages of old
GET second list: 206, from where the first one ended
GET Packages of old
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "apt did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt added the tail of a new mirror list to its old one, and went on asking the old one's mirror."
