#!/usr/bin/env bash
# workerd gives a default reader 4 KiB at a time, though the bytes are all in memory.
#
# Guess:  A Response of a Uint8Array gives the array in one piece, or in pieces of 64 KiB as a file is read elsewhere.
# Seen:   `getReader().read()` gives 245 pieces for 1,000,000 bytes: 244 of 4,096. It is the same for a Blob and for a
#         body from another service. With `getReader({ mode: "byob" })` and a buffer of 256 KiB a read fills the buffer
#         from memory, and gives 64 KiB of a disk service.
# With:   workerd 1.20261102.1 on its own.
# So:     Code that reads large bodies itself (to hash, to count, to cut) takes a BYOB reader with a large buffer: fewer
#         turns, and fewer objects for the collector.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" workerd@1.20261102.1 >/dev/null

mkdir "$work/files"
head --bytes=1000000 /dev/zero >"$work/files/file"
cat >"$work/config.capnp" <<'END'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "files", disk = (path = "files")),
  ]
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = "2026-10-01",
  bindings = [(name = "FILES", service = "files")],
);
END
cat >"$work/main.js" <<'END'
export default {
  async test(_controller, { FILES }) {
    const bytes = new Uint8Array(1_000_000);
    const bodies = {
      bytes: async () => new Response(bytes).body,
      Blob: async () => new Blob([bytes]).stream(),
      disk: async () => (await FILES.fetch("http://disk/file")).body,
    };
    const tell = async (name, read) => {
      const sizes = [];
      for (let piece = await read(); !piece.done; piece = await read()) sizes.push(piece.value.byteLength);
      console.log(`seen: ${name}: ${sizes.length} pieces, the first of ${sizes[0]}`);
    };
    for (const [name, body] of Object.entries(bodies)) {
      const reader = (await body()).getReader();
      await tell(`${name}, default`, () => reader.read());
    }
    for (const name of ["bytes", "disk"]) {
      const reader = (await bodies[name]()).getReader({ mode: "byob" });
      await tell(`${name}, byob`, () => reader.read(new Uint8Array(262_144)));
    }
  },
};
END
(cd "$work" && node_modules/.bin/workerd test --experimental config.capnp) >"$work/output" 2>&1 || true
sed -n 's/^.*seen: //p' "$work/output" >"$work/seen"
if [ ! -s "$work/seen" ]; then
  cat "$work/output" >&2
  exit 2
fi

cat >"$work/expected" <<'END'
bytes, default: 245 pieces, the first of 4096
Blob, default: 245 pieces, the first of 4096
disk, default: 245 pieces, the first of 4096
bytes, byob: 4 pieces, the first of 262144
disk, byob: 16 pieces, the first of 65536
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: a default reader got 4 KiB at a time, a BYOB reader up to 256 KiB."
