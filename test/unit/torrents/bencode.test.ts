import { expect, test } from "vitest";
import { dictionary, integer, list, string } from "../../../worker/torrents/bencode.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

// The examples of BEP 3 (bittorrent.org/beps/bep_0003.html, "bencoding").
test("writes each of BEP 3's examples", () => {
  expect(text(string("spam"))).toBe("4:spam");
  expect(text(integer(3))).toBe("i3e");
  expect(text(integer(-3))).toBe("i-3e");
  expect(text(integer(0))).toBe("i0e");
  expect(text(list([string("spam"), string("eggs")]))).toBe("l4:spam4:eggse");
  expect(text(dictionary({ cow: string("moo"), spam: string("eggs") }))).toBe(
    "d3:cow3:moo4:spam4:eggse",
  );
  const nested = dictionary({ spam: list([string("a"), string("b")]) });
  expect(text(nested)).toBe("d4:spaml1:a1:bee");
});

test("sorts keys by their bytes, not by the order in which UTF-16 or an alphabet has them", () => {
  const one = integer(1);
  // U+FF5E is EF BD 9E in UTF-8, U+1F600 is F0 9F 98 80: its first UTF-16 unit is smaller.
  const keys = ["\u{1f600}", "\uff5e", "b", "Z", "ab", "a"];
  const written = text(dictionary(Object.fromEntries(keys.map((key) => [key, one]))));
  expect(written.match(/[^\d:]+(?=i1e)/gu)?.map((key) => key.replace(/^[de]+(?=.)/, ""))).toEqual([
    "Z",
    "a",
    "ab",
    "b",
    "\uff5e",
    "\u{1f600}",
  ]);
});

test("counts a string's bytes, not its characters", () => {
  expect(text(string("größe"))).toBe("7:größe");
  expect([...string(new Uint8Array([0, 255]))]).toEqual([0x32, 0x3a, 0, 255]);
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("%s is no integer", (value) => {
  expect(() => integer(value)).toThrow(`${value} is no exact integer`);
});
