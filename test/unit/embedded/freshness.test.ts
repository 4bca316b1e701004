/** Freshness by RFC 9111 sections 4.2 and 5.2.2, and by Cloudflare's documents where a response says nothing. */
import { expect, test } from "vitest";
import { keepingOf, longestSeconds } from "../../../worker/embedded/freshness.ts";

const now = Date.UTC(2026, 10, 30, 7, 0, 0);
const date = new Date(now).toUTCString();
const hourAgo = new Date(now - 3600_000).toUTCString();
const inAnHour = new Date(now + 3600_000).toUTCString();

/** Seconds for which it is kept; why it isn't. */
function kept(headers: Record<string, string>, status = 200): number | string {
  const keeping = keepingOf({ status, headers: new Headers(headers) }, now);
  return keeping.kept ? (keeping.until - now) / 1000 : keeping.why;
}

test.each([
  ["max-age", { "Cache-Control": "max-age=60" }, 60],
  ["s-maxage goes before it", { "Cache-Control": "max-age=60, s-maxage=10" }, 10],
  ["as a quoted text", { "Cache-Control": 'max-age="60"' }, 60],
  ["in capitals", { "Cache-Control": "PUBLIC, Max-Age=60" }, 60],
  ["Age is taken off", { "Cache-Control": "max-age=60", Age: "20" }, 40],
  ["as much as max-age: stale", { "Cache-Control": "max-age=60", Age: "60" }, "it is stale"],
  ["Date is as good as Age", { "Cache-Control": "max-age=3700", Date: hourAgo }, 100],
  ["max-age goes before Expires", { "Cache-Control": "max-age=60", Expires: hourAgo }, 60],
  ["Expires", { Expires: inAnHour }, 3600],
  ["Expires counts from Date", { Expires: inAnHour, Date: hourAgo }, 3600],
  ["Expires that is no date", { Expires: "0" }, "it is stale"],
  ["max-age that is no number", { "Cache-Control": "max-age=soon" }, "it is stale"],
  ["no-store", { "Cache-Control": "no-store, max-age=60" }, "no-store"],
  ["private", { "Cache-Control": "private, max-age=60" }, "private"],
  ["no-cache", { "Cache-Control": "no-cache, max-age=60" }, "no-cache"],
  ["Set-Cookie", { "Cache-Control": "max-age=60", "Set-Cookie": "a=b" }, "Set-Cookie"],
  [
    "Set-Cookie that is private",
    { "Cache-Control": 'private="Set-Cookie", max-age=60', "Set-Cookie": "a=b" },
    60,
  ],
  ["Vary: *", { "Cache-Control": "max-age=60", Vary: "*" }, "Vary: *"],
  ["another Vary", { "Cache-Control": "max-age=60", Vary: "Accept" }, 60],
  ["longer than the bound", { "Cache-Control": "max-age=31536000" }, longestSeconds],
  ["nothing said", { Date: date }, 7200],
])("%s", (_name, headers, expected) => {
  expect(kept(headers)).toBe(expected);
});

test.each([
  [206, "a part of a response"],
  [304, "status 304"],
  [404, 180],
  [500, "it is stale"],
])("nothing said, status %i", (status, expected) => {
  expect(kept({}, status)).toBe(expected);
});

test("headers of the connection aren't kept, nor those that are private", () => {
  const headers = new Headers({
    "Cache-Control": 'private="Set-Cookie", max-age=60',
    "Set-Cookie": "a=b",
    "Transfer-Encoding": "chunked",
    Connection: "close",
    ETag: '"e"',
  });
  const keeping = keepingOf({ status: 200, headers }, now);
  expect(keeping.kept && [...keeping.headers.keys()]).toEqual(["cache-control", "etag"]);
});
