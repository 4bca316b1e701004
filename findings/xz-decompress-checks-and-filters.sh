#!/usr/bin/env bash
# xz-decompress refuses .xz files with a SHA-256 check, or with filters for machine code.
#
# Guess:  A decoder of .xz reads what `xz` writes. A check that it can't compute is left out.
# Seen:   Files with CRC32, CRC64 or no check are read, also two streams with padding between them. Files made with
#         --check=sha256, --x86 or --delta fail with "error code 6".
# With:   xz-decompress 0.2.3. The files are made by the machine's own xz.
# So:     Such an index can't be read, and the error doesn't say why. The check's kind is in byte 7 of the file: a
#         service reads it first, or sets it to "none" and relies on the file's listed hash.
# Needs:  xz, node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" xz-decompress@0.2.3 >/dev/null

head -c 300000 /dev/zero >"$work/plain"
compress() { xz --stdout "${@:2}" "$work/plain" >"$work/$1.xz"; }
compress crc64 --check=crc64
compress crc32 --check=crc32
compress none --check=none
compress sha256 --check=sha256
compress x86 --x86 --lzma2
compress delta --delta --lzma2
{ cat "$work/crc64.xz"; head -c 4 /dev/zero; cat "$work/crc32.xz"; } >"$work/two.xz"

cat >"$work/read.mjs" <<'END'
import { readFileSync } from "node:fs";
import xz from "xz-decompress";

for (const name of ["crc64", "crc32", "none", "two", "sha256", "x86", "delta"]) {
  const file = new Response(readFileSync(new URL(`${name}.xz`, import.meta.url)));
  try {
    const bytes = await new Response(new xz.XzReadableStream(file.body)).arrayBuffer();
    console.log(`${name}: ${bytes.byteLength} bytes`);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
  }
}
END
node "$work/read.mjs" >"$work/seen" 2>&1 || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
crc64: 300000 bytes
crc32: 300000 bytes
none: 300000 bytes
two: 600000 bytes
sha256: get_next_output failed with error code 6
x86: get_next_output failed with error code 6
delta: get_next_output failed with error code 6
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "xz-decompress did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: xz-decompress refused the SHA-256 check and the filters."
