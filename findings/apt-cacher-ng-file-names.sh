#!/usr/bin/env bash
# apt-cacher-ng serves SHA256SUMS.gpg and refuses SHA256SUMS, and so it does with other halves of a pair.
#
# Guess:  A proxy for packages that knows Debian's, Fedora's, Arch Linux's and Alpine's files knows what belongs to
#         them: a list of sums with its signature, a database with its signature, an index with its packages.
# Seen:   Its built-in patterns (PfilePattern, VfilePattern) let SHA256SUMS.gpg, core.db and APKINDEX.tar.gz pass, and
#         answer 403 to SHA256SUMS, core.db.sig and every .apk. A .jigdo passes, the .iso doesn't.
# With:   apt-cacher-ng 3.7.5 (Debian 13), with the configuration that it comes with but for folders and ports.
# So:     A host behind such a proxy gets 403 for files that the mirror has. Instructions for images and for Alpine name
#         PfilePatternEx and VfilePatternEx, or go around the proxy.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files netbase apt-cacher-ng=3.7.5-1)

work=$(mktemp -d)
processes=()
finish() {
  {
    for process in "${processes[@]}"; do kill -KILL "$process" || true; done
    wait
  } 2>/dev/null # the shell tells of each that was killed
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

cat >"$work/ports.py" <<'END'
# Two free ports below 32768: apt-cacher-ng 3.7.5 takes no higher ones.
import random, socket

ports = []
for port in random.sample(range(20000, 32768), 100):
    with socket.socket() as each:
        try:
            each.bind(("127.0.0.1", port))
        except OSError:
            continue
    ports.append(port)
print(*ports[:2])
END
read -r port proxy < <(python3 "$work/ports.py")
cat >"$work/server.py" <<'END'
import http.server, sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"a file")


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print("listens", flush=True)
server.serve_forever()
END
exec 3< <(exec python3 "$work/server.py" "$port")
processes+=($!)
read -r _ <&3

echo "hosts: files" >"$work/root/etc/nsswitch.conf"
echo "127.0.0.1 localhost" >"$work/root/etc/hosts"
echo "nameserver 127.0.0.1" >"$work/root/etc/resolv.conf" # nobody is asked for an address in figures
mkdir -p "$work/root"/{settings,cache,log,run}
cp "$work/root/etc/apt-cacher-ng/security.conf" "$work/root/settings"
cat >"$work/root/settings/acng.conf" <<END
CacheDir: /cache
LogDir: /log
SupportDir: /usr/lib/apt-cacher-ng
BindAddress: 127.0.0.1
Port: $proxy
AllowUserPorts: 0
ForeGround: 1
END
chroot "$work/root" apt-cacher-ng -c /settings </dev/null >"$work/output" 2>&1 &
processes+=($!)

cat >"$work/ask.py" <<'END'
import http.client, sys, time

proxy, port = map(int, sys.argv[1:])


def status(name):
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    connection.request("GET", f"http://127.0.0.1:{port}/{name}")
    return connection.getresponse().status


until = time.monotonic() + 20
while True:  # until the proxy listens
    try:
        status("dists/sample/InRelease")
        break
    except ConnectionRefusedError:
        if time.monotonic() > until:
            sys.exit("the proxy doesn't listen")
        time.sleep(0.1)
for name in (
    "SHA256SUMS.gpg", "SHA256SUMS",
    "core.db", "core.db.sig",
    "sample.pkg.tar.zst", "sample.pkg.tar.zst.sig",
    "APKINDEX.tar.gz", "sample.apk",
    "sample.jigdo", "sample.iso",
    "repodata/repomd.xml", "repodata/repomd.xml.asc",
):  # fmt: skip
    print(name, status(name))
END
python3 "$work/ask.py" "$proxy" "$port" >"$work/seen"

cat >"$work/expected" <<'END'
SHA256SUMS.gpg 200
SHA256SUMS 403
core.db 200
core.db.sig 403
sample.pkg.tar.zst 200
sample.pkg.tar.zst.sig 200
APKINDEX.tar.gz 200
sample.apk 403
sample.jigdo 200
sample.iso 403
repodata/repomd.xml 200
repodata/repomd.xml.asc 200
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "apt-cacher-ng answered otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt-cacher-ng passed on SHA256SUMS.gpg and core.db, and refused SHA256SUMS and core.db.sig."
