#!/usr/bin/env bash
# dnf asks twelve times for a mirror list that isn't there, whatever `retries` says, and takes baseurl last.
#
# Guess:  404 is an answer, and `retries=1` permits one try. A repository that has baseurl besides mirrorlist asks
#         baseurl first, or both.
# Seen:   dnf asks for the list twelve times, with the default of `retries` and with 1, and only then
#         for repomd.xml at baseurl. For a repomd.xml that isn't there it asks four times. With a list that is there it
#         never asks baseurl. By hand, dnf5 5.4.6.0 (Debian unstable) asks for the list twelve times as well, and then
#         fails without asking baseurl.
# With:   dnf 4.23.0 with librepo 1.20.0 (Debian 13).
# So:     A list that a service takes away costs twelve requests for each host and refresh. It goes on answering the
#         list's URL, with the service itself as the one place.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files python3-minimal dnf=4.23.0-1 createrepo-c)

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

mkdir -p "$work/root/repository" "$work/root/etc/dnf" "$work/root/etc/yum.repos.d"
touch "$work/root/etc/dnf/dnf.conf"
chroot "$work/root" createrepo_c --quiet /repository

cat >"$work/server.py" <<'END'
import http.server, pathlib, sys

repository = pathlib.Path(sys.argv[2])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        place, name = self.path[1:].split("/", 1)
        body = b""
        if name == "list" and place != "lacking":
            body = f"http://127.0.0.1:{self.server.server_port}/listed/\n".encode()
        elif place in ("base", "listed") and (repository / name).is_file():
            body = (repository / name).read_bytes()
        if name in ("list", "repodata/repomd.xml"):
            with open(sys.argv[1], "a") as requests:
                requests.write(f"/{place}/{name} {200 if body else 404}\n")
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests" "$work/root/repository")
server=$!
read -r port <&3

chroot "$work/root" dnf --version >/dev/null 2>"$work/output"
refresh() { # a name, and the repository's lines
  echo "$1" >>"$work/seen"
  printf '[sample]\nname=sample\ngpgcheck=0\nskip_if_unavailable=0\n%s\n' "$2" >"$work/root/etc/yum.repos.d/sample.repo"
  rm -rf "$work/root/var/cache/dnf" "$work/requests"
  touch "$work/requests"
  chroot "$work/root" dnf --assumeyes --releasever=1 makecache >>"$work/output" 2>&1 &&
    ended=0 || ended=$?
  uniq --count "$work/requests" >>"$work/seen"
  echo "  ended with $ended" >>"$work/seen"
}
at=http://127.0.0.1:$port
refresh "both" "mirrorlist=$at/first/list
baseurl=$at/base/"
refresh "both, the list is missing" "mirrorlist=$at/lacking/list
baseurl=$at/base/"
refresh "both, the list is missing, one retry" "mirrorlist=$at/lacking/list
baseurl=$at/base/
retries=1"
refresh "repomd.xml is missing" "baseurl=$at/lacking/"

cat >"$work/expected" <<'END'
both
      1 /first/list 200
      1 /listed/repodata/repomd.xml 200
  ended with 0
both, the list is missing
     12 /lacking/list 404
      1 /base/repodata/repomd.xml 200
  ended with 0
both, the list is missing, one retry
     12 /lacking/list 404
      1 /base/repodata/repomd.xml 200
  ended with 0
repomd.xml is missing
      4 /lacking/repodata/repomd.xml 404
  ended with 1
END
if ! diff -u "$work/expected" "$work/seen"; then
  tail -n 20 "$work/output" >&2
  echo "dnf asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: dnf asked twelve times for a mirror list that answered 404, and for baseurl after that."
