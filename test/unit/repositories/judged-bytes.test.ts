import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { JudgedBytes } from "../../../worker/repositories/judged-bytes.ts";

const text = "0123456789";
const sha256 = createHash("sha256").update(text).digest("hex");

/** What comes through of these pieces, and whether it came to its end. */
async function through(pieces: string[], size?: number) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const told: string[] = [];
  const judged = new JudgedBytes(
    body,
    { sha256, ...(size !== undefined && { size }), toldBy: "its index" },
    (fault) => told.push(fault),
  );
  let got = "";
  try {
    for await (const piece of judged.stream) got += new TextDecoder().decode(piece);
    expect(told).toEqual([]);
    return { got, whole: true };
  } catch {
    expect(told).toEqual([judged.fault]);
    return { got, whole: false };
  }
}

describe("judged bytes", () => {
  it.each([[["0123456789"]], [["01234", "56789"]], [["", "01234", "", "56789", ""]]])(
    "are handed on whole when they are right: %j",
    async (pieces) => {
      expect(await through(pieces, 10)).toEqual({ got: text, whole: true });
      expect(await through(pieces)).toEqual({ got: text, whole: true });
    },
  );

  it.each([
    ["other bytes", ["01234", "5678x"]],
    ["other bytes, with an empty piece at the end", ["01234", "5678x", ""]],
    ["too few", ["01234", "5678"]],
    ["too many", ["01234", "56789", "0"]],
    ["none", []],
  ])(
    "never come to an end, nor to their last piece, when they are wrong: %s",
    async (_, pieces) => {
      for (const size of [10, undefined]) {
        const { got, whole } = await through(pieces, size);
        expect(whole).toBe(false);
        expect(got.length).toBeLessThan(pieces.join("").length || 1);
      }
    },
  );
});
