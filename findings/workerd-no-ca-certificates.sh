#!/usr/bin/env bash
# workerd doesn't start on a machine without CA certificates, though nothing is asked over TLS.
#
# Guess:  A server that serves plain http to its clients, and whose Worker asks nobody, starts in an image without
#         ca-certificates. A question over https fails when it is asked.
# Seen:   It ends with 1 before it listens, "Uncaught exception": "TLS configuration: unexpected error: No CA
#         certificates were loaded from the system". The configuration names no service "internet": workerd adds one by
#         itself, and that trusts the system's authorities. With a service "internet" of one's own without TLS it serves.
# With:   workerd 1.20261102.1 on its own. SSL_CERT_FILE and SSL_CERT_DIR stand for a system without certificates; a
#         mount of an empty folder over /etc/ssl gave the same words.
# So:     An image for workerd has ca-certificates, whatever the Worker does, or its configuration has a service
#         "internet" that needs none.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" workerd@1.20261102.1 >/dev/null

configuration() { # $1: more services
  cat <<END
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      serviceWorkerScript = "addEventListener('fetch', (event) => event.respondWith(new Response('served')))",
      compatibilityDate = "2026-10-01")),
    $1
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
END
}
configuration "" >"$work/default.capnp"
configuration '(name = "internet", network = (allow = ["public"])),' >"$work/own.capnp"

# Prints how workerd ended, or that it listens; it is ended then.
tried() { # $1: configuration
  mkfifo "$work/control"
  (cd "$work" && exec env SSL_CERT_FILE=/nonexistent SSL_CERT_DIR=/nonexistent \
    node_modules/@cloudflare/workerd-*/bin/workerd serve --control-fd=3 "$1" 3>"$work/control" >"$work/output" 2>&1) &
  server=$!
  # The end of the pipe comes with the end of workerd; a line, when it listens.
  if read -r -t 20 line <"$work/control" && [[ $line == *'"listen"'* ]]; then
    echo "$1: listens"
    kill "$server"
    wait "$server" 2>/dev/null || true
  else
    local ended=0
    wait "$server" || ended=$?
    echo "$1: ends with $ended"
    grep -o 'TLS configuration: .*' "$work/output" || true
  fi
  server=
  rm "$work/control"
}
{ tried default.capnp; tried own.capnp; } >"$work/seen"

cat >"$work/expected" <<'END'
default.capnp: ends with 1
TLS configuration: unexpected error: No CA certificates were loaded from the system
own.capnp: listens
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: workerd ended before it listened, for want of CA certificates that nothing needed."
