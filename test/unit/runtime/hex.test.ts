import { expect, test } from "vitest";
import { hex, hexOfEach, writeHex } from "../../../worker/runtime/hex.ts";

/** Every byte. */
const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
const digits = Buffer.from(bytes).toString("hex");

test("bytes are written as digits, and digits as bytes", () => {
  expect(hex(bytes)).toBe(digits);
  expect(hex(new Uint8Array())).toBe("");
  const into = new Uint8Array(258).fill(7);
  writeHex(into, 1, digits);
  expect(into).toEqual(Uint8Array.from([7, ...bytes, 7]));
});

test("many are written each as one is", () => {
  const all = [bytes.subarray(3, 35), undefined, new Uint8Array(), bytes, bytes.subarray(250)];
  expect(hexOfEach(all)).toEqual(all.map((one) => one && Buffer.from(one).toString("hex")));
  expect(hexOfEach([])).toEqual([]);
});
