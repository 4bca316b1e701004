#!/usr/bin/env bash
# A Durable Object's setAlarm takes any moment in the past as "at once", but for 0 and what is before it.
#
# Guess:  A moment that is past rings at once, as the platform's documentation of setAlarm has it. 0, which a new row of
#         "due at" has, is such a moment.
# Seen:   1 and a Date of 1970-01-01T00:00:00.001Z are taken. 0, -1 and new Date(0) are refused with a TypeError. A
#         stand-in that takes every past moment hides that everything stored with 0 never rings.
# With:   workerd 1.20261102.1 on its own.
# So:     What is due at once is set for the present moment, and a stand-in in tests refuses 0 as workerd does.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" workerd@1.20261102.1 >/dev/null

cat >"$work/config.capnp" <<'END'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .main)]);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = "2026-10-01",
  bindings = [(name = "CLOCKS", durableObjectNamespace = "Clock")],
  durableObjectNamespaces = [(className = "Clock", uniqueKey = "clock", enableSql = true)],
  durableObjectStorage = (inMemory = void),
);
END
cat >"$work/main.js" <<'END'
import { DurableObject } from "cloudflare:workers";

const moments = { "1": 1, "a Date of 1": new Date(1), "0": 0, "-1": -1, "a Date of 0": new Date(0) };

export class Clock extends DurableObject {
  async tries() {
    const told = [];
    for (const [name, at] of Object.entries(moments)) {
      try {
        await this.ctx.storage.setAlarm(at);
        told.push(`${name}: taken`);
      } catch (error) {
        told.push(`${name}: refused with a ${error.name}`);
      }
    }
    return told;
  }
  alarm() {}
}

export default {
  async test(_controller, { CLOCKS }) {
    for (const line of await CLOCKS.get(CLOCKS.idFromName("one")).tries()) console.log(`seen: ${line}`);
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
0: refused with a TypeError
1: taken
a Date of 1: taken
-1: refused with a TypeError
a Date of 0: refused with a TypeError
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: setAlarm took 1 and refused 0."
