/** The same clear-signed files judged by apt's own method and by us. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterAll, expect, test } from "vitest";
import { verifyClearsigned } from "../../../../worker/formats/openpgp/verify.ts";
import { findProgram } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import {
  armoured,
  bytesOf,
  clearSigned,
  day,
  keyringOf,
  makeKey,
  type SignOptions,
  signature,
  withSignatures,
} from "./signing.ts";

const { hash, signature: types } = openpgp.enums;
const method = "/usr/lib/apt/methods/gpgv";
const missing = !existsSync(method) || findProgram("gpgv") === undefined;
const scratch = makeScratch("apt");
afterAll(() => scratch.remove());
// Started by root, the method becomes another user.
chmodSync(scratch.directory, 0o755);
const inRelease = join(scratch.directory, "InRelease");
const keyFile = join(scratch.directory, "keys.gpg");

/** Whether apt takes a file, by the protocol of its methods. */
function takenByApt(file: string): boolean {
  writeFileSync(inRelease, file, { mode: 0o644 });
  const fields = [`URI: gpgv:${inRelease}`, `Filename: ${inRelease}`, `Signed-By: ${keyFile}`];
  const input = `600 URI Acquire\n${fields.join("\n")}\n\n`;
  const { stdout } = spawnSync(method, { input, timeout: 10_000, encoding: "utf8" });
  const [, code] = /^(201|400) URI /m.exec(stdout) ?? [];
  if (code === undefined) throw new Error(`apt's method says: ${stdout}`);
  return code === "201";
}

test.skipIf(missing)(
  "apt's verdict is ours, but where we are stricter (skipped where apt or gpgv is missing)",
  async () => {
    // gpgv can't be told another time.
    const now = Date.now();
    const created = now - 30 * day;
    const at = now - 12 * day;
    const [key, rsa, expired, retiring, stranger] = await Promise.all([
      makeKey({ created }),
      makeKey({ created, rsa: true }),
      makeKey({ created, expiresAfterDays: 20 }),
      makeKey({ created }),
      makeKey({ created }),
    ]);
    const { privateKey: retired } = await openpgp.revokeKey({
      key: retiring,
      reasonForRevocation: { flag: openpgp.enums.reasonForRevocation.keyRetired },
      date: new Date(now - day),
      format: "object",
    });
    const pinned = [key, rsa, expired, retired];
    const keyring = await keyringOf(...pinned);
    writeFileSync(keyFile, Buffer.concat(pinned.map((one) => one.toPublic().write())), {
      mode: 0o644,
    });

    const text = "Suite: stable\n- dash\n\nend";
    const file = await clearSigned(text, [key], { at });
    const by = (one: openpgp.PrivateKey, options: SignOptions = {}, content = text) =>
      signature(one, bytesOf(content), { type: types.text, at, ...options });
    const alone = (one: openpgp.PrivateKey, options: SignOptions = {}) =>
      clearSigned(text, [one], { at, ...options });
    const beside = async (other: Promise<Uint8Array>) =>
      withSignatures(text, [hash.sha256, hash.sha1], [await other, await by(key)]);

    const files: Record<string, string> = {
      good: file,
      "white space and CRLF at line ends": file.replaceAll("\n", " \t\r\n"),
      "two armours": file + armoured(await by(stranger)),
      nothing: "",
      "a page": "<html>",
      "an empty line before": `\n${file}`,
      "text before": `Suite: evil\n${file}`,
      "an empty line behind": `${file}\n`,
      "blanks behind": `${file}  `,
      "text behind": `${file}Suite: evil\n`,
      "a second message": file + file,
      "no end": file.replace(/-----END[\s\S]*/, ""),
      "no signature": file.replace(/-----BEGIN PGP SIGNATURE[\s\S]*/, ""),
      "an unescaped dash": file.replace("Suite", "-Suite"),
      "a dash in the signature": file.replace("-----END", "--\n-----END"),
      "a wrong checksum": file.replace(/\n=.*\n/, "\n=AAAA\n"),
      "a changed text": file.replace("stable", "stabIe"),
      "a stranger": await alone(stranger),
      "a stranger beside a good one": await beside(by(stranger)),
      "an expired key": await alone(expired),
      "an expired key beside a good one": await beside(by(expired)),
      "a retired key": await alone(retiring),
      "a retired key beside a good one": await beside(by(retiring)),
      "SHA-1": await alone(rsa, { hash: hash.sha1 }),
      "SHA-1 beside a good one": await beside(by(rsa, { hash: hash.sha1 })),
      MD5: await alone(rsa, { hash: hash.md5 }),
      "an expired signature": await alone(key, { expiresAfterSeconds: 5 }),
      "a bad one beside a good one": await beside(by(rsa, {}, "other")),
      "a bad one with SHA-1 beside a good one": await beside(by(rsa, { hash: hash.sha1 }, "other")),
      "a bad one of an expired key beside a good one": await beside(by(expired, {}, "other")),
    };
    for (const [what, made] of Object.entries(files)) {
      const ours = await verifyClearsigned(bytesOf(made), keyring, now);
      expect("signedBy" in ours, `${what}: ${JSON.stringify(ours)}`).toBe(takenByApt(made));
    }

    const stricter: Record<string, string> = {
      "another header": file.replace("Hash:", "Suite: evil\nHash:"),
      // gpgv, given the file itself, refuses these (fixtures/gpgv-verdicts.json).
      "no Hash header": file.replace(/Hash: .*\n/, ""),
      "a wrong Hash header": file.replace("SHA256", "SHA512"),
      "a binary signature": await alone(key, { type: types.binary }),
      "a time in the future": await alone(key, { at: now + 2 * day }),
      "a time before the key's": await alone(key, { at: created - day }),
    };
    for (const [what, made] of Object.entries(stricter)) {
      expect(takenByApt(made), what).toBe(true);
      expect(await verifyClearsigned(bytesOf(made), keyring, now), what).toHaveProperty("refused");
    }
  },
);
