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

it("small pieces that are kept keep little more than themselves", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const small = new Uint8Array(1400);
  const writing = (async () => {
    const writer = writable.getWriter();
    for (let at = 0; at < 50; at++) await writer.write(small);
    await writer.close();
  })();
  const reader = new PieceReader(readable);
  const kept: Uint8Array[] = [];
  for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
    kept.push(piece);
  }
  await writing;
  const held = [...new Set(kept.map(({ buffer }) => buffer))];
  const heldBytes = held.reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(kept.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(50 * 1400);
  expect(heldBytes).toBeLessThanOrEqual(4 * 50 * 1400);
});
