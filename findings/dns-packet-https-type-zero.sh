#!/usr/bin/env bash
# @dnsquery/dns-packet encodes types that it doesn't know as type 0, without an error.
#
# Guess:  encode() of a question for HTTPS (RFC 9460) writes type 65, and encode() of an unknown name throws. `TYPE65`
#         is how RFC 3597 writes any type.
# Seen:   HTTPS, SVCB, TYPE65 and a made-up name are all written as type 0, and read back as UNKNOWN_0.
# With:   @dnsquery/dns-packet 6.1.1.
# So:     A resolver that relays questions with it asks for a type that no client meant. It checks each type against
#         those that the library can write before it encodes, or passes the message on as bytes.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" @dnsquery/dns-packet@6.1.1 >/dev/null

cat >"$work/encode.mjs" <<'END'
import { decode, encode } from "@dnsquery/dns-packet";

for (const type of ["AAAA", "HTTPS", "SVCB", "TYPE65", "NONSENSE"]) {
  const message = Buffer.from(encode({ type: "query", id: 1, questions: [{ type, name: "example.org" }] }));
  // A question ends with its type and class, two bytes each.
  const written = message.readUInt16BE(message.length - 4);
  console.log(`${type}: written as ${written}, read as ${decode(message).questions[0].type}`);
}
END
node "$work/encode.mjs" >"$work/seen" 2>&1 || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
AAAA: written as 28, read as AAAA
HTTPS: written as 0, read as UNKNOWN_0
SVCB: written as 0, read as UNKNOWN_0
TYPE65: written as 0, read as UNKNOWN_0
NONSENSE: written as 0, read as UNKNOWN_0
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "dns-packet did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: dns-packet wrote HTTPS, SVCB and TYPE65 as type 0."
