#!/usr/bin/env bash
# libzypp fetches a whole file from each of a metalink's mirrors at once.
#
# Guess:  A metalink's mirrors are alternatives, or each of them sends a part of the file.
# Seen:   A metalink names three mirrors for a package of 3 MB, with size and hash and without pieces. zypper asks
#         each mirror for the range from 0 to the last byte.
# With:   zypper 1.14.89 with libzypp 17.36.7 (Debian 13).
# So:     A metalink for this libzypp names one mirror. With three, mirrors send up to three times the bytes, and
#         nothing tells it.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files bash coreutils zypper=1.14.89-1 libzypp1735=17.36.7-1 createrepo-c rpm)

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

# One package with 3 MB that can't be compressed.
mkdir -p "$work/root/repository" "$work/root/build"
ln -sf bash "$work/root/usr/bin/sh"
mknod -m 666 "$work/root/dev/urandom" c 1 9
cat >"$work/root/build/sample.spec" <<'END'
%define __os_install_post %{nil}
%define __check_files %{nil}
Name: sample
Version: 1
Release: 1
Summary: a sample
License: none
BuildArch: noarch
%description
a sample
%install
mkdir -p %{buildroot}/usr/share/sample
head -c 3000000 /dev/urandom >%{buildroot}/usr/share/sample/bytes
%files
/usr/share/sample/bytes
END
chroot "$work/root" rpmbuild -bb --quiet --define "_topdir /build" --define "_rpmdir /repository" \
  /build/sample.spec >"$work/output" 2>&1
chroot "$work/root" createrepo_c --quiet /repository

cat >"$work/server.py" <<'END'
import hashlib, http.server, pathlib, sys

repository = pathlib.Path(sys.argv[2])
metalink = """<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
<file name="{name}"><size>{size}</size><hash type="sha-256">{hash}</hash>{urls}</file>
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

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        place, name = self.path[1:].split("/", 1)
        file = repository / name
        if not file.is_file():
            return self.reply(404, b"not here")
        body = file.read_bytes()
        if file.suffix != ".rpm":
            return self.reply(200, body)
        if place == "service" and "application/metalink4+xml" in self.headers["Accept"]:
            base = f"http://127.0.0.1:{self.server.server_port}"
            urls = "".join(f'<url priority="{at}">{base}/mirror{at}/{name}</url>' for at in (1, 2, 3))
            text = metalink.format(name=file.name, size=len(body), hash=hashlib.sha256(body).hexdigest(), urls=urls)
            return self.reply(200, text.encode(), [("Content-Type", "application/metalink4+xml"), ("Vary", "Accept")])
        whole = self.headers.get("Range") in (None, f"bytes=0-{len(body) - 1}")
        with open(sys.argv[1], "a") as requests:
            requests.write(f"{place}: {'all of it' if whole else self.headers['Range']}\n")
        self.reply(206, body, [("Content-Range", f"bytes 0-{len(body) - 1}/{len(body)}")])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/requests" "$work/root/repository")
server=$!
read -r port <&3

mkdir -p "$work/root/host/etc/zypp/repos.d"
cat >"$work/root/host/etc/zypp/repos.d/sample.repo" <<END
[sample]
name=sample
baseurl=http://127.0.0.1:$port/service/
type=rpm-md
gpgcheck=0
END
ZYPP_LOCKFILE_ROOT=/host ZYPP_LOGFILE=/zypper.log chroot "$work/root" \
  zypper --root /host --non-interactive --no-gpg-checks install --download-only sample >"$work/output" 2>&1 ||
  echo "ended with $?" >>"$work/requests"

sort "$work/requests" >"$work/seen"
cat >"$work/expected" <<'END'
mirror1: all of it
mirror2: all of it
mirror3: all of it
END
if ! diff -u "$work/expected" "$work/seen"; then
  cat "$work/output" >&2
  echo "zypper asked otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: zypper asked all three mirrors for the whole package."
