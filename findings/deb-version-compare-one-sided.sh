#!/usr/bin/env bash
# deb-version-compare says of 2.06-1 and 2.6.1-1 that each is older than the other.
#
# Guess:  A comparison by Debian's policy gives 1, 0 or -1, and with the arguments changed round the opposite. Digits
#         are compared as numbers (deb-version(7)), so that 1.02-1 is 1.2-1, and 1.0-0 is 1.0.
# Seen:   Leading zeros make both directions -1, for versions that are the same and for those that aren't. 1.0-1 is newer
#         than 1.0, and 1.0 is the same as 1.0-1. 1.0-0 isn't 1.0. Versions without either are compared rightly.
# With:   deb-version-compare 1.2.1; what is right is said by dpkg --compare-versions (dpkg 1.21.22 of Debian 12).
# So:     A sort by it depends on the order of what is sorted. A comparison of ours is tried in both directions on all
#         pairs of a list of versions, against dpkg itself.
# Needs:  node 20 or later, npm, dpkg. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" deb-version-compare@1.2.1 >/dev/null

cat >"$work/look.mjs" <<'END'
import { spawnSync } from "node:child_process";
import compare from "deb-version-compare";

const pairs = [
  ["2.06-1", "2.6.1-1"],
  ["1.02-1", "1.2-1"],
  ["1.0-1", "1.0"],
  ["1.0-0", "1.0"],
  ["1.9-1", "1.10-1"],
  ["1.0~rc1-1", "1.0-1"],
];
const is = (one, relation, two) => spawnSync("dpkg", ["--compare-versions", one, relation, two]).status === 0;
for (const [one, two] of pairs) {
  const dpkg = is(one, "lt", two) ? -1 : is(one, "eq", two) ? 0 : 1;
  console.log(`${one} and ${two}: ${compare(one, two)}, changed round ${compare(two, one)}, by dpkg ${dpkg}`);
}
END
node "$work/look.mjs" >"$work/seen" || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
2.06-1 and 2.6.1-1: -1, changed round -1, by dpkg -1
1.02-1 and 1.2-1: -1, changed round -1, by dpkg 0
1.0-1 and 1.0: 1, changed round 0, by dpkg 1
1.0-0 and 1.0: 1, changed round 0, by dpkg 0
1.9-1 and 1.10-1: -1, changed round 1, by dpkg -1
1.0~rc1-1 and 1.0-1: -1, changed round 1, by dpkg -1
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "deb-version-compare did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: of 2.06-1 and 2.6.1-1 each was older than the other."
