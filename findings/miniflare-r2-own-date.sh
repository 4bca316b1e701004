#!/usr/bin/env bash
# In R2 an object is neither modified nor unmodified since its own date.
#
# Guess:  An object's date, in seconds as in Last-Modified, fits the object: If-Modified-Since says "not modified",
#         and If-Unmodified-Since gives the object (RFC 9110 13.1.3, 13.1.4).
# Seen:   With `onlyIf: headers` both give no body. If-Unmodified-Since is compared with the milliseconds of the
#         upload, which are later than the second in the header. With a date one second later the object is given.
# With:   R2 of miniflare 4.20260730.0. What Cloudflare's platform does wasn't tried.
# So:     A service that answers from R2 decides If-Unmodified-Since and a date in If-Range itself, in whole seconds,
#         by the date that it sends. It leaves only ETags to onlyIf.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" miniflare@4.20260730.0 >/dev/null

cat >"$work/look.mjs" <<'END'
import { Miniflare } from "miniflare";

const script = `export default {
  async fetch(_request, { BUCKET }) {
    let stored;
    // An upload at .000 would have nothing to show.
    do {
      await BUCKET.put("object", "0123456789");
      stored = await BUCKET.head("object");
    } while (stored.uploaded.getUTCMilliseconds() === 0);
    const own = stored.uploaded.toUTCString();
    const next = new Date(stored.uploaded.getTime() + 1000).toUTCString();
    const lines = [];
    for (const [header, name, date] of [
      ["If-Modified-Since", "its own date", own],
      ["If-Unmodified-Since", "its own date", own],
      ["If-Unmodified-Since", "a second later", next],
    ]) {
      const got = await BUCKET.get("object", { onlyIf: new Headers({ [header]: date }) });
      lines.push(header + ", " + name + ": " + ("body" in got ? "the object" : "no body"));
    }
    return new Response(lines.join("\\n"));
  },
}`;
const miniflare = new Miniflare({
  modules: true,
  script,
  compatibilityDate: "2026-07-30",
  r2Buckets: ["BUCKET"],
  host: "127.0.0.1",
  port: 0,
  cf: false, // nothing is fetched for request.cf
});
try {
  console.log(await (await miniflare.dispatchFetch("http://localhost/")).text());
} finally {
  await miniflare.dispose();
}
END
node "$work/look.mjs" >"$work/seen" || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
If-Modified-Since, its own date: no body
If-Unmodified-Since, its own date: no body
If-Unmodified-Since, a second later: the object
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "R2 did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: If-Unmodified-Since with an object's own date gave no body."
