#!/usr/bin/env bash
# libzypp asks a mirrorlist's first place for repomd.xml, and the second place for the rest.
#
# Guess:  To zypper a mirror list means what it means to dnf: each place has everything, and the next one is asked
#         when one fails.
# Seen:   zypper asks the first place for repomd.xml and the second place for the index. If the first place has no
#         repomd.xml, the refresh fails (4), and the second place, which has everything, isn't asked. By hand, libzypp
#         17.36.7 (Debian 13) went on to the second place then, and took everything from one place.
#         By hand, a place that a list names twice counts once, so that another one gives the index; written with a
#         further slash (`http://host//first/`) it counts as a second place.
# With:   zypper 1.14.101 with libzypp 17.38.16 (Debian unstable in November 2026).
# So:     The first place of a list for zypper always has repomd.xml: it is the service itself. The second place gives
#         the indexes, so it is the service as well, or a mirror that is known to have these very indexes.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=sid
packages=(base-files zypper=1.14.101-1 libzypp1735=17.38.16-1+b1 createrepo-c)

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
import http.server, pathlib, sys

repository = pathlib.Path(sys.argv[2])


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

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        place, name = self.path[1:].split("/", 1)
        if name == "list":
            text = "".join(f"http://127.0.0.1:{self.server.server_port}/{each}/\n" for each in (place, "second"))
            return self.reply(200, text.encode())
        kind = name.removeprefix("repodata/").split("-")[-1]
        if kind in ("repomd.xml", "primary.xml.zst"):
            with open(sys.argv[1], "a") as requests:
                requests.write(f"{self.command} {kind} of {place}\n")
        file = repository / name
        has_it = file.is_file() and place != "lacking"
        self.reply(200, file.read_bytes()) if has_it else self.reply(404, b"not here")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests" "$work/root/repository")
server=$!
read -r port <&3

refresh() {
  mkdir -p "$work/root/$1/etc/zypp/repos.d"
  cat >"$work/root/$1/etc/zypp/repos.d/sample.repo" <<END
[sample]
name=sample
mirrorlist=http://127.0.0.1:$port/$1/list
type=rpm-md
gpgcheck=0
END
  ZYPP_LOCKFILE_ROOT="/$1" ZYPP_LOGFILE=/zypper.log chroot "$work/root" \
    zypper --root "/$1" --non-interactive --no-gpg-checks refresh >>"$work/output" 2>&1 ||
      echo "ended with $?" >>"$work/requests"
}
chroot "$work/root" zypper --version >/dev/null 2>&1
refresh first
refresh lacking

cat >"$work/expected" <<'END'
HEAD repomd.xml of first
GET repomd.xml of first
GET primary.xml.zst of second
HEAD repomd.xml of lacking
ended with 4
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "zypper asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: zypper took repomd.xml from the first place alone, and the index from the second."
