import { describe, expect, it } from "vitest";
import { isRefusal, maxPathBytes, readTarget } from "../../../worker/http/path.ts";

const host = "http://mirror.example";

describe("what passes the door", () => {
  it.each([
    ["/", "/"],
    ["/debian/", "/debian/"],
    ["/debian/pool/main/a/apt/apt_2.6.1_amd64.deb", undefined],
    // apt asks with these escapes and compares them on the way back (observed).
    ["/debian/pool/main/g/g++/g%2b%2b_4%3a12.2.0-3_amd64.deb", undefined],
    ["/debian/pool/main/x/x_1%3a2.0%7erc1+b2_all.deb", undefined],
    ["/debian-cd/.disk/info", undefined],
    ["/files/%c3%bcbung.txt", undefined],
    ["/files/a%20b", undefined],
    ["/files/100%25", undefined],
    ["/files/...", undefined],
  ])("%s keeps its spelling", (path, expected) => {
    const target = readTarget(host + path);
    expect(isRefusal(target)).toBe(false);
    expect(target).toMatchObject({ path: expected ?? path, query: "" });
  });

  it("folds doubled slashes, as mirrors do", () => {
    expect(readTarget(`${host}//debian///pool//x.deb`)).toMatchObject({
      path: "/debian/pool/x.deb",
    });
  });

  it("parts the query from the path", () => {
    expect(readTarget(`${host}/debian/x.deb?trace&ip=192.0.2.1`)).toMatchObject({
      path: "/debian/x.deb",
      query: "trace&ip=192.0.2.1",
    });
  });

  it("decodes for classifying only", () => {
    const target = readTarget(`${host}/debian/x_1%3a2.deb`);
    expect(target).toMatchObject({ path: "/debian/x_1%3a2.deb", decoded: "/debian/x_1:2.deb" });
  });
});

describe("what is refused", () => {
  it.each([
    ["/debian/../etc/passwd", "dot segment"],
    ["/debian/%2e%2e/x", "escaped dot segment"],
    ["/debian/.%2E/x", "half-escaped dot segment"],
    ["/debian/./x", "single dot"],
    ["/debian\\..\\x", "backslash"],
    ["/debian/%5c..%5cx", "escaped backslash"],
    ["/debian/a%2fb", "escaped slash"],
    ["/debian/a%00.deb", "NUL"],
    ["/debian/a%0d%0aSet-Cookie:x", "CR LF"],
    ["/debian/a%7f", "DEL"],
    ["/debian/a%", "cut escape"],
    ["/debian/a%zz", "wrong escape"],
    ["/debian/%ff%fe", "escapes that are not UTF-8"],
    ["/debian/a b", "raw space"],
    ["/debian/ü", "raw non-ASCII"],
    ["/debian/<script>", "raw angle brackets"],
    ['/debian/"', "raw quote"],
    ["", "no path"],
  ])("%s (%s)", (path) => {
    const target = readTarget(host + path);
    expect(target).toMatchObject({ status: 400 });
    expect(isRefusal(target) && target.reason.length).toBeGreaterThan(10);
  });

  it("takes a path of the longest length and refuses one byte more", () => {
    expect(isRefusal(readTarget(`${host}/${"a".repeat(maxPathBytes - 1)}`))).toBe(false);
    expect(readTarget(`${host}/${"a".repeat(maxPathBytes)}`)).toMatchObject({ status: 414 });
  });
});
