#!/usr/bin/env bash
# apt ignores a Release's `Snapshots:` in silence if the Release has neither Origin nor Label.
#
# Guess:  Release says where its snapshots are (`Snapshots: http://.../@SNAPSHOTID@/`). `apt-get update --snapshot ID`
#         goes there, or fails.
# Seen:   Without Origin and Label, update asks for the present Release only, says nothing and ends with 0: the host
#         isn't pinned to the snapshot. With `Label: x` and nothing else changed, apt goes to the snapshot.
# With:   apt 3.0.4 (Debian 13). The same was seen by hand with 3.3.5 (Debian unstable in November 2026).
# So:     A service that keeps snapshots can't rely on `Snapshots:` in a Release that it didn't write. It gives hosts
#         the snapshot's own URL as their source.
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
import hashlib, http.server, sys

package = b"what apt downloads; it isn't opened"
index = f"""Package: sample
Version: 1
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: a sample
Filename: pool/sample.deb
Size: {len(package)}
SHA256: {hashlib.sha256(package).hexdigest()}
""".encode()
release = """Suite: sample
{label}Components: main
Architectures: all
Date: Thu, 01 Jan 2026 00:00:00 UTC
Snapshots: http://127.0.0.1:{port}/snapshots/@SNAPSHOTID@/
SHA256:
 {hash} {size} main/binary-all/Packages
"""


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
        place, _, name = self.path[1:].partition("/dists/sample/")
        if name in ("Release", "main/binary-all/Packages"):
            with open(sys.argv[1], "a") as requests:
                requests.write(f"GET {name.split('/')[-1]} of {place}\n")
        if name == "Release":
            hash = hashlib.sha256(index).hexdigest()
            label = "Label: x\n" if place == "labelled" or place.startswith("snapshots/") else ""
            text = release.format(label=label, port=self.server.server_port, hash=hash, size=len(index))
            self.reply(200, text.encode())
        elif name == "main/binary-all/Packages":
            self.reply(200, index)
        else:
            self.reply(404, b"not here")


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
for place in plain labelled; do
  echo "deb [trusted=yes arch=all] http://127.0.0.1:$port/$place sample main" >"$work/root/etc/apt/sources.list"
  apt_get update
  echo "update --snapshot:" >>"$work/requests"
  apt_get update --snapshot 20260101T000000Z
done

cat >"$work/expected" <<'END'
GET Release of plain
GET Packages of plain
update --snapshot:
GET Release of plain
GET Release of labelled
GET Packages of labelled
update --snapshot:
GET Release of labelled
GET Release of snapshots/20260101T000000Z
GET Packages of snapshots/20260101T000000Z
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "apt did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: without Origin and Label apt went to no snapshot, and ended with 0."
