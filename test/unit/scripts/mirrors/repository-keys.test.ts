/** How a repository's file names its keys: by OpenPGP fingerprints, or for apk by an RSA key's. */
import { expect, test } from "vitest";
import { checkTexts, repositoryTexts } from "./list.ts";

const withKey = (file: string, fingerprint: string) => ({
  debian: `${repositoryTexts.debian}keys:\n  - file: ${file}\n    fingerprints: [${fingerprint}]\n`,
});

test.each([
  ["40 digits", "A".repeat(40)],
  ["64 digits", "0A".repeat(32)],
])("a fingerprint of %s", (_, fingerprint) => {
  expect(checkTexts({}, withKey("a.gpg", `"${fingerprint}"`)).errors).toEqual([]);
});

test.each([
  ["39 digits", "A".repeat(39)],
  ["52 digits", "A".repeat(52)],
  ["small letters", "a".repeat(64)],
])("refused: a fingerprint of %s", (_, fingerprint) => {
  const { errors } = checkTexts({}, withKey("a.gpg", `"${fingerprint}"`));
  expect(errors[0]?.message).toMatch(
    /40, the OpenPGP v4 fingerprint .* 64, the SHA-256 of its DER/,
  );
});

test("a file may be named as Alpine names its keys", () => {
  const { errors } = checkTexts(
    {},
    withKey("alpine-devel@lists.example-6165ee59.rsa.pub", "A".repeat(64)),
  );
  // The name is well-formed; the file isn't there.
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(/^There is no key file alpine-devel@/);
});
