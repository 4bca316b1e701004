#!/usr/bin/env bash
# apt-cacher-ng fetches nothing from a mirror at a port above 32767.
#
# Guess:  A port is any number up to 65535. AllowUserPorts: 0 permits all of a mirror's ports.
# Seen:   It fetches from a mirror at a port up to 32767, and answers 503 for the same mirror at a higher one. The words
#         of that 503 change; "Bad DNS configuration" was one of them, for an address in figures. By hand, it doesn't
#         listen either where its own `Port` is above 32767: "Error resolving address for binding: Success".
# With:   apt-cacher-ng 3.7.5 (Debian 13), with AllowUserPorts: 0.
# So:     A service that stands behind apt-cacher-ng listens below 32768. So do a test's servers: the kernel gives ports
#         from 32768 on to a program that asks for any.
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
# Two free ports below 32768, and two above.
import random, socket


def free(ports):
    for port in ports:
        with socket.socket() as each:
            try:
                each.bind(("127.0.0.1", port))
                yield port
            except OSError:
                continue


for ports in (range(20000, 32768), range(32768, 60000)):
    print(*list(free(random.sample(ports, 50)))[:2], end=" ")
print()
END
read -r low proxy high _ < <(python3 "$work/ports.py")
cat >"$work/server.py" <<'END'
import http.server, sys, threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"a file")


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler) for port in sys.argv[1:]]
for server in servers:
    server.handle_error = lambda *_: None  # a client that hangs up
    threading.Thread(target=server.serve_forever).start()
print("listens", flush=True)
END
exec 3< <(exec python3 "$work/server.py" "$low" "$high")
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

proxy, low, high = map(int, sys.argv[1:])


def status(port):
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
    connection.request("GET", f"http://127.0.0.1:{port}/dists/sample/InRelease")
    return connection.getresponse().status


until = time.monotonic() + 20
while True:  # until the proxy listens
    try:
        print("the mirror's port is low:", status(low))
        break
    except ConnectionRefusedError:
        if time.monotonic() > until:
            sys.exit("the proxy doesn't listen")
        time.sleep(0.1)
print("the mirror's port is high:", status(high))
END
python3 "$work/ask.py" "$proxy" "$low" "$high" >"$work/seen"

cat >"$work/expected" <<'END'
the mirror's port is low: 200
the mirror's port is high: 503
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "apt-cacher-ng did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: apt-cacher-ng fetched nothing from a port above 32767."
