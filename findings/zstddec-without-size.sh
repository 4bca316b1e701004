#!/usr/bin/env bash
# zstddec returns 16 MB that aren't the content, without an error, for a frame that doesn't tell its content's size.
#
# Guess:  `decode(bytes)` gives the content of any frame: the size is an optional argument. Where a frame doesn't tell its
#         size, as one that `zstd` wrote from a pipe, the README warns of an error.
# Seen:   There is no error. Instead of the 6,000 bytes of a piped frame come 16,908,218 others. With the size as second
#         argument the content is right, and so it is for a frame that `zstd` wrote from a file, which tells its size.
# With:   zstddec 0.3.4.
# Source: Its decode() doesn't look whether ZSTD_decompress returned a size or an error, and takes a negative number for
#         an end that is counted from its memory's end.
# So:     It is given the size that an index names. Where none is known, another decoder is taken.
# Needs:  node 20 or later, npm, zstd. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" zstddec@0.3.4 >/dev/null

cat >"$work/look.mjs" <<'END'
import { readFileSync } from "node:fs";
import { ZSTDDecoder } from "zstddec";

const content = readFileSync(process.argv[2]);
const decoder = new ZSTDDecoder();
await decoder.init();
for (const [made, path] of [["of a file", process.argv[3]], ["of a pipe", process.argv[4]]]) {
  for (const size of [content.length, undefined]) {
    const decoded = Buffer.from(decoder.decode(readFileSync(path), size));
    const begins = decoded.subarray(0, content.length).equals(content);
    console.log(`${made}, size ${size}: ${decoded.length} bytes, ${begins ? "the content" : "something else"}`);
  }
}
END
yes sample | head -c 6000 >"$work/content" || true # yes ends by SIGPIPE
zstd --quiet "$work/content" -o "$work/file.zst"
zstd --quiet <"$work/content" >"$work/pipe.zst"
node "$work/look.mjs" "$work"/content "$work"/file.zst "$work"/pipe.zst >"$work/seen" || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
of a file, size 6000: 6000 bytes, the content
of a file, size undefined: 6000 bytes, the content
of a pipe, size 6000: 6000 bytes, the content
of a pipe, size undefined: 16908218 bytes, something else
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "zstddec did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: zstddec gave 16 MB of something else for a frame that doesn't tell its content's size."
