/** Tokens as text: their form, their checksum, and that their secret is shown once. */
import { createHash, randomBytes as platformBytes } from "node:crypto";
import { inspect } from "node:util";
import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { base62, randomText } from "../../../worker/accounts/random-text.ts";
import {
  newToken,
  readToken,
  sameHash,
  tokenPattern,
  withoutSecrets,
} from "../../../worker/accounts/token.ts";
import { readDocument } from "../docs/documents.ts";
import { randomBytes } from "./accounts-alone.ts";

const { id, hash, token } = newToken(randomBytes(1));
const text = token.show();

it("has the documented form, with the CRC-32 of all before it", () => {
  const [, public_ = "", secret = "", checksum = ""] =
    /^nmt_([0-9A-Za-z]{10})_([0-9A-Za-z]{40})([0-9A-Za-z]{6})$/.exec(text) ?? [];
  expect(public_).toBe(id);
  expect(createHash("sha256").update(secret).digest("hex")).toBe(hash);
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const sum = [...checksum].reduce((value, one) => value * 62 + digits.indexOf(one), 0);
  expect(sum).toBe(crc32(text.slice(0, -6)));
  // 192 bits at least.
  expect(secret.length * Math.log2(62)).toBeGreaterThan(192);
  expect(readDocument("docs/operating/accounts.md")).toContain(`\`${tokenPattern}\``);
});

it("is read back", () => {
  expect(readToken(text)).toEqual({ id, hash });
});

it("tells a typo from a wrong token, and repeats nothing of it", () => {
  const random = seeded(3);
  for (let at = 4; at < text.length; at++) {
    if (text[at] === "_") continue;
    const other = base62(Math.floor(random() * 62), 1);
    if (other === text[at]) continue;
    const said = readToken(text.slice(0, at) + other + text.slice(at + 1));
    expect(said).toMatch(/^The token's checksum is wrong/);
  }
  const swapped = text.slice(0, 20) + text[21] + text[20] + text.slice(22);
  expect(readToken(swapped)).toMatch(/checksum/);
  for (const wrong of [
    "",
    "nmt_",
    `${text}x`,
    text.slice(0, -1),
    ` ${text}`,
    `${text}\n`,
    "x".repeat(1e6),
  ]) {
    const said = readToken(wrong);
    expect(said).toBeTypeOf("string");
    expect(String(said).length).toBeLessThan(200);
    expect(said).not.toContain(text.slice(15, 40));
  }
});

it("doesn't show its secret but when it is asked to", () => {
  const shown = [
    `${token}`,
    JSON.stringify({ token }),
    inspect(token),
    inspect({ token }, { showHidden: true, depth: 9 }),
    String(new Error(`${token}`)),
  ];
  for (const one of shown) expect(one).not.toContain(text.slice(15));
  expect(shown[0]).toBe("(secret)");
});

it("is found and taken out of texts", () => {
  const said = withoutSecrets(`curl -H 'Authorization: Bearer ${text}' and ${text.slice(0, -3)}.`);
  expect(said).toBe(`curl -H 'Authorization: Bearer nmt_${id}_(removed)' and nmt_${id}_(removed).`);
  expect(withoutSecrets(`nms_${"a".repeat(40)}`)).toBe("nms_(removed)");
  expect(withoutSecrets(`the token nmt_${id} of ops`)).toBe(`the token nmt_${id} of ops`);
});

it("hashes are the same or not", () => {
  expect(sameHash(hash, hash)).toBe(true);
  expect(sameHash(hash, hash.replace(/.$/, "x"))).toBe(false);
  expect(sameHash(hash, "")).toBe(false);
  expect(sameHash("é", "e")).toBe(false);
});

it("every letter is as likely as any other", () => {
  const counts = new Map<string, number>();
  for (const letter of randomText(62_000, (bytes) => platformBytes(bytes))) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(counts.size).toBe(62);
  // 1,000 each, with a deviation of 31: seven of those are 1 in 10^11.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(220);
  expect(() => randomText(5, (bytes) => new Uint8Array(bytes).fill(255))).toThrow(
    /no random bytes/,
  );
});
