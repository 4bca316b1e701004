/** Which URL set-up lines name: never one that a request made up. */
import { expect, test } from "vitest";
import { printedBase } from "../../../worker/outbound/printed-base.ts";

const listening = ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "near.lan:8080"];

test.each([
  ["http://evil.example/", "https://near.example/"],
  ["http://127.0.0.1:8080/", "https://near.example/"],
  ["https://near.example/", "https://near.example/"],
])("PUBLIC_URL wins, whatever was asked: %s", (asked, base) => {
  const names = { publicUrl: "https://near.example/", hosts: listening };
  expect(printedBase(asked, names)).toEqual({ base });
});

test.each([
  "http://127.0.0.1:8080/",
  "http://localhost:8080/",
  "http://[::1]:8080/",
  "http://near.lan.:8080/",
])("without it a host that the service listens at is named: %s", (asked) => {
  expect(printedBase(asked, { publicUrl: "", hosts: listening })).toEqual({ base: asked });
});

test.each([
  "http://evil.example:8080/",
  "http://127.0.0.1/",
  "http://near.lan.evil.example:8080/",
  "http://$(id):8080/",
  "http://a:99999/",
  "http:///",
])("any other is not, nor what is no host: %s", (asked) => {
  const names = { publicUrl: "", hosts: listening };
  expect(printedBase(asked, names)).toEqual({ base: "http://127.0.0.1:8080/", isUnknown: true });
  expect(printedBase(asked, { publicUrl: "https://near.example/", hosts: [] })).toEqual({
    base: "https://near.example/",
  });
});

test("default ports may be written or not", () => {
  const names = { publicUrl: "", hosts: ["near.lan:443", "near.lan"] };
  for (const asked of ["https://near.lan/", "http://near.lan/"]) {
    expect(printedBase(asked, names)).toEqual({ base: asked });
  }
});

test("names that labels configure keep their wish", () => {
  const names = { publicUrl: "https://near.example/", hosts: [], labelled: "near.example" };
  expect(printedBase("https://se.near.example/", names)).toEqual({
    base: "https://se.near.example/",
  });
  expect(printedBase("https://evilnear.example/", names).base).toBe("https://near.example/");
});

test("where neither is set, as on a platform that knows its hosts, the host asked for is ours", () => {
  const asked = "https://near.workers.dev/";
  expect(printedBase(asked, { publicUrl: "", hosts: [] })).toEqual({ base: asked });
});
