import { describe, expect, it } from "vitest";
import { readPrefix } from "../../../worker/geo/address.ts";
import { addressBehindProxies, isTrusted, peerOfSocket } from "../../../worker/geo/proxies.ts";

const proxies = ["10.0.0.0/8", "fd00::/8"].map((text) => {
  const prefix = readPrefix(text);
  if (prefix === undefined) throw new Error(text);
  return prefix;
});

describe("who opened the connection, as workerd tells it", () => {
  // Observed of workerd 1.20261102 that listens at 127.0.0.1, at [::1] and at [::].
  it.each([
    ["127.0.0.1:40882", "127.0.0.1"],
    ["[::1]:57132", "::1"],
    ["[::ffff:127.0.0.1]:40882", "::ffff:127.0.0.1"],
    ["[fe80::1%eth0]:1", "fe80::1%eth0"],
  ])("%s", (clientIp, expected) => {
    expect(peerOfSocket(clientIp)).toBe(expected);
  });

  it.each([
    undefined,
    null,
    7,
    "",
    "unix:/run/nearmirror",
    "unix:/run/nearmirror:1",
    "2001:db8::1",
  ])("is nobody where that is %j", (clientIp) => {
    expect(peerOfSocket(clientIp)).toBe("");
  });

  it("may be a proxy by its IPv4 inside IPv6", () => {
    expect(isTrusted(peerOfSocket("[::ffff:10.0.0.1]:40882"), proxies)).toBe(true);
    expect(isTrusted(peerOfSocket("[::ffff:11.0.0.1]:40882"), proxies)).toBe(false);
  });
});

describe("the client behind proxies", () => {
  it.each([
    ["10.0.0.1", "198.51.100.7", "198.51.100.7"],
    // What the client itself wrote stands to the left and is not believed.
    ["10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"],
    ["10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"],
    ["10.0.0.1", "2001:db8::5, fd00::1", "2001:db8::5"],
    // Everybody is a proxy: the leftmost is the client.
    ["10.0.0.1", "10.1.1.1, 10.0.0.2", "10.1.1.1"],
    // Not an address: believed no further.
    ["10.0.0.1", "evil, 10.0.0.2", "10.0.0.2"],
    // The peer is no proxy of ours.
    ["192.0.2.1", "198.51.100.7", "192.0.2.1"],
  ])("peer %s, header %s", (peer, header, expected) => {
    expect(addressBehindProxies(peer, header, proxies)).toBe(expected);
  });

  it("takes the peer where there is no header", () => {
    expect(addressBehindProxies("10.0.0.1", null, proxies)).toBe("10.0.0.1");
  });

  it("with any proxy trusted, takes what the last one wrote", () => {
    expect(addressBehindProxies("", "203.0.113.9, 198.51.100.7", "any")).toBe("198.51.100.7");
  });

  it("trusts nobody unless told", () => {
    expect(isTrusted("127.0.0.1", [])).toBe(false);
    expect(addressBehindProxies("127.0.0.1", "198.51.100.7", [])).toBe("127.0.0.1");
  });

  it("is bounded", () => {
    const header = Array.from({ length: 50_000 }, () => "10.0.0.2").join(", ");
    expect(addressBehindProxies("10.0.0.1", header, proxies)).toBe("10.0.0.2");
  });
});
