/** Answers that are held, as they go out to different clients. */
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { compressed } from "../../../worker/http/compressed.ts";
import { ReadyAnswer } from "../../../worker/http/ready-answer.ts";

const text = "a page ".repeat(1000);
const bytes = new Uint8Array(new TextEncoder().encode(text));
const told = {
  "Content-Type": "text/html; charset=utf-8",
  Vary: "Accept-Language",
  ETag: '"a"',
};
const ready = new ReadyAnswer(bytes, told);

const to = (headers: Record<string, string>, compresses = true) =>
  ready.send({ headers: new Headers(headers), compresses });

/** What says something to a client. */
function shown({ status, headers }: Response): unknown {
  return [
    status,
    ...["Content-Type", "Content-Encoding", "Vary", "ETag"].map((n) => headers.get(n)),
  ];
}

test.each([["gzip, deflate, br"], ["gzip;q=0"], ["br"], [""]])(
  "for Accept-Encoding %j it is what compressing it on the way makes of it",
  async (accepted) => {
    const asked = accepted === "" ? {} : { "Accept-Encoding": accepted };
    const plain = to({}, false);
    expect(shown(to(asked))).toEqual(shown(compressed(accepted === "" ? null : accepted, plain)));
  },
);

test("each coding has the bytes and the length of itself, time and again", async () => {
  for (let time = 0; time < 2; time++) {
    const coded = to({ "Accept-Encoding": "gzip" });
    // Node leaves the coding as it is; workerd is told so by `encodeBody`.
    const body = new Uint8Array(await coded.arrayBuffer());
    expect(body.length).toBeLessThan(text.length / 10);
    expect(coded.headers.get("Content-Length")).toBe(String(body.length));
    expect(new TextDecoder().decode(gunzipSync(body))).toBe(text);
    const plain = to({ "Accept-Encoding": "gzip" }, false);
    expect(plain.headers.get("Content-Length")).toBe(String(text.length));
    expect(await plain.text()).toBe(text);
  }
});

test("a client that has it is told so, in whichever coding it has it", () => {
  for (const tag of ['"a"', 'W/"a"', '"b", "a"']) {
    const same = to({ "If-None-Match": tag, "Accept-Encoding": "gzip" });
    expect([same.status, same.headers.get("Content-Length")]).toEqual([304, null]);
    expect(same.headers.get("Vary")).toBe("Accept-Language, Accept-Encoding");
  }
  expect(to({ "If-None-Match": '"b"' }).status).toBe(200);
});

test("a short answer is sent as it is", () => {
  const short = new ReadyAnswer(bytes.slice(0, 1023), told);
  const sent = short.send({
    headers: new Headers({ "Accept-Encoding": "gzip" }),
    compresses: true,
  });
  expect(sent.headers.has("Content-Encoding")).toBe(false);
});
