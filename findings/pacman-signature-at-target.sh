#!/usr/bin/env bash
# pacman asks for a package's signature where the package's redirect ended.
#
# Guess:  The signature's URL is the package's URL in pacman.conf with .sig added, and the same server is asked.
# Seen:   After a redirect to a file of the same name pacman adds .sig to the URL that it was redirected to. The
#         server in pacman.conf isn't asked for the signature. After a redirect to another name (blobs/1) it is.
# With:   pacman 7.0.0 (Debian 13). The first was seen by hand with 6.0.2 and 7.1.0 as well.
# So:     A redirector makes sure that a mirror has a package's signature before it redirects the package there. It
#         can't send the signature from elsewhere, unless the target has another name.
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
import hashlib, http.server, io, sys, tarfile

entry = """%FILENAME%
{name}-1-1-any.pkg.tar

%NAME%
{name}

%VERSION%
1-1

%DESC%
a sample

%CSIZE%
{size}

%ISIZE%
1

%SHA256SUM%
{hash}

%ARCH%
any

%BUILDDATE%
1767225600

"""
about = "pkgname = {name}\npkgver = 1-1\npkgdesc = a sample\nbuilddate = 1767225600\nsize = 1\narch = any\n"
targets = {"same": "mirror/same-1-1-any.pkg.tar", "other": "mirror/blobs/1"}


def archive(mode, *members):
    """A tar of (name, text)."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as tar:
        for name, text in members:
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return file.getvalue()


packages = {name: archive("w", (".PKGINFO", about.format(name=name))) for name in targets}
database = archive(
    "w:gz",
    *(
        (f"{name}-1-1/desc", entry.format(name=name, size=len(bytes), hash=hashlib.sha256(bytes).hexdigest()))
        for name, bytes in packages.items()
    ),
)


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
        if self.path == "/service/sample.db":
            self.reply(200, database)
        elif self.path.endswith("-1-1-any.pkg.tar") and self.path.startswith("/service/"):
            target = targets[self.path.removeprefix("/service/").split("-")[0]]
            self.reply(302, b"", [("Location", f"http://127.0.0.1:{self.server.server_port}/{target}")])
        elif self.path[1:] in targets.values():
            name = next(name for name, target in targets.items() if target == self.path[1:])
            self.reply(200, packages[name])
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
Server = http://127.0.0.1:$port/service
END
run_pacman() {
  chroot "$work/root" pacman --config /host/pacman.conf --noconfirm --noprogressbar "$@" >>"$work/output" 2>&1 ||
    echo "ended with $?" >>"$work/requests"
}
run_pacman -Sy
run_pacman -Sw same
run_pacman -Sw other

cat >"$work/expected" <<'END'
GET /service/sample.db
GET /service/sample.db.sig
GET /service/same-1-1-any.pkg.tar
GET /mirror/same-1-1-any.pkg.tar
GET /mirror/same-1-1-any.pkg.tar.sig
GET /service/other-1-1-any.pkg.tar
GET /mirror/blobs/1
GET /service/other-1-1-any.pkg.tar.sig
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "pacman asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: pacman asked for the signature beside the target of the same name, and not beside one of another name."
