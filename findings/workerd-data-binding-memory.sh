#!/usr/bin/env bash
# workerd needs four to six times the size of a `data` or `text` binding of its configuration as memory.
#
# Guess:  20 MB that are embedded in the configuration cost 20 MB, or twice that: once as read, once as the Worker's.
# Seen:   A workerd that has just started has 111 MB more memory of its own (RssAnon) with a data binding of 20 MB than
#         without, before it was asked anything and after. With a text binding of 20 MB it is 131 MB, and 88 MB in one
#         of two runs once the Worker had answered. The script itself looks whether it is more than three times.
# With:   workerd 1.20261102.1 on its own.
# So:     What is large (IP databases, lists) comes from a disk service when it is first needed, not from the configuration.
# Needs:  node 20 or later, npm, Linux, curl. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

size=20000000

work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" workerd@1.20261102.1 >/dev/null
# The program itself, whose memory is read: `workerd` of the package is a script that starts it.
workerd=$(echo "$work"/node_modules/@cloudflare/workerd-*/bin/workerd)

head --bytes=$size /dev/urandom >"$work/data"
head --bytes=$((size * 3 / 4)) /dev/urandom | base64 --wrap=0 >"$work/text"
cat >"$work/main.js" <<'END'
export default {
  fetch(_request, { BOUND }) {
    return new Response(String(BOUND?.byteLength ?? BOUND?.length ?? 0));
  },
};
END
memory() { # of a workerd with this binding, in bytes, when its Worker has answered
  cat >"$work/config.capnp" <<END
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = "2026-10-01",
  bindings = [$1],
);
END
  exec 3< <(cd "$work" && exec "$workerd" serve config.capnp --control-fd=1)
  server=$!
  read -r listening <&3
  port=${listening##*\"port\":}
  length=$(curl --silent --fail "http://127.0.0.1:${port%%[!0-9]*}/")
  kilobytes=$(awk '/^RssAnon:/ { print $2 }' "/proc/$server/status")
  kill "$server"
  wait "$server" 2>/dev/null || true
  memory=$((kilobytes * 1024))
}

memory ''
without=$memory
for kind in data text; do
  memory "(name = \"BOUND\", $kind = embed \"$kind\")"
  times=$(awk -v more=$((memory - without)) -v size=$size 'BEGIN { printf "%.1f", more / size }')
  echo "$kind: $length bytes cost $times times as much"
  awk -v times="$times" -v kind=$kind -v length_="$length" \
    'BEGIN { print kind ": " length_ " bytes cost " (times > 3 ? "more" : "less") " than three times as much" }' >>"$work/seen"
done

cat >"$work/expected" <<'END'
data: 20000000 bytes cost more than three times as much
text: 20000000 bytes cost more than three times as much
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: a binding of 20 MB cost more than 60 MB."
