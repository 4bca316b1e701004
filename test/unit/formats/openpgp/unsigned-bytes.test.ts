/** Files with other bytes where no signature covers them: taken is nothing that gpgv refuses. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { verifyClearsigned, verifyDetached } from "../../../../worker/formats/openpgp/verify.ts";
import type { GpgvVerdict, GpgvVerdicts } from "./fixtures/make-gpgv-verdicts.ts";
import { bytesOf, noon } from "./signing.ts";
import { unsignedBytes } from "./unsigned-bytes.ts";

const fixture: GpgvVerdicts = JSON.parse(
  readFileSync(new URL("fixtures/gpgv-verdicts.json", import.meta.url), "utf8"),
);
const { base, keys, verdicts } = fixture;
const files = Object.entries(unsignedBytes(base));
const keyring = await readKeys(
  keys.map(({ bytes, fingerprint }, index) => ({
    file: `${index}.gpg`,
    bytes: Uint8Array.from(Buffer.from(bytes, "base64")),
    fingerprints: [fingerprint],
  })),
);

/** gpgv's exit status is 2 for a signature by a key that it hasn't: that alone is no refusal, as with apt. */
function takenByGpgv({ exit, said }: GpgvVerdict): boolean {
  const strangers = said.filter((word) => word === "NO_PUBKEY").length;
  const errors = said.filter((word) => word === "ERRSIG").length;
  const bad = said.some((word) => /^(?:BADSIG|NODATA|BADARMOR|UNEXPECTED|EXPSIG)$/.test(word));
  return said.includes("VALIDSIG") && !bad && errors === strangers && (exit === 0) === !strangers;
}

test("gpgv judged these very files", () => {
  expect(Object.keys(verdicts)).toEqual(files.map(([what]) => what));
  expect(fixture.gpgv).toBe("gpgv (GnuPG) 2.2.40");
});

describe("beside gpgv 2.2.40", () => {
  test.each(files)("%s", async (what, { taken, stricter, clear, signature }) => {
    const ours =
      clear === undefined
        ? await verifyDetached(bytesOf(base.text), signature ?? bytesOf(""), keyring, noon)
        : await verifyClearsigned(bytesOf(clear), keyring, noon);
    expect("signedBy" in ours, JSON.stringify(ours)).toBe(taken);
    const verdict = verdicts[what];
    if (verdict === undefined) throw new Error("gpgv wasn't asked");
    // Where ours differs we are the stricter one, and the table says why.
    expect(takenByGpgv(verdict), JSON.stringify(verdict)).toBe(taken || stricter !== undefined);
  });
});
