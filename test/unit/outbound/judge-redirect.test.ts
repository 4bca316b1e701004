/** Which redirects are followed: by a table, and by drawn addresses in all their writings. */
import { describe, expect, it } from "vitest";
import { judgeRedirect } from "../../../worker/outbound/judge-redirect.ts";
import { seeded } from "../repositories/origin.ts";

const listed = "https://mirror.example/debian/pool/a.deb";

/** What becomes of a redirect from the listed URL itself: where it leads, or why not. */
function judged(location: string | null, { from = listed, home = listed, own = [""] } = {}) {
  const verdict = judgeRedirect({ listed: home, from, location, ownHosts: own });
  return "to" in verdict ? verdict.to : verdict.refused;
}

describe("a redirect from a public server", () => {
  it.each([
    ["https://cdn.example/a.deb", "https://cdn.example/a.deb"],
    ["/other/a.deb#part", "https://mirror.example/other/a.deb"],
    ["//cdn.example:8443/a.deb", "https://cdn.example:8443/a.deb"],
    ["https://1.1.1.1/a.deb", "https://1.1.1.1/a.deb"],
    ["https://[2606:4700::1111]/a.deb", "https://[2606:4700::1111]/a.deb"],
    // A name of which only the first label looks like a local one.
    ["https://localhost.example/a.deb", "https://localhost.example/a.deb"],
    ["https://internal.example.org/a.deb", "https://internal.example.org/a.deb"],
  ])("to %s is followed", (location, to) => {
    expect(judged(location)).toBe(to);
  });

  it.each([
    [null, "nowhere"],
    ["http://[", "nowhere"],
    ["https://127.0.0.256/", "nowhere"],
    ["ftp://mirror.example/a.deb", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["data:text/plain,x", "scheme"],
    ["http://mirror.example/debian/pool/a.deb", "downgrade"],
    ["http://127.0.0.1/", "downgrade"],
  ])("to %s isn't: %s", (location, refused) => {
    expect(judged(location)).toBe(refused);
  });

  it.each([
    ["127.0.0.1", "a loopback address"],
    ["127.255.255.254", "a loopback address"],
    ["10.0.0.1", "a private address"],
    ["172.16.0.1", "a private address"],
    ["172.31.255.255", "a private address"],
    ["192.168.1.1", "a private address"],
    ["100.64.0.1", "a shared address (100.64.0.0/10)"],
    ["169.254.1.1", "a link-local address"],
    ["0.0.0.0", "an unspecified address"],
    ["0.1.2.3", "an unspecified address"],
    ["224.0.0.251", "a multicast address"],
    ["255.255.255.255", "an address that isn't public"],
    ["240.0.0.1", "an address that isn't public"],
    ["192.0.2.1", "an address that isn't public"],
    // Metadata: Amazon and others, Alibaba, Azure, Oracle.
    ["169.254.169.254", "a link-local address"],
    ["100.100.100.200", "an address of a cloud's metadata"],
    ["168.63.129.16", "an address of a cloud's metadata"],
    ["192.0.0.192", "an address that isn't public"],
    ["[fd00:ec2::254]", "an address of a cloud's metadata"],
    ["[FD00:0EC2:0:0::0254]", "an address of a cloud's metadata"],
    ["[::1]", "a loopback address"],
    ["[::]", "an unspecified address"],
    ["[fd12:3456::1]", "a unique local address"],
    ["[fe80::1]", "a link-local address"],
    ["[fec0::1]", "a site-local address"],
    ["[ff02::1]", "a multicast address"],
    ["[2001:db8::1]", "an address that isn't public"],
    ["[4000::1]", "an address that isn't public"],
    ["[::ffff:127.0.0.1]", "an IPv4 address written as IPv6"],
    ["[64:ff9b::7f00:1]", "an IPv4 address written as IPv6"],
    ["[64:ff9b:1::7f00:1]", "an IPv4 address written as IPv6"],
    ["[2002:7f00:1::]", "an IPv4 address written as IPv6"],
    ["[::ffff:0:127.0.0.1]", "an IPv4 address written as IPv6"],
    ["[::127.0.0.1]", "an address that isn't public"],
    ["localhost", "a name of the machine itself"],
    ["LocalHost.", "a name of the machine itself"],
    ["a.localhost", "a name of the machine itself"],
    ["printer.local", "a name of a local network"],
    ["server.corp.internal", "a name of a local network"],
    ["kubernetes.default.svc", "a name of a local network"],
    ["nas.home.arpa", "a name of a local network"],
    ["router", "a name of a local network"],
    ["metadata.google.internal", "a name of a cloud's metadata"],
  ])("to %s isn't: it is %s", (host, what) => {
    const location = `https://${host}:8443/latest/`;
    const verdict = judgeRedirect({ listed, from: listed, location, ownHosts: [] });
    const told = new URL(location).hostname;
    const reason = `redirects to ${told}, which is ${what}`;
    expect(verdict).toEqual({ refused: "inside", reason });
  });

  it("is judged by the listed server, however it got to where it is", () => {
    const from = "http://127.0.0.1/debian/";
    expect(judged("http://127.0.0.1/other", { from })).toBe("inside");
    expect(judged("http://10.0.0.1/", { from: "http://cdn.example/" })).toBe("inside");
  });
});

describe("a redirect back to this service", () => {
  const own = ["near.example", "127.0.0.1:8080", "Other.example:8443", "old.example:443"];
  it.each([
    ["https://near.example/debian/", "own"],
    ["https://NEAR.example.:443/x", "own"],
    // Ours is known before that it leaves https.
    ["http://near.example/debian/", "own"],
    ["http://127.1:8080/debian/", "own"],
    ["https://other.example:8443/", "own"],
    ["https://old.example/", "own"],
    ["https://near.example:8443/", "https://near.example:8443/"],
    ["https://other.example/", "https://other.example/"],
    ["https://notnear.example/", "https://notnear.example/"],
  ])("%s: %s", (location, expected) => {
    expect(judged(location, { own })).toBe(expected);
  });
});

describe("where the list itself is of a lab or an intranet", () => {
  it.each([
    // A lab on one machine.
    ["http://127.0.0.1:3000/r/", "http://127.0.1.2:4000/r/a", true],
    ["http://localhost:3000/r/", "http://10.0.0.1/r/a", true],
    ["http://[::1]:3000/r/", "http://server.lan/r/a", true],
    ["http://127.0.0.1:3000/r/", "http://169.254.169.254/latest/", false],
    ["http://127.0.0.1:3000/r/", "http://0.0.0.0:3000/", false],
    // An intranet: servers of it, but nothing of this machine.
    ["http://10.0.0.1/r/", "http://192.168.3.4/r/a", true],
    ["http://mirror.corp.internal/r/", "http://10.0.0.1/r/a", true],
    ["http://[fd12::1]/r/", "http://mirror/r/a", true],
    ["http://10.0.0.1/r/", "http://127.0.0.1/", false],
    ["http://10.0.0.1/r/", "http://localhost/", false],
    ["http://10.0.0.1/r/", "http://169.254.169.254/latest/", false],
    ["http://10.0.0.1/r/", "http://100.100.100.200/latest/", false],
    ["http://mirror.corp.internal/r/", "http://metadata.google.internal/", false],
    // Out of it again.
    ["http://10.0.0.1/r/", "https://cdn.example/r/a", true],
    // To the very host that is listed.
    ["http://169.254.7.7/r/", "http://169.254.7.7/r/a", true],
    ["http://[::ffff:10.0.0.1]/r/", "http://[::ffff:a00:1]/r/a", true],
  ])("from %s to %s: %s", (home, location, follows) => {
    expect(judged(location, { home, from: home })).toBe(follows ? location : "inside");
  });
});

describe("drawn addresses", () => {
  const random = seeded(20261123);
  const below = (limit: number) => Math.floor(random() * limit);
  const count = 500;

  /** Blocks that aren't public (RFC 6890), as the first address and the bits that are drawn. */
  const closed: readonly [number, number][] = [
    [0x00000000, 24],
    [0x0a000000, 24],
    [0x64400000, 22],
    [0x7f000000, 24],
    [0xa9fe0000, 16],
    [0xac100000, 20],
    [0xc0a80000, 16],
    [0xe0000000, 28],
    [0xf0000000, 28],
  ];

  const parts = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;

  /** The ways in which URL parsers take IPv4 (WHATWG URL, "IPv4 parser"). */
  function writings(address: number): string[] {
    const [a = 0, b = 0, c = 0, d = 0] = parts(address);
    const dotted = `${a}.${b}.${c}.${d}`;
    return [
      dotted,
      `${dotted}.`,
      String(address),
      hex(address),
      octal(address),
      parts(address).map(hex).join("."),
      parts(address).map(octal).join("."),
      `${a}.${address & 0xffffff}`,
      `${a}.${b}.${address & 0xffff}`,
      `${hex(a)}.${octal(b)}.${address & 0xffff}`,
      [...dotted].map((one) => `%${one.charCodeAt(0).toString(16)}`).join(""),
      // Full-width digits and dots, which IDNA maps to the plain ones.
      [...dotted].map((one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)).join(""),
    ];
  }

  /** The ways to hide IPv4 in IPv6. */
  function hidings(address: number): string[] {
    const [a = 0, b = 0, c = 0, d = 0] = parts(address);
    const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    const dotted = `${a}.${b}.${c}.${d}`;
    return [
      `[::ffff:${dotted}]`,
      `[::FFFF:${groups}]`,
      `[0:0:0:0:0:ffff:${groups}]`,
      `[::${dotted}]`,
      `[::ffff:0:${dotted}]`,
      `[64:ff9b::${dotted}]`,
      `[64:ff9b:1::${groups}]`,
      `[2002:${groups}::1]`,
      `[2001:0:4136:e378:8000:63bf:${groups}]`,
    ];
  }

  /** Those of the hosts that aren't judged so. */
  const others = (hosts: readonly string[], expected: string) =>
    hosts.filter((host) => judged(`https://${host}/x`) !== expected);

  it("that aren't public are refused, however they are written", () => {
    for (let round = 0; round < count; round++) {
      const [first, bits] = closed[below(closed.length)] ?? [0, 0];
      const address = first + below(2 ** bits);
      expect(others([...writings(address), ...hidings(address)], "inside")).toEqual([]);
    }
  });

  it("that are public are followed, written in any way but as IPv6", () => {
    for (let round = 0; round < count; round++) {
      // 16.0.0.0 to 99.255.255.255 has no special block.
      const address = 0x10000000 + below(0x54000000);
      const to = `https://${parts(address).join(".")}/x`;
      expect(others(writings(address), to)).toEqual([]);
      expect(others(hidings(address), "inside")).toEqual([]);
    }
  });

  it("of IPv6 that aren't in 2000::/3 are refused", () => {
    const group = () => below(65_536).toString(16);
    for (let round = 0; round < count; round++) {
      let first = below(65_536);
      while (first >> 13 === 1) first = below(65_536);
      const groups = [first.toString(16), ...Array.from({ length: 7 }, group)];
      expect(others([`[${groups.join(":")}]`], "inside")).toEqual([]);
    }
  });
});
