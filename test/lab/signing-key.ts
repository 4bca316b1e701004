/** A fresh OpenPGP key for one lab, in a GnuPG home that is removed with it. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram, run, runOrThrow } from "./process.ts";

export interface SigningKey {
  /** The GnuPG home that holds the secret key. */
  home: string;
  /** The public key, ASCII armoured: for `Signed-By:` and `gpgkey=`. */
  publicFile: string;
  /** 40 upper-case hex digits. */
  fingerprint: string;
  /** Writes `FILE.asc`-like detached, armoured signature. */
  signDetached(file: string, signature: string): Promise<void>;
  /** Writes a clear-signed copy, as `InRelease` is. */
  signClear(file: string, signed: string): Promise<void>;
  /** Ends the agent that GnuPG started for this home. */
  end(): Promise<void>;
}

/** The name in the key's user id, which rpmsign selects it by. */
export const signerName = "Nearmirror lab";

/**
 * Generates a key. RSA, because every client and rpm's own parser in use can check it.
 * @param directory where the home is made; its path must be short (GnuPG puts sockets there).
 * @throws Error when gpg is missing or fails.
 */
export async function makeSigningKey(directory: string): Promise<SigningKey> {
  const gpg = findProgram("gpg");
  if (!gpg) throw new Error("gpg is missing");
  const home = join(directory, "gnupg");
  const publicFile = join(directory, "lab.asc");
  mkdirSync(home, { mode: 0o700 });
  const base = ["--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback"];
  const call = (args: string[]) => runOrThrow(gpg, [...base, "--passphrase", "", ...args]);
  await call(["--quick-gen-key", `${signerName} <lab@localhost>`, "rsa3072", "sign", "2d"]);
  const listed = await call(["--with-colons", "--list-keys"]);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1];
  if (!fingerprint) throw new Error("gpg generated a key but does not list it");
  await call(["--armor", "--output", publicFile, "--export", fingerprint]);
  return {
    home,
    publicFile,
    fingerprint,
    async signDetached(file, signature) {
      await call(["--armor", "--digest-algo", "SHA256", "-o", signature, "--detach-sign", file]);
    },
    async signClear(file, signed) {
      await call(["--digest-algo", "SHA256", "-o", signed, "--clear-sign", file]);
    },
    async end() {
      const gpgconf = findProgram("gpgconf");
      if (gpgconf) await run(gpgconf, ["--homedir", home, "--kill", "all"]);
    },
  };
}
