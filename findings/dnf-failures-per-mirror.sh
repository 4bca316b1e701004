#!/usr/bin/env bash
# dnf counts failures over the whole transaction, though each file came at the second try.
#
# Guess:  dnf's retries are per file. If every file fails once and comes at the second try, the transaction succeeds.
# Seen:   The first three of six packages fail once each and come at the second try. At the fourth failure dnf says
#         "all mirrors were already tried" without asking for that package again, and the transaction fails. A package
#         of the rest comes at its second try in a run of its own.
# With:   dnf 4.23.0 with librepo 1.20.0 (Debian 13). The same was seen by hand with dnf5 5.4.6.0 and librepo 1.21.2.
# Source: librepo's handle.h says of LRO_ALLOWEDMIRRORFAILURES (4) that it counts while no transfer has succeeded.
#         Here three had.
# So:     For dnf a redirector is one mirror. It has about three wrong redirects for all packages together: after a
#         client's first failure it avoids the bad mirror for all files of that client.
# Needs:  Debian (root, apt, chroot), python3. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files bash coreutils dnf=4.23.0-1 librepo0=1.20.0-1~deb13u1 createrepo-c rpm)

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

# Six packages without files.
mkdir -p "$work/root/repository" "$work/root/build"
ln -sf bash "$work/root/usr/bin/sh"
cat >"$work/root/build/sample.spec" <<'END'
Name: sample%{number}
Version: 1
Release: 1
Summary: a sample
License: none
BuildArch: noarch
%description
a sample
%files
END
for number in 1 2 3 4 5 6; do
  chroot "$work/root" rpmbuild -bb --quiet --define "_topdir /build" --define "_rpmdir /repository" \
    --define "number $number" /build/sample.spec >"$work/output" 2>&1
done
chroot "$work/root" createrepo_c --quiet /repository

cat >"$work/server.py" <<'END'
import http.server, pathlib, sys

repository = pathlib.Path(sys.argv[2])
asked_before = set()


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
        file = repository / self.path[1:]
        if file.suffix != ".rpm":
            return self.reply(200, file.read_bytes()) if file.is_file() else self.reply(404, b"not here")
        status = 200 if file in asked_before else 404
        asked_before.add(file)
        with open(sys.argv[1], "a") as requests:
            requests.write(f"{status} {file.name.split('-')[0]}\n")
        self.reply(status, file.read_bytes() if status == 200 else b"not here")


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
baseurl=http://127.0.0.1:$port/
gpgcheck=0
END
cat >"$work/root/etc/dnf/dnf.conf" <<'END'
[main]
plugins=0
reposdir=/repos
max_parallel_downloads=1
END
: >"$work/requests"
download() {
  chroot "$work/root" dnf --assumeyes --releasever=1 --installroot="/$1" --setopt=cachedir="/$1/cache" \
    --downloadonly install "${@:2}"
}
download six sample1 sample2 sample3 sample4 sample5 sample6 >"$work/output" 2>&1 ||
  echo "ended with $?" >>"$work/requests"
download one sample5 >>"$work/output" 2>&1 || echo "ended with $?" >>"$work/requests"

cat >"$work/expected" <<'END'
404 sample1
200 sample1
404 sample2
200 sample2
404 sample3
200 sample3
404 sample4
ended with 1
404 sample5
200 sample5
END
if ! diff -u "$work/expected" "$work/requests"; then
  cat "$work/output" >&2
  echo "dnf did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: dnf ended at the first failure after three that it had got over."
