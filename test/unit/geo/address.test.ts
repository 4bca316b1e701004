import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import {
  type Address,
  inPrefix,
  networkHash,
  readAddress,
  readPrefix,
} from "../../../worker/geo/address.ts";

const seed = 20_261;

function byte(random: () => number): number {
  return Math.floor(random() * 256);
}

function quad(random: () => number): string {
  return [0, 0, 0, 0]
    .map(() => (random() < 0.2 ? oneOf(random, [0, 255]) : byte(random)))
    .join(".");
}

/** Eight groups, some zero, some padded, some upper case, perhaps with a run of groups written `::`. */
function groups(random: () => number): string {
  const written = Array.from({ length: 8 }, () => {
    const text = (random() < 0.4 ? 0 : Math.floor(random() * 0x1_0000)).toString(16);
    const padded = random() < 0.2 ? text.padStart(4, "0") : text;
    return random() < 0.3 ? padded.toUpperCase() : padded;
  });
  if (random() < 0.5) return written.join(":");
  const from = Math.floor(random() * 8);
  const to = from + 1 + Math.floor(random() * (8 - from));
  return `${written.slice(0, from).join(":")}::${written.slice(to).join(":")}`;
}

function spelling(random: () => number): string {
  const plain = oneOf(random, [
    () => quad(random),
    () => groups(random),
    () => `::ffff:${quad(random)}`,
    () => `::FFFF:${groups(random).slice(0, 9)}`,
    () => `64:ff9b::${quad(random)}`,
  ])();
  return oneOf(random, [
    () => plain,
    () => plain,
    () => `[${plain}]`,
    () => `${plain}%eth${byte(random)}`,
    () => plain.replace(/[0-9]/, (digit) => `0${digit}`),
    () => plain + oneOf(random, [".", ":", "::", ".1", ":1", "g", " ", "/24", "00000"]),
    () => {
      const at = Math.floor(random() * plain.length);
      const put = oneOf(random, ["", "", ".", ":", "::", "0", "f", "9", "x", "\u0000", "٣", "-"]);
      return plain.slice(0, at) + put + plain.slice(at + Math.floor(random() * 2));
    },
  ])();
}

/** What the library makes of it, without the spellings of IPv4 that no header should have. */
function oracle(spelled: string): { family: string; bytes: number[] } | undefined {
  const bracketed = /^\[([^[\]]*:[^[\]]*)\]$/.exec(spelled)?.[1];
  const text = bracketed ?? spelled;
  const isQuad = /^(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}$/.test(text);
  if ((!text.includes(":") && !isQuad) || !ipaddr.isValid(text)) return undefined;
  const parsed = ipaddr.process(text);
  return { family: parsed.kind(), bytes: parsed.toByteArray() };
}

function read(text: string): Address {
  const address = readAddress(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}

function value(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, next) => sum * 256n + BigInt(next), 0n);
}

describe("reading an address", () => {
  it("agrees with the library on 20,000 spellings, right and wrong", () => {
    const random = seeded(seed);
    let valid = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = spelling(random);
      const found = readAddress(text);
      const expected = oracle(text);
      const got = found && { family: found.family, bytes: found.bytes };
      expect(got, `seed ${seed}, case ${round}: ${JSON.stringify(text)}`).toEqual(expected);
      if (found === undefined) continue;
      valid++;
      // Its own text names the same address again, so it can be asked of a database.
      expect(oracle(found.text), `seed ${seed}, case ${round}: text of ${text}`).toEqual(expected);
    }
    expect(valid).toBeGreaterThan(5_000);
    expect(valid).toBeLessThan(15_000);
  });

  it.each([
    ["[2001:db8::1", "the bracket is never closed"],
    ["[2001:db8::12", "the bracket is never closed"],
    ["[2001:db8::1]junk", "something stands behind the bracket"],
    ["192.0.2", "three bytes"],
    ["127.1", "short for 127.0.0.1"],
    ["0x7f000001", "a number"],
    ["192.0.2.01", "octal to some"],
    ["192.0.2.256", "too large"],
    ["", "nothing"],
    ["1::2::3", "two gaps"],
  ])("refuses %s: %s", (text) => {
    expect(readAddress(text)).toBeUndefined();
  });

  it.each([
    ["::ffff:192.0.2.1"],
    ["::ffff:c000:201"],
    ["[::ffff:192.0.2.1]"],
    ["0:0:0:0:0:FFFF:C000:0201"],
  ])("reads %s as the IPv4 it is", (text) => {
    expect(read(text)).toMatchObject({
      text: "192.0.2.1",
      family: "ipv4",
      bytes: [192, 0, 2, 1],
    });
  });
});

describe("reach, by the special-purpose registries: first and last of each block, and their neighbours", () => {
  it.each([
    ["local", "0.0.0.0", "0.255.255.255"],
    ["public", "1.0.0.0", "9.255.255.255"],
    ["local", "10.0.0.0", "10.255.255.255"],
    ["public", "100.0.0.0", "100.63.255.255"],
    ["local", "100.64.0.0", "100.127.255.255"],
    ["public", "100.128.0.0", "126.255.255.255"],
    ["local", "127.0.0.0", "127.255.255.255"],
    ["public", "169.253.255.255", "169.255.0.0"],
    ["local", "169.254.0.0", "169.254.255.255"],
    ["public", "172.15.255.255", "172.32.0.0"],
    ["local", "172.16.0.0", "172.31.255.255"],
    ["reserved", "192.0.0.0", "192.0.0.255"],
    ["public", "192.0.1.0", "192.0.3.0"],
    ["reserved", "192.0.2.0", "192.0.2.255"],
    ["local", "192.168.0.0", "192.168.255.255"],
    ["public", "192.167.255.255", "192.169.0.0"],
    ["reserved", "198.18.0.0", "198.19.255.255"],
    ["public", "198.17.255.255", "198.20.0.0"],
    ["reserved", "198.51.100.0", "198.51.100.255"],
    ["public", "198.51.99.255", "198.51.101.0"],
    ["reserved", "203.0.113.0", "203.0.113.255"],
    ["public", "203.0.112.255", "223.255.255.255"],
    ["reserved", "224.0.0.0", "239.255.255.255"],
    ["reserved", "240.0.0.0", "255.255.255.255"],
    ["local", "::", "::1"],
    ["reserved", "::2", "::3"],
    ["reserved", "100::", "100::ffff:ffff:ffff:ffff"],
    ["public", "2000::", "2001:db7:ffff::"],
    ["reserved", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["public", "2001:db9::", "3ffe:ffff::"],
    ["reserved", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["public", "3fff:1000::", "3fff:ffff::"],
    ["reserved", "4000::", "fbff::"],
    ["local", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["reserved", "fe00::", "fe7f::"],
    ["local", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["reserved", "fec0::", "feff::"],
    ["reserved", "ff00::", "ff02::1"],
    ["local", "::ffff:10.0.0.0", "::ffff:10.255.255.255"],
  ])("%s: %s and %s", (reach, first, last) => {
    expect([first, last].map((text) => read(text).reach)).toEqual([reach, reach]);
  });
});

describe("prefixes", () => {
  it("hold what arithmetic says they hold", () => {
    const random = seeded(seed + 1);
    let inside = 0;
    for (let round = 0; round < 5_000; round++) {
      const bits = random() < 0.5 ? 32 : 128;
      const bytes = Array.from({ length: bits / 8 }, () => byte(random));
      // A global address: neither mapped nor anything else that is read as another family.
      bytes[0] = 0x20;
      const length = Math.floor(random() * (bits + 1));
      // Usually the address differs from the prefix's in one bit, about where the prefix ends.
      const flipped = Math.min(bits - 1, Math.max(8, length - 2 + Math.floor(random() * 4)));
      const near = bytes.map((part, at) =>
        at === flipped >> 3 ? part ^ (0x80 >> (flipped & 7)) : part,
      );
      const cidr = `${ipaddr.fromByteArray(bytes).toString()}/${length}`;
      const prefix = readPrefix(cidr);
      const address = read(ipaddr.fromByteArray(near).toString());
      const shift = BigInt(bits - length);
      const expected = value(bytes) >> shift === value(near) >> shift;
      const where = `seed ${seed + 1}, case ${round}: ${address.text} in ${cidr}`;
      expect(prefix && inPrefix(address, prefix), where).toBe(expected);
      if (expected) inside++;
    }
    expect(inside).toBeGreaterThan(1_000);
    expect(inside).toBeLessThan(4_000);
  });

  it("never hold the other family, even the whole of theirs", () => {
    for (const [cidr, text] of [
      ["0.0.0.0/0", "2600::1"],
      ["::/0", "8.8.8.8"],
    ] as const) {
      const prefix = readPrefix(cidr);
      expect(prefix && inPrefix(read(text), prefix), cidr).toBe(false);
    }
  });

  it.each([
    ["192.0.2.0"],
    ["192.0.2.0/33"],
    ["2001:db8::/129"],
    ["192.0.2.0/-1"],
    ["192.0.2.0/"],
    ["/24"],
    ["example.org/24"],
    // 10.0.0.0/8 to whoever wrote it, 0.0.0.10/8 to the C library.
    ["10/8"],
    ["010.0.0.0/8"],
  ])("refuses %s", (text) => {
    expect(readPrefix(text)).toBeUndefined();
  });
});

describe("a network's hash", () => {
  it("is the same throughout a /24 or a /48, and another next door", () => {
    const random = seeded(seed + 2);
    for (let round = 0; round < 2_000; round++) {
      const [a, b, c] = [1 + Math.floor(random() * 222), byte(random), byte(random)];
      const where = `seed ${seed + 2}, case ${round}: ${a}.${b}.${c}`;
      const hash = networkHash(read(`${a}.${b}.${c}.${byte(random)}`));
      expect(networkHash(read(`${a}.${b}.${c}.${byte(random)}`)), where).toBe(hash);
      expect(networkHash(read(`${a}.${b}.${c ^ 1}.7`)), where).not.toBe(hash);
      const site = `2a00:${a.toString(16)}:${c.toString(16)}`;
      const other = `2a00:${a.toString(16)}:${(c ^ 1).toString(16)}`;
      const hash6 = networkHash(read(`${site}:${b.toString(16)}::1`));
      expect(networkHash(read(`${site}:ffff::${b.toString(16)}`)), where).toBe(hash6);
      expect(networkHash(read(`${other}::1`)), where).not.toBe(hash6);
    }
  });

  it("changes about half of its bits, each as often, when one bit of the network's last byte changes", () => {
    const changed = new Array<number>(32).fill(0);
    for (let n = 0; n < 4_096; n++) {
      const [middle, last] = [n >> 8, n & 255];
      const before = networkHash(read(`77.${middle}.${last}.1`));
      const differing = before ^ networkHash(read(`77.${middle}.${last ^ (1 << (n & 7))}.1`));
      for (let bit = 0; bit < 32; bit++) {
        changed[bit] = (changed[bit] ?? 0) + ((differing >>> bit) & 1);
      }
    }
    changed.forEach((times, bit) => {
      expect(times / 4_096, `bit ${bit}`).toBeGreaterThan(0.4);
      expect(times / 4_096, `bit ${bit}`).toBeLessThan(0.6);
    });
  });

  it.each([
    ["neighbouring /24", (n: number) => `77.${n >> 8}.${n & 255}.1`],
    [
      "neighbouring /48",
      (n: number) => `2a00:${(n >> 4).toString(16)}:${(n & 15).toString(16)}::1`,
    ],
  ])(
    "is spread evenly over 16,384 %ss: chi-square of 64 buckets, by high and by low bits",
    (_, of) => {
      const high = new Array<number>(64).fill(0);
      const low = new Array<number>(64).fill(0);
      for (let n = 0; n < 16_384; n++) {
        const hash = networkHash(read(of(n)));
        high[hash >>> 26] = (high[hash >>> 26] ?? 0) + 1;
        low[hash & 63] = (low[hash & 63] ?? 0) + 1;
      }
      // 63 degrees of freedom: 120 is passed by chance once in 50,000 times.
      for (const counts of [high, low]) {
        const chi = counts.reduce((sum, count) => sum + (count - 256) ** 2 / 256, 0);
        expect(chi).toBeLessThan(120);
      }
    },
  );
});
