#!/usr/bin/env bash
# workerd passes a body with `Content-Encoding: gzip` on with other bytes once a Worker has touched it.
#
# Guess:  A Worker that pipes an answer's body on gives the client the origin's bytes. After `Accept-Encoding:
#         identity` nothing is unpacked.
# Seen:   The body is unpacked for the Worker whatever was asked for. A body that is handed on untouched keeps the
#         origin's bytes. A body that went through an identity stream, or was read and sent, is compressed anew under
#         the same header: size and hash of the .gz are others. `encodeResponseBody: "manual"` gives the stored bytes.
# With:   workerd 1.20261117.1.
# So:     If an origin labels its stored .gz files so, as object stores do, a Worker that hashes or caps them on their
#         way sends wrong sizes and hashes. Each fetch for a mirror's bytes says encodeResponseBody: "manual".
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

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
  --prefix "$work" workerd@1.20261117.1 >/dev/null

# The origin: one file, packed at level 1, with the port for bash once it listens.
cat >"$work/origin.mjs" <<'END'
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

const packed = gzipSync(Buffer.from(Array.from({ length: 100_000 }, (_, at) => at)), { level: 1 });
const origin = createServer((_request, response) => {
  response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": packed.length });
  response.end(packed);
});
origin.listen(0, "127.0.0.1", () => console.log(origin.address().port));
END
exec 3< <(exec node "$work/origin.mjs")
server=$!
read -r port <&3

cat >"$work/config.capnp" <<END
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "handing", worker = .handing),
    (name = "origin", external = (address = "127.0.0.1:$port", http = ())),
  ]
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = "2026-11-01",
  bindings = [(name = "ORIGIN", service = "origin"), (name = "HANDING", service = "handing")],
);
const handing :Workerd.Worker = (
  modules = [(name = "handing.js", esModule = embed "handing.js")],
  compatibilityDate = "2026-11-01",
  bindings = [(name = "ORIGIN", service = "origin")],
);
END
cat >"$work/handing.js" <<'END'
export default {
  async fetch(request, { ORIGIN }) {
    const answer = await ORIGIN.fetch("http://origin/file.gz", { headers: { "Accept-Encoding": "identity" } });
    switch (new URL(request.url).pathname) {
      case "/handed-on":
        return new Response(answer.body, answer);
      case "/piped":
        return new Response(answer.body.pipeThrough(new IdentityTransformStream()), answer);
      default:
        return new Response(await answer.arrayBuffer(), answer);
    }
  },
};
END
cat >"$work/main.js" <<'END'
async function describe(answer) {
  const bytes = await answer.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { size: bytes.byteLength, hash: digest.join(), encoding: answer.headers.get("Content-Encoding") };
}

export default {
  async test(_controller, { ORIGIN, HANDING }) {
    const stored = await describe(await ORIGIN.fetch("http://origin/file.gz", { encodeResponseBody: "manual" }));
    const headers = { "Accept-Encoding": "identity" };
    const asked = await describe(await ORIGIN.fetch("http://origin/file.gz", { headers }));
    console.log(`seen: asked for identity: ${asked.size === 100_000 ? "unpacked" : asked.size}`);
    for (const way of ["handed-on", "piped", "read"]) {
      const got = await describe(await HANDING.fetch(`http://handing/${way}`, { encodeResponseBody: "manual" }));
      const verdict = got.hash === stored.hash ? "the stored bytes" : "other bytes";
      console.log(`seen: ${way}: ${verdict}, Content-Encoding: ${got.encoding}`);
    }
  },
};
END
(cd "$work" && node_modules/.bin/workerd test --experimental config.capnp main) >"$work/output" 2>&1 || true
sed -n 's/^.*seen: //p' "$work/output" >"$work/seen"
if [ ! -s "$work/seen" ]; then
  cat "$work/output" >&2
  exit 2
fi

cat >"$work/expected" <<'END'
asked for identity: unpacked
handed-on: the stored bytes, Content-Encoding: gzip
piped: other bytes, Content-Encoding: gzip
read: other bytes, Content-Encoding: gzip
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: workerd compressed touched bodies anew."
