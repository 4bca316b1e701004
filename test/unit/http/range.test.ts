import { describe, expect, it } from "vitest";
import { notModified, rangeStillValid } from "../../../worker/http/conditional.ts";
import { readRange, sliceStream } from "../../../worker/http/range.ts";

describe("Range (RFC 9110 section 14.1.2)", () => {
  it.each([
    [null, 10, "whole"],
    ["bytes=0-3", 10, { first: 0, last: 3 }],
    ["bytes=4-", 10, { first: 4, last: 9 }],
    ["bytes=-3", 10, { first: 7, last: 9 }],
    ["bytes=-30", 10, { first: 0, last: 9 }],
    ["bytes=5-100", 10, { first: 5, last: 9 }],
    ["Bytes=0-0", 10, { first: 0, last: 0 }],
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=5-2", 10, "whole"],
    ["bytes=0-1,3-4", 10, "whole"],
    ["items=0-1", 10, "whole"],
    ["bytes=a-b", 10, "whole"],
    ["bytes=-", 10, "whole"],
  ])("%s of %d bytes", (header, size, expected) => {
    expect(readRange(header, size)).toEqual(expected);
  });

  it("cuts exactly the range, whatever the chunks are", async () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, at) => at);
    for (const chunk of [1, 7, 33, 100]) {
      for (const range of [
        { first: 0, last: 0 },
        { first: 13, last: 57 },
        { first: 99, last: 99 },
        { first: 0, last: 99 },
      ]) {
        const source = new ReadableStream<Uint8Array>({
          start(controller) {
            for (let at = 0; at < bytes.length; at += chunk)
              controller.enqueue(bytes.slice(at, at + chunk));
            controller.close();
          },
        });
        const cut = new Uint8Array(await new Response(sliceStream(source, range)).arrayBuffer());
        expect([...cut], `chunk ${chunk} range ${range.first}-${range.last}`).toEqual([
          ...bytes.slice(range.first, range.last + 1),
        ]);
      }
    }
  });

  it("fails rather than end early", async () => {
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(5));
        controller.close();
      },
    });
    await expect(
      new Response(sliceStream(source, { first: 2, last: 9 })).arrayBuffer(),
    ).rejects.toThrow(/ended at byte 5/);
  });
});

const date = "Sat, 07 Jun 2025 09:12:00 GMT";
const older = "Sat, 07 Jun 2025 09:11:59 GMT";
const known = { etag: '"a1"', lastModified: date };

describe("conditional requests (RFC 9110 section 13)", () => {
  it.each([
    [{ "If-Modified-Since": date }, true],
    // A client that has something older, or newer (an origin that went back), must get the bytes.
    [{ "If-Modified-Since": older }, false],
    [{ "If-Modified-Since": "Sat, 07 Jun 2025 09:13:00 GMT" }, false],
    [{ "If-None-Match": '"a1"' }, true],
    [{ "If-None-Match": 'W/"a1"' }, true],
    [{ "If-None-Match": '"b", "a1"' }, true],
    [{ "If-None-Match": "*" }, true],
    [{ "If-None-Match": '"b"', "If-Modified-Since": date }, false],
    [{}, false],
  ])("%o", (headers, expected) => {
    expect(notModified(new Headers(headers), known)).toBe(expected);
  });

  it.each([
    [{}, true],
    [{ "If-Range": date }, true],
    [{ "If-Range": older }, false],
    [{ "If-Range": '"a1"' }, true],
    [{ "If-Range": '"b"' }, false],
    [{ "If-Range": 'W/"a1"' }, false],
  ])("If-Range %o", (headers, expected) => {
    expect(rangeStillValid(new Headers(headers), known)).toBe(expected);
  });

  it("never says not modified without a validator", () => {
    const nothing = { etag: null, lastModified: null };
    expect(notModified(new Headers({ "If-None-Match": '"a"' }), nothing)).toBe(false);
    expect(notModified(new Headers({ "If-Modified-Since": date }), nothing)).toBe(false);
    expect(rangeStillValid(new Headers({ "If-Range": date }), nothing)).toBe(false);
  });
});
