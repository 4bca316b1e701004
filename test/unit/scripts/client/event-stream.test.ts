/** Server-sent events, held against the examples of the HTML standard (section 9.2.6). */
import { expect, it } from "vitest";
import { EventStreamReader } from "../../../../scripts/client/event-stream.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (...chunks: string[]) => {
  const reader = new EventStreamReader();
  return chunks.flatMap((chunk) => reader.read(bytes(chunk)));
};

it("reads what the standard's examples have", () => {
  expect(read("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual([
    { data: "YHOO\n+2\n10", id: undefined },
  ]);
  const stream =
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
  expect(read(stream)).toEqual([
    { isComment: true },
    { data: "first event", id: "1" },
    { data: "second event", id: "" },
    { data: " third event", id: "" },
  ]);
  // "two empty events ... the last block is discarded"
  expect(read("data\n\ndata\ndata\n\ndata:")).toEqual([
    { data: "", id: undefined },
    { data: "\n", id: undefined },
  ]);
});

it("reads the same however the bytes are cut, with each end of line", () => {
  const text = "id: 7\ndata: ü€\ndata: b\n\n: c\n\n";
  const whole = read(text);
  expect(whole).toEqual([{ data: "ü€\nb", id: "7" }, { isComment: true }]);
  for (const end of ["\n", "\r\n", "\r"]) {
    const all = bytes(`${text.replaceAll("\n", end)}data: next${end}`);
    for (let size = 1; size < all.length; size++) {
      const reader = new EventStreamReader();
      const found = [];
      for (let at = 0; at < all.length; at += size) {
        found.push(...reader.read(all.subarray(at, at + size)));
      }
      expect(found, `${JSON.stringify(end)} ${size}`).toEqual(whole);
    }
  }
});

it("holds no endless event", () => {
  const reader = new EventStreamReader();
  const long = bytes(`data: ${"x".repeat(100_000)}\n`);
  expect(() => {
    for (let times = 0; times < 20; times++) reader.read(long);
  }).toThrow(/too long/);
});
