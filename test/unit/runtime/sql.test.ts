/** Bytes of a column are the same from either platform; what are none is told. */
import { expect, it } from "vitest";
import { sqlBytes } from "../../../worker/runtime/sql.ts";

it("takes an ArrayBuffer, as workerd gives it, and an Uint8Array, as Node does", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(sqlBytes(bytes.buffer, "A row")).toEqual(bytes);
  // A part of a larger buffer stays that part.
  expect(sqlBytes(bytes.subarray(1), "A row")).toEqual(Uint8Array.of(2, 3));
});

it.each([null, undefined, "text", 7, [1]])(
  "says whose bytes are missing in place of %j",
  (value) => {
    expect(() => sqlBytes(value, "A row")).toThrow("A row has no bytes in the database.");
  },
);
