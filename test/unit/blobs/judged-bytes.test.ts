import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { JudgedBytes, readJudged } from "../../../worker/blobs/judged-bytes.ts";
import { PieceReader } from "../../../worker/runtime/piece-reader.ts";

const text = "0123456789";
const sha256 = createHash("sha256").update(text).digest("hex");

function bodyOf(pieces: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
}

const expected = (size?: number, hash = sha256) => ({
  hash,
  ...(size !== undefined && { size }),
  toldBy: "its index",
});

/** What comes through of these pieces, and whether it came to its end. */
async function through(pieces: string[], size?: number, hash = sha256) {
  const told: string[] = [];
  const judged = new JudgedBytes(bodyOf(pieces), expected(size, hash), (fault) => told.push(fault));
  let got = "";
  try {
    for await (const piece of judged.stream()) got += new TextDecoder().decode(piece);
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
  ])("never come to an end, nor to their last byte, when they are wrong: %s", async (_, pieces) => {
    for (const size of [text.length, undefined]) {
      const { got, whole } = await through(pieces, size);
      expect(whole).toBe(false);
      expect(got.length).toBeLessThan(size ?? (pieces.join("").length || 1));
    }
  });

  it("are written, and the writable is aborted where they are wrong", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const read = new Response(readable).text();
    await new JudgedBytes(bodyOf(["01234", "56789"]), expected(10)).pour(writable);
    expect(await read).toBe(text);
    for (const wrong of [["01234", "5678x"], ["01234"], ["0123456789", "0"]]) {
      const written: string[] = [];
      const ended = Promise.withResolvers<unknown>();
      const sink = new WritableStream<Uint8Array>({
        write: (piece) => void written.push(new TextDecoder().decode(piece)),
        close: () => ended.resolve("closed"),
        abort: ended.resolve,
      });
      const judged = new JudgedBytes(bodyOf(wrong), expected(10));
      await judged.pour(sink);
      expect(await ended.promise).toEqual(new Error(judged.fault));
      expect(written.join("").length).toBeLessThan(text.length);
    }
  });

  it("are let go of at their source where nobody takes them any more", async () => {
    const left = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: () => left.resolve(),
    });
    const gone = new WritableStream<Uint8Array>({
      write: () => Promise.reject(new Error("the client has gone")),
    });
    await new JudgedBytes(body, expected(10)).pour(gone);
    await left.promise;
  });
});

describe("judged bytes that are read whole", () => {
  const read = (pieces: string[]) =>
    readJudged(new PieceReader(bodyOf(pieces)), { hash: sha256, size: 10, toldBy: "its index" });

  it.each([[["0123456789"]], [["01234", "", "56789", ""]]])("are right: %j", async (pieces) => {
    const got = await read(pieces);
    expect("bytes" in got && new TextDecoder().decode(got.bytes)).toBe(text);
  });

  it.each([
    ["other bytes", ["01234", "5678x"], /^Its SHA-256 is [0-9a-f]{64}, where its index says/],
    ["too few", ["01234", "5678"], /^It has 9 bytes, where its index says 10\.$/],
    ["none", [], /^It has 0 bytes, where its index says 10\.$/],
    ["one too many", ["01234", "567890"], /^It has more than the 10 bytes that its index says\.$/],
    ["many too many", ["0123456789".repeat(9)], /^It has more than the 10 bytes/],
  ])("are none when they are wrong: %s", async (_, pieces, fault) => {
    expect(await read(pieces)).toEqual({ fault: expect.stringMatching(fault) });
  });
});
