/** A whole representation at hand, as what is asked of it by RFC 9110: 200, 206, 304, 416, and HEAD. */
import { expect, test } from "vitest";
import { answerRepresentation, unchangedAnswer } from "../../../worker/http/representation.ts";

const bytes = new TextEncoder().encode("0123456789");
const said = {
  contentType: "text/plain",
  etag: '"e"',
  lastModified: "Wed, 01 Jan 2025 00:00:00 GMT",
  size: 10,
  forGood: false,
  digests: { repr: "sha-256=:x:", digest: "SHA-256=x" },
};
const older = "Tue, 31 Dec 2024 00:00:00 GMT";

function ask(headers: Record<string, string>, method = "GET"): Response {
  const request = new Request("http://near.example/file", { method, headers });
  return answerRepresentation(request, said, bytes);
}

test.each([
  [{}, 200, "0123456789", null],
  [{ Range: "bytes=2-4" }, 206, "234", "bytes 2-4/10"],
  [{ Range: "bytes=-1" }, 206, "9", "bytes 9-9/10"],
  [{ Range: "bytes=7-", "If-Range": '"e"' }, 206, "789", "bytes 7-9/10"],
  [{ Range: "bytes=7-", "If-Range": said.lastModified }, 206, "789", "bytes 7-9/10"],
  [{ Range: "bytes=7-", "If-Range": '"other"' }, 200, "0123456789", null],
  [{ Range: "bytes=7-", "If-Range": older }, 200, "0123456789", null],
  [{ Range: "bytes=0-1,4-5" }, 200, "0123456789", null],
  [{ "If-None-Match": '"other"' }, 200, "0123456789", null],
  [{ "If-Modified-Since": older }, 200, "0123456789", null],
  [{ "If-None-Match": 'W/"e"' }, 304, "", null],
  [{ "If-Modified-Since": said.lastModified }, 304, "", null],
  [{ "If-None-Match": '"other"', "If-Modified-Since": said.lastModified }, 200, "0123456789", null],
] as const)("%o is answered with %d", async (headers, status, body, range) => {
  const answer = ask(headers);
  expect([answer.status, await answer.text()]).toEqual([status, body]);
  expect(answer.headers.get("Content-Length")).toBe(status === 304 ? null : String(body.length));
  expect(answer.headers.get("Content-Range")).toBe(range);
  expect(answer.headers.get("ETag")).toBe('"e"');
  expect(answer.headers.get("Last-Modified")).toBe(said.lastModified);
  expect(answer.headers.get("Cache-Control")).toBe("public, no-cache");
  // Of the whole, whatever part is sent (RFC 9530 section 2).
  expect(answer.headers.get("Repr-Digest")).toBe("sha-256=:x:");
  expect(answer.headers.get("Digest")).toBe("SHA-256=x");
});

test("what starts behind the end is refused with a sentence, whose digest isn't the file's", async () => {
  const answer = ask({ Range: "bytes=10-" });
  expect([answer.status, answer.headers.get("Content-Range")]).toEqual([416, "bytes */10"]);
  expect(answer.headers.get("Content-Length")).toBeNull();
  expect(answer.headers.get("Repr-Digest")).toBeNull();
  expect(await answer.text()).toMatch(/^The range starts behind/);
});

test("HEAD has all headers and no body, a range or not", async () => {
  for (const headers of [{}, { Range: "bytes=2-4" }]) {
    const answer = ask(headers, "HEAD");
    expect([answer.status, answer.body]).toEqual([200, null]);
    expect(answer.headers.get("Content-Length")).toBe("10");
  }
});

test("without a date no date is the same, and nothing unchanged is told of another tag", () => {
  const request = (headers: Record<string, string>) =>
    new Request("http://near.example/file", { headers });
  const undated = { ...said, lastModified: null };
  expect(unchangedAnswer(request({ "If-Modified-Since": older }), undated)).toBeUndefined();
  expect(unchangedAnswer(request({ "If-None-Match": '"f"' }), said)).toBeUndefined();
  expect(unchangedAnswer(request({ "If-None-Match": "*" }), said)?.status).toBe(304);
});
