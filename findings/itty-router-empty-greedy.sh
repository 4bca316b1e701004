#!/usr/bin/env bash
# itty-router 6.0.0 matches a greedy parameter with nothing, though 5.0.24 doesn't.
#
# Guess:  `/dist/:path+` needs at least one character, as `+` does elsewhere. A new major version has the older one's
#         fixes.
# Seen:   6.0.0 matches `/dist/` with an empty `path`. 5.0.24 doesn't match it.
# With:   itty-router 6.0.0 and 5.0.24.
# So:     With 6.0.0 a route for the files of a folder also gets the folder, as a file without a name. A mirror
#         service stays at 5.0.24, and has a test for the empty name.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" itty-5@npm:itty-router@5.0.24 itty-6@npm:itty-router@6.0.0 >/dev/null

cat >"$work/route.mjs" <<'END'
for (const version of ["itty-5", "itty-6"]) {
  const { Router } = await import(version);
  const router = Router();
  router.get("/dist/:path+", ({ params }) => `path is ${JSON.stringify(params.path)}`);
  router.all("*", () => "another route");
  for (const path of ["/dist/a/b", "/dist/"]) {
    console.log(version, path, await router.fetch({ method: "GET", url: `http://localhost${path}` }));
  }
}
END
node "$work/route.mjs" >"$work/seen" 2>&1 || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
itty-5 /dist/a/b path is "a/b"
itty-5 /dist/ another route
itty-6 /dist/a/b path is "a/b"
itty-6 /dist/ path is ""
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "itty-router did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: itty-router 6.0.0 matched an empty greedy parameter, 5.0.24 didn't."
