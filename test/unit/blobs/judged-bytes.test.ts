import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { JudgedBytes } from "../../../worker/blobs/judged-bytes.ts";

const text = "0123456789";
const sha256 = createHash("sha256").update(text).digest("hex");

/** What comes through of these pieces, and whether it came to its end. */
async function through(pieces: string[], size?: number, hash = sha256) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const told: string[] = [];
  const judged = new JudgedBytes(
    body,
    { hash, ...(size !== undefined && { size }), toldBy: "its index" },
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
  it("are judged by a SHA-512 where that is what is told", async () => {
    const sha512 = createHash("sha512").update(text).digest("hex");
    expect(await through(["01234", "56789"], 10, sha512)).toEqual({ got: text, whole: true });
    const other = createHash("sha512").update("another").digest("hex");
    expect((await through(["01234", "56789"], 10, other)).whole).toBe(false);
  });

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
