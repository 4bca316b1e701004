/** Lines of a stream, however it is cut into pieces. */
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { eachLine } from "../../../../scripts/service/lines.ts";

async function linesOf(pieces: readonly (string | Uint8Array)[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = Readable.from(pieces, { objectMode: false });
  const ended = new Promise((resolve) => stream.once("close", resolve));
  eachLine(stream, (line) => lines.push(line));
  await ended;
  return lines;
}

it.each([
  ["one in several pieces", ["a", "b\nc", "\n"], ["ab", "c"]],
  ["several in one piece, and empty ones", ["a\n\nb\n"], ["a", "", "b"]],
  ["ends of Windows", ["a\r\nb\r\n"], ["a", "b"]],
  ["the last one without its end", ["a\nb"], ["a", "b"]],
  ["nothing", [], []],
])("%s", async (_, pieces, lines) => {
  expect(await linesOf(pieces)).toEqual(lines);
});

it("a character that is cut in two stays whole", async () => {
  const bytes = new TextEncoder().encode("né\n");
  expect(await linesOf([bytes.slice(0, 2), bytes.slice(2)])).toEqual(["né"]);
});

it("one that never ends is handed on in parts", async () => {
  const part = "x".repeat(400_000);
  const lines = await linesOf(Array.from({ length: 6 }, () => part));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join("")).toBe(part.repeat(6));
});
