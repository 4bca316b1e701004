#!/usr/bin/env bash
# openpgp's Node build can't use brainpool keys, for want of a module. Its browser build can.
#
# Guess:  One package has one set of algorithms. Node's own crypto has the brainpool curves.
# Seen:   With a brainpoolP256r1 key the Node build throws "Cannot find module 'eckey-utils'". The package doesn't
#         depend on that module. In the same Node the browser build signs and verifies with the key.
# With:   openpgp 6.3.2.
# So:     Where repositories may be signed by brainpool keys (RFC 9580 has them, GnuPG makes them), a service imports
#         the browser build by name, and tests a brainpool key. Otherwise the build that a bundler's conditions choose
#         decides which repositories verify.
# Needs:  node 20 or later, npm. Ends with 0: unchanged, 1: changed, 2: could not be tried.
set -Eeuo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "$0: could not be tried: line $LINENO failed" >&2; exit 2' ERR

npm install --loglevel=error --no-save --no-audit --no-fund --ignore-scripts --cache "$work/npm" \
  --prefix "$work" openpgp@6.3.2 >/dev/null

cat >"$work/sign.mjs" <<'END'
import { getCurves } from "node:crypto";
import * as browser from "./node_modules/openpgp/dist/openpgp.mjs";
import * as node from "./node_modules/openpgp/dist/node/openpgp.mjs";

console.log("node:crypto:", getCurves().filter((name) => name === "brainpoolP256r1").join() || "no brainpoolP256r1");
const userIDs = [{ name: "Sample", email: "sample@example.org" }];
const { privateKey, publicKey } = await browser.generateKey({ type: "ecc", curve: "brainpoolP256r1", userIDs });
const signed = await browser.sign({
  message: await browser.createCleartextMessage({ text: "a Release" }),
  signingKeys: await browser.readPrivateKey({ armoredKey: privateKey }),
});
for (const [name, build] of Object.entries({ browser, node })) {
  try {
    const { signatures } = await build.verify({
      message: await build.readCleartextMessage({ cleartextMessage: signed }),
      verificationKeys: await build.readKey({ armoredKey: publicKey }),
    });
    console.log(`${name} build:`, (await signatures[0].verified) ? "verified" : "not verified");
  } catch (error) {
    console.log(`${name} build:`, error.message.split("\n")[0]);
  }
}
END
node "$work/sign.mjs" >"$work/seen" 2>&1 || echo "ended with $?" >>"$work/seen"

cat >"$work/expected" <<'END'
node:crypto: brainpoolP256r1
browser build: verified
node build: Cannot find module 'eckey-utils'
END
if ! diff -u "$work/expected" "$work/seen"; then
  echo "openpgp did otherwise (expected: -, seen: +)" >&2
  exit 1
fi
echo "Unchanged: the browser build verified a brainpool signature, and the Node build missed a module."
