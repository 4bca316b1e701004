#!/usr/bin/env bash
# aria2 saves a metalink that answers a file's URL under the file's name, and the file under another.
#
# Guess:  aria2 accepts metalinks (Accept: application/metalink4+xml). One may then answer at the file's own URL, as
#         it may for zypper, and aria2 saves the file where it belongs.
# Seen:   aria2 ends with 0. image.iso is the XML, and the image is image.1.iso beside it.
# With:   aria2 1.37.0 (Debian 13), with its default --follow-metalink=true.
# So:     At a file's own URL aria2 gets the redirect with Link headers, whatever Accept says. A metalink has a URL of
#         its own (image.iso.meta4). Otherwise a script takes the XML for the image.
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
import hashlib, http.server, sys

image = b"the image"
metalink = """<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
<file name="image.iso"><size>{size}</size><hash type="sha-256">{hash}</hash><url>{base}/mirror/image.iso</url></file>
</metalink>"""

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
        if self.path == "/mirror/image.iso":
            return self.reply(200, image)
        base = f"http://127.0.0.1:{self.server.server_port}"
        with open(sys.argv[1], "a") as requests:
            for kind in ("application/metalink4+xml", "application/metalink+xml"):
                requests.write(f"asks for {kind}\n" if kind in self.headers["Accept"] else f"no {kind}\n")
        text = metalink.format(size=len(image), hash=hashlib.sha256(image).hexdigest(), base=base)
        self.reply(200, text.encode(), [("Content-Type", "application/metalink4+xml")])

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
chroot "$work/root" aria2c --quiet --no-conf --dir=/got "http://127.0.0.1:$port/image.iso" ||
  echo "ended with $?" >>"$work/requests"
for saved in "$work"/root/got/*; do
  echo "${saved##*/} begins with: $(head -c 9 "$saved")" >>"$work/requests"
done

cat >"$work/expected" <<'END'
asks for application/metalink4+xml
asks for application/metalink+xml
image.1.iso begins with: the image
image.iso begins with: <?xml ver
END
if ! diff -u "$work/expected" "$work/requests"; then
  echo "aria2 did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: aria2 saved the metalink as image.iso and the image as image.1.iso."
