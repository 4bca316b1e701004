import * as openpgp from "openpgp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Keyring } from "../../../../worker/formats/openpgp/keyring.ts";
import {
  maxDetachedBytes,
  maxSignatureBytes,
  maxSignatures,
  verifyClearsigned,
  verifyDetached,
} from "../../../../worker/formats/openpgp/verify.ts";
import { maxRootBytes } from "../../../../worker/formats/roots.ts";
import {
  armoured,
  bytesOf,
  clearSigned,
  day,
  fingerprintOf,
  keyringOf,
  makeKey,
  noon,
  type SignOptions,
  signature,
  signerOf,
  textOf,
  withSignatures,
} from "./signing.ts";

const { hash, signature: types } = openpgp.enums;
const release = "Suite: stable\nDate: Sun, 22 Nov 2026 12:00:00 UTC\n- dash\n\nend";
const content = bytesOf("any bytes \r\n\0\xff");

let archive: openpgp.PrivateKey;
let subkeyed: openpgp.PrivateKey;
let stranger: openpgp.PrivateKey;
let rsa: openpgp.PrivateKey;
let pinned: Keyring;

beforeAll(async () => {
  [archive, subkeyed, stranger, rsa] = await Promise.all([
    makeKey(),
    makeKey({ subkey: true }),
    makeKey({ name: "Stranger" }),
    makeKey({ rsa: true }),
  ]);
  pinned = await keyringOf(archive, subkeyed, rsa);
});

const clear = (file: string, now = noon, keyring = pinned) =>
  verifyClearsigned(bytesOf(file), keyring, now);

/** The sentence, or what it was taken as. */
const refusal = (found: object) => ("refused" in found ? found.refused : `taken: ${String(found)}`);

describe("clear-signed", () => {
  test("the text is what apt reads", async () => {
    const found = await clear(await clearSigned("a  \t\n- b\n-c\n\n d", [archive]));
    expect(found).toMatchObject({ signedBy: fingerprintOf(archive), signedAt: noon });
    expect("text" in found && textOf(found.text)).toBe("a\n- b\n-c\n\n d");
  });

  test("CRLF and other white space at line ends is no part of it", async () => {
    const file = (await clearSigned(release, [archive])).replaceAll("\n", " \t\r\n");
    const found = await clear(file);
    expect("text" in found ? textOf(found.text) : found).toBe(release);
  });

  test("a subkey's signature is its primary key's", async () => {
    const found = await clear(await clearSigned(release, [subkeyed]));
    expect(found).toMatchObject({ signedBy: fingerprintOf(subkeyed) });
  });

  test("a stranger's signature beside a good one doesn't matter", async () => {
    for (const keys of [
      [stranger, archive],
      [archive, stranger],
    ]) {
      const found = await clear(await clearSigned(release, keys));
      expect(found).toMatchObject({ signedBy: fingerprintOf(archive) });
    }
  });

  test("signatures may come in armours of their own", async () => {
    const file = await clearSigned(release, [stranger]);
    const other = await signature(archive, bytesOf(release), { type: types.text });
    expect(await clear(file + armoured(other))).toMatchObject({ signedBy: fingerprintOf(archive) });
  });

  test("only strangers: their ids are told", async () => {
    const found = await clear(await clearSigned(release, [stranger]));
    expect(refusal(found)).toBe(
      `No good signature by a pinned key: signed by ${signerOf(stranger)}.`,
    );
  });

  test("a changed text", async () => {
    const file = (await clearSigned(release, [archive])).replace("stable", "stabIe");
    expect(refusal(await clear(file))).toBe(
      `The signature by ${signerOf(archive)} doesn't fit the content.`,
    );
  });

  test("a bad signature by a pinned key isn't outweighed by a good one", async () => {
    const bad = await signature(subkeyed, bytesOf("other"), { type: types.text });
    const good = await signature(archive, bytesOf(release), { type: types.text });
    for (const both of [
      [bad, good],
      [good, bad],
    ]) {
      const found = await clear(withSignatures(release, hash.sha256, both));
      expect(refusal(found)).toBe(
        `The signature by ${signerOf(subkeyed)} doesn't fit the content.`,
      );
    }
  });

  test.each<[what: string, options: SignOptions, why: RegExp]>([
    ["with SHA-1", { hash: hash.sha1 }, /is made with SHA1, which proves nothing/],
    ["with RIPEMD-160", { hash: hash.ripemd }, /is made with RIPEMD160, which/],
    ["from the future", { at: noon + day + 2_000 }, /made in the future, at 2026-11-23T12:00:02Z/],
    ["before its key was", { at: noon - 31 * day }, /is older than its key/],
    ["expired", { at: noon - 1_000, expiresAfterSeconds: 1 }, /has expired/],
  ])("a signature %s is worthless", async (_, options, why) => {
    const file = await clearSigned(release, [rsa], options);
    expect(refusal(await clear(file))).toMatch(why);
    // Beside a good one it doesn't matter, as with apt.
    const worthless = await signature(rsa, bytesOf(release), { type: types.text, ...options });
    const good = await signature(archive, bytesOf(release), { type: types.text });
    const hashes = [options.hash ?? hash.sha256, hash.sha256];
    const both = await clear(withSignatures(release, hashes, [worthless, good]));
    expect(both).toMatchObject({ signedBy: fingerprintOf(archive) });
  });

  test("a signer's clock may be a day ahead", async () => {
    const file = await clearSigned(release, [archive], { at: noon + day });
    expect(await clear(file)).toMatchObject({ signedAt: noon + day });
  });

  const apart: [what: string, change: (file: string) => string, why: RegExp][] = [
    ["nothing", () => "", /^It is empty/],
    ["white space", () => " \r\n\t\n", /^It is empty/],
    ["a page", () => "<html>", /does not begin with a clear-signed message/],
    ["an empty line before", (file) => `\n${file}`, /does not begin/],
    ["text before", (file) => `Suite: evil\n${file}`, /does not begin/],
    ["text behind", (file) => `${file}Suite: evil\n`, /Line 16 is behind the signature/],
    ["an empty line behind", (file) => `${file}\n`, /Line 16 is behind the signature/],
    ["a second message", (file) => file + file, /Line 16 is behind the signature/],
    ["no end", (file) => file.replace(/-----END[\s\S]*/, ""), /before the end of the signature/],
    [
      "no signature",
      (file) => file.replace(/-----BEGIN PGP SIGNATURE[\s\S]*/, ""),
      /before the signature/,
    ],
    ["only the first line", (file) => file.slice(0, 35), /ends in the headers/],
    ["another header", (file) => file.replace("Hash:", "Suite: evil\nHash:"), /Line 2 is no Hash/],
    ["an unescaped dash", (file) => file.replace("Suite", "-Suite"), /Line 4 begins with a dash/],
    ["a dash in the signature", (file) => file.replace("-----END", "--\n-----END"), /dash inside/],
    ["an escape character", (file) => file.replace("stable", "\x1b[2K"), /Line 4 has a control/],
    ["a CR within a line", (file) => file.replace("stable", "sta\rble"), /Line 4 has a control/],
    ["a NUL", (file) => file.replace("stable", "sta\0ble"), /Line 4 has a control/],
    ["a wrong checksum", (file) => file.replace(/\n=.*\n/, "\n=AAAA\n"), /has a wrong checksum/],
    ["no Base64", (file) => file.replace("\n-----END", "\n*\n-----END"), /is no Base64/],
    [
      "a cut packet",
      (file) => file.replace(/\n[^\n]+\n(?:=.*\n)?-----END/, "\n-----END"),
      /can't be read/,
    ],
  ];
  test.each(apart)("refused with %s", async (_, change, why) => {
    const file = await clearSigned(release, [archive]);
    expect(file.trimEnd().split("\n")).toHaveLength(15);
    expect(refusal(await clear(change(file)))).toMatch(why);
  });

  test("an empty message", async () => {
    expect(refusal(await clear(await clearSigned(" \n\n", [archive])))).toMatch(/message is empty/);
  });

  test("larger than a root may be", async () => {
    const found = await verifyClearsigned(new Uint8Array(maxRootBytes + 1), pinned, noon);
    expect(refusal(found)).toMatch(/larger than 2097152 bytes/);
  });

  test("a signature larger than is read", async () => {
    const file = await clearSigned(release, [archive]);
    const long = file.replace("\n-----END", `\n${"A".repeat(maxSignatureBytes)}\n-----END`);
    expect(refusal(await clear(long))).toBe("Its signature is larger than 65536 bytes.");
  });

  test("more signatures than are looked at", async () => {
    const one = await signature(stranger, bytesOf(release), { type: types.text });
    const many = Array.from({ length: maxSignatures + 1 }, () => one);
    const found = await clear(withSignatures(release, hash.sha256, many));
    expect(refusal(found)).toMatch(/more than 16 signatures/);
  });
});

describe("detached", () => {
  test("binary and armoured, of any bytes", async () => {
    const made = await signature(archive, content);
    for (const form of [made, bytesOf(armoured(made)), bytesOf(armoured(made) + armoured(made))]) {
      const found = await verifyDetached(content, form, pinned, noon);
      expect(found).toEqual({ signedBy: fingerprintOf(archive), signedAt: noon, text: content });
    }
  });

  test("other bytes", async () => {
    const made = await signature(archive, content);
    const found = await verifyDetached(bytesOf("other"), made, pinned, noon);
    expect(refusal(found)).toMatch(/doesn't fit the content/);
  });

  test("with MD5, which no Hash header may name", async () => {
    const made = await signature(rsa, content, { hash: hash.md5 });
    const found = await verifyDetached(content, made, pinned, noon);
    expect(refusal(found)).toMatch(/is made with MD5, which proves nothing/);
  });

  test("of no file", async () => {
    const made = await signature(archive, content, { type: types.standalone });
    expect(refusal(await verifyDetached(content, made, pinned, noon))).toMatch(/is none of a file/);
  });

  test("of lines: not where their ends could be others", async () => {
    const made = await signature(archive, bytesOf("a\nb\n"), { type: types.text });
    expect(await verifyDetached(bytesOf("a\nb\n"), made, pinned, noon)).toHaveProperty("text");
    const found = await verifyDetached(bytesOf("a\r\nb\n"), made, pinned, noon);
    expect(refusal(found)).toMatch(/the file has carriage returns/);
  });

  test("what is no signature", async () => {
    const made = armoured(await signature(archive, content));
    const tried: [string | Uint8Array, RegExp][] = [
      ["", /signature is empty/],
      ["\n \n", /signature is empty/],
      ["<html>", /line 1 is outside of any PGP SIGNATURE/],
      [`x\n${made}`, /line 1 is outside/],
      [`${made}\nx`, /is outside/],
      [made.replaceAll("SIGNATURE", "MESSAGE"), /line 1 is outside/],
      [archive.toPublic().write(), /can't be read/],
      [new Uint8Array(maxSignatureBytes + 1), /larger than 65536 bytes/],
    ];
    for (const [form, why] of tried) {
      const bytes = typeof form === "string" ? bytesOf(form) : form;
      expect(refusal(await verifyDetached(content, bytes, pinned, noon))).toMatch(why);
    }
    const large = new Uint8Array(maxDetachedBytes + 1);
    expect(refusal(await verifyDetached(large, bytesOf(made), pinned, noon))).toMatch(
      /larger than/,
    );
    expect(refusal(await verifyDetached(bytesOf("\n"), bytesOf(made), pinned, noon))).toBe(
      "It is empty.",
    );
  });
});

describe("a key's time", () => {
  test("an expired key's signature is refused from then on, by the clock that is passed in", async () => {
    const short = await makeKey({ expiresAfterDays: 31 });
    const keyring = await keyringOf(short);
    const file = await clearSigned(release, [short]);
    const ends = noon + day;
    expect(await clear(file, ends - 1_000, keyring)).toHaveProperty("text");
    expect(refusal(await clear(file, ends, keyring))).toBe(
      `The signature by ${signerOf(short)} is by the expired key ${fingerprintOf(short)}.`,
    );
    // The machine's own clock says what it likes.
    vi.useFakeTimers({ now: Date.UTC(2050, 0), toFake: ["Date"] });
    try {
      expect(await clear(file, ends - 1_000, keyring)).toHaveProperty("text");
    } finally {
      vi.useRealTimers();
    }
  });

  test("a key that was extended is good again, for older signatures as well", async () => {
    const short = await makeKey({ expiresAfterDays: 31 });
    const file = await clearSigned(release, [short]);
    const extended = await openpgp.reformatKey({
      privateKey: short,
      userIDs: [{ name: "Archive" }],
      keyExpirationTime: 90 * 86_400,
      date: new Date(noon + 2 * day),
      format: "object",
    });
    const keyring = await keyringOf(extended.privateKey);
    expect(await clear(file, noon + 3 * day, keyring)).toHaveProperty("text");
  });

  test.each([
    ["compromised", openpgp.enums.reasonForRevocation.keyCompromised],
    ["retired", openpgp.enums.reasonForRevocation.keyRetired],
  ])("a key revoked as %s signs nothing, nor has it", async (_, flag) => {
    const file = await clearSigned(release, [archive], { at: noon - 2 * day });
    const revoked = await openpgp.revokeKey({
      key: archive,
      reasonForRevocation: { flag },
      date: new Date(noon - day),
      format: "object",
    });
    const keyring = await keyringOf(revoked.privateKey);
    expect(refusal(await clear(file, noon, keyring))).toBe(
      `The signature by ${signerOf(archive)} is by the revoked key ${fingerprintOf(archive)}.`,
    );
  });

  test("a revoked subkey", async () => {
    const key = await makeKey({ subkey: true });
    const file = await clearSigned(release, [key]);
    const [subkey] = key.subkeys;
    if (subkey === undefined || !("privateParams" in key.keyPacket)) throw new Error("no subkey");
    key.subkeys = [await subkey.revoke(key.keyPacket, {}, new Date(noon - day))];
    expect(refusal(await clear(file, noon, await keyringOf(key)))).toMatch(/by the revoked key/);
  });
});
