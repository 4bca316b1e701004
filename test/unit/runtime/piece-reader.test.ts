import { describe, expect, it } from "vitest";
import { PieceReader, pieceBytes } from "../../../worker/runtime/piece-reader.ts";

const bytes = Uint8Array.from({ length: 3 * pieceBytes + 7 }, (_, at) => (at * 31) % 251);

/** The bytes as a stream of bytes by its making, and as one of whatever pieces were put into it. */
const streams: [kind: string, make: () => ReadableStream<Uint8Array>][] = [
  ["bytes", () => new Blob([bytes]).stream()],
  [
    "pieces",
    () => {
      const cuts = [0, 5, 5, 1000, bytes.length];
      return new ReadableStream<Uint8Array>({
        start(controller) {
          cuts.forEach((cut, at) => {
            controller.enqueue(bytes.slice(cuts[at - 1] ?? 0, cut));
          });
          controller.close();
        },
      });
    },
  ],
];

describe.each(streams)("a stream of %s", (_, make) => {
  it("is read to its end in pieces, none of them empty, whose memory may be used again", async () => {
    const reader = new PieceReader(make());
    const got = new Uint8Array(bytes.length);
    let count = 0;
    for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
      expect(piece.byteLength).toBeGreaterThan(0);
      got.set(piece, count);
      count += piece.byteLength;
      reader.reuse(piece);
    }
    expect(count).toBe(bytes.length);
    expect(got).toEqual(bytes);
  });

  it.each([1, 1001, bytes.length - 1, bytes.length, bytes.length + 1])(
    "is read up to %d bytes",
    async (most) => {
      const got = await new PieceReader(make()).upTo(most);
      expect(got).toEqual(bytes.slice(0, most));
    },
  );
});

it("gives no more at a time than is asked for, where the stream's kind lets it", async () => {
  const reader = new PieceReader(new Blob([bytes]).stream());
  expect((await reader.next(3))?.byteLength).toBe(3);
});

it("lets go of the stream, and says nothing where that fails", async () => {
  const gone = new ReadableStream<Uint8Array>({ cancel: () => Promise.reject(new Error("no")) });
  await new PieceReader(gone).cancel();
});

it("rejects where the stream does", async () => {
  const broken = () =>
    new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("gone")) });
  await expect(new PieceReader(broken()).next()).rejects.toThrow("gone");
  await expect(new PieceReader(broken()).upTo(3)).rejects.toThrow("gone");
});
