#!/usr/bin/env bash
# Durable Objects' SQL binds whole numbers as REAL, and booleans as the texts 'true' and 'false'.
#
# Guess:  A whole number is bound as INTEGER and true as 1, as sql.js and Python's sqlite3 do.
# Seen:   7 / ? with 2 is 3.5, and 'n' || ? with 5 is 'n5.0'. true is the text 'true': it isn't equal to 1, and stays
#         a text in an INTEGER column. Only a column's affinity makes 5 a whole number. 5n is refused.
# With:   workerd 1.20261117.1 on its own. What Cloudflare's platform does wasn't tried.
# So:     A statement that divides or joins a bound number casts it (CAST(? AS INTEGER)), and flags are bound as 1 and
#         0. Unit tests over Node 24's node:sqlite don't show all of it: it binds numbers as REAL as well, but true as
#         1, and takes 5n.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" workerd@1.20261117.1 >/dev/null

mkdir "$work/store"
cat >"$work/config.capnp" <<'END'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "store", disk = (path = "store", writable = true)),
  ]
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = "2026-11-01",
  durableObjectNamespaces = [(className = "Sample", uniqueKey = "sample", enableSql = true)],
  durableObjectStorage = (localDisk = "store"),
  bindings = [(name = "SAMPLE", durableObjectNamespace = "Sample")],
);
END
cat >"$work/main.js" <<'END'
import { DurableObject } from "cloudflare:workers";

export class Sample extends DurableObject {
  ask() {
    const { sql } = this.ctx.storage;
    const first = (statement, ...bound) => Object.values(sql.exec(statement, ...bound).toArray()[0]).join(", ");
    sql.exec("CREATE TABLE stored (number INTEGER, flag INTEGER, text TEXT)");
    sql.exec("INSERT INTO stored VALUES (?, ?, ?)", 5, true, 5);
    let bigint;
    try {
      bigint = first("SELECT typeof(?)", 5n);
    } catch (error) {
      bigint = error.message;
    }
    return [
      `5 is bound as ${first("SELECT typeof(?)", 5)}`,
      `7 / 2 is ${first("SELECT 7 / ?", 2)}`,
      `'n' || 5 is ${first("SELECT 'n' || ?", 5)}`,
      `true is bound as ${first("SELECT typeof(?), ?", true, true)}`,
      `true = 1 is ${first("SELECT ? = 1", true)}`,
      `stored in INTEGER, INTEGER, TEXT: ${first("SELECT typeof(number), typeof(flag), text FROM stored")}`,
      `5n: ${bigint}`,
    ];
  }
}

export default {
  async test(_controller, { SAMPLE }) {
    for (const line of await SAMPLE.get(SAMPLE.idFromName("one")).ask()) console.log(`seen: ${line}`);
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
5 is bound as real
7 / 2 is 3.5
'n' || 5 is n5.0
true is bound as text, true
true = 1 is 0
stored in INTEGER, INTEGER, TEXT: integer, text, 5.0
5n: Cannot convert a BigInt value to a number
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: whole numbers were bound as REAL, booleans as TEXT."
