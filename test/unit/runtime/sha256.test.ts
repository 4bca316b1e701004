import { expect, test } from "vitest";
import { Sha256, sha256Of } from "../../../worker/runtime/sha256.ts";

/** FIPS 180-2, appendix B.1 and B.2, and what `printf '' | sha256sum` says. */
const known = {
  "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq:
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
};

test.each(Object.entries(known))("%s", (text, expected) => {
  const bytes = new TextEncoder().encode(text);
  expect(sha256Of(text)).toBe(expected);
  expect(sha256Of(bytes)).toBe(expected);
  const pieces = new Sha256();
  for (const byte of bytes) pieces.add(Uint8Array.of(byte));
  expect(pieces.end()).toBe(expected);
});

test("a text counts as its UTF-8", () => {
  expect(sha256Of("ä\ufeff")).toBe(sha256Of(new TextEncoder().encode("ä\ufeff")));
});
