/** What seals a backup's secrets is what it says it is: Node's OpenSSL opens it. */
import { createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { knownSeal, newSeal, passphraseFault } from "../../../worker/operate/backup/seal.ts";

const random = (bytes: number) => randomBytes(bytes);
const passphrase = "0123456789abcdef 0123456789abcdef";

it("is PBKDF2 with HMAC-SHA-256, and AES-256-GCM with the name authenticated", async () => {
  const seal = await newSeal(passphrase, random);
  const sealed = Buffer.from(await seal.seal("the secret", "webhook 7 https://a/"), "base64");
  const salt = Buffer.from(seal.by.salt, "base64");
  expect(salt).toHaveLength(16);
  const key = pbkdf2Sync(passphrase, salt, 100_000, 32, "sha256");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from("nearmirror backup webhook 7 https://a/"));
  decipher.setAuthTag(sealed.subarray(-16));
  const opened = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  expect(opened.toString()).toBe("the secret");
});

it("opens by the same passphrase and name alone, and seals nothing twice alike", async () => {
  const seal = await newSeal(passphrase, random);
  const [one, two] = [await seal.seal("x", "a"), await seal.seal("x", "a")];
  expect(one).not.toBe(two);
  const again = await knownSeal(passphrase, seal.by, random);
  expect(await again?.open(one, "a")).toBe("x");
  expect(await again?.open(one, "b")).toBeUndefined();
  expect(await again?.open("nonsense!", "a")).toBeUndefined();
  expect(await knownSeal(`${passphrase}.`, seal.by, random)).toBeUndefined();
  // Somebody else's file must not have the object count for hours.
  expect(await knownSeal(passphrase, { ...seal.by, iterations: 1e12 }, random)).toBeUndefined();
});

it.each([
  ["short", /shorter than 24/],
  [`ü${passphrase}`, /printable ASCII/],
  [`${passphrase}\n`, /printable ASCII/],
  ["x".repeat(1025), /more than 1024/],
])("refuses the passphrase %j", (text, told) => {
  expect(passphraseFault(text)).toMatch(told);
});
