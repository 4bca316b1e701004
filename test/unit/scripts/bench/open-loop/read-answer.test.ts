import { describe, expect, test } from "vitest";
import { readAnswer } from "../../../../../scripts/bench/open-loop/read-answer.ts";

const head = (...lines: string[]) => `${lines.join("\r\n")}\r\n\r\n`;

describe("the head of an answer", () => {
  test("says status and length, of head and body", () => {
    const text = head("HTTP/1.1 200 OK", "Content-Type: text/plain", "content-length: 5");
    expect(readAnswer(`${text}he`)).toEqual({ status: 200, bytes: text.length + 5 });
  });

  test("isn't there until its empty line is", () => {
    expect(readAnswer("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n")).toBeUndefined();
    expect(readAnswer("HTT")).toBeUndefined();
  });

  test.each([204, 304])("has no body where it is %i, whatever it says of one", (status) => {
    const text = head(`HTTP/1.1 ${status} -`, "Content-Length: 20");
    expect(readAnswer(text)).toEqual({ status, bytes: text.length });
  });

  test.each([
    ["pieces", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "Content-Length"],
    ["something else", head("SSH-2.0-OpenSSH_9.2"), "no answer of HTTP/1.1"],
    ["what never ends", "HTTP/1.1 200 OK\r\n".padEnd(70_000, "x"), "65536"],
  ])("is refused where it is %s", (_, text, why) => {
    expect(() => readAnswer(text)).toThrow(why);
  });
});
