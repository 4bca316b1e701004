import { expect, test } from "vitest";
import { ownTimeZone } from "../../../../scripts/serve/own-time-zone.ts";

const icu = () => "of ICU";
const noLink = (): string => {
  throw new Error("EINVAL: invalid argument, readlink");
};

test.each([
  ["Debian", "/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"],
  ["a relative link", "../usr/share/zoneinfo/Asia/Shanghai", "Asia/Shanghai"],
  ["macOS", "/var/db/timezone/zoneinfo/America/New_York", "America/New_York"],
  ["three parts", "/usr/share/zoneinfo/America/Indiana/Tell_City", "America/Indiana/Tell_City"],
  ["leap seconds", "/usr/share/zoneinfo/right/Asia/Tokyo", "Asia/Tokyo"],
  ["no place", "/usr/share/zoneinfo/Etc/UTC", "Etc/UTC"],
  ["a link elsewhere", "/etc/zone-of-mine", "of ICU"],
])("what /etc/localtime leads to is the zone: %s", (_, target, zone) => {
  expect(ownTimeZone({ TZ: undefined, localtime: () => target, icu })).toBe(zone);
});

test("where /etc/localtime is a file, or missing, ICU is asked", () => {
  expect(ownTimeZone({ TZ: undefined, localtime: noLink, icu })).toBe("of ICU");
});

test("TZ comes before the link; a rule in it is ICU's to read", () => {
  const localtime = () => "/usr/share/zoneinfo/Europe/Berlin";
  expect(ownTimeZone({ TZ: "Asia/Tokyo", localtime, icu })).toBe("Asia/Tokyo");
  expect(ownTimeZone({ TZ: ":Asia/Tokyo", localtime, icu })).toBe("Asia/Tokyo");
  expect(ownTimeZone({ TZ: "CET-1CEST,M3.5.0,M10.5.0/3", localtime, icu })).toBe("of ICU");
  expect(ownTimeZone({ TZ: "", localtime, icu })).toBe("of ICU");
});
