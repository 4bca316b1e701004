#!/usr/bin/env bash
# workerd's disk service makes a file of half a body, and its DELETE removes folders with all that is in them.
#
# Guess:  A PUT whose body breaks off leaves no file: workerd.capnp says that a file is replaced atomically. DELETE of
#         a folder that isn't empty is refused, as by rmdir.
# Seen:   A body of unknown length that is aborted, or whose source throws, counts as ended: 204, and the file has what
#         came until then. A body of a FixedLengthStream that breaks off rejects, and leaves no file. DELETE of a folder
#         answers 204, and everything below it is gone.
# With:   workerd 1.20261102.1 on its own.
# So:     A Worker that writes to a disk service sends every body through a FixedLengthStream, and holds the last bytes
#         back until all are right. It asks by HEAD whether a name is a file (a file has a Content-Length) before DELETE.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" workerd@1.20261102.1 >/dev/null

mkdir "$work/files"
cat >"$work/config.capnp" <<'END'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "files", disk = (path = "files", writable = true)),
  ]
);
const main :Workerd.Worker = (
  modules = [(name = "main.js", esModule = embed "main.js")],
  compatibilityDate = "2026-10-01",
  bindings = [(name = "FILES", service = "files")],
);
END
cat >"$work/main.js" <<'END'
function aborted({ readable, writable }) {
  const writer = writable.getWriter();
  writer
    .write(new TextEncoder().encode("half"))
    .then(() => writer.abort(new Error("broke off")))
    .catch(() => undefined);
  return readable;
}

function throwing() {
  let given = false;
  return new ReadableStream({
    pull(controller) {
      if (given) throw new Error("broke off");
      given = true;
      controller.enqueue(new TextEncoder().encode("half"));
    },
  });
}

export default {
  async test(_controller, { FILES }) {
    const ask = async (method, path, body) => {
      try {
        return (await FILES.fetch(`http://disk/${path}`, { method, body })).status;
      } catch {
        return "rejected";
      }
    };
    const bodies = {
      aborted: () => aborted(new IdentityTransformStream()),
      throwing,
      fixed: () => aborted(new FixedLengthStream(8)),
    };
    for (const [name, body] of Object.entries(bodies)) {
      console.log(`seen: ${name}: PUT ${await ask("PUT", name, body())}, HEAD ${await ask("HEAD", name)}`);
    }
    await ask("PUT", "folder/file", "whole");
    const removed = await ask("DELETE", "folder");
    console.log(`seen: folder: DELETE ${removed}, HEAD of its file ${await ask("HEAD", "folder/file")}`);
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
aborted: PUT 204, HEAD 200
throwing: PUT 204, HEAD 200
fixed: PUT rejected, HEAD 404
folder: DELETE 204, HEAD of its file 404
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "workerd did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: the disk service kept half a body, and removed a folder with its file."
