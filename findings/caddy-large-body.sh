#!/usr/bin/env bash
# Caddy answers a body over request_body's max_size with 502 where its length was announced, with 413 where it wasn't.
#
# Guess:  413 both times, and sooner where the length is announced: the header alone tells that the body is too large.
# Seen:   With Content-Length the body is sent on to the upstream until the limit, and the client gets 502. With
#         chunked coding it gets 413.
# With:   caddy 2.6.2 (Debian 12), reverse_proxy behind request_body.
# So:     A 502 of Caddy's isn't always the upstream's fault. Monitoring that counts 5xx counts too large bodies with it.
# Needs:  Debian (root, apt), python3, curl. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

suite=bookworm
packages=(caddy=2.6.2-5)

work=$(mktemp -d)
servers=()
finish() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

archive=$(apt-get indextargets --format "\$(LABEL) \$(REPO_URI)" "Created-By: Packages" |
  awk '$1 == "Debian" { print $2; exit }')
mkdir -p "$work"/lists/partial "$work"/cache/archives/partial "$work/root"
touch "$work/status"
echo "deb $archive $suite main" >"$work/sources.list"
fetch=(apt-get -qq -o "Dir::State::status=$work/status" -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache"
  -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Install-Recommends=false
  -o APT::Sandbox::User=root)
"${fetch[@]}" update
(cd "$work" && "${fetch[@]}" download "${packages[@]}" >/dev/null)
dpkg-deb --extract "$work"/caddy_*.deb "$work/root"

# An upstream that takes any body, and says how it was asked.
cat >"$work/upstream.py" <<'END'
import http.server, sys

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        length = self.headers.get("Content-Length")
        if length is not None:
            self.rfile.read(int(length))
        else:
            while size := int(self.rfile.readline().strip() or b"0", 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1], "w") as port:
    print(server.server_port, file=port)
server.serve_forever()
END
python3 "$work/upstream.py" "$work/port" 2>/dev/null &
servers+=($!)
for _ in $(seq 100); do
  if [ -s "$work/port" ]; then break; fi
  sleep 0.05
done

front=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/Caddyfile" <<END
{
	admin off
	auto_https off
}
http://127.0.0.1:$front {
	request_body {
		max_size 1000
	}
	reverse_proxy 127.0.0.1:$(cat "$work/port")
}
END
HOME=$work "$work/root/usr/bin/caddy" run --config "$work/Caddyfile" 2>"$work/log" &
servers+=($!)

post() {
  curl --silent --max-time 10 --retry 20 --retry-connrefused --retry-delay 1 --output /dev/null --write-out '%{http_code}\n' \
    --header Expect: "$@" "http://127.0.0.1:$front/"
}
head -c 900 /dev/zero >"$work/small"
head -c 5000 /dev/zero >"$work/large"
{
  echo "small, announced: $(post --data-binary "@$work/small")"
  echo "small, chunked: $(post --data-binary "@$work/small" --header 'Transfer-Encoding: chunked')"
  echo "large, announced: $(post --data-binary "@$work/large")"
  echo "large, chunked: $(post --data-binary "@$work/large" --header 'Transfer-Encoding: chunked')"
} >"$work/seen"
cat >"$work/expected" <<'END'
small, announced: 201
small, chunked: 201
large, announced: 502
large, chunked: 413
END
trap - ERR
if ! diff -u "$work/expected" "$work/seen"; then exit 1; fi
echo "caddy 2.6.2: 502 for a body over max_size that was announced, 413 for one in chunks"
