#!/usr/bin/env bash
# dnf takes a metalink's mirrors in document order, whatever `preference` says.
#
# Guess:  Metalink 3's preference (100 is the best) decides. MirrorManager writes one for each mirror.
# Seen:   The mirror with preference 10 comes first in the document, and dnf takes everything from it. The mirrors
#         with 100 and 50 aren't asked.
# With:   dnf 4.23.0 with librepo 1.20.0 (Debian 13). The same was seen by hand with dnf5 5.4.6.0 and librepo 1.21.2.
# So:     A service writes a metalink's mirrors best first. It adds preference, and never relies on it.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files dnf=4.23.0-1 librepo0=1.20.0-1~deb13u1 createrepo-c)

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

mkdir -p "$work/root/repository"
chroot "$work/root" createrepo_c --quiet /repository

cat >"$work/server.py" <<'END'
import hashlib, http.server, pathlib, sys

repository = pathlib.Path(sys.argv[2])
metalink = """<?xml version="1.0" encoding="UTF-8"?>
<metalink version="3.0" xmlns="http://www.metalinker.org/" xmlns:mm0="http://fedorahosted.org/mirrormanager">
<files><file name="repomd.xml"><mm0:timestamp>1</mm0:timestamp><size>{size}</size>
<verification><hash type="sha256">{hash}</hash></verification>
<resources>{urls}</resources></file></files></metalink>"""
url = '<url protocol="http" preference="{preference}">{base}/{preference}/repodata/repomd.xml</url>'


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
        if self.path == "/metalink":
            root = (repository / "repodata/repomd.xml").read_bytes()
            base = f"http://127.0.0.1:{self.server.server_port}"
            urls = "".join(url.format(preference=preference, base=base) for preference in (10, 100, 50))
            hash = hashlib.sha256(root).hexdigest()
            return self.reply(200, metalink.format(size=len(root), hash=hash, urls=urls).encode())
        _, preference, name = self.path.split("/", 2)
        file = repository / name
        kind = name.removeprefix("repodata/").split("-")[-1]
        with open(sys.argv[1], "a") as requests:
            requests.write(f"GET {kind} of the mirror with preference {preference}\n")
        self.reply(200, file.read_bytes()) if file.is_file() else self.reply(404, b"not here")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests" "$work/root/repository")
server=$!
read -r port <&3

mkdir "$work/root/repos"
cat >"$work/root/repos/sample.repo" <<END
[sample]
name=sample
metalink=http://127.0.0.1:$port/metalink
gpgcheck=0
END
chroot "$work/root" dnf --quiet --releasever=1 --setopt=reposdir=/repos --setopt=cachedir=/cache makecache \
  >"$work/output" 2>&1 ||
  echo "ended with $?" >>"$work/requests"

cat >"$work/expected" <<'END'
GET repomd.xml of the mirror with preference 10
GET primary.xml.zst of the mirror with preference 10
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "dnf asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: dnf took the mirror that stood first, with the least preference."
