#!/usr/bin/env bash
# aria2 doesn't go on to a metalink's next mirror when the first one sends wrong bytes.
#
# Guess:  A metalink has hashes and several mirrors so that a client that finds wrong bytes takes the file from the
#         next mirror.
# Seen:   With the file's hash alone aria2 fetches the file from the first mirror, finds it wrong and ends with 32.
#         With hashes of pieces it asks the same mirror five times and ends with 1. In neither case it asks the second
#         mirror. After a 404 of the first mirror it does.
# With:   aria2 1.37.0 (Debian 13), with its default of one connection per server.
# So:     A metalink protects aria2 from mirrors that lack the file, not from mirrors that have it wrong. The service
#         checks bytes itself, and names the mirror that it checked last first.
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

image = bytes(range(256)) * 4096
piece = 256 * 1024


def metalink(base, first, with_pieces):
    hashes = f'<hash type="sha-256">{hashlib.sha256(image).hexdigest()}</hash>'
    if with_pieces:
        parts = [hashlib.sha256(image[at : at + piece]).hexdigest() for at in range(0, len(image), piece)]
        listed = "".join(f"<hash>{part}</hash>" for part in parts)
        hashes += f'<pieces length="{piece}" type="sha-256">{listed}</pieces>'
    urls = "".join(f'<url priority="{at}">{base}/{name}/image.iso</url>' for at, name in ((1, first), (2, "good")))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
<file name="image.iso"><size>{len(image)}</size>{hashes}{urls}</file>
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
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {self.path}\n")
        mirror, name = self.path[1:].split("/")
        if name.endswith(".meta4"):
            base = f"http://127.0.0.1:{self.server.server_port}"
            text = metalink(base, first=mirror, with_pieces="pieces" in name)
            return self.reply(200, text.encode(), [("Content-Type", "application/metalink4+xml")])
        if mirror == "gone":
            return self.reply(404, b"not here")
        body = bytes(len(image)) if mirror == "wrong" else image
        # aria2 asks for bytes=0-(size - 1), which is all of it.
        whole = ("Content-Range", f"bytes 0-{len(body) - 1}/{len(body)}")
        self.reply(206, body, [whole]) if "Range" in self.headers else self.reply(200, body)

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
for asked in gone/hash wrong/hash wrong/pieces; do
  chroot "$work/root" aria2c --quiet --no-conf --dir="/got/$asked" "http://127.0.0.1:$port/$asked.meta4" ||
    echo "ended with $?" >>"$work/requests"
done

cat >"$work/expected" <<'END'
GET /gone/hash.meta4
GET /gone/image.iso
GET /good/image.iso
GET /wrong/hash.meta4
GET /wrong/image.iso
ended with 32
GET /wrong/pieces.meta4
GET /wrong/image.iso
GET /wrong/image.iso
GET /wrong/image.iso
GET /wrong/image.iso
GET /wrong/image.iso
ended with 1
END
if ! diff -u "$work/expected" "$work/requests"; then
  echo "aria2 asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: aria2 went on to the second mirror after a 404, and never after wrong bytes."
