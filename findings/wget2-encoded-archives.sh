#!/usr/bin/env bash
# wget2 saves a .tar.xz unpacked under its name if it comes with `Content-Encoding: xz`, though it leaves a .tar.gz packed.
#
# Guess:  A server that takes a file's ending for its encoding (`AddEncoding xz .xz`) is met the same way for all
#         endings: wget2 knows that a .tar.gz with `Content-Encoding: gzip` is the archive itself, and saves it as it is.
# Seen:   sample.tar.gz is saved as sent. sample.tar.xz, sample.tar.bz2 and sample.tar.zst are saved unpacked, under the
#         packed name. wget2 asks for all of these encodings in Accept-Encoding. By hand, aria2 1.37.0 and apt 3.0.4 save
#         all as sent.
# With:   wget2 2.2.0 (Debian 13).
# So:     A server of packed files sends no Content-Encoding but where it packed itself. Otherwise wget2's file fits
#         neither its size nor its hash.
# Needs:  Debian (root, apt, chroot), python3, bzip2, xz, zstd. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=trixie
packages=(base-files wget2=2.2.0+ds-1+deb13u1)

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

mkdir "$work/files"
yes sample | head -c 10000 >"$work/files/sample" || true # yes ends by SIGPIPE
gzip --keep "$work/files/sample"
bzip2 --keep "$work/files/sample"
xz --keep "$work/files/sample"
zstd --quiet --keep "$work/files/sample"

cat >"$work/server.py" <<'END'
import http.server, pathlib, sys

ENCODINGS = {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        ending = self.path.split(".")[-1]
        body = (pathlib.Path(sys.argv[1]) / f"sample.{ending}").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-tar")
        if self.path.startswith("/encoded/"):
            self.send_header("Content-Encoding", ENCODINGS[ending])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.handle_error = lambda *_: None  # a client that hangs up
print(server.server_port, flush=True)
server.serve_forever()
END
# Bash has the server's port once the server listens.
exec 3< <(exec python3 "$work/server.py" "$work/files")
server=$!
read -r port <&3

chroot "$work/root" wget2 --version >/dev/null
for place in plain encoded; do
  for ending in gz bz2 xz zst; do
    chroot "$work/root" wget2 --quiet --directory-prefix="/$place" "http://127.0.0.1:$port/$place/sample.tar.$ending" ||
      echo "ended with $?" >>"$work/seen"
    saved="$work/root/$place/sample.tar.$ending"
    is="something else"
    cmp --silent "$saved" "$work/files/sample.$ending" && is="as sent"
    cmp --silent "$saved" "$work/files/sample" && is="unpacked"
    echo "$place sample.tar.$ending: $is" >>"$work/seen"
  done
done

cat >"$work/expected" <<'END'
plain sample.tar.gz: as sent
plain sample.tar.bz2: as sent
plain sample.tar.xz: as sent
plain sample.tar.zst: as sent
encoded sample.tar.gz: as sent
encoded sample.tar.bz2: unpacked
encoded sample.tar.xz: unpacked
encoded sample.tar.zst: unpacked
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "wget2 did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: wget2 left an encoded .tar.gz as it was, and unpacked .tar.bz2, .tar.xz and .tar.zst."
