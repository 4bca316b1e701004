import { expect, test } from "vitest";
import { hasToldLength, keptHead } from "../../../worker/embedded/cached-response.ts";
import { messageOf } from "../../../worker/embedded/http-message.ts";

const now = Date.UTC(2026, 10, 30, 7, 0, 0);

function message(...lines: string[]) {
  return messageOf(new TextEncoder().encode(lines.join("\r\n")));
}

test("a message is a status line, headers, an empty line and the bytes behind it", () => {
  const read = message("HTTP/1.1 404 Not Found", 'ETag: "e"', "X-Own:  ü ", "", "body\r\n\r\nmore");
  expect(read?.head).toMatchObject({ status: 404, statusText: "Not Found" });
  expect(read && [...read.head.headers]).toEqual([
    ["etag", '"e"'],
    ["x-own", "ü"],
  ]);
  expect(new TextDecoder().decode(read?.first)).toBe("body\r\n\r\nmore");
});

test.each([
  ["no end", ["HTTP/1.1 200 OK", "A: b", ""]],
  ["no status", ["GET / HTTP/1.1", "", ""]],
  ["no colon", ["HTTP/1.1 200 OK", "A b", "", ""]],
  ["no name", ["HTTP/1.1 200 OK", ": b", "", ""]],
])("%s: no message", (_name, lines) => {
  expect(message(...lines)).toBeUndefined();
});

test.each([
  ["3", true, true],
  ["2", true, false],
  ["4", true, false],
  ["101", false, false],
  ["many", false, false],
])("a body of 3 bytes where Content-Length says %s", (told, isKept, hasLength) => {
  const read = message(
    "HTTP/1.1 200 OK",
    "Cache-Control: max-age=60",
    `Content-Length: ${told}`,
    "",
    "abc",
  );
  if (read === undefined) throw new Error("no message");
  expect(keptHead(read.head, 100, now) !== undefined).toBe(isKept);
  expect(hasToldLength(read.head, read.first.byteLength)).toBe(hasLength);
});
