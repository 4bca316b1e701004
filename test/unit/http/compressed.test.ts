/** Which answers are compressed for which clients. */
import { describe, expect, test } from "vitest";
import { compressed } from "../../../worker/http/compressed.ts";

const long = "x".repeat(2000);
const page = (headers: Record<string, string> = {}, body: string | null = long) =>
  new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8", ...headers } });

describe("a page", () => {
  // RFC 9110, section 12.5.3.
  test.each([
    ["gzip, deflate, br", "gzip"],
    ["br;q=1, gzip;q=0.5", "gzip"],
    ["GZIP", "gzip"],
    ["*", "gzip"],
    ["gzip;q=0", null],
    ["*;q=0", null],
    ["gzip;q=0, *", null],
    ["br", null],
    ["identity", null],
    ["", null],
    [null, null],
  ])("for Accept-Encoding %j is sent as %j", (accepted, coding) => {
    const { headers } = compressed(accepted, page({ Vary: "Accept-Language" }));
    expect(headers.get("Content-Encoding")).toBe(coding);
    expect(headers.get("Vary")).toBe("Accept-Language, Accept-Encoding");
  });

  test("has a weak tag and no length where it is compressed, and its own where not", () => {
    const told = { ETag: '"a"', "Content-Length": String(long.length) };
    const { headers } = compressed("gzip", page(told));
    expect(headers.get("ETag")).toBe('W/"a"');
    expect(headers.has("Content-Length")).toBe(false);
    const plain = compressed(null, page(told));
    expect(plain.headers.get("ETag")).toBe('"a"');
    expect(plain.headers.get("Content-Length")).toBe(String(long.length));
  });
});

test("304 says that the answer depends on Accept-Encoding, as the answer itself does", () => {
  const type = { "Content-Type": "text/html; charset=utf-8" };
  const headers = { ...type, Vary: "Accept-Language", ETag: '"a"' };
  const told = compressed("gzip", new Response(null, { status: 304, headers }));
  expect([told.status, told.headers.get("Vary"), told.headers.get("ETag")]).toEqual([
    304,
    "Accept-Language, Accept-Encoding",
    '"a"',
  ]);
  const image = new Response(null, { status: 304, headers: { "Content-Type": "image/png" } });
  expect(compressed("gzip", image)).toBe(image);
});

test.each<[string, Response]>([
  ["a short one", page({ "Content-Length": "1023" })],
  ["one without a body", page({}, null)],
  ["one that is compressed already", page({ "Content-Encoding": "br" })],
  ["a part of one", page({ "Content-Range": "bytes 0-1/2" })],
  ["a package", page({ "Content-Type": "application/vnd.debian.binary-package" })],
  ["one of no type", page({ "Content-Type": "" })],
])("%s stays as it is", (_, answer) => {
  expect(compressed("gzip", answer)).toBe(answer);
});
