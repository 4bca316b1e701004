/** Pages of the started service are compressed for those that take it, and nothing else is. */

import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Attacked, startAttacked } from "./attacked.ts";

let attacked: Attacked;

beforeAll(async () => {
  attacked = await startAttacked();
}, 120_000);

afterAll(() => attacked?.stop());

/** Headers and bytes as they are on the wire. */
function asked(path: string, headers: Record<string, string>, method = "GET") {
  return new Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      const sent = request(`${attacked.service.url}${path}`, { headers, method }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(parts) }));
        answer.on("error", reject);
      });
      sent.on("error", reject).end();
    },
  );
}

const gzip = { "Accept-Encoding": "gzip" };

test.each(["", "api/v1/mirrors/m0.example", "metrics"])("/%s is", async (path) => {
  const plain = await asked(path, {});
  const packed = await asked(path, gzip);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect(packed.headers.vary).toContain("Accept-Encoding");
  expect(packed.body.length).toBeLessThan(plain.body.length);
  expect(gunzipSync(packed.body).length).toBeGreaterThan(0);
  const head = await asked(path, gzip, "HEAD");
  expect(head.headers["content-encoding"]).toBe("gzip");
  expect(head.body.length).toBe(0);
});

test("a page that is known is not sent again, compressed or not", async () => {
  const { headers } = await asked("", gzip);
  const etag = String(headers.etag);
  expect(etag).toMatch(/^W\//);
  const { body } = await asked("", { ...gzip, "If-None-Match": etag });
  expect(body.length).toBe(0);
});

test("a repository's file is not", async () => {
  const { headers, body } = await asked("debian/dists/stable/InRelease", gzip);
  expect(headers["content-encoding"]).toBeUndefined();
  expect(body.toString()).toBe("0123456789abcdef\n");
});
