#!/usr/bin/env bash
# R2 gives the whole object for a Range header that it can't satisfy, and throws for the same range in numbers.
#
# Guess:  `range: headers` and `range: { offset }` say the same thing. A range behind the end is an error in both, and
#         the Worker answers 416.
# Seen:   Headers with bytes=20-30, bytes=-0 or two ranges give all ten bytes of the object and no error. { offset: 20
#         } and { suffix: 0 } throw "not satisfiable".
# With:   R2 of miniflare 4.20260730.0. What Cloudflare's platform does wasn't tried.
# So:     A service parses Range itself, answers 416 and Content-Range from the object's size, and gives R2 numbers
#         only. Otherwise a client that resumes a complete file gets all of it again.
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
    await BUCKET.put("object", "0123456789");
    const lines = [];
    const asHeaders = ["bytes=3-", "bytes=20-30", "bytes=-0", "bytes=0-1,4-5"];
    const asNumbers = [{ offset: 3 }, { offset: 20 }, { suffix: 0 }];
    for (const asked of [...asHeaders, ...asNumbers]) {
      const name = typeof asked === "string" ? asked : JSON.stringify(asked);
      const range = typeof asked === "string" ? new Headers({ Range: asked }) : asked;
      try {
        const got = await BUCKET.get("object", { range });
        lines.push(name + ": " + (await got.text()) + ", range " + JSON.stringify(got.range));
      } catch (error) {
        lines.push(name + ": " + error.message);
      }
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
bytes=3-: 3456789, range {"offset":3,"length":7}
bytes=20-30: 0123456789, range {"offset":0,"length":10}
bytes=-0: 0123456789, range {"offset":0,"length":10}
bytes=0-1,4-5: 0123456789, range {"offset":0,"length":10}
{"offset":3}: 3456789, range {"offset":3,"length":7}
{"offset":20}: get: The requested range is not satisfiable (10039)
{"suffix":0}: get: The requested range is not satisfiable (10039)
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "R2 did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: R2 gave the whole object for ranges in headers that it couldn't satisfy."
