/** What workerd gives of its own streams to a reader that brings room. */
import { expect, it } from "vitest";
import { withLength } from "../../worker/http/representation.ts";
import { PieceReader, pieceBytes } from "../../worker/runtime/piece-reader.ts";

const bytes = Uint8Array.from({ length: 4 * pieceBytes }, (_, at) => (at * 31) % 251);
const body = () => new Response(bytes).body ?? new Blob().stream();

it("reads the platform's stream in pieces as large as its room, and whole", async () => {
  const reader = new PieceReader(body());
  const lengths: number[] = [];
  for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
    lengths.push(piece.byteLength);
    reader.reuse(piece);
  }
  expect(lengths).toEqual(Array(4).fill(pieceBytes));
  for (const most of [1, bytes.length - 1, bytes.length, bytes.length + 1]) {
    expect(await new PieceReader(body()).upTo(most)).toEqual(bytes.slice(0, most));
    const piped = withLength(body(), bytes.length);
    expect(await new PieceReader(piped).upTo(most)).toEqual(bytes.slice(0, most));
  }
});
