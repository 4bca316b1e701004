/** The same files judged by gpg, by the rule of apt's gpgv method, and by us. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterAll, expect, test } from "vitest";
import type { Keyring } from "../../../../worker/formats/openpgp/keyring.ts";
import { verifyClearsigned, verifyDetached } from "../../../../worker/formats/openpgp/verify.ts";
import { findProgram, run } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import {
  bytesOf,
  day,
  keyringOf,
  makeKey,
  noon,
  seeded,
  signature,
  trimmed,
  withSignatures,
} from "./signing.ts";

const { hash, signature: types } = openpgp.enums;
const gpg = findProgram("gpg") ?? "";
const scratch = makeScratch("gpg");
afterAll(() => scratch.remove());

/** Signers, by what becomes of them at noon. */
async function makeSigners() {
  const [good, subkey, rsa, expired, stranger, compromised, retired] = await Promise.all([
    makeKey({ name: "Good" }),
    makeKey({ name: "Subkey", subkey: true }),
    makeKey({ name: "RSA", rsa: true }),
    makeKey({ name: "Expired", expiresAfterDays: 29 }),
    makeKey({ name: "Stranger" }),
    makeKey({ name: "Compromised" }),
    makeKey({ name: "Retired" }),
  ]);
  const { reasonForRevocation } = openpgp.enums;
  const revoked = (key: openpgp.PrivateKey, flag: openpgp.enums.reasonForRevocation) =>
    openpgp.revokeKey({
      key,
      reasonForRevocation: { flag },
      date: new Date(noon - day),
      format: "object",
    });
  const signers = { good, subkey, rsa, expired, stranger, compromised, retired };
  const pinned = [
    good,
    subkey,
    rsa,
    expired,
    (await revoked(compromised, reasonForRevocation.keyCompromised)).privateKey,
    (await revoked(retired, reasonForRevocation.keyRetired)).privateKey,
  ];
  return { signers, pinned };
}

/** apt's verdict from gpg's status lines (doc/DETAILS): GOODSIG of a hash that isn't weak, and no BADSIG. */
async function judgedByGpg(files: string[]): Promise<boolean> {
  const { stdout } = await run(gpg, [
    ...["--homedir", scratch.directory, "--batch", "--no-autostart", "--no-auto-check-trustdb"],
    ...["--trust-model", "always", "--faked-system-time", `${noon / 1000}!`],
    ...["--status-fd", "1", "--verify", ...files],
  ]);
  const lines = stdout.split("\n").map((line) => line.replace("[GNUPG:] ", "").split(" "));
  if (lines.some(([word]) => word === "BADSIG")) return false;
  // VALIDSIG has the id of the hash as its ninth word, and follows its own GOODSIG.
  const valid = lines.filter(([word]) => word === "VALIDSIG");
  const goodIds = lines.flatMap(([word, id = ""]) => (word === "GOODSIG" ? [id] : []));
  return valid.some(
    ([, fingerprint = "", ...rest]) =>
      goodIds.some((id) => fingerprint.endsWith(id)) && !["1", "2", "3"].includes(rest[6] ?? ""),
  );
}

const cases = 60;

test.skipIf(gpg === "")(
  `${cases} files, made by chance: gpg's verdict is ours (skipped where gpg is missing)`,
  async () => {
    const { signers, pinned } = await makeSigners();
    const keyring: Keyring = await keyringOf(...pinned);
    const keyFile = join(scratch.directory, "keys");
    writeFileSync(keyFile, Buffer.concat(pinned.map((key) => key.toPublic().write())));
    const home = ["--homedir", scratch.directory, "--batch", "--no-autostart"];
    const imported = await run(gpg, [...home, "--import", keyFile]);
    expect(imported.stderr).toContain("Total number processed: 6");

    const random = seeded(4);
    const among = <Of>(values: readonly Of[]): Of => {
      const value = values[Math.floor(random() * values.length)];
      if (value === undefined) throw new Error("nothing to choose from");
      return value;
    };
    const content = "Suite: stable\n\n- dash  \n-\tx\nend";
    const verdicts: boolean[] = [];
    for (let at = 0; at < cases; at++) {
      const clear = random() < 0.5;
      const algorithms: openpgp.enums.hash[] = [];
      const type = clear ? types.text : among([types.text, types.binary]);
      const names = Array.from({ length: among([1, 1, 2, 3]) }, () =>
        among([...Object.keys(signers), "good", "rsa"] as const),
      );
      const signatures: Uint8Array[] = [];
      const told: string[] = [];
      for (const name of names) {
        const key = Object.entries(signers).find(([known]) => known === name)?.[1];
        if (key === undefined) throw new Error(name);
        const weak = name === "rsa" && random() < 0.5;
        const algorithm = weak ? hash.sha1 : among([hash.sha256, hash.sha512]);
        algorithms.push(algorithm);
        const other = random() < 0.15;
        const signed = bytesOf((clear ? trimmed(content) : content) + (other ? "!" : ""));
        // What they signed they signed in their time.
        const options = { hash: algorithm, type, at: noon - 2 * day };
        signatures.push(await signature(key, signed, options));
        told.push(`${name}${weak ? " with SHA-1" : ""}${other ? " of other content" : ""}`);
      }
      const file = join(scratch.directory, "file");
      const made = Buffer.concat(signatures);
      let ours: object;
      let theirs: boolean;
      if (clear) {
        const text = withSignatures(content, [...new Set(algorithms)], signatures);
        writeFileSync(file, text);
        ours = await verifyClearsigned(bytesOf(text), keyring, noon);
        theirs = await judgedByGpg([file]);
      } else {
        writeFileSync(file, content);
        writeFileSync(`${file}.sig`, made);
        ours = await verifyDetached(bytesOf(content), made, keyring, noon);
        theirs = await judgedByGpg([`${file}.sig`, file]);
      }
      const what = `${clear ? "clear" : "detached"} ${told.join(", ")}: ${JSON.stringify(ours)}`;
      expect("signedBy" in ours, what).toBe(theirs);
      verdicts.push(theirs);
    }
    // Else the two might agree for want of anything to tell apart.
    expect(verdicts.filter((good) => good).length).toBeGreaterThan(cases / 5);
    expect(verdicts.filter((good) => !good).length).toBeGreaterThan(cases / 5);
  },
);
