#!/usr/bin/env bash
# pacman throws away a database that was sent whole if its Last-Modified is older than the last one's.
#
# Guess:  200 with a body is the new state. Whether If-Modified-Since is heeded is the server's decision, and the
#         server has decided.
# Seen:   `pacman -Sy` gets the new database whole, says "downloading", ends with 0, and goes on with the old
#         database. It takes the same bytes once they have a later date.
# With:   pacman 7.0.0 (Debian 13). The same was seen by hand with 6.0.2 and 7.1.0.
# So:     A service passes the origin's Last-Modified on, and never makes one. One answer dated by the time of
#         fetching freezes each client that saw it until the origin's own dates are later. A repository that is rolled
#         back needs a later date, too.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files pacman-package-manager=7.0.0-1+b1)

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
import http.server, io, sys, tarfile

entry = """%FILENAME%
sample-{version}-any.pkg.tar.zst

%NAME%
sample

%VERSION%
{version}

%DESC%
a sample

%CSIZE%
1

%ISIZE%
1

%SHA256SUM%
{hash}

%ARCH%
any

%BUILDDATE%
1767225600

"""


def database(version):
    """A database with one package."""
    text = entry.format(version=version, hash="0" * 64).encode()
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        info = tarfile.TarInfo(f"sample-{version}/desc")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    return file.getvalue()


states = [
    ("1-1", "Fri, 02 Jan 2026 00:00:00 GMT"),
    ("2-1", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ("2-1", "Sat, 03 Jan 2026 00:00:00 GMT"),
]


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
        if self.path != "/sample.db":
            return self.reply(404, b"not here")
        version, date = states.pop(0)
        with open(sys.argv[1], "a") as requests:
            requests.write(f"sent whole: {version} of {date}\n")
        self.reply(200, database(version), [("Last-Modified", date)])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests")
server=$!
read -r port <&3

mkdir -p "$work"/root/host/{db,cache,hooks,gpg}
cat >"$work/root/host/pacman.conf" <<END
[options]
RootDir = /host
DBPath = /host/db
CacheDir = /host/cache
HookDir = /host/hooks
GPGDir = /host/gpg
LogFile = /host/log
Architecture = x86_64
SigLevel = Optional TrustAll
[sample]
Server = http://127.0.0.1:$port
END
run_pacman() { chroot "$work/root" pacman --config /host/pacman.conf --noconfirm --noprogressbar "$@"; }
for _ in 1 2 3; do
  run_pacman -Sy >>"$work/output" 2>&1 || echo "ended with $?" >>"$work/requests"
  run_pacman -Sl | sed 's/^/pacman knows: /' >>"$work/requests"
done

cat >"$work/expected" <<'END'
sent whole: 1-1 of Fri, 02 Jan 2026 00:00:00 GMT
pacman knows: sample sample 1-1
sent whole: 2-1 of Thu, 01 Jan 2026 00:00:00 GMT
pacman knows: sample sample 1-1
sent whole: 2-1 of Sat, 03 Jan 2026 00:00:00 GMT
pacman knows: sample sample 2-1
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "pacman did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: pacman dropped a database that was sent whole, as its date was older."
